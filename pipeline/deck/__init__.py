"""A film as slides: it stops at every beat."""
