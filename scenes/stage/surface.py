"""The height surface of a quadratic function of two coordinates, and the floor that shows its map.

A surface is exact: its height, its colour and its iso-lines are computed for every pixel from the six
numbers of its form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from scenes.stage.looks import FloorLook, SurfaceLook
from scenes.stage.quadratic import Quadratic
from scenes.stage.regions import Sheet, covers
from scenes.stage.stage import Dial, Pen, Prop
from scenes.stage.stock import scene_theme

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.regions import Mask, Tiles
    from scenes.theme import Colour, Ramp

    Array = npt.NDArray[np.float64]
    Levels = tuple[float, float]


#: The lowest and the highest v of a surface.
CUT = (-0.5, 1.0)
#: How far above the floor a function is shown, against its height.
HOVER = 0.12


@dataclass(frozen=True)
class StageScale:
    """Between the numbers of what is shown and the units of the stage.

    Parameters
    ----------
    centre
        Both coordinates at the middle of the floor, shape (2,).
    half_width
        From the middle to the edge of the floor, the same for both.
    low, high
        Values at the floor and at the top of the axes box.
    reach
        Half the side of the floor, in stage units.
    height
        Height of the axes box, in stage units.
    """

    centre: tuple[float, float]
    half_width: float
    low: float
    high: float
    reach: float = 2.0
    height: float = 1.9

    @classmethod
    def around(
        cls,
        f: Callable[[Array, Array], npt.ArrayLike],
        half_width: float = 1.0,
        centre: tuple[float, float] = (0.0, 0.0),
        *,
        high: float | None = None,
    ) -> Self:
        """Return the scale on which a function of two arrays is seen whole, a little above the floor.

        Parameters
        ----------
        f
            Evaluated at 65 by 65 points.
        half_width, centre
            Of its domain, in its own units.
        high
            Where it is cut off; by default nowhere.
        """
        line = np.linspace(-half_width, half_width, 65)
        x, y = np.meshgrid(centre[0] + line, centre[1] + line)
        values = np.asarray(f(x, y), dtype=float)
        values = values[np.isfinite(values)]
        low, top = float(values.min()), float(values.max()) if high is None else high
        return cls(
            centre, half_width, low - HOVER * ((top - low) or 1.0), top if top > low else low + 1.0
        )

    def place(self, coordinates: npt.ArrayLike) -> Array:
        """Stage x and y of two coordinates, shape (..., 2)."""
        away = np.asarray(coordinates, dtype=float) - self.centre
        return away * (self.reach / self.half_width)

    def level(self, value: npt.ArrayLike) -> Array:
        """v of a value: 0 at the floor, 1 at the top of the box."""
        return np.asarray((np.asarray(value, dtype=float) - self.low) / (self.high - self.low))

    def form(self, hessian: Array, slope: Array, level: float) -> Quadratic:
        """A quadratic function as a form in stage coordinates.

        Parameters
        ----------
        hessian, slope
            Its second derivatives, shape (2, 2), and at the centre its first ones, shape (2,).
        level
            v of its value at the centre.
        """
        step = self.half_width / self.reach
        span = self.high - self.low
        hessian = hessian * (step / span) * step
        slope = slope * (step / span)
        return Quadratic(
            xx=float(hessian[0, 0]) / 2.0,
            xy=float(hessian[0, 1]),
            yy=float(hessian[1, 1]) / 2.0,
            x=float(slope[0]),
            y=float(slope[1]),
            constant=level,
        )


@dataclass
class Surface(Prop):
    """A height surface, read anew at every frame.

    Parameters
    ----------
    form
        Gives the form to show.
    scale
        Its place on the stage.
    ramp
        Colours from the lowest point of what is shown to the top of the box.
    line
        Colour of the iso-lines.
    flip
        1 upright, -1 upside down; in between it is pressed flat through the middle of the box.
    levels
        Iso-lines stand where ``levels[0] * v + levels[1]`` is whole; or gives them at every frame.
    """

    form: Callable[[], Quadratic]
    scale: StageScale
    ramp: Ramp = field(default_factory=lambda: scene_theme().height)
    line: Colour = field(default_factory=lambda: scene_theme().iso_line)
    flip: Dial = field(default_factory=lambda: Dial(1.0))
    levels: Levels | Callable[[], Levels] = (10.0, 0.5)
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def draw(self, pen: Pen) -> None:
        sheet = self._sheet()
        look = SurfaceLook(
            reach=sheet.reach,
            height=sheet.height,
            cut=sheet.cut,
            ramp=self.ramp.table,
            warmest=warmest(sheet.form),
            line=(*self.line.rgb, 0.42),
            levels=self.levels() if callable(self.levels) else self.levels,
            weight=1.15 * pen.line_width,
            opacity=self.shown(),
        )
        pen.canvas.surface(sheet.form, look)

    def hides(self, tiles: Tiles) -> Mask:
        if self.shown() < 1.0:
            return tiles.none
        above, below = covers(self._sheet(), tiles).values()
        return above | below

    def _sheet(self) -> Sheet:
        half = self.scale.height / 2.0
        return Sheet(self.form(), self.scale.reach, (half, half, self.flip()), CUT)

    def point(self, coordinates: npt.ArrayLike, level: npt.ArrayLike | None = None) -> Array:
        """The point of the surface above two coordinates, shape (..., 3), or at another level v there."""
        xy = self.scale.place(coordinates)
        v = self.form().value(xy[..., 0], xy[..., 1]) if level is None else np.asarray(level)
        half = self.scale.height / 2.0
        z = half + half * self.flip() * (2.0 * v - 1.0)
        return np.concatenate([xy, np.broadcast_to(z, xy.shape[:-1])[..., None]], axis=-1)


@dataclass
class Floor(Prop):
    """The floor: a grid at the ticks and, as far as `map` is turned up, the form's iso-lines."""

    form: Callable[[], Quadratic]
    scale: StageScale
    ramp: Ramp = field(default_factory=lambda: scene_theme().height)
    paper: Colour = field(default_factory=lambda: scene_theme().floor)
    grid: Colour = field(default_factory=lambda: scene_theme().quiet)
    grid_step: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    levels: Levels | Callable[[], Levels] = (10.0, 0.5)
    map: Dial = field(default_factory=lambda: Dial(1.0))
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def draw(self, pen: Pen) -> None:
        form = self.form()
        ground = FloorLook(
            reach=self.scale.reach,
            z=0.0,
            paper=(*self.paper.rgb, 0.75),
            grid=(*self.grid.rgb, 0.35),
            grid_step=self.grid_step,
            ramp=self.ramp.table,
            warmest=warmest(form),
            map=self.map(),
            levels=self.levels() if callable(self.levels) else self.levels,
            weight=pen.line_width,
            opacity=self.shown(),
        )
        pen.canvas.floor(form, ground)


def warmest(form: Quadratic) -> float:
    """v at which the colours of height begin: its lowest, so that the minimum always has the warm end."""
    return min(max(form.lowest(), 0.0), 0.9)
