"""The height surface of any function of two coordinates, or of an array of heights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from scenes.stage.gl_field import draw_field, draw_field_floor
from scenes.stage.looks import FloorLook, SurfaceLook
from scenes.stage.stage import Dial, Pen, Prop
from scenes.stage.stock import scene_theme

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.surface import StageScale
    from scenes.theme import Colour, Ramp

    Array = npt.NDArray[np.float64]
    Mesh = npt.NDArray[np.float32]
    #: Of arrays x and y of one shape.
    Function = Callable[[Array, Array], npt.ArrayLike]

#: Cells of the coarsest mesh along a side; each finer one has twice as many.
COARSE = 64
#: How far a surface may lie from its mesh, in pixels, until that is refined no more.
SMOOTH = 0.25


@dataclass
class HeightField(Prop):
    """The surface of z = f(x, y), read anew at every frame: f may read dials.

    Parameters
    ----------
    heights
        f of arrays x and y of one shape; it is not a number where there is no surface. Or an array of
        heights on an even grid over the floor, rows from low to high y, between which a cubic
        spline is drawn.
    scale
        Its place on the stage; see `StageScale.around`.
    gradient
        Gives ∂f/∂x and ∂f/∂y, as f does; else they are differences on the mesh.
    ramp
        Colours from the lowest point of what is shown to the top of the box.
    line
        Colour of the iso-lines.
    flip
        1 upright, -1 upside down; in between it is pressed flat through the middle of the box.
    finest
        Cells of the finest mesh along a side. The mesh is refined until it lies within a quarter of
        a pixel of the surface, or has as many.
    levels
        Iso-lines stand where ``levels[0] * v + levels[1]`` is whole, v being 0 on the floor and 1 at
        the top of the box.

    Raises
    ------
    ValueError
        If an array of heights is no finite one of at least 2 by 2, or if f gives another shape than
        that of x.
    TypeError
        If f takes no arrays.
    """

    heights: Function | npt.ArrayLike
    scale: StageScale
    gradient: Callable[[Array, Array], tuple[npt.ArrayLike, npt.ArrayLike]] | None = None
    ramp: Ramp = field(default_factory=lambda: scene_theme().height)
    line: Colour = field(default_factory=lambda: scene_theme().iso_line)
    flip: Dial = field(default_factory=lambda: Dial(1.0))
    finest: int = 512
    levels: tuple[float, float] = (10.0, 0.5)
    shown: Dial = field(default_factory=lambda: Dial(1.0))
    rough: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._last: tuple[Pen, tuple[Mesh, float]] | None = None
        if not callable(self.heights):
            self.heights = self._spline(np.asarray(self.heights, dtype=float))

    def value(self, coordinates: npt.ArrayLike) -> Array:
        """f at coordinates (..., 2): shape (...,)."""
        at = np.asarray(coordinates, dtype=float)
        return self._f(at[..., 0], at[..., 1])

    def state(self) -> tuple[Any, ...]:
        x, y = self._grid(COARSE)
        digest = blake2b(self._f(x, y).tobytes(), digest_size=16).digest()
        plain = replace(self, heights=_none, gradient=None)  # type: ignore[arg-type]
        return (digest, *super(HeightField, plain).state())

    def draw(self, pen: Pen) -> None:
        mesh, lowest = self.mesh(pen)
        half = self.scale.height / 2.0
        skin = SurfaceLook(
            reach=self.scale.reach,
            height=(half, half, self.flip()),
            cut=CUT,
            ramp=self.ramp.table,
            warmest=lowest,
            line=(*self.line.rgb, 0.42),
            levels=self.levels,
            weight=1.15 * pen.line_width,
            opacity=self.shown(),
        )
        draw_field(pen.canvas, mesh, skin)

    def mesh(self, pen: Pen) -> tuple[Mesh, float]:
        """v and its slopes in stage units (k, k, 3), as fine as is seen, and v where colours begin."""
        if self._last is not None and self._last[0] is pen:  # surface and floor of one picture
            return self._last[1]
        made = self._mesh(pen)
        self._last = (pen, made)
        return made

    def _mesh(self, pen: Pen) -> tuple[Mesh, float]:
        per_v = pen.pixels_per_unit * self.scale.height
        cells = min(COARSE, self.finest)
        while True:
            x, y = self._grid(cells)
            # Beyond the box a height only says where a triangle leaves it.
            v = np.clip(self.scale.level(self._f(x, y)), -FAR, FAR)
            if 2 * cells > self.finest or _off(v) * per_v <= SMOOTH:
                break
            cells *= 2
        step = self.scale.half_width / self.scale.reach
        if self.gradient is None:
            along_y, along_x = np.gradient(v, 2.0 * self.scale.reach / cells)
        else:
            per = step / (self.scale.high - self.scale.low)
            along_x, along_y = (
                np.broadcast_to(np.asarray(part, dtype=float), x.shape) * per
                for part in self.gradient(x, y)
            )
        shown = v[np.isfinite(v) & (v >= CUT[0]) & (v <= CUT[1])]
        lowest = float(np.clip(shown.min(initial=1.0), 0.0, 0.9))
        slopes = [
            np.nan_to_num(part, nan=0.0, posinf=FAR, neginf=-FAR) for part in (along_x, along_y)
        ]
        return np.stack([v, *slopes], axis=-1).astype("f4"), lowest

    def floor(self, **options: Any) -> FieldFloor:
        """The floor under it, with its map."""
        return FieldFloor(self, **options)

    def point(self, coordinates: npt.ArrayLike) -> Array:
        """The point of the surface above coordinates (..., 2): shape (..., 3), in stage units."""
        xy = self.scale.place(coordinates)
        half = self.scale.height / 2.0
        z = half + half * self.flip() * (2.0 * self.scale.level(self.value(coordinates)) - 1.0)
        return np.concatenate([xy, z[..., None]], axis=-1)

    def resting(self, coordinates: npt.ArrayLike, radius: float) -> Array:
        """Middles of balls of this radius, or points of a tube, that rest on the surface there."""
        at = np.asarray(coordinates, dtype=float)
        step = 1e-4 * self.scale.half_width
        across, along = np.array([step, 0.0]), np.array([0.0, step])
        u = self.point(at + across) - self.point(at - across)
        w = self.point(at + along) - self.point(at - along)
        normal = np.cross(u, w)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        return np.asarray(self.point(at) + 0.8 * radius * normal)

    def lowest(self) -> Array:
        """Where f is least on the floor, to a cell of the finest mesh: shape (2,)."""
        x, y = self._grid(self.finest)
        f = self._f(x, y)
        k = int(np.argmin(np.where(np.isfinite(f), f, np.inf)))
        return np.array([x.flat[k], y.flat[k]])

    def _grid(self, cells: int) -> tuple[Array, Array]:
        line = np.linspace(-1.0, 1.0, cells + 1) * self.scale.half_width
        x, y = np.meshgrid(self.scale.centre[0] + line, self.scale.centre[1] + line)
        return x, y

    def _f(self, x: Array, y: Array) -> Array:
        return values_of(self.heights, x, y)  # type: ignore[arg-type]

    def _spline(self, heights: Array) -> Function:
        from scipy.interpolate import RectBivariateSpline

        if heights.ndim != 2 or min(heights.shape) < 2 or not np.isfinite(heights).all():
            raise ValueError(
                f"an array of heights is finite and at least 2 by 2; this has the shape {heights.shape}"
            )
        (first, second), half = self.scale.centre, self.scale.half_width
        rows, columns = heights.shape
        spline = RectBivariateSpline(
            np.linspace(second - half, second + half, rows),
            np.linspace(first - half, first + half, columns),
            heights,
            kx=min(3, rows - 1),
            ky=min(3, columns - 1),
        )
        return lambda x, y: spline.ev(y, x)


@dataclass
class FieldFloor(Prop):
    """The floor under a height field: a grid and, as far as `map` is turned up, its iso-lines.

    Parameters
    ----------
    surface
        What stands above it.
    grid_step
        Offset along x and y, and step along x and y, of the grid, in stage units.
    """

    surface: HeightField
    paper: Colour = field(default_factory=lambda: scene_theme().floor)
    grid: Colour = field(default_factory=lambda: scene_theme().quiet)
    grid_step: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    map: Dial = field(default_factory=lambda: Dial(1.0))
    shown: Dial = field(default_factory=lambda: Dial(1.0))

    def state(self) -> tuple[Any, ...]:
        plain = replace(self, surface=_none)  # type: ignore[arg-type]
        return (self.surface.state(), *super(FieldFloor, plain).state())

    def draw(self, pen: Pen) -> None:
        mesh, lowest = self.surface.mesh(pen)
        ground = FloorLook(
            reach=self.surface.scale.reach,
            z=0.0,
            paper=(*self.paper.rgb, 0.75),
            grid=(*self.grid.rgb, 0.35),
            grid_step=self.grid_step,
            ramp=self.surface.ramp.table,
            warmest=lowest,
            map=self.map(),
            levels=self.surface.levels,
            weight=pen.line_width,
            opacity=self.shown(),
        )
        draw_field_floor(pen.canvas, mesh, ground)


def values_of(f: Function, x: Array, y: Array) -> Array:
    """f of arrays, as an array of their shape.

    Raises
    ------
    TypeError, ValueError
        As `HeightField`.
    """
    try:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            made = np.asarray(f(x, y), dtype=float)
    except TypeError as error:
        raise TypeError(
            f"the function of a height field is given whole arrays ({error}): "
            "compute with numpy, as in np.sin(x) or np.where(x > 0, x, 0)"
        ) from error
    if made.shape not in ((), x.shape):
        raise ValueError(
            f"the function of a height field gave an array of shape {made.shape} for {x.shape}"
        )
    return np.broadcast_to(made, x.shape).copy()


#: Lowest and highest v shown.
CUT = (-0.5, 1.0)
#: No v on the mesh lies further away than this.
FAR = 1e3


def _none() -> None:
    """A function whose values are part of a state by themselves."""


def _off(v: Array) -> float:
    """How far v can lie from flat triangles between its samples: an eighth of its second differences."""
    near = (v >= CUT[0]) & (v <= CUT[1])
    largest = 0.0
    for values, inside in ((v, near), (v.T, near.T)):
        bend = np.abs(values[2:] - 2.0 * values[1:-1] + values[:-2])
        seen = bend[inside[2:] & inside[1:-1] & inside[:-2]]
        largest = max(largest, float(seen.max(initial=0.0)) / 8.0)
    return largest
