"""Frames to animations for articles: formats, palettes, and what fits a limit."""
