"""From raw columns to the prepared problem: centred, adjusted, scaled, reduced.

Two passes over blocks of rows, so that memory does not grow with the rows. The first finds the mean
and range of each column; the second folds the blocks of [1 Z X y], shifted and scaled by powers of
two, into one triangular factor (a streamed Householder QR, "TSQR"), which is as accurate as a QR of
all rows at once, where streamed sums of squares would square the condition number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ridge_math.arrays import FloatArray, read_only, triangular_factor
from ridge_math.errors import DataError
from ridge_math.reduced import EPS, ReducedProblem, resolve_rcond

LARGEST = 1e152  # a deviation beyond this, or below 1/this, has a square that over- or underflows


@dataclass(frozen=True, eq=False)
class ColumnSummary:
    """Count, mean, lowest and highest value of each of c columns."""

    n_samples: int
    mean: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, blocks: Iterable[FloatArray], n_columns: int) -> ColumnSummary:
        """Summarise blocks of shape (rows, c) in one pass (Chan, Golub & LeVeque 1983)."""
        n, mean = 0, np.zeros(n_columns)
        low, high = np.full(n_columns, np.inf), np.full(n_columns, -np.inf)
        for block in blocks:
            rows = block.shape[0]
            if rows == 0:
                continue
            n += rows
            # In halves and weighted, so that neither a sum nor a difference of huge values
            # overflows.
            half = 0.5 * block[0] + ((0.5 * block - 0.5 * block[0]) / rows).sum(axis=0)
            mean = mean * (1.0 - rows / n) + (2.0 * half) * (rows / n)
            low, high = np.minimum(low, block.min(axis=0)), np.maximum(high, block.max(axis=0))
        return cls(n, mean, low, high)

    @property
    def deviation(self) -> FloatArray:
        """Largest distance from the mean in each column; inf where that is not a float."""
        with np.errstate(over="ignore"):  # inf is refused later, with the column's name
            return np.maximum(self.high - self.mean, self.mean - self.low)

    @property
    def magnitude(self) -> FloatArray:
        """Largest absolute value in each column."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which columns have the same value in every row, up to rounding."""
        return np.asarray(~(self.deviation > 8 * EPS * self.magnitude))


@dataclass(frozen=True, eq=False)
class Preparation:
    """How raw columns [Z X y] become prepared ones, and coefficients go back.

    With T = (raw − centre) · 2^(−exponents): prepared = (T − [1 T_Z] · explained) · units, for the
    columns X and y. ``units`` is 1/standard deviation for a scaled feature and 2^exponent
    otherwise.
    """

    n_adjusted: int
    centre: FloatArray  # (q + p + 1,)
    exponents: FloatArray  # (q + p + 1,)
    explained: FloatArray  # (1 + q, p + 1)
    basis: FloatArray  # (1 + q, r): [1 T_Z] · basis has orthonormal columns
    units: FloatArray  # (p + 1,)

    def apply(self, raw: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return prepared X (rows, p) and y (rows,) of raw rows (rows, q + p + 1)."""
        base, targets = self._split(raw)
        prepared = (targets - base @ self.explained) * self.units
        return prepared[:, :-1], prepared[:, -1]

    def unpenalised_leverage(self, raw: FloatArray) -> FloatArray:
        """Return each raw row's leverage in the intercept and the adjusted features, (rows,)."""
        spread = self._split(raw)[0] @ self.basis
        return np.asarray(np.einsum("ij,ij->i", spread, spread))

    def original_units(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return intercept, coefficients of X (p,) and of Z (q,) in the raw columns' units."""
        q = self.n_adjusted
        size = 2.0**self.exponents
        slopes = theta * (self.units[:-1] / size[q:-1])
        base = size[-1] * self.explained[:, -1] - self.explained[:, :-1] @ (slopes * size[q:-1])
        adjusted = base[1:] / size[:q]
        intercept = self.centre[-1] + base[0] - slopes @ self.centre[q:-1]
        return float(intercept - adjusted @ self.centre[:q]), slopes, adjusted

    def _split(self, raw: FloatArray) -> tuple[FloatArray, FloatArray]:
        shifted = (raw - self.centre) * 2.0**-self.exponents
        base = np.column_stack([np.ones(raw.shape[0]), shifted[:, : self.n_adjusted]])
        return base, shifted[:, self.n_adjusted :]


def prepare(
    blocks: Iterable[FloatArray],
    summary: ColumnSummary,
    names: tuple[str, ...],
    n_adjusted: int,
    scale: bool,
) -> tuple[Preparation, ReducedProblem]:
    """Fold blocks of raw rows [Z X y] into a reduced problem, with the way there.

    ``names`` are those of the columns, for errors. Adjusting is by the Frisch-Waugh-Lovell theorem:
    X and y are replaced by their residuals on [1 Z], which leaves RSS profiled over Z.

    Raises
    ------
    DataError
        If a column is constant, or explained entirely by those adjusted for, or too large or too
        small to square.

    Notes
    -----
    Source: Demmel, Grigori, Hoemmen & Langou (2012), SIAM J. Sci. Comput. 34(1), A206-A239 (TSQR);
    Frisch & Waugh (1933), Lovell (1963).
    """
    deviation, magnitude = summary.deviation, summary.magnitude
    for j, name in enumerate(names):
        if summary.constant[j]:
            what = "response" if j == len(names) - 1 else "feature"
            raise DataError(
                f"column {name!r} has the same value ({summary.low[j]:.6g}) in every row, "
                f"so it says nothing: choose another {what}"
            )
        if not 1 / LARGEST < deviation[j] < LARGEST:
            verb = "divide" if deviation[j] > 1 else "multiply"
            raise DataError(
                f"column {name!r} spreads over {deviation[j]:.1e}, whose square is out of range: "
                f"use another unit ({verb} by a power of ten)"
            )
    exponents = np.frexp(deviation)[1].astype(np.float64)
    triangle = _streamed_triangle(blocks, summary.mean, exponents)

    q, n = n_adjusted, summary.n_samples
    base, targets = triangle[:, : 1 + q], triangle[:, 1 + q :]
    u, s, vt = np.linalg.svd(base, full_matrices=False)
    resolution = EPS * magnitude / deviation  # the rounding already in the numbers of each column
    tolerance = resolve_rcond(q, 4 * float(np.max(resolution[:q], initial=0.0)))
    kept = s > tolerance * s[0]
    u, basis = u[:, kept], vt.T[:, kept] / s[kept]
    residual = targets - u @ (u.T @ targets)

    norms = np.sqrt(np.einsum("ij,ij->j", residual, residual))
    before = np.sqrt(np.einsum("ij,ij->j", targets[1:], targets[1:]))
    for j, name in enumerate(names[q:]):
        if not norms[j] > 8 * (tolerance + resolution[q + j]) * before[j]:
            raise DataError(
                f"column {name!r} is explained entirely by {_listed(names[:q])}, so nothing of it "
                "is left: adjust for other columns"
            )
    units = 2.0 ** exponents[q:]
    if scale:
        units[:-1] = np.sqrt(n) / norms[:-1]
    preparation = Preparation(
        n_adjusted=q,
        centre=read_only(summary.mean),
        exponents=read_only(exponents),
        explained=read_only(basis @ (u.T @ targets)),
        basis=read_only(basis),
        units=read_only(units),
    )
    rounding = float(np.max(4 * resolution[q:-1] * before[:-1] / norms[:-1]))
    reduced = ReducedProblem.from_triangle(
        residual[:, :-1] * units[:-1], residual[:, -1] * units[-1], n, int(kept.sum()), rounding
    )
    return preparation, reduced


def _streamed_triangle(
    blocks: Iterable[FloatArray], centre: FloatArray, exponents: FloatArray
) -> FloatArray:
    triangle = np.empty((0, centre.size + 1))
    for raw in blocks:
        shifted = (raw - centre) * 2.0**-exponents
        block = np.column_stack([np.ones(raw.shape[0]), shifted])
        triangle = triangular_factor(np.vstack([triangle, block]))
    return triangle


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names) or "the intercept"
