"""What is on screen at a frame: objects by name, where they are, and the line that made each.

For that, in a drawing process every object notes where it is made. It changes no picture.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any

import manim
import numpy as np

from pipeline.studio.faults import PROJECT

#: Less opaque than this, an object is not there yet or no more.
_VISIBLE = 0.04
#: What covers more of the frame is no object among others.
_MOST = 0.95
#: Where objects are made for acts, beside the bases of acts: the line of the act itself says more.
_PARTS = ("mobjects", "text", "stage")


@dataclass(frozen=True)
class Thing:
    """An object on screen.

    Attributes
    ----------
    name : str
        Its class.
    text : str
        What is set, if it is a text.
    box : (float, float, float, float)
        Left, top, right and bottom, as shares of the frame from its upper left corner.
    size : float or None
        Of the type, as a share of the frame's height.
    path, line : str, int
        Where it was made; an empty path if by nobody's line.
    """

    name: str
    text: str
    box: tuple[float, float, float, float]
    size: float | None
    path: str
    line: int


def remember_places() -> None:
    """Have every object of Manim note from now on which line makes it."""
    original = manim.Mobject.__init__
    if getattr(original, "notes", False):
        return

    @wraps(original)
    def noting(self: Any, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        self.made_at = _author()

    noting.notes = True  # type: ignore[attr-defined]
    manim.Mobject.__init__ = noting


def _author() -> tuple[str, int]:
    """The innermost line of an act, else of a part of one, that is being run."""
    found = ("", 0)
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        rank = _rank(frame.f_code.co_filename)
        if rank == 2:
            return frame.f_code.co_filename, frame.f_lineno
        if rank == 1 and not found[0]:
            found = frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return found


@cache
def _rank(filename: str) -> int:
    path = Path(filename)
    if not path.is_absolute() or "site-packages" in path.parts or not path.is_file():
        return 0
    if not path.is_relative_to(PROJECT):
        return 0 if path.is_relative_to(Path(sys.base_prefix)) else 2
    room, *inner = path.relative_to(PROJECT).parts
    if room not in ("scenes", "examples"):
        return 0
    return 1 if inner[0] in _PARTS or inner[0].endswith("act.py") else 2


def things_in(scene: Any) -> tuple[Thing, ...]:
    """Return what is on screen, larger things first: those within come last, and are on top."""
    width, height = float(manim.config.frame_width), float(manim.config.frame_height)
    found = [
        thing
        for mobject in scene.mobjects
        for part in _parts(mobject)
        if (thing := _thing(part, width, height)) is not None
    ]
    return tuple(sorted(found, key=lambda thing: -_area(thing.box)))


def _parts(mobject: Any) -> Iterator[Any]:
    """What stands on the stage by itself, and all texts in it."""
    yield mobject
    for part in mobject.get_family():
        if part is not mobject and _text(part):
            yield part


def _thing(part: Any, width: float, height: float) -> Thing | None:
    text = _text(part)
    if _opacity(part) < _VISIBLE or (hasattr(part, "markup") and not text):
        return None
    try:
        edges = part.extent() if text else _edges(part)
    except (ValueError, IndexError):  # it has no points now
        return None
    if edges is None or not np.all(np.isfinite(edges)):
        return None
    left, right, bottom, top = (float(edge) for edge in edges)
    box = (0.5 + left / width, 0.5 - top / height, 0.5 + right / width, 0.5 - bottom / height)
    if _area(box) > _MOST or _area(box) <= 0:
        return None
    size = part.size * part.scale_now / height if text else None
    made_at: tuple[str, int] = getattr(part, "made_at", ("", 0))
    path, line = made_at
    return Thing(type(part).__name__, text, box, size, path.removeprefix(f"{PROJECT}/"), line)


def _text(part: Any) -> str:
    return str(getattr(part, "markup", ""))


def _opacity(part: Any) -> float:
    return float(getattr(part, "opacity", 1.0))


def _edges(part: Any) -> tuple[float, float, float, float] | None:
    points = [each.points for each in part.get_family() if len(getattr(each, "points", ()))]
    if not points:
        return None
    every = np.concatenate(points)
    (left, bottom), (right, top) = every[:, :2].min(axis=0), every[:, :2].max(axis=0)
    return float(left), float(right), float(bottom), float(top)


def _area(box: tuple[float, float, float, float]) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
