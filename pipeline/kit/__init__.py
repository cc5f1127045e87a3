"""A folder for an article: media of a piece in both themes, and the words and numbers beside them."""
