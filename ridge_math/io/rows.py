"""Where raw rows come from: anything that can be read in blocks, more than once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ridge_math.arrays import FloatArray, read_only
from ridge_math.errors import DataError

BLOCK_ROWS = 65_536


class Rows(Protocol):
    """Raw columns, readable in blocks as often as needed."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        ...

    @property
    def source(self) -> str:
        """What to call the source in an error: a file's path, or "the data"."""
        ...

    def blocks(self) -> Iterator[FloatArray]:
        """Yield arrays (rows, len(names)) of finite float64, in order."""
        ...

    def select(self, names: Sequence[str]) -> Rows:
        """Return some of the columns, or the same in another order."""
        ...


@dataclass(frozen=True, eq=False)
class ArrayRows:
    """Rows already in memory."""

    values: FloatArray = field(repr=False)
    names: tuple[str, ...]
    source: str = "the data"

    def __post_init__(self) -> None:
        check_names(self.names)
        bad = np.argwhere(~np.isfinite(self.values))
        if bad.size:
            row, column = bad[0]
            raise DataError(
                f"column {self.names[column]!r}, row {row + 1} is {self.values[row, column]}: "
                "remove the row or fill in a number"
            )

    def blocks(self) -> Iterator[FloatArray]:
        """Yield the rows, ``BLOCK_ROWS`` at a time."""
        for start in range(0, self.values.shape[0], BLOCK_ROWS):
            yield self.values[start : start + BLOCK_ROWS]

    def select(self, names: Sequence[str]) -> Rows:
        """Return some of the columns, or the same in another order."""
        places = [self.names.index(name) for name in names]
        return ArrayRows(read_only(self.values[:, places]), tuple(names), self.source)


@dataclass(frozen=True)
class SomeColumns:
    """Some columns of rows that are read with more: without missing values in any of those."""

    rows: Rows = field(repr=False)
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        check_names(self.names)

    @property
    def source(self) -> str:
        """What to call the source."""
        return self.rows.source

    def blocks(self) -> Iterator[FloatArray]:
        """Yield these columns of the rows."""
        places = [self.rows.names.index(name) for name in self.names]
        for block in self.rows.blocks():
            yield block[:, places]

    def select(self, names: Sequence[str]) -> Rows:
        """Return some of the columns, or the same in another order."""
        return SomeColumns(self.rows, tuple(names))


def check_names(names: tuple[str, ...]) -> None:
    """Raise DataError if a column is chosen twice."""
    for i, name in enumerate(names):
        if name in names[:i]:
            role = "the response and a feature" if i == len(names) - 1 else "a feature twice"
            raise DataError(f"column {name!r} is chosen as {role}: choose it once")
