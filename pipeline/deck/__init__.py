"""A film as slides: it stops at every beat."""

from pipeline.folders import Kind

#: What the folder for manim-slides is.
DECK = Kind("deck")
