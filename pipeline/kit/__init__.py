"""A folder for an article: media of a piece in both themes, and the words and numbers beside them."""

from pipeline.folders import Kind

#: What the folder is.
KIT = Kind("kit")
