"""Words and numbers on the screen: typesetting, numerals, the catalogue of captions."""
