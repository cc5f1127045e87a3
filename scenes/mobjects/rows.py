"""Which rows of the data are drawn as dots, and how large: what is drawn must show what is computed.

Of many rows some are drawn, those that make the statistics among them: evenly spaced rows alone would
leave out the two rows of fifty thousand from which a spread comes. Equal rows are one larger dot.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from scenes.text.numerals import whole

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.act import Act

    Array = npt.NDArray[np.float64]

#: A row that makes up this share of a column's variance is drawn.
INFLUENTIAL = 0.01
#: Radius of the largest dot that stands for equal rows, in radii of one.
LARGEST = 4.0


def rows_to_draw(columns: npt.ArrayLike, most: int) -> npt.NDArray[np.intp]:
    """Numbers of at most so many rows: all, or those that stand out and evenly spaced others.

    A row stands out if it is the lowest or the highest of a column, or makes up 1 % of its sum of
    squares about the mean; at most half of those drawn are chosen for that.

    Parameters
    ----------
    columns
        What dots are drawn of, and what statistics are computed of, shape (m, k).
    most
        How many rows are drawn at most.
    """
    values = np.asarray(columns, dtype=float)
    count = len(values)
    if count <= most:
        return np.arange(count)
    squares = (values - values.mean(axis=0)) ** 2
    share = squares / np.maximum(squares.sum(axis=0), np.finfo(float).tiny)
    ends = np.concatenate([values.argmin(axis=0), values.argmax(axis=0)])
    largest = share.max(axis=1)
    largest[ends] += 1.0  # they come first
    order = np.argsort(-largest, kind="stable")[: most // 2]
    standing_out = order[largest[order] >= INFLUENTIAL]
    others = np.setdiff1d(np.arange(count), standing_out)
    room = most - len(standing_out)
    even = others[np.linspace(0, len(others) - 1, room).round().astype(np.intp)]
    return np.union1d(standing_out, even)


def rows_note(act: Act, shown: int) -> str:
    """What is said beside a picture that shows so many of the rows; nothing where it shows all."""
    count = act.brief.dataset.n_samples
    return act.term("rows", shown=whole(shown), all=whole(count)) if shown < count else ""


def multiplicities(columns: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """How many of the rows are equal to each, itself included: shape (m,) for columns (m, k)."""
    values = np.asarray(columns, dtype=float)
    spread = np.ptp(values, axis=0)
    cells = np.round((values - values.min(axis=0)) / np.where(spread > 0.0, spread, 1.0) * 1e6)
    _, which, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(counts[which.reshape(-1)])


def enlargement(columns: npt.ArrayLike) -> Array:
    """Times the radius of a single row's dot, for dots that stand for all equal rows: shape (m,).

    Areas go with the number of rows; where that would make a dot too large, all grow more slowly.
    """
    counts = multiplicities(columns)
    power = min(0.5, math.log(LARGEST) / math.log(max(int(counts.max()), 2)))
    return np.asarray(counts**power)
