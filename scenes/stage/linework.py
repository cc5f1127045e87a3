"""The lines of a stage as curves: iso-lines, the floor's grid and map, axes; for what is printed.

Where a line runs is known exactly: an iso-line of a quadratic is a conic, an edge is straight. Which part of
it is seen is asked of the pictures that the stage draws: with these lines in a plain colour and without
them. Where the two differ, the line is seen; so what hides it, cuts it off or leaves it out for being too
dense is decided in one place, the shaders.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.gl import Canvas
    from scenes.stage.looks import FloorLook, SurfaceLook
    from scenes.stage.quadratic import Quadratic
    from scenes.stage.stage import Stage

    Array = npt.NDArray[np.float64]
    Picture = npt.NDArray[np.uint8]

Rgb = tuple[float, float, float]
#: The plain colour in which lines are looked for, and by how much of it a pixel must differ.
PLAIN, DIFFERS = (1.0, 0.0, 1.0), 48
#: A line less opaque than this differs too little, even in the plain colour: it is left out whole.
FAINT = 0.25
#: Pixels from one point of a curve to the next, and the shortest part that is a line, and no crossing.
STEP, SHORTEST = 0.5, 5.0
#: The kinds of lines, in the order in which they are drawn.
FLOOR, SURFACE, EDGES = "floor", "surface", "lines"


@dataclass(frozen=True)
class Stroke:
    """A line to be drawn: its points (n, 2) in frame units, its colour, opacity and width."""

    points: Array
    colour: Rgb
    opacity: float
    width: float


@dataclass(frozen=True)
class Curve:
    """A line of a stage: its points (n, 3) in stage units, colour, opacity, and width in pixels."""

    kind: str
    points: Array
    colour: Rgb
    opacity: float
    width: float


@dataclass
class Catcher:
    """A canvas that draws without lines, or with those of one kind in a plain colour; it notes all.

    What it does not know, such as height fields, is drawn with its lines.
    """

    canvas: Canvas
    plain: str = ""
    curves: list[Curve] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.canvas, name)

    def surface(self, form: Quadratic, look: SurfaceLook) -> None:
        """A height surface; its iso-lines are conics if it is nowhere bent down."""
        if not _convex(form):
            self.canvas.surface(form, look)
            return
        middle, half, flip = look.height
        *colour, strength = look.line
        for v in _levels(look.levels, *look.cut):
            z = middle + half * flip * (2.0 * v - 1.0)
            for xy in iso_lines(form, v, look.reach):
                self._note(SURFACE, xy, z, colour, strength * look.opacity, look.weight)
        shown = (*PLAIN, 1.0) if self.plain == SURFACE else (*look.line[:3], 0.0)  # its rim is, too
        self.canvas.surface(form, replace(look, line=shown))

    def floor(self, form: Quadratic, ground: FloorLook) -> None:
        """The floor: its grid is straight, its map are the surface's conics."""
        if not _convex(form):
            self.canvas.floor(form, ground)
            return
        reach, z, opacity = ground.reach, ground.z, ground.opacity
        first_x, first_y, step_x, step_y = ground.grid_step
        *grid, strength = ground.grid
        for places, swap in (
            (_ticks(first_x, step_x, reach), 1),
            (_ticks(first_y, step_y, reach), -1),
        ):
            for place in places:
                xy = np.array([(place, -reach), (place, reach)])[:, ::swap]
                self._note(FLOOR, xy, z, grid, strength * opacity, ground.weight)
        ramp, warmest = ground.ramp, ground.warmest
        for v in _levels(ground.levels, warmest, 1.0):
            share = np.clip((v - warmest) / (1.0 - warmest), 0.0, 1.0)
            colour = ramp[int(share * (len(ramp) - 1))] / 255.0
            fades = np.clip((v - 0.9) / 0.12, 0.0, 1.0)
            left = (1.0 - fades * fades * (3.0 - 2.0 * fades)) * opacity
            if left < FAINT:
                continue
            shown = ground.map * left
            for xy in iso_lines(form, v, reach):
                self._note(FLOOR, xy, z, colour, shown, 1.4 * ground.weight)
        seen = float(self.plain == FLOOR)
        plain = np.tile(np.rint(255 * np.array(PLAIN)), (len(ramp), 1)).astype(np.uint8)
        drawn = replace(ground, grid=(*PLAIN, seen), map=seen, ramp=plain if seen else ramp)
        self.canvas.floor(form, drawn)

    def lines(self, ends: Any, colours: Any, widths: Any, *, opacity: float) -> None:
        """Straight lines: edges, axes, ticks."""
        for (start, end), colour, width in zip(ends, colours, widths, strict=True):
            points = np.array([start, end], dtype=float)
            rgb = tuple(map(float, colour[:3]))
            self.curves.append(
                Curve(EDGES, points, rgb, float(colour[3]) * opacity, float(width))  # type: ignore[arg-type]
            )
        if self.plain == EDGES:
            colours = np.tile(np.array([*PLAIN, 1.0], dtype="f4"), (len(colours), 1))
            self.canvas.lines(ends, colours, widths, opacity=opacity)

    def _note(
        self, kind: str, xy: Array, z: float, colour: Any, opacity: float, width: float
    ) -> None:
        if opacity > 0.0:
            points = np.concatenate([xy, np.full((len(xy), 1), z)], axis=1)
            self.curves.append(Curve(kind, points, tuple(map(float, colour)), opacity, width))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Engraving:
    """A stage to be printed.

    Attributes
    ----------
    picture
        The stage without its lines: RGBA, colours premultiplied.
    corner
        Its upper left corner, in frame units.
    strokes
        The lines, bottom first.
    """

    picture: Picture
    corner: tuple[float, float]
    strokes: tuple[Stroke, ...]


def engrave(stage: Stage, pixels_per_unit: float) -> Engraving:
    """Take a stage apart into a picture, of so many pixels a frame unit, and lines."""

    def drawn(kind: str) -> tuple[Picture, tuple[int, int], list[Curve]]:
        caught: list[Catcher] = []

        def through(canvas: Canvas) -> Any:
            caught.append(Catcher(canvas, kind))
            return caught[0]

        painter, offset = stage.start(pixels_per_unit, through)
        return painter.finish(), offset, caught[0].curves

    unit, box = pixels_per_unit, stage.box
    bare, (right, down), curves = drawn("")
    shown = {}
    for kind in dict.fromkeys(curve.kind for curve in curves):
        plain = drawn(kind)[0]
        differs: npt.NDArray[np.bool_] = np.abs(plain.astype(int) - bare).max(axis=-1) > DIFFERS
        shown[kind] = _widened(differs)
    # The middle of the box is that of its pixels, whose number is whole.
    left = box.x + (right - max(1, round(box.width * unit)) / 2) / unit
    top = box.y - (down - max(1, round(box.height * unit)) / 2) / unit
    strokes = []
    for curve in sorted(curves, key=lambda one: one.kind == EDGES):
        path = _dense(stage.project(curve.points)[:, :2], STEP / unit)
        for start, stop in _seen((path - (left, top)) * (unit, -unit), shown[curve.kind]):
            width = curve.width / unit
            strokes.append(Stroke(path[start:stop], curve.colour, curve.opacity, width))
    return Engraving(bare, (left, top), tuple(strokes))


def iso_lines(form: Quadratic, v: float, reach: float) -> Iterator[Array]:
    """Give the curves of points (n, 2) at which a convex form has a value, as far as a square reaches.

    In the axes of the form it is ``steep u² + flat w² = d``: for each w there are two u.
    """
    hessian = np.array([[2.0 * form.xx, form.xy], [form.xy, 2.0 * form.yy]])
    (flat, steep), axes = np.linalg.eigh(hessian)
    if steep <= 0.0:
        return
    flat = max(flat, 0.0) if flat > 1e-9 * steep else 0.0
    slope = axes.T @ np.array([form.x, form.y])
    along = -slope[0] / flat if flat else 0.0  # the middle, in the form's own axes
    across = -slope[1] / steep
    middle = axes @ np.array([along, across])
    d = 2.0 * (v - float(form.value(*middle)))
    if d <= 0.0:
        return
    # From one end of the ellipse to the other, or as far as the square can reach along it.
    end = math.sqrt(d / flat) if flat else math.inf
    far = math.sqrt(2.0) * reach
    low, high = max(-end, -far - along), min(end, far - along)
    if low >= high:
        return
    if math.isinf(end):
        w = np.linspace(low, high, 512)
    else:
        w = end * np.sin(np.linspace(math.asin(low / end), math.asin(high / end), 1024))
    u = np.sqrt(np.maximum(d - flat * w * w, 0.0) / steep)
    for side in (u, -u):
        xy = middle + np.stack([w, side], axis=-1) @ axes.T
        inside = np.abs(xy).max(axis=-1) <= 1.02 * reach
        for start, stop in _runs(inside):
            if stop - start > 1:
                yield xy[start:stop]


def _convex(form: Quadratic) -> bool:
    low, high = np.linalg.eigvalsh([[2.0 * form.xx, form.xy], [form.xy, 2.0 * form.yy]])
    return bool(low >= -1e-9 * high and high > 0.0)


def _levels(levels: tuple[float, float], low: float, high: float) -> list[float]:
    """Values between two at which an iso-line stands; none where they are too dense to be lines."""
    factor, offset = levels
    first, last = math.ceil(low * factor + offset - 1e-9), math.floor(high * factor + offset + 1e-9)
    return [(number - offset) / factor for number in range(first, min(last, first + 400) + 1)]


def _ticks(first: float, step: float, reach: float) -> list[float]:
    numbers = range(math.ceil((-reach - first) / step), math.floor((reach - first) / step) + 1)
    return [first + number * step for number in numbers]


def _dense(path: Array, step: float) -> Array:
    """The same polyline with a point at every step, its corners left out."""
    apart = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    places = np.linspace(0.0, apart[-1], max(2, math.ceil(apart[-1] / step)))
    return np.stack([np.interp(places, apart, side) for side in path.T], axis=-1)


def _seen(pixels: Array, shown: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The parts [start, stop) of a dense path that are seen, short gaps closed and specks left out."""
    column, row = np.floor(pixels).astype(int).T
    height, width = shown.shape
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    seen = inside & shown[row.clip(0, height - 1), column.clip(0, width - 1)]
    few = round(SHORTEST / STEP)
    for start, stop in list(_runs(~seen)):
        if stop - start < few and start > 0 and stop < len(seen):
            seen[start:stop] = True
    yield from ((start, stop) for start, stop in _runs(seen) if stop - start > few)


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The stretches [start, stop) of true ones."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _widened(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """True as well where a neighbour is."""
    room = np.pad(flags, 1)
    rows, columns = flags.shape
    return np.logical_or.reduce(
        [room[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    )
