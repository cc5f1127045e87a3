"""manim-slides, which only two of the three forms need: here, or one sentence on how to get it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pipeline.errors import SettingsError

EXTRA = "deck"


def manim_slides(module: str) -> Any:
    """Return a module of manim-slides. None of those used here imports Qt.

    Raises
    ------
    SettingsError
        When it is not installed.
    """
    try:
        return import_module(f"manim_slides.{module}")
    except ImportError as error:
        raise SettingsError(
            f"--to pptx and --to manim-slides need manim-slides ({error}): "
            f"install it with `pip install '.[{EXTRA}]'`, or make a page with --to html."
        ) from error
