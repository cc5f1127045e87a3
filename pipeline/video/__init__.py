"""Frames to video: encoding, segments and how they join, captions."""
