"""What λ costs and buys when the truth is known: bias², variance and mean squared error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties, read_only
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.reduced import Problem


@dataclass(frozen=True, eq=False)
class Risk:
    """Expected squared error of θ̂(λ) as an estimate of θ, in its two parts.

    Attributes
    ----------
    lams : (k,)
        λ values.
    bias2 : (k,)
        ‖E θ̂(λ) − θ‖², units of θ squared; grows with λ.
    variance : (k,)
        E‖θ̂(λ) − E θ̂(λ)‖², the trace of the sampling covariance; falls with λ.
    """

    lams: FloatArray
    bias2: FloatArray
    variance: FloatArray

    @property
    def mse(self) -> FloatArray:
        """E‖θ̂(λ) − θ‖² = bias² + variance, shape (k,)."""
        return self.bias2 + self.variance


def risk(problem: Problem, lams: ArrayLike, theta: ArrayLike, sigma2: float) -> Risk:
    """Return bias², variance and MSE of θ̂(λ) for a known truth, X fixed and y = Xθ + ε.

    With a = Vᵀθ:

        bias²    = Σ a² (λ/(d² + λ))²
        variance = σ² Σ d²/(d² + λ)²

    A direction with d = 0 has no variance and its whole a² as bias, for every λ.

    Parameters
    ----------
    lams
        λ values, shape (k,).
    theta
        The true θ in the units of the prepared X, shape (p,).
    sigma2
        The true noise variance, units of y squared.

    Raises
    ------
    ValueError
        If a λ is negative or not finite, θ has the wrong shape, or σ² is negative.

    Notes
    -----
    There is always a λ > 0 with a lower MSE than λ = 0 (if σ² > 0 and X has full rank): Hoerl &
    Kennard (1970), theorem 4.3.
    """
    reduced = problem.reduced
    lam = np.atleast_1d(penalties(lams))
    truth: FloatArray = np.asarray(theta, dtype=np.float64)
    if truth.shape != (reduced.n_features,):
        raise ValueError(f"θ must have shape ({reduced.n_features},), got {truth.shape}")
    if not (np.isfinite(sigma2) and sigma2 >= 0):
        raise ValueError(f"σ² must be finite and at least 0, got {sigma2!r}")
    factors = reduced.filter_factors(lam)
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    bias2 = np.sum((reduced.filter_complements(lam) * (reduced.V.T @ truth)) ** 2, axis=-1)
    variance = sigma2 * np.sum((factors / safe) ** 2, axis=-1)
    return Risk(read_only(lam), read_only(bias2), read_only(variance))


def risk_of_planted(dataset: Dataset, lams: ArrayLike) -> Risk:
    """Return the risk for the planted truth and noise of synthetic data.

    Raises
    ------
    DataError
        If the data has no planted truth.
    """
    if dataset.theta is None or dataset.noise is None:
        raise DataError(
            f"{dataset.rows.source} has no known truth, so bias cannot be computed: "
            "use synthetic data"
        )
    return risk(dataset, lams, dataset.theta, dataset.noise**2)
