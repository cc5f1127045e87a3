"""One ridge fit in both units, with how well it fits and how far it varies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ridge_math.arrays import FloatArray, read_only
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.likelihood import noise_variance
from ridge_math.path import residual_ss
from ridge_math.spectrum import effective_df, vif

LEVEL = 0.95  # of confidence intervals


@dataclass(frozen=True, eq=False)
class Fit:
    """θ̂(λ) in both units, and how well it fits.

    Attributes
    ----------
    lam : float
        λ; 0 is least squares (of least norm where the features are exactly collinear).
    theta : (p,)
        θ̂ in the units of the prepared X: of y, per standard deviation of a scaled feature.
    centre : float
        Mean of the response: the intercept that goes with ``theta``.
    slopes : (p,)
        θ̂ per unit of each raw feature.
    intercept : float
        The intercept that goes with ``slopes``.
    adjusted_slopes : (q,)
        Slopes of the raw features adjusted for, which are not penalised.
    effective_df : float
        df(λ), intercept and adjusted features not counted.
    r2 : float
        1 − RSS/‖y‖², of what the features adjusted for leave to be explained.
    standard_errors : (p,) or None
        Of ``theta``, with λ as if it had been given beforehand, see the function ``standard_errors``.
    intervals : (p, 2) or None
        95 % confidence intervals for E θ̂(λ), see the function ``confidence_intervals``.
    """

    lam: float
    theta: FloatArray
    centre: float
    slopes: FloatArray
    intercept: float
    adjusted_slopes: FloatArray
    effective_df: float
    r2: float
    standard_errors: FloatArray | None
    intervals: FloatArray | None

    @classmethod
    def of(cls, dataset: Dataset, lam: float) -> Fit:
        """Fit a dataset.

        Raises
        ------
        ValueError
            If λ is negative or not finite.
        """
        theta = dataset.objective(lam).minimiser()
        intercept, slopes, adjusted = dataset.original_units(theta)
        reduced = dataset.reduced
        return cls(
            lam=float(lam),
            theta=read_only(theta),
            centre=float(dataset.preparation.centre[-1]),
            slopes=read_only(slopes),
            intercept=intercept,
            adjusted_slopes=read_only(adjusted),
            effective_df=float(effective_df(dataset, lam)),
            standard_errors=standard_errors(dataset, float(lam)),
            intervals=confidence_intervals(dataset, float(lam)),
            r2=1.0 - float(residual_ss(dataset, lam)) / reduced.total_ss,
        )


def noise_sd_of(dataset: Dataset) -> float | None:
    """Return s, the square root of ``noise_variance``; None without degrees of freedom."""
    try:
        return math.sqrt(noise_variance(dataset))
    except DataError:
        return None


def standard_errors(dataset: Dataset, lam: float) -> FloatArray | None:
    """Return the standard errors of θ̂(λ) for a λ given beforehand, shape (p,), units of θ.

    Square roots of the diagonal of s²(XᵀX + λI)⁻¹XᵀX(XᵀX + λI)⁻¹. They leave out the bias of θ̂(λ), and that
    the same data may have chosen λ: an interval from them need not hold the true θ as often as it says. inf
    where λ = 0 and nothing determines a coefficient; None without degrees of freedom for s.

    Raises
    ------
    ValueError
        If λ is negative or not finite.
    """
    noise_sd = noise_sd_of(dataset)
    if noise_sd is None:
        return None
    if lam == 0:  # Var θ̂ⱼ = s² VIFⱼ/‖xⱼ‖²; Marquardt (1970).
        length = np.linalg.norm(dataset.reduced.gram_root, axis=0)
        return read_only(noise_sd * np.sqrt(vif(dataset)) / length)
    reduced = dataset.reduced
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    spread = reduced.V * (reduced.filter_factors(lam) / safe)
    return read_only(noise_sd * np.linalg.norm(spread, axis=1))


def confidence_intervals(dataset: Dataset, lam: float, level: float = LEVEL) -> FloatArray | None:
    """Return confidence intervals for E θ̂(λ), λ given beforehand: shape (p, 2), units of θ.

    θ̂ⱼ(λ) ± t · s.e., t of Student's distribution with n − m − rank degrees of freedom: exact for normal
    noise. At λ = 0, where E θ̂ = θ, they are the usual ones for θ. For λ > 0 they are **not** for θ: they lie
    around E θ̂(λ), which the penalty has pulled away from θ by the bias −λ(XᵀX + λI)⁻¹θ, and nobody knows
    that without θ. Infinite where nothing determines a coefficient; None without degrees of freedom.

    Raises
    ------
    ValueError
        If λ is negative or not finite, or the level is not between 0 and 1.
    """
    from scipy.stats import t

    if not 0.0 < level < 1.0:
        raise ValueError(f"the level must be between 0 and 1, got {level}")
    errors = standard_errors(dataset, lam)
    if errors is None:
        return None
    theta = dataset.objective(lam).minimiser()
    reach = float(t.ppf(0.5 + 0.5 * level, dataset.reduced.residual_df)) * errors
    return read_only(np.column_stack([theta - reach, theta + reach]))
