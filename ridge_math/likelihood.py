"""The same quadratic, upside down: Gaussian likelihood, prior and posterior.

For y = Xθ + ε with ε ~ N(0, σ²I) and the prior θ ~ N(0, τ²I),

    log-likelihood = −RSS(θ)/(2σ²)              − (n/2) log(2πσ²)
    log-prior      = −‖θ‖²/(2τ²)                − (p/2) log(2πτ²)
    log-posterior  = −(RSS(θ) + λ‖θ‖²)/(2σ²)    + const,       λ = σ²/τ².

This is the only place where the factor 1/(2σ²) appears. The posterior is highest exactly where the
penalised objective is lowest. Source: Hoerl & Kennard (1970); Lindley & Smith (1972), JRSS B 34,
1-41.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties
from ridge_math.errors import DataError
from ridge_math.objective import QuadraticObjective
from ridge_math.reduced import Problem

# An exact fit has no noise to estimate; relative to ‖y‖²/n this much is assumed in its place.
NOISE_FLOOR = 1e-6


def lam_from(sigma2: float, tau2: float) -> float:
    """Return λ = σ²/τ²: noise variance over prior variance (units of y² / θ²).

    Raises
    ------
    ValueError
        If a variance is not finite and positive.
    """
    return _variance(sigma2, "σ²") / _variance(tau2, "τ²")


def tau2_from(sigma2: float, lam: float) -> float:
    """Return the prior variance τ² = σ²/λ that a penalty stands for.

    Raises
    ------
    ValueError
        If σ² or λ is not finite and positive (λ = 0 is the flat prior: no finite τ²).
    """
    return _variance(sigma2, "σ²") / _variance(lam, "λ")


def noise_variance(problem: Problem) -> float:
    """Return the unbiased estimate s² = RSS(θ̂(0)) / (n − 1 − rank). Units of y squared.

    The 1 is the intercept; features adjusted for count as well. 0 for an exact fit.

    Raises
    ------
    DataError
        If no degrees of freedom are left.
    """
    reduced = problem.reduced
    if reduced.residual_df < 1:
        raise DataError(
            f"σ² cannot be estimated from {reduced.n_samples} rows with {reduced.n_features} "
            "features: add rows, choose fewer features, or give σ²"
        )
    return reduced.rss_min / reduced.residual_df


@dataclass(frozen=True, eq=False)
class GaussianLikelihood:
    """The Gaussian model behind an objective.

    Attributes
    ----------
    objective : QuadraticObjective
        Its RSS is used; its λ is not (the prior plays that part).
    sigma2 : float
        Noise variance σ², in units of y squared.

    Raises
    ------
    ValueError
        If σ² is not finite and positive.

    Notes
    -----
    The intercept and the features adjusted for are at their best for every θ (profiled out).
    """

    objective: QuadraticObjective
    sigma2: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "sigma2", _variance(self.sigma2, "σ²"))
        object.__setattr__(self, "objective", self.objective.penalised(0.0))

    @classmethod
    def from_problem(cls, problem: Problem, sigma2: float | None = None) -> GaussianLikelihood:
        """Build the model of a problem, with σ² estimated by ``noise_variance`` where not given.

        Where that estimate is only rounding (an exact fit) or impossible (no degrees of freedom),
        σ² = 1e-6 ‖y‖²/n stands in, so that the ridge can still be drawn.

        Raises
        ------
        DataError
            If y is zero everywhere.
        """
        reduced = problem.reduced
        if sigma2 is None:
            sigma2 = NOISE_FLOOR * reduced.total_ss / reduced.n_samples
            if reduced.residual_df > 0 and not reduced.fits_exactly:
                sigma2 = noise_variance(problem)
            if not sigma2 > 0:
                raise DataError(
                    "the response does not vary, so it has no likelihood: choose another"
                )
        return cls(QuadraticObjective(reduced), sigma2)

    def log_likelihood(self, theta: ArrayLike) -> FloatArray:
        """Return −RSS(θ)/(2σ²) − (n/2) log(2πσ²) for θ (..., p): shape (...,). In nats."""
        return self._from_rss(self.objective.value(theta))

    def log_prior(self, theta: ArrayLike, tau2: float) -> FloatArray:
        """Return the log-density of N(0, τ²I), −‖θ‖²/(2τ²) − (p/2) log(2πτ²), shape (...,).

        Raises
        ------
        ValueError
            If τ² is not finite and positive.
        """
        t: FloatArray = np.asarray(theta, dtype=np.float64)
        return self._prior(np.einsum("...i,...i->...", t, t), tau2)

    def log_posterior(self, theta: ArrayLike, tau2: float) -> FloatArray:
        """Return log-likelihood + log-prior, −(RSS + λ‖θ‖²)/(2σ²) + const with λ = σ²/τ².

        The log-posterior up to the log-evidence, which does not depend on θ: shape (...,).

        Raises
        ------
        ValueError
            If τ² is not finite and positive.
        """
        return np.asarray(self.log_likelihood(theta) + self.log_prior(theta, tau2))

    def posterior_mode(self, tau2: float) -> FloatArray:
        """Return the highest point of the posterior, θ̂(σ²/τ²): shape (p,); also its mean.

        Raises
        ------
        ValueError
            If τ² is not finite and positive.
        """
        return self.objective.penalised(lam_from(self.sigma2, tau2)).minimiser()

    def posterior_covariance(self, tau2: float) -> FloatArray:
        """Return σ²(XᵀX + λI)⁻¹ with λ = σ²/τ², shape (p, p): what the data leave uncertain.

        Not the sampling covariance of θ̂(λ), see ``sampling_covariance``.

        Raises
        ------
        ValueError
            If τ² is not finite and positive.
        """
        reduced = self.objective.reduced
        # τ² λ/(d² + λ) is σ²/(d² + λ), written so that d = 0 gives back the prior.
        spread = tau2 * reduced.filter_complements(lam_from(self.sigma2, tau2))
        return np.asarray((reduced.V * spread) @ reduced.V.T)

    def sampling_covariance(self, lam: float) -> FloatArray:
        """Return σ²(XᵀX + λI)⁻¹XᵀX(XᵀX + λI)⁻¹, shape (p, p): how θ̂(λ) varies with the noise.

        At λ = 0 with collinear features: of the minimum-norm solution. Never larger than the
        posterior covariance, and not to be labelled as it.

        Raises
        ------
        ValueError
            If λ is negative or not finite.
        """
        reduced = self.objective.reduced
        safe = np.where(reduced.d > 0, reduced.d, 1.0)
        spread = self.sigma2 * (reduced.filter_factors(float(penalties(lam))) / safe) ** 2
        return np.asarray((reduced.V * spread) @ reduced.V.T)

    def _from_rss(self, rss: FloatArray) -> FloatArray:
        constant = 0.5 * self.objective.n_samples * math.log(2.0 * math.pi * self.sigma2)
        return np.asarray(-0.5 * (rss / self.sigma2) - constant)

    def _prior(self, squared_norm: FloatArray, tau2: float) -> FloatArray:
        tau2 = _variance(tau2, "τ²")
        constant = 0.5 * self.objective.n_features * math.log(2.0 * math.pi * tau2)
        return np.asarray(-0.5 * (squared_norm / tau2) - constant)


def _variance(value: float, name: str) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be finite and positive, got {value!r}")
    return float(value)
