"""Verbs of the command line by group, and what all of them are given; `render.py` joins them."""
