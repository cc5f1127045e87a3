"""Principal-component regression: ridge's filter factors, but each of them 0 or 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import FloatArray, read_only
from ridge_math.dataset import Dataset
from ridge_math.reduced import Problem


@dataclass(frozen=True, eq=False)
class ComponentFit:
    """Least squares on the first k principal components of X, those along which it varies most.

    Attributes
    ----------
    n_components : int
        k.
    factors : (p,)
        What is left of least squares along each singular direction, steepest first: 1 for the first
        k, 0 for the rest, where ridge has d²/(d² + λ).
    theta : (p,)
        V diag(factors/d) Uᵀy, in the units of the prepared X.
    slopes : (p,)
        The same per unit of each raw feature.
    intercept : float
        The intercept that goes with ``slopes`` and ``adjusted_slopes``.
    adjusted_slopes : (q,)
        Slopes of the raw features adjusted for.
    gcv : float
        Its GCV, in the convention ``"intercept"`` of ``path.gcv``.
    r2 : float
        1 − RSS/‖y‖².
    """

    n_components: int
    factors: FloatArray
    theta: FloatArray
    slopes: FloatArray
    intercept: float
    adjusted_slopes: FloatArray
    gcv: float
    r2: float

    @classmethod
    def of(cls, dataset: Dataset, n_components: int | None = None) -> ComponentFit:
        """Fit a dataset, by as many components as GCV chooses if none are given.

        Equivalent to scikit-learn's ``PCA(k)`` on the prepared X and ``LinearRegression`` on its scores.

        Raises
        ------
        ValueError
            If the number is negative, or more than the rank.
        """
        reduced = dataset.reduced
        scores = gcv_of_components(dataset)
        k = int(np.argmin(scores)) if n_components is None else n_components
        if not 0 <= k <= reduced.rank:
            raise ValueError(f"from 0 to {reduced.rank} components can be kept, got {k}")
        factors = np.where(np.arange(reduced.n_features) < k, 1.0, 0.0)
        theta = reduced.V[:, :k] @ (reduced.uty[:k] / reduced.d[:k])
        intercept, slopes, adjusted = dataset.original_units(theta)
        return cls(
            n_components=k,
            factors=read_only(factors),
            theta=read_only(theta),
            slopes=read_only(slopes),
            intercept=intercept,
            adjusted_slopes=read_only(adjusted),
            gcv=float(scores[k]),
            r2=1.0 - float(_residual_ss(reduced)[k]) / reduced.total_ss,
        )


def gcv_of_components(problem: Problem) -> FloatArray:
    """Return n RSS/(n − m − k)² for k = 0 … rank components, shape (rank + 1,); units of y squared.

    m counts what is not penalised, the intercept included, as in ``gcv`` of ridge, so that the two can be
    compared; inf where no degrees of freedom are left.
    """
    reduced = problem.reduced
    free = reduced.residual_df + np.arange(reduced.rank, -1, -1.0)
    safe = np.where(free > 0, free, 1.0)
    scores = reduced.n_samples * (_residual_ss(reduced) / safe) / safe
    return np.where(free > 0, scores, math.inf)


def _residual_ss(problem: Problem) -> FloatArray:
    """RSS of the first k = 0 … rank components, from the last on, so that small ones keep digits."""
    reduced = problem.reduced
    lost = np.concatenate([reduced.uty[: reduced.rank] ** 2, [reduced.rss_min]])
    return np.asarray(np.cumsum(lost[::-1])[::-1])
