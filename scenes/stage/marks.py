"""Things that stand on a stage beside the surface: balls, tubes and the axes box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.stage.geometry import tube
from scenes.stage.stage import Dial, Pen, Prop
from scenes.stage.stock import scene_theme

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.theme import Colour

    Points = npt.NDArray[np.float64]
    Spot = tuple[float, float, float]
    #: From, to, colour, strength, and weight in hair lines.
    Edge = tuple[Spot, Spot, Colour, float, float]


@dataclass
class Balls(Prop):
    """Spheres, read anew at every frame.

    Parameters
    ----------
    places
        Gives the centres, shape (n, 3), in stage units.
    colour
        One colour for all, unless there are `colours`.
    radius
        In stage units.
    slices
        How round they are; a few are enough for small dots.
    colours
        Gives a colour for each, shape (n, 3), red, green and blue from 0 to 1.
    """

    places: Callable[[], npt.ArrayLike]
    colour: Colour = field(default_factory=lambda: scene_theme().minimum)
    radius: float = 0.075
    slices: int = 24
    colours: Callable[[], npt.ArrayLike] | None = None
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def _centres(self) -> Points:
        return np.asarray(self.places(), dtype=float).reshape(-1, 3)

    def draw(self, pen: Pen) -> None:
        centres = self._centres()
        if len(centres) == 0:
            return
        places = np.concatenate([centres, np.full((len(centres), 1), self.radius)], axis=1)
        colours = np.tile([*self.colour.rgb, 1.0], (len(centres), 1))
        if self.colours is not None:
            colours[:, :3] = np.asarray(self.colours(), dtype=float)
        pen.canvas.balls(
            places.astype("f4"), colours.astype("f4"), slices=self.slices, opacity=self.shown()
        )


@dataclass
class Tube(Prop):
    """A round line through points that are read anew at every frame; drawn from two points on."""

    points: Callable[[], npt.ArrayLike]
    colour: Colour = field(default_factory=lambda: scene_theme().minimum)
    radius: float = 0.028
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def _line(self) -> Points:
        points = np.asarray(self.points(), dtype=float).reshape(-1, 3)
        if len(points) < 2:
            return points
        apart = np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-4
        return points[np.concatenate([[True], apart])]

    def draw(self, pen: Pen) -> None:
        line = self._line()
        if len(line) < 2:
            return
        vertices, triangles = tube(line, self.radius)
        pen.canvas.tube(
            vertices,
            triangles,
            radius=self.radius,
            colour=(*self.colour.rgb, 1.0),
            opacity=self.shown(),
        )


@dataclass
class Stems(Prop):
    """Straight hair lines between pairs of points, shape (n, 2, 3), read anew at every frame."""

    ends: Callable[[], npt.ArrayLike]
    colour: Colour = field(default_factory=lambda: scene_theme().quiet)
    weight: float = 1.0
    strength: float = 0.8
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def _ends(self) -> Points:
        return np.asarray(self.ends(), dtype=float).reshape(-1, 2, 3)

    def draw(self, pen: Pen) -> None:
        ends = self._ends()
        if len(ends) == 0:
            return
        colours = np.tile([*self.colour.rgb, self.strength], (len(ends), 1))
        widths = np.full(len(ends), self.weight * pen.line_width)
        pen.canvas.lines(
            ends.astype("f4"), colours.astype("f4"), widths.astype("f4"), opacity=self.shown()
        )


@dataclass
class AxesBox(Prop):
    """The edges of the box around the surface that lie behind it; `AxesFront` draws the others.

    Parameters
    ----------
    reach
        Half the side of the floor, in stage units.
    height
        Of the box, in stage units.
    colours
        Of the edges along x, along y and upright.
    ticks
        Stage coordinates of the ticks along x and along y.
    upright
        How far the box has risen from the floor, from 0 to 1.
    """

    reach: float
    height: float
    colours: Sequence[Colour]
    ticks: tuple[Sequence[float], Sequence[float]]
    shown: Dial = field(default_factory=lambda: Dial(1.0))
    upright: Dial = field(default_factory=lambda: Dial(1.0))

    def draw(self, pen: Pen) -> None:
        r, grey = self.reach, self.colours[2]
        near_x, near_y = self.near(pen.view.rotation()[2])
        edges: list[Edge] = [
            ((-r, -near_y, 0), (r, -near_y, 0), grey, 0.45, 1.0),
            ((-near_x, -r, 0), (-near_x, r, 0), grey, 0.45, 1.0),
        ]
        tall = self.height * self.upright()
        if tall > 1e-3:
            edges += [
                ((-near_x, -near_y, 0), (-near_x, -near_y, tall), grey, 0.45, 1.0),
                ((-near_x, -r, tall), (-near_x, r, tall), grey, 0.3, 1.0),
                ((-r, -near_y, tall), (r, -near_y, tall), grey, 0.3, 1.0),
            ]
        _draw_edges(pen, edges, self.shown())

    def near(self, to_eye: Points) -> tuple[float, float]:
        """The x and y of the two floor edges nearest to the eye."""
        return (
            self.reach if to_eye[0] >= 0 else -self.reach,
            self.reach if to_eye[1] >= 0 else -self.reach,
        )

    def beside(self, axis: int, to_eye: Points, away: float) -> Spot:
        """The point so far outside of the middle of the nearer edge along x (axis 0) or y (1)."""
        near_x, near_y = self.near(to_eye)
        out = 1.0 + away / self.reach
        return (0.0, out * near_y, 0.0) if axis == 0 else (out * near_x, 0.0, 0.0)

    def post(self, rotation: Points) -> tuple[float, float]:
        """The corner whose upright edge stands furthest left as seen: the height axis."""
        r = self.reach
        corners = [(sx * r, sy * r) for sx in (-1, 1) for sy in (-1, 1)]
        return min(corners, key=lambda corner: float(rotation[0, :2] @ np.array(corner)))


@dataclass
class AxesFront(Prop):
    """The axes themselves: the near edges of an axes box with their ticks, and its height axis.

    They stand before the surface, so they are drawn after it.
    """

    box: AxesBox

    @property
    def shown(self) -> Dial:  # type: ignore[override]
        """They come and go with their box."""
        return self.box.shown

    def state(self) -> tuple[Any, ...]:
        return self.box.state()

    def draw(self, pen: Pen) -> None:
        box, r = self.box, self.box.reach
        near_x, near_y = box.near(pen.view.rotation()[2])
        first, second, grey = box.colours
        edges: list[Edge] = [
            ((-r, near_y, 0), (r, near_y, 0), first, 1.0, 2.2),
            ((near_x, -r, 0), (near_x, r, 0), second, 1.0, 2.2),
        ]
        for x in box.ticks[0]:
            edges.append(((x, near_y, 0), (x, near_y + np.sign(near_y) * TICK, 0), first, 0.9, 1.6))
        for y in box.ticks[1]:
            edges.append(
                ((near_x, y, 0), (near_x + np.sign(near_x) * TICK, y, 0), second, 0.9, 1.6)
            )
        tall = box.height * box.upright()
        if tall > 1e-3:
            post = box.post(pen.view.rotation())
            edges.append(((*post, 0), (*post, tall), grey, 0.9, 1.6))
        _draw_edges(pen, edges, self.shown())


#: Length of a tick outside the floor, in stage units.
TICK = 0.09


def _draw_edges(pen: Pen, edges: Sequence[Edge], opacity: float) -> None:
    ends = np.array([[start, end] for start, end, *_ in edges], dtype="f4")
    colours = np.array([[*c.rgb, strength] for _, _, c, strength, _ in edges], dtype="f4")
    widths = np.array([weight * pen.line_width for *_, weight in edges], dtype="f4")
    pen.canvas.lines(ends, colours, widths, opacity=opacity)
