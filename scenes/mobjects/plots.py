"""Flat plots: a ground with ticks and names, and the curves, dots and stems drawn on it.

A plot knows where its ground stands *now*: it can be sent to another place and size while it is on
screen (`Plot.go`), its text keeps its size, and whatever is drawn by `Plot.to_frame` goes along.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from manim import Rectangle, VMobject

from scenes.layout import Box
from scenes.mobjects.widgets import TICK, Widget
from scenes.text.numerals import Ticks, log_ticks, nice_ticks, power_of_ten, some_of
from scenes.text.words import natural_width, shortened, verbatim

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act
    from scenes.theme import Colour

    Array = npt.NDArray[np.float64]

#: A plot may be sent to a box of this share of its width without its tick labels meeting.
SMALLER = 0.75

#: A circle as four cubic curves: control points of the unit circle, shape (16, 2).
_BEND = 0.5522847498
_QUARTER = np.array([[1.0, 0.0], [1.0, _BEND], [_BEND, 1.0], [0.0, 1.0]])
_TURN = np.array([[0.0, 1.0], [-1.0, 0.0]])
_CIRCLE = np.concatenate([_QUARTER @ np.linalg.matrix_power(_TURN, k) for k in range(4)])


@dataclass(frozen=True)
class Axis:
    """One axis of a plot.

    Attributes
    ----------
    low, high
        What it spans; both positive if ``log``.
    name
        Its name as plain text: shown as it is, shortened to fit.
    markup
        Instead of ``name``: Typst markup of ours, such as a formula, or what gives it now.
    colour
        Of the name and the tick labels; by default the theme's quiet ink.
    log
        Whether it is logarithmic, with ticks at powers of ten.
    labels
        Whether its ticks say their values.
    about
        About how many ticks.
    """

    low: float
    high: float
    name: str = ""
    markup: str | Callable[[], str] = ""
    colour: Colour | None = None
    log: bool = False
    labels: bool = True
    about: int = 4

    @classmethod
    def of(cls, values: npt.ArrayLike, margin: float = 0.06, **options: Any) -> Self:
        """The axis that spans all of these values, with a margin at either end."""
        low, high = float(np.min(values)), float(np.max(values))
        room = margin * (high - low) or 0.5 * abs(high) or 0.5
        return cls(low - room, high + room, **options)

    @property
    def title(self) -> str:
        """Markup of its name as it is now."""
        if self.markup:
            return self.markup() if callable(self.markup) else self.markup
        return verbatim(self.name)

    def share(self, values: npt.ArrayLike) -> Array:
        """How far along the axis values lie: 0 at the low end, 1 at the high one."""
        at = np.asarray(values, dtype=float)
        low, high = self.low, self.high
        if self.log:
            at, low, high = np.log(at), float(np.log(low)), float(np.log(high))
        return np.asarray((at - low) / (high - low))

    def ticks(self) -> Ticks:
        """Where its ticks are and what they say."""
        if not self.log:
            return nice_ticks(self.low, self.high, self.about)
        shown = some_of(log_ticks(self.low, self.high), self.about + 1)
        named = {0: "1", 1: "10"}
        return Ticks(
            tuple(10.0**exponent for exponent in shown),
            tuple(named.get(exponent, power_of_ten(exponent)) for exponent in shown),
        )


class Plot(Widget):
    """A ground with grid lines at the ticks, tick labels, and the names of both axes.

    Parameters
    ----------
    act
        The act it belongs to.
    box
        Its place, labels included.
    x, y
        Its axes.
    square
        Whether the ground is as high as it is wide, in the middle of the box.
    widest
        How many times as wide as high the ground may be, if it is not square.
    corner
        Frame units kept free above the right end of the ground, beside the name of y.
    note
        What is said in small type below all, at the right.

    Attributes
    ----------
    ground : Rectangle
        Where data is drawn. Its points are the one truth about where the plot stands.
    """

    def __init__(
        self,
        act: Act,
        box: Box,
        x: Axis,
        y: Axis,
        *,
        square: bool = False,
        widest: float = math.inf,
        corner: float = 0.0,
        note: str = "",
    ) -> None:
        theme = act.theme
        self.note = act.words(verbatim(note), TICK * theme.readout, theme.quiet)
        self._note_height = 1.25 * act.em if note else 0.0
        self.corner = corner
        self.x, self.y, self.widest = x, y, 1.0 if square else widest
        self.indent = 0.0
        self.em = act.em
        self._ticks = self._ticks_that_fit(box), y.ticks()
        self.tick_labels = [
            [
                act.words(verbatim(text), TICK * theme.readout, axis.colour or theme.quiet)
                for text in (ticks.labels if axis.labels else ())
            ]
            for axis, ticks in zip((x, y), self._ticks, strict=True)
        ]
        self.names = [
            act.words(axis.title, theme.readout, axis.colour or theme.quiet) for axis in (x, y)
        ]
        area = self._area_in(box)
        self.ground = Rectangle(width=area.width, height=area.height).move_to((area.x, area.y, 0))
        self.ground.set_fill(theme.floor.hex, 1.0).set_stroke(width=0.0)
        self.grid = VMobject().set_stroke(theme.faint.hex, width=1.5, opacity=0.7)
        super().__init__(
            self.ground,
            self.grid,
            *self.tick_labels[0],
            *self.tick_labels[1],
            *self.names,
            self.note,
        )
        self.place()
        act.follow(self, self.place)

    def _ticks_that_fit(self, box: Box) -> Ticks:
        """As many ticks along x as asked for, or as there is room for, here and in a smaller box."""
        size = TICK * self.em
        width = SMALLER * min(box.width - 5 * self.em, self.widest * (box.height - 4 * self.em))
        for about in range(self.x.about, 0, -1):  # two at least, whatever there is room for
            ticks = replace(self.x, about=about).ticks()
            widths = [natural_width(label, size) for label in ticks.labels]
            if sum(widths) + size * len(widths) <= width:
                break
        return ticks

    def to_frame(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
        """Where data lies in the frame now: shape (..., 3) for x and y of shape (...)."""
        area = self.area
        across = area.left + self.x.share(x) * area.width
        up = area.bottom + self.y.share(y) * area.height
        places = np.zeros((*np.broadcast_shapes(across.shape, up.shape), 3))
        places[..., 0], places[..., 1] = across, up
        return places

    @property
    def area(self) -> Box:
        """Where data is drawn, now."""
        across, up, _ = self.ground.points.T.tolist()  # a few points: Python is quicker than NumPy
        return Box.from_edges(min(across), max(across), min(up), max(up))

    def fill(self, box: Box) -> Self:
        """Stand in another box from now on."""
        area = self._area_in(box)
        self.ground.stretch_to_fit_width(area.width).stretch_to_fit_height(area.height)
        self.ground.move_to((area.x, area.y, 0.0))
        self.place()
        return self

    def go(self, box: Box, *, widest: float | None = None) -> Any:
        """The animation that takes the plot to another box; text keeps its size.

        Parameters
        ----------
        box
            Where to, labels included.
        widest
            How many times as wide as high it may be there; by default, as now.
        """
        self.widest = self.widest if widest is None else widest
        area = self._area_in(box)
        ground: Any = self.ground.animate
        return (
            ground.stretch_to_fit_width(area.width)
            .stretch_to_fit_height(area.height)
            .move_to((area.x, area.y, 0.0))
        )

    def place(self) -> None:
        """Bring grid lines, labels and names to where the ground is."""
        area, em = self.area, self.em
        xs = self.to_frame(np.asarray(self._ticks[0].values), self.y.low)[:, 0]
        ys = self.to_frame(self.x.low, np.asarray(self._ticks[1].values))[:, 1]
        lines = [
            [(x, area.bottom, 0.0), (x, area.top, 0.0)] for x in xs if area.left <= x <= area.right
        ]
        lines += [
            [(area.left, y, 0.0), (area.right, y, 0.0)] for y in ys if area.bottom <= y <= area.top
        ]
        set_polylines(self.grid, [np.asarray(line) for line in lines])
        for label, x in zip(self.tick_labels[0], xs, strict=False):
            label.move_to((x, area.bottom - 0.45 * em - 0.5 * label.height, 0.0))
        for label, y in zip(self.tick_labels[1], ys, strict=False):
            label.move_to((area.left - 0.4 * em - 0.5 * label.width, y, 0.0))
        self._place_names(area)

    def _place_names(self, area: Box) -> None:
        x_name, y_name = self.names
        left = area.left - self._left_margin
        room = area.width, area.right - left - self.corner
        beside = (self.x.name, self.y.name)
        for name, axis, ticks, width in zip(
            self.names, (self.x, self.y), self._ticks, room, strict=True
        ):
            unit = f" {ticks.unit}" if ticks.unit and axis.labels else ""
            if axis.markup:
                name.write(axis.title + (verbatim(unit) if unit else ""))
            elif axis.name:
                spare = width - (3.2 * self.em if unit else 0.0)
                name.write(verbatim(shortened(axis.name, name.size, spare, beside) + unit))
        down = area.bottom - self._bottom_margin
        self.note.stand(max(area.right - self.note.width, left), down)
        down += self._note_height
        x_name.shift((area.x - x_name.get_center()[0], down - x_name.points[0, 1], 0.0))
        lift = area.top + 0.55 * self.em
        y_name.shift((left - y_name.points[0, 0], lift - y_name.points[0, 1], 0.0))

    @property
    def _left_margin(self) -> float:
        labels = self.tick_labels[1]
        own = 0.4 * self.em + max(label.width for label in labels) if labels else 0.0
        return max(own, self.indent)

    @property
    def _bottom_margin(self) -> float:
        """From the ground down to the lowest baseline."""
        ticks = 1.3 * self.em if self.x.labels else 0.0
        named = 1.15 * self.em if self.x.name or self.x.markup else 0.0
        return ticks + named + self._note_height

    def _area_in(self, box: Box) -> Box:
        """The ground's place when the plot with its labels fills a box."""
        named = bool(self.y.name or self.y.markup)
        depth = 0.3 * self.em  # of letters that go below the line
        over = max((label.width for label in self.tick_labels[0]), default=0.0)
        y_name = self.names[1]
        head = max(1.35 * self.em, 0.6 * self.em + y_name.extent()[3] - y_name.points[0, 1])
        if self.y.labels and self._ticks[1].exponent:
            head += 0.2 * self.em  # exponents reach above capitals
        area = Box.from_edges(
            box.left + self._left_margin,
            box.right - 0.25 * over,
            box.bottom + self._bottom_margin + depth,
            box.top - (head if named else 0.0),
        )
        if math.isinf(self.widest):
            return area
        height = min(area.width, area.height)
        return Box(area.x, area.y, min(area.width, self.widest * height), height)


def align(*plots: Plot) -> None:
    """Have plots that `fill` boxes of the same sides stand with their grounds under each other."""
    indent = max(plot._left_margin for plot in plots)
    for plot in plots:
        plot.indent = indent


def keep(act: Act, shape: VMobject, draw: Callable[[], None]) -> None:
    """Draw a shape now, and before every frame that shows it.

    Manim takes no notice of a shape without points, so one that is first drawn while it fades in
    would not fade.
    """
    draw()
    act.follow(shape, draw)


class Curve(VMobject):
    """A curve on a plot, cut off where it leaves the ground."""

    def __init__(self, colour: Colour, width: float = 4.0) -> None:
        super().__init__()
        self.set_stroke(colour.hex, width=width, opacity=1.0)

    def trace(self, plot: Plot, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Run through points x (m,), y (m,) of the plot."""
        area = plot.area
        set_polylines(self, _inside(plot.to_frame(x, y), area.bottom, area.top))


class Dots(VMobject):
    """Round dots, all of them one shape."""

    def __init__(self, colour: Colour, radius: float, opacity: float = 1.0) -> None:
        super().__init__()
        self.radius = radius
        self.set_fill(colour.hex, opacity).set_stroke(width=0.0)

    def sit(self, places: Array, sizes: npt.ArrayLike = 1.0) -> None:
        """Sit at places (m, 3) of the frame, each so many times as large."""
        rim = np.pad(_CIRCLE * self.radius, ((0, 0), (0, 1)))
        rims = np.multiply.outer(np.broadcast_to(sizes, len(places)), rim)
        self.points = (np.asarray(places)[:, None, :] + rims).reshape(-1, 3)


class Stems(VMobject):
    """Straight lines from one set of places to another, all of them one shape."""

    def __init__(self, colour: Colour, width: float = 2.0, opacity: float = 1.0) -> None:
        super().__init__()
        self.set_stroke(colour.hex, width=width, opacity=opacity)

    def join(self, starts: Array, ends: Array) -> None:
        """Run from places (m, 3) to places (m, 3) of the frame."""
        set_polylines(self, list(np.stack([starts, ends], axis=1)))


#: Where the four points of a straight curve lie along it.
_THIRDS = np.array([0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0])[:, None]


def set_polylines(shape: VMobject, lines: list[Array]) -> None:
    """Make a shape of several polylines, each of shape (m, 3) with m of at least 2."""
    pieces = [_corners(np.asarray(line, dtype=float)) for line in lines if len(line) > 1]
    shape.points = np.concatenate(pieces) if pieces else np.zeros((0, 3))


def _corners(line: Array) -> Array:
    """The cubic curves of a polyline: shape (4 (m - 1), 3)."""
    starts = line[:-1, None]
    return (starts + _THIRDS * (line[1:, None] - starts)).reshape(-1, 3)


def _inside(line: Array, bottom: float, top: float) -> list[Array]:
    """The pieces of a polyline between two heights, cut exactly there."""
    start, way = line[:-1], np.diff(line, axis=0)
    height, rise = start[:, 1], way[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sort([(bottom - height) / rise, (top - height) / rise], axis=0)
    level = rise == 0.0
    enter = np.where(level, 0.0, np.maximum(shares[0], 0.0))
    leave = np.where(level, 1.0, np.minimum(shares[1], 1.0))
    seen = np.where(level, (bottom <= height) & (height <= top), enter <= leave)
    start, way, enter, leave = start[seen], way[seen], enter[seen, None], leave[seen, None]
    firsts, lasts = start + enter * way, start + leave * way
    cuts = np.flatnonzero(leave[:-1, 0] < 1.0) + 1
    runs = np.split(np.arange(len(start)), cuts) if len(start) else []
    return [np.concatenate([firsts[run[:1]], lasts[run]]) for run in runs]
