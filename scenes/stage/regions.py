"""Where a surface may be on a picture, and what it surely hides there: in tiles of a few pixels.

A renderer shades every pixel that it is given. Of a surface it is given those tiles in which there is
something of it, and of what lies behind those that are not hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes.stage.quadratic import bend

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.quadratic import Quadratic
    from scenes.stage.view import View

    Array = npt.NDArray[np.float64]
    #: Which tiles of a picture, (rows, columns).
    Mask = npt.NDArray[np.bool_]
    #: Left, top, width and height, in pixels.
    Rectangle = tuple[int, int, int, int]

#: Side of a tile, in pixels.
TILE = 16
#: On a picture of fewer tiles it is not worth while to ask what is hidden.
FEW = 1000
#: Cells along a side by which a surface is looked for.
CELLS = 20
#: Rows of tiles that are drawn together, and columns between two rectangles of which there is one instead.
BAND, GAP = 3, 2
#: Seen from above, and from below.
SIDES = (1, -1)
_SIGNS = np.array(SIDES, dtype="f4")[:, None, None]
#: How much larger than they are boxes are taken, in tiles: a pixel.
_NEARLY = np.array([-1.0, -1.0, 1.0, 1.0])[:, None] / TILE


@dataclass(frozen=True)
class Tiles:
    """A picture of ``size`` pixels that shows ``extent`` frame units through ``view``, in tiles."""

    size: tuple[int, int]
    view: View
    extent: tuple[float, float]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of tiles; those at the right and at the bottom may stand out."""
        return -(-self.size[1] // TILE), -(-self.size[0] // TILE)

    @property
    def none(self) -> Mask:
        """No tile."""
        return np.zeros(self.shape, dtype=bool)

    @property
    def few(self) -> bool:
        """Whether to ask what is hidden costs more than it saves."""
        return self.shape[0] * self.shape[1] < FEW

    @cached_property
    def rays(self) -> Array:
        """From the eye through the corners of the tiles, shape (3, rows + 1, columns + 1)."""
        down, right = (TILE * np.arange(n + 1) for n in self.shape)
        x, y = 2.0 * right / self.size[0] - 1.0, 2.0 * down / self.size[1] - 1.0
        across, upwards, along = self.view.rays(*self.extent).T[..., None, None]
        rays = along + x * across + y[:, None] * upwards
        return rays.astype(np.float32)  # margins are wide

    def touched(self, boxes: Array, kinds: Iterable[Mask]) -> Iterator[Mask]:
        """The tiles that boxes of each kind touch, or nearly so.

        Parameters
        ----------
        boxes
            Left, top, right and bottom of each, in clip space, (4, n).
        kinds
            Which of them are of a kind, (n,).
        """
        rows, columns = self.shape
        scale = 0.5 / TILE * np.array([*self.size, *self.size])[:, None]
        ends = (boxes * scale + (scale + _NEARLY)).astype(int)
        ends[2:] += 1
        left, top, right, bottom = np.clip(ends, 0, [[columns], [rows], [columns], [rows]])
        # Each box adds 1 where it begins and takes it away where it ends: summed up, how many lie there.
        wide = columns + 1
        top, bottom = top * wide, bottom * wide
        places = np.concatenate([top + left, bottom + right, top + right, bottom + left])
        for kind in kinds:
            signs = np.concatenate([kind, kind, -1.0 * kind, -1.0 * kind])
            count = np.bincount(places, signs, (rows + 1) * wide).reshape(rows + 1, wide)
            yield np.asarray(count.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0.5)


@dataclass(frozen=True)
class Sheet:
    """A form's surface over the square [-reach, reach]², as in a `SurfaceLook`.

    Attributes
    ----------
    form
        Its values v.
    reach, height, cut
        Half the side of the square; z at v = 1/2, half the height of the box, and flip; lowest and highest v.
    """

    form: Quadratic
    reach: float
    height: tuple[float, float, float]
    cut: tuple[float, float]

    @property
    def stretch(self) -> float:
        """Stage units that v rises."""
        return 2.0 * self.height[1] * self.height[2]

    def z(self, v: Any) -> Any:
        """Where a value v lies, in stage units."""
        return self.height[0] + self.stretch * (v - 0.5)

    def farther(self, view: View) -> int:
        """The side that is farther away where both are seen: 1 if that which is seen from above."""
        x, y = (view.eye() - np.asarray(view.centre))[:2]
        return 1 if self.stretch * self.form.square(x, y) >= 0.0 else -1


def may_show(sheet: Sheet, tiles: Tiles) -> dict[int, Mask]:
    """The tiles in which a surface may be seen from above (1), and those where from below (-1).

    Each patch of it lies between the corners of its cell of the floor, or as much above or below them as it
    bends; the tiles that no patch touches so hold nothing of it.
    """
    form, stretch, eye = sheet.form, sheet.stretch, tiles.view.eye()
    across, downwards, depth = tiles.view.clip_matrix(*tiles.extent)[[0, 1, 3]]
    # A point is seen from above where the plane that touches the surface there passes below the eye.
    slope = form.slope(eye[0], eye[1]) - (form.x, form.y)
    above = stretch * form.square(eye[0], eye[1]) - (sheet.z(form.value(eye[0], eye[1])) - eye[2])
    values = _cells(sheet.reach) @ np.array(
        [
            (form.xx, stretch * form.xx, 0.0, 0.0, 0.0),
            (form.xy, stretch * form.xy, 0.0, 0.0, 0.0),
            (form.yy, stretch * form.yy, 0.0, 0.0, 0.0),
            (form.x, -stretch * slope[0], across[0], downwards[0], depth[0]),
            (form.y, -stretch * slope[1], across[1], downwards[1], depth[1]),
            (form.constant, above, across[3], downwards[3], depth[3]),
        ]
    )
    v, facing, x, y, w = values.transpose(2, 0, 1)
    bends = max(map(abs, bend(form))) * (2.0 * sheet.reach / CELLS) ** 2 / 4.0
    doubt = abs(stretch) * bends
    low, high = v.min(axis=0) - bends, v.max(axis=0) + bends
    kept = (low <= sheet.cut[1]) & (high >= sheet.cut[0])
    cut = (low < sheet.cut[0]) | (high > sheet.cut[1])
    z = sheet.z(
        np.clip([np.where(cut, low, v - bends), np.where(cut, high, v + bends)], *sheet.cut)
    )
    w = w + depth[2] * z
    x, y = (x + across[2] * z) / w, (y + downwards[2] * z) / w
    ends = [part.min(axis=(0, 1)) for part in (x, y)], [part.max(axis=(0, 1)) for part in (x, y)]
    kinds = kept & (facing.max(axis=0) > -doubt), kept & (facing.min(axis=0) < doubt)
    return dict(zip(SIDES, tiles.touched(np.array(ends).reshape(4, -1), kinds), strict=True))


@lru_cache(maxsize=4)
def covers(sheet: Sheet, tiles: Tiles) -> dict[int, Mask]:
    """The tiles that a surface covers to the last pixel, as seen from above (1) and from below (-1).

    Of one that is bent down anywhere, or cut off below, that is not easily told: it covers none.

    Notes
    -----
    As in the surface's shader, the ray through each corner of a tile meets the surface at the roots of
    a t² + b t + c. Within the tile, what is found there may leave the span of the corners by half as much
    again on either side.
    """
    form, stretch = sheet.form, sheet.stretch
    least, most = bend(form)
    if least < -1e-9 * most or form.lowest() <= sheet.cut[0]:
        return dict.fromkeys(SIDES, tiles.none)
    ray = tiles.rays
    at = tiles.view.eye().astype(np.float32)[:, None, None] + ray
    with np.errstate(all="ignore"):  # a ray may miss it, or meet it far behind
        a = stretch * form.square(ray[0], ray[1])
        slope = form.slope(at[0], at[1])
        b = stretch * (slope[..., 0] * ray[0] + slope[..., 1] * ray[1]) - ray[2]
        c = sheet.z(form.value(at[0], at[1])) - at[2]
        roots = b * b - 4.0 * a * c
        root = np.sqrt(roots) * _SIGNS
        far = b * root >= 0.0
        t = np.where(far, -2.0 * c, root - b) / np.where(far, b + root, 2.0 * a)
        x, y = at[0] + t * ray[0], at[1] + t * ray[1]
        low, high = _spans(np.stack([x, y, form.value(x, y)]))
        limits = np.array([sheet.reach, sheet.reach, sheet.cut[1]], dtype="f4")[:, None, None, None]
        there = (high < limits).all(axis=0) & (low[:2] > -sheet.reach).all(axis=0)
        there &= _spans(roots)[0] > 0.0
    return dict(zip(SIDES, there, strict=True))


def rectangles(mask: Mask, size: tuple[int, int]) -> Iterator[Rectangle]:
    """Rectangles of pixels that do not overlap and hold the tiles of a mask, and few others.

    A rectangle more is as much work as a few tiles more; so rows go together, and narrow gaps are filled.
    """
    rows, columns = mask.shape
    bands = -(-rows // BAND)
    wide = np.zeros((bands * BAND, columns + 2), dtype=bool)
    wide[:rows, 1:-1] = mask
    together = np.logical_or.reduce(wide.reshape(bands, BAND, columns + 2), axis=1)
    where, ends = np.nonzero(together[:, 1:] != together[:, :-1])
    runs = list(zip(where[::2].tolist(), ends[::2].tolist(), ends[1::2].tolist(), strict=True))
    for k, (band, first, last) in enumerate(runs):
        if k + 1 < len(runs) and runs[k + 1][0] == band and runs[k + 1][1] - last < GAP:
            runs[k + 1] = (band, first, runs[k + 1][2])
            continue
        left, top = first * TILE, band * BAND * TILE
        yield left, top, min(last * TILE, size[0]) - left, min(BAND * TILE, size[1] - top)


@lru_cache(maxsize=4)
def _cells(reach: float) -> Array:
    """x², x y, y², x, y and 1 at the four corners of each cell of a square: (4, cells, 6)."""
    line = reach * np.linspace(-1.0, 1.0, CELLS + 1)
    x, y = np.meshgrid(line, line)
    terms = np.stack([x * x, x * y, y * y, x, y, np.ones_like(x)], axis=-1)
    first, last = slice(None, -1), slice(1, None)
    corners = [terms[row, column] for row in (first, last) for column in (first, last)]
    return np.stack(corners).reshape(4, -1, 6)


def _spans(values: Array) -> tuple[Array, Array]:
    """The least and the largest in each tile of what is (..., rows + 1, columns + 1) at corners."""
    left, right = values[..., :-1], values[..., 1:]
    low, high = np.minimum(left, right), np.maximum(left, right)
    low = np.minimum(low[..., :-1, :], low[..., 1:, :])
    high = np.maximum(high[..., :-1, :], high[..., 1:, :])
    half = 0.5 * (high - low)
    return low - half, high + half
