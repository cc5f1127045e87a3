"""The page that answers to the hand: valley, bowl and ridge in a browser, in one file."""
