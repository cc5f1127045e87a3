"""What is on screen at a frame: objects by name, where they are, and the line that made each.

For that, in a drawing process every object notes where it is made. It changes no picture.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any

import manim
import numpy as np

from pipeline.studio.contrast import contrasts, is_text
from pipeline.studio.faults import PROJECT
from pipeline.studio.naming import names_in

#: Less opaque than this, an object is not there yet or no more.
_VISIBLE = 0.04
#: What covers more of the frame is no object among others.
_MOST = 0.95
#: Where objects are made for acts, beside the bases of acts: the line of the act itself says more.
_PARTS = ("mobjects", "text", "stage")
#: What a layout divides a frame into.
_REGIONS = ("stage", "panel", "caption", "safe")
#: In Typst's markup.
_COLOURED = re.compile(r'#text\(fill: rgb\("#\w+"\)\)\[([^][]*)\]')
_QUOTED = re.compile(r'#"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")

#: Left, top, right and bottom, as shares of the frame from its upper left corner.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Thing:
    """An object on screen.

    Attributes
    ----------
    name : str
        Its class.
    known_as : str
        How its act calls it, such as ``self.panel``; empty where that is not known.
    text : str
        What is set, if it is a text; formulas as Typst has them.
    box : Box
        Where it is.
    size : float or None
        Of the type, as a share of the frame's height.
    contrast : float or None
        To what is behind it, from 1 to 21, if it is a text that is fully there.
    path, line : str, int
        Where it was made; an empty path if by nobody's line.
    """

    name: str
    known_as: str
    text: str
    box: Box
    size: float | None
    contrast: float | None
    path: str
    line: int


@dataclass(frozen=True)
class Sight:
    """All that is on screen, larger things first: those within come last, and are on top.

    `regions` are those of the act's layout, by name.
    """

    things: tuple[Thing, ...]
    regions: dict[str, Box]


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


def sight_of(scene: Any) -> Sight:
    """Return what is on screen."""
    width, height = float(manim.config.frame_width), float(manim.config.frame_height)

    def box_of(left: float, right: float, bottom: float, top: float) -> Box:
        return 0.5 + left / width, 0.5 - top / height, 0.5 + right / width, 0.5 - bottom / height

    names = names_in(scene, sys._getframe(1), lambda filename: _rank(filename) == 2)
    ratios = contrasts(scene)
    things = []
    for part in (part for mobject in scene.mobjects for part in _parts(mobject)):
        edges, text = _edges(part), _text(part)
        if edges is None or not 0 < _area(box := box_of(*edges)) <= _MOST:
            continue
        size = part.size * part.scale_now / height if text else None
        path, line = getattr(part, "made_at", ("", 0))
        made_at = path.removeprefix(f"{PROJECT}/"), line
        name, ratio = names.get(id(part), ""), ratios.get(id(part))
        things.append(Thing(type(part).__name__, name, _plain(text), box, size, ratio, *made_at))
    layout = getattr(scene, "layout", None)
    regions = {name: getattr(layout, name, None) for name in _REGIONS}
    return Sight(
        tuple(sorted(things, key=lambda thing: -_area(thing.box))),
        {
            name: box_of(box.left, box.right, box.bottom, box.top)
            for name, box in regions.items()
            if box is not None
        },
    )


def _parts(mobject: Any) -> Iterator[Any]:
    """What stands on the stage by itself, and all texts in it."""
    yield mobject
    for part in mobject.get_family():
        if part is not mobject and _text(part):
            yield part


def _text(part: Any) -> str:
    return str(part.markup) if is_text(part) else ""


def _plain(markup: str) -> str:
    """A text as it reads: without colours, and what is quoted without quotes."""
    bare = _COLOURED.sub(lambda found: found[1].strip("$"), markup)
    return _QUOTED.sub(lambda found: _ESCAPED.sub(r"\1", found[1]), bare)


def _edges(part: Any) -> tuple[float, float, float, float] | None:
    """Left, right, bottom and top in frame units; None of what is not seen."""
    text = _text(part)
    opacity = getattr(part, "opacity", None)  # it may be there and None
    if opacity is not None and opacity < _VISIBLE:
        return None
    if is_text(part):
        if not text or not len(part.points):
            return None
        edges = part.extent()
    else:
        points = [each.points for each in part.get_family() if len(getattr(each, "points", ()))]
        if not points:
            return None
        every = np.concatenate(points)
        (left, bottom), (right, top) = every[:, :2].min(axis=0), every[:, :2].max(axis=0)
        edges = left, right, bottom, top
    left, right, bottom, top = map(float, edges)
    return (left, right, bottom, top) if np.all(np.isfinite(edges)) else None


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
