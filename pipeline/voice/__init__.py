"""A voice for a film: what is to be said, recordings of it, and their sound under the pictures.

A recording decides how long its caption stays, in whole frames; acts are given that and nothing else.
So its sound never decides a pixel, and lies beside pictures that are encoded already.
"""
