"""manim-slides, which only two of the three forms need: here, or one sentence on how to get it."""

from __future__ import annotations

from pipeline.errors import SettingsError


def check_extra() -> None:
    """Raise early when it is not installed. Nothing of it that is used here imports Qt.

    Raises
    ------
    SettingsError
        With what to type.
    """
    try:
        import manim_slides.config  # noqa: F401
        import pptx  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            f"--to pptx and --to manim-slides need manim-slides ({error}): install it with "
            "`make deck`, or make a page with --to html."
        ) from error
