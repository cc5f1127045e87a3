"""What drawing processes are forked from: everything imported that is not ours, and no thread begun.

`multiprocessing`'s fork server imports this module once, and with it, of ours, only what keeps Manim to
its own defaults: a process forked from it reads acts and all they are made of as they then are.
"""

from __future__ import annotations

import contextlib
from importlib import import_module

#: What draws an act imports. Not polars: importing it begins threads, which a fork does not survive.
LIBRARIES = (
    *("manim", "moderngl", "glcontext", "typst", "av", "cairo", "cmap", "platformdirs"),
    *("scipy.linalg", "scipy.optimize", "scipy.special", "PIL.Image", "PIL.JpegImagePlugin"),
)

for name in LIBRARIES:
    # What cannot be imported here says so where it is used.
    with contextlib.suppress(ImportError):
        import_module(name)
