"""What notebooks are told of ours: how a data set, a diagnosis and an objective show themselves."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.render.settings import THEMES, RenderSettings

if TYPE_CHECKING:
    from pipeline.diagnosis.plot_style import Palette
    from ridge_math import QuadraticObjective

#: Pixels of an objective's surface.
SIZE = 640, 480


def show_in_notebooks() -> None:
    """Register how ours show themselves with the notebook that runs this; elsewhere do nothing.

    Colours are those of RIDGE_THEME, else of the light theme.
    """
    from pipeline.diagnosis import card
    from ridge_math import Dataset, Diagnosis, QuadraticObjective

    # Who runs a notebook has it: nobody else needs it.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return

    def add(kind: str, of: type, show: Callable[[Any, Palette], Any]) -> None:
        shell.display_formatter.formatters[kind].for_type(of, lambda each: show(each, _palette()))

    add("text/html", Dataset, card.dataset_html)
    add("image/png", Dataset, card.dataset_png)
    add("text/html", Diagnosis, card.diagnosis_html)
    add("image/png", Diagnosis, card.diagnosis_png)
    shell.display_formatter.formatters["image/png"].for_type(QuadraticObjective, objective_png)


def objective_png(objective: QuadraticObjective) -> bytes | None:
    """Return the surface of RSS(θ) + λ‖θ‖² with the best θ on it; None unless θ has two parts."""
    if objective.n_features != 2:
        return None
    from PIL import Image

    from pipeline.render.frames import draw
    from scenes.surface_still import surface_still

    frames: list[Any] = []
    look = RenderSettings(*SIZE, theme=_theme())
    draw(partial(surface_still, objective, look.theme), look, 0, 1, frames.append)
    file = io.BytesIO()
    Image.fromarray(frames[0]).convert("RGB").save(file, "PNG")
    return file.getvalue()


def _theme() -> str:
    asked = os.environ.get("RIDGE_THEME", "")
    return asked if asked in THEMES else "light"


def _palette() -> Palette:
    from pipeline.diagnosis.plot_style import Palette
    from scenes.theme import THEMES as LOOKS

    return Palette.of(LOOKS[_theme()])
