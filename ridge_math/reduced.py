"""The regression problem, reduced to as many rows as it has features.

With the thin SVD X = U D Vᵀ of the prepared features,

    RSS(θ) = ‖y − Xθ‖² = ‖Uᵀy − D Vᵀθ‖² + ‖y − UUᵀy‖²,

so d, V, Uᵀy and one remainder are all that any surface, path or criterion needs: nothing below
costs more when the data has more rows. They come from orthogonal transformations of X itself, never
from XᵀX, whose condition number is the square of that of X.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties, read_only, triangular_factor

EPS = float(np.finfo(np.float64).eps)


def resolve_rcond(n_columns: int, resolution: float = 0.0) -> float:
    """Return the share of the largest singular value up to which others count as zero.

    max(resolution, 8 (p + 2) eps) for p columns whose entries are known to a relative ``resolution``: such
    a direction cannot be told from an exact linear dependence. Behind every decision on rank here; compare
    ``rcond`` of ``numpy.linalg.pinv``. Values are kept where d > rcond · d[0], not ≥, so that a matrix of
    zeros has rank 0.
    Source: Golub & Van Loan, *Matrix Computations*, 4th ed., 5.5.
    """
    return max(resolution, 8 * (n_columns + 2) * EPS)


class Problem(Protocol):
    """Anything that can be reduced: a Dataset, a QuadraticObjective, a ReducedProblem."""

    @property
    def reduced(self) -> ReducedProblem:
        """The problem's SVD form."""
        ...


@dataclass(frozen=True, eq=False)
class ReducedProblem:
    """The SVD form of one regression problem with p features.

    Attributes
    ----------
    d : (p,)
        Singular values of X, largest first; exactly 0 from the numerical rank on (also for p > n).
    V : (p, p)
        Right singular vectors in columns: orthogonal, the null space of X included.
    uty : (p,)
        Uᵀy, 0 where d is 0. Units of y.
    gram_root : (p, p)
        A square root of the Gram matrix, rootᵀ root = XᵀX, accurate in every column by itself
        (D Vᵀ is accurate only relative to the longest).
    rss_min : float
        ‖y − UUᵀy‖², the RSS of least squares. Units of y squared.
    n_samples : int
        Number of rows n.
    n_unpenalised : int
        Dimension fitted without a penalty and already removed from X and y: 1 for the intercept,
        plus the rank of the features adjusted for, 0 for arrays taken as they are.
    rcond : float
        Singular values up to rcond · d[0] count as zero, see ``resolve_rcond``.
    """

    d: FloatArray
    V: FloatArray
    uty: FloatArray
    gram_root: FloatArray
    rss_min: float
    n_samples: int
    n_unpenalised: int
    rcond: float

    @classmethod
    def from_triangle(
        cls,
        features: ArrayLike,
        response: ArrayLike,
        n_samples: int,
        n_unpenalised: int,
        resolution: float = 0.0,
    ) -> ReducedProblem:
        """Reduce any (m, p) matrix and (m,) vector with the same Gram sums as the data.

        Parameters
        ----------
        features, response
            X and y themselves, or the triangular factor R of [X y] = QR.
        n_samples, n_unpenalised
            As in the attributes: they describe the data, not the triangle.
        resolution
            Relative size of the rounding in the data, for ``resolve_rcond``.

        Notes
        -----
        Source: Golub & Van Loan, *Matrix Computations*, 4th ed., 5.3 (QR).
        """
        matrix = np.asarray(features, dtype=np.float64)
        target = np.asarray(response, dtype=np.float64)
        m, p = matrix.shape
        if m < p:  # more features than rows: zero rows change nothing and make V complete
            matrix = np.vstack([matrix, np.zeros((p - m, p))])
            target = np.concatenate([target, np.zeros(p - m)])
        # Householder QR treats every column in its own units; the rows beyond p hold the remainder.
        both = triangular_factor(np.column_stack([matrix, target]))
        matrix, target = both[:p, :p], both[:p, p]
        beyond = float(both[p, p]) if both.shape[0] > p else 0.0
        size = float(np.max(np.abs(matrix), initial=0.0))
        unit = size if size > 0 else 1.0
        u, d, vt = np.linalg.svd(matrix / unit, full_matrices=False)
        rcond = resolve_rcond(p, resolution)
        kept = d > rcond * (d[0] if p else 0.0)
        kept[max(n_samples - n_unpenalised, 0) :] = False
        uty = np.where(kept, u.T @ target, 0.0)
        remainder = target - u @ uty
        saturated = int(kept.sum()) >= n_samples - n_unpenalised
        rest = 0.0 if saturated else float(remainder @ remainder) + beyond * beyond
        return cls(
            d=read_only(np.where(kept, d * unit, 0.0)),
            V=read_only(vt.T),
            uty=read_only(uty),
            gram_root=read_only(matrix),
            rss_min=rest,
            n_samples=n_samples,
            n_unpenalised=n_unpenalised,
            rcond=rcond,
        )

    @property
    def reduced(self) -> ReducedProblem:
        """The problem itself, so that every function here takes a problem in any of its forms."""
        return self

    @property
    def n_features(self) -> int:
        """Number of features p."""
        return int(self.d.size)

    @property
    def rank(self) -> int:
        """Number of non-zero singular values."""
        return int(np.count_nonzero(self.d))

    @property
    def total_ss(self) -> float:
        """‖y‖², the RSS at θ = 0. Units of y squared."""
        return float(self.uty @ self.uty) + self.rss_min

    @property
    def residual_df(self) -> int:
        """Rows − (intercept and adjusted dimensions) − rank: the degrees of freedom left for σ²."""
        return self.n_samples - self.n_unpenalised - self.rank

    @property
    def fits_exactly(self) -> bool:
        """Whether least squares leaves nothing but rounding: ‖y − UUᵀy‖ ≤ 1e-12 ‖y‖."""
        return self.rss_min <= 1e-24 * self.total_ss

    def filter_factors(self, lams: ArrayLike) -> FloatArray:
        """Return d²/(d² + λ) for every singular direction: shape lams.shape + (p,), in [0, 1].

        A direction with d = 0 has factor 0 for every λ, λ = 0 included: least squares knows nothing
        of it, and the minimum-norm solution leaves it at 0.

        Raises
        ------
        ValueError
            If a λ is negative or not finite.
        """
        return np.where(self.d > 0, 1.0 / (1.0 + self._ratio(lams)), 0.0)

    def filter_complements(self, lams: ArrayLike) -> FloatArray:
        """Return λ/(d² + λ) = 1 − ``filter_factors``, with all its digits where it is small.

        Raises
        ------
        ValueError
            If a λ is negative or not finite.
        """
        ratio = self._ratio(lams)
        with np.errstate(divide="ignore"):
            return np.where(self.d > 0, 1.0 / (1.0 + 1.0 / ratio), 1.0)

    def minimisers(self, lams: ArrayLike) -> FloatArray:
        """Return θ̂(λ) = V diag(d/(d² + λ)) Uᵀy: shape lams.shape + (p,); minimum-norm at λ = 0.

        Raises
        ------
        ValueError
            If a λ is negative or not finite.
        """
        return self.coordinates(lams) @ self.V.T

    def coordinates(self, lams: ArrayLike) -> FloatArray:
        """Return Vᵀθ̂(λ), the minimiser along the singular directions: shape lams.shape + (p,).

        Raises
        ------
        ValueError
            If a λ is negative or not finite.
        """
        safe = np.where(self.d > 0, self.d, 1.0)
        return self.filter_factors(lams) * (self.uty / safe)

    def triangle(self) -> FloatArray:
        """Return D Vᵀ, a (p, p) matrix with the same Gram matrix as X."""
        product: FloatArray = self.d[:, None] * self.V.T
        return product

    def _ratio(self, lams: ArrayLike) -> FloatArray:
        """λ/d², inf where that is too large for a float or d is 0."""
        lam = penalties(lams)[..., None]
        safe = np.where(self.d > 0, self.d, 1.0)
        with np.errstate(over="ignore"):
            return np.where(self.d > 0, lam / safe / safe, np.inf)  # d² might underflow
