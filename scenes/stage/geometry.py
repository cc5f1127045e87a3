"""Arrays of points: pure functions, no OpenGL and no Manim."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Indices = npt.NDArray[np.uint32]


@lru_cache(maxsize=16)
def grid_mesh(cells: int, eye: tuple[int, int] = (1, 1)) -> tuple[Floats, Indices]:
    """A square grid over [-1, 1]², as vertices (n, 2) and triangles (m, 3) from far to near.

    Parameters
    ----------
    cells
        Cells along a side.
    eye
        The quadrant that the eye stands in, as signs of x and y. Drawn in this order, what is nearer
        comes later, so that soft edges blend with what is behind them.

    Notes
    -----
    The two triangles of a cell meet along the diagonal that runs from the middle outwards, so the
    mesh has the four mirror symmetries of the square and no valley is favoured over its mirror.
    """
    line = np.linspace(-1.0, 1.0, cells + 1, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    vertices = np.stack([x.ravel(), y.ravel()], axis=1)
    count = np.arange(cells, dtype=np.uint32)
    row, column = (
        m.ravel() for m in np.meshgrid(count[:: eye[1]], count[:: eye[0]], indexing="ij")
    )
    a = row * np.uint32(cells + 1) + column
    b, c = a + np.uint32(1), a + np.uint32(cells + 1)
    d = c + np.uint32(1)
    falling = ((row < cells / 2) ^ (column < cells / 2))[:, None]
    first = np.where(falling, np.stack([a, b, c], 1), np.stack([a, b, d], 1))
    second = np.where(falling, np.stack([b, d, c], 1), np.stack([a, d, c], 1))
    pair = (first, second) if eye[1] > 0 else (second, first)
    return vertices, np.stack(pair, axis=1).reshape(-1, 3).astype(np.uint32)


@lru_cache(maxsize=4)
def unit_sphere(slices: int) -> tuple[Floats, Indices]:
    """A sphere of radius 1 as vertices (n, 3), which are also its normals, and triangles (m, 3)."""
    stacks = slices // 2
    polar, azimuth = np.meshgrid(
        np.linspace(0.0, np.pi, stacks + 1),
        np.linspace(0.0, 2.0 * np.pi, slices + 1),
        indexing="ij",
    )
    vertices = np.stack(
        [np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth), np.cos(polar)], axis=-1
    )
    return vertices.reshape(-1, 3).astype(np.float32), _quads(stacks, slices)


def tube(points: npt.NDArray[np.float64], radius: float, sides: int = 10) -> tuple[Floats, Indices]:
    """A round tube along a polyline.

    Parameters
    ----------
    points
        Shape (k, 3), k at least 2, no two neighbours equal.
    radius
        In stage units.
    sides
        Edges of the cross-section.

    Returns
    -------
    vertices : ndarray of shape (k * (sides + 1), 6)
        Position and normal.
    triangles : ndarray of shape (m, 3)
    """
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    # Both frames stay upright: a path over a surface never turns straight up for long.
    side = np.cross(tangent, np.array([0.0, 0.0, 1.0]))
    length = np.linalg.norm(side, axis=1, keepdims=True)
    side = np.where(length > 1e-9, side / np.maximum(length, 1e-9), np.array([1.0, 0.0, 0.0]))
    over = np.cross(side, tangent)
    turn = np.linspace(0.0, 2.0 * np.pi, sides + 1)
    normal = (
        side[:, None] * np.cos(turn)[None, :, None] + over[:, None] * np.sin(turn)[None, :, None]
    )
    vertices = np.concatenate([points[:, None] + radius * normal, normal], axis=-1)
    return vertices.reshape(-1, 6).astype(np.float32), _quads(len(points) - 1, sides)


def _quads(rows: int, columns: int) -> Indices:
    """Two triangles for every cell of a (rows + 1) x (columns + 1) lattice of vertices."""
    row, column = np.divmod(np.arange(rows * columns, dtype=np.uint32), np.uint32(columns))
    a = row * np.uint32(columns + 1) + column
    c = a + np.uint32(columns + 1)
    one = np.uint32(1)
    return np.concatenate(
        [np.stack([a, a + one, c], 1), np.stack([a + one, c + one, c], 1)]
    ).astype(np.uint32)
