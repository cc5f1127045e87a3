"""Which rows of many are kept for pictures: evenly spaced ones, and those from which statistics come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from ridge_math.arrays import FloatArray
from ridge_math.errors import DataError
from ridge_math.preparation import ColumnSummary

#: Rows of each column kept for lying furthest from its mean. No more than these can each make up 1 % of
#: its sum of squares, so that two rows of millions from which a spread comes are among them.
OUTERMOST = 100


class OutermostRows:
    """Of rows that pass by, the furthest from the mean, the lowest and the highest of each column.

    Of equal ones the first; so they do not depend on how rows come in blocks.

    Parameters
    ----------
    summary
        Of all c columns.

    Attributes
    ----------
    rows : (m, c)
        Those of the blocks so far.
    numbers : (m,)
        Which they are, ascending.
    """

    def __init__(self, summary: ColumnSummary) -> None:
        self.mean = summary.mean
        self.rows: FloatArray = np.empty((0, self.mean.size))
        self.numbers = np.empty(0, dtype=np.int64)
        self._limit = np.full(self.mean.size, -np.inf)

    def see(self, block: FloatArray, start: int) -> None:
        """Take the rows of a block (b, c) into account, of which the first has this number."""
        if not len(block):
            return
        further = np.flatnonzero((self._away(block) > self._limit).any(axis=1))
        found = np.union1d(further, _ends(block))
        rows = np.concatenate([self.rows, block[found]])
        numbers = np.concatenate([self.numbers, start + found])
        away = self._away(rows)
        furthest = np.argsort(-away, axis=0, kind="stable")[:OUTERMOST]
        kept = np.union1d(furthest.ravel(), _ends(rows))
        if len(furthest) == OUTERMOST:
            self._limit = np.take_along_axis(away, furthest[-1:], axis=0)[0]
        self.rows, self.numbers = rows[kept], numbers[kept]

    def _away(self, rows: FloatArray) -> FloatArray:
        return np.asarray(np.abs(0.5 * rows - 0.5 * self.mean))  # halves: no difference overflows


def _ends(rows: FloatArray) -> npt.NDArray[np.intp]:
    return np.concatenate([rows.argmin(axis=0), rows.argmax(axis=0)])


def keeping_some(
    blocks: Iterable[FloatArray],
    summary: ColumnSummary,
    most: int,
    kept: list[FloatArray],
    source: str,
) -> Iterator[FloatArray]:
    """Pass blocks on, and keep all of their rows, or some where there are more than so many.

    Then evenly spaced ones and the outermost, in their order.

    Raises
    ------
    DataError
        If there are now more or fewer rows than when they were summarised.
    """
    n_samples = summary.n_samples
    count = min(n_samples, most)
    wanted = np.arange(count, dtype=np.int64) * (n_samples - 1) // max(count - 1, 1)
    outermost = OutermostRows(summary) if n_samples > most else None
    start = 0
    for block in blocks:
        here = wanted[(wanted >= start) & (wanted < start + block.shape[0])] - start
        kept.append(block[here])
        if outermost is not None:
            outermost.see(block, start)
        start += block.shape[0]
        yield block
    if start != n_samples:
        raise DataError(f"{source} changed while it was read: try again when it is at rest")
    if outermost is not None:
        numbers = np.concatenate([wanted, outermost.numbers])
        _, once = np.unique(numbers, return_index=True)
        kept[:] = [np.concatenate([*kept, outermost.rows])[once]]
