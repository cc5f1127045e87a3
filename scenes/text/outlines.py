"""Text as outlines, for documents that are printed: sharp at any size, and no font is needed to show it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scenes.text.typesetting import MARGIN, set_as_svg

#: What a curve is made of, as Cairo has it: the name of its method, and points.
Step = tuple[str, tuple[float, ...]]
Rgb = tuple[float, float, float]
#: svgelements counts in pixels of the web.
_POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True)
class Outline:
    """A shape of a text, in points from the upper left corner of its box, y downwards.

    Attributes
    ----------
    steps : tuple of Step
        Its path.
    fill, stroke : tuple of float or None
        Colours of its inside and of its line.
    width : float
        Of the line.
    """

    steps: tuple[Step, ...]
    fill: Rgb | None
    stroke: Rgb | None
    width: float


@lru_cache(maxsize=512)
def outlines(source: str) -> tuple[Outline, ...]:
    """Return the shapes of a Typst body; see `typesetting.measure` for its box."""
    from svgelements import SVG, Path, Shape

    svg = SVG.parse(io.StringIO(set_as_svg(source)))
    return tuple(
        Outline(
            tuple(_steps(Path(shape))),
            _rgb(shape.fill),
            _rgb(shape.stroke),
            float(shape.stroke_width) * _POINTS_PER_PIXEL,
        )
        for shape in svg.elements()
        if isinstance(shape, Shape)
    )


def _steps(path: Any) -> Iterator[Step]:
    """A path as Cairo draws it."""
    from svgelements import Close, CubicBezier, Line, Move, QuadraticBezier

    for part in path:
        match part:
            case Move():
                yield "move_to", _points(part.end)
            case Close():
                yield "close_path", ()
            case Line():
                yield "line_to", _points(part.end)
            case CubicBezier():
                yield "curve_to", _points(part.control1, part.control2, part.end)
            case QuadraticBezier():
                thirds = (
                    part.start + (part.control - part.start) * (2 / 3),
                    part.end + (part.control - part.end) * (2 / 3),
                )
                yield "curve_to", _points(*thirds, part.end)
            case _:
                raise ValueError(f"no outline of ours has a {type(part).__name__}")


def _points(*places: Any) -> tuple[float, ...]:
    return tuple(
        float(side) * _POINTS_PER_PIXEL - MARGIN for place in places for side in (place.x, place.y)
    )


def _rgb(colour: Any) -> Rgb | None:
    if colour.value is None:
        return None
    return colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0
