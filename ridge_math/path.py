"""The ridge path, and the classic ways to choose a λ on it.

Residuals and degrees of freedom come from the singular values, for all λ at once; only
leave-one-out needs the rows, which it reads once, in blocks.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.likelihood import noise_variance
from ridge_math.reduced import Problem
from ridge_math.spectrum import effective_df

GcvConvention = Literal["intercept", "mass"]
HkbConvention = Literal["hoerl", "mass"]


def ridge_path(problem: Problem, lams: ArrayLike) -> FloatArray:
    """Return θ̂(λ) = V diag(d/(d² + λ)) Uᵀy for each λ of shape (k,): shape (k, p).

    θ in units of y per unit of prepared X. Minimum-norm at λ = 0.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.

    Notes
    -----
    Source: Hoerl & Kennard (1970), Technometrics 12(1), 55-67; ESL (3.47).
    """
    return problem.reduced.minimisers(lams)


def residual_ss(problem: Problem, lams: ArrayLike) -> FloatArray:
    """Return RSS(θ̂(λ)) = rest + Σ (Uᵀy)² (λ/(d² + λ))², shape of ``lams``. Units of y squared.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.
    """
    reduced = problem.reduced
    lost = reduced.filter_complements(lams)
    return np.asarray(reduced.rss_min + np.sum((lost * reduced.uty) ** 2, axis=-1))


def gcv(problem: Problem, lams: ArrayLike, convention: GcvConvention = "intercept") -> FloatArray:
    """Return the generalised cross-validation score for each λ: shape of ``lams``.

    - ``"intercept"``: n RSS/(n − m − df)², the mean of squared leave-one-out residuals with every
      leverage replaced by the average one; m = 1 for the intercept plus the rank of what was
      adjusted for. Units of y squared.
    - ``"mass"``: RSS/(n − df)², as printed by MASS ``lm.ridge``, which leaves the intercept out of
      the degrees of freedom.

    Their minima are close but not the same. inf where no degrees of freedom are left.

    Raises
    ------
    ValueError
        If a λ is negative or not finite, or the convention unknown.

    Notes
    -----
    Source: Golub, Heath & Wahba (1979), Technometrics 21(2), 215-223; Venables & Ripley, MASS 4th
    ed.
    """
    if convention not in ("intercept", "mass"):
        raise ValueError(f"unknown convention {convention!r}: choose 'intercept' or 'mass'")
    n, df = problem.reduced.n_samples, effective_df(problem, lams)
    with_intercept = convention == "intercept"
    left = n - df - (problem.reduced.n_unpenalised if with_intercept else 0)
    # Saturated up to rounding: 0/0, where no choice is supported by the data.
    usable = left > 1e-9 * n
    score = residual_ss(problem, lams) * (n if with_intercept else 1.0)
    return np.where(usable, score / np.where(usable, left, 1.0) ** 2, math.inf)


def loo(dataset: Dataset, lams: ArrayLike) -> FloatArray:
    """Return the mean squared leave-one-out residual for each λ of shape (k,): shape (k,).

    (1/n) Σ (eᵢ/(1 − mᵢ − hᵢ))² with e the residuals at θ̂(λ), h the leverages of X(XᵀX + λI)⁻¹Xᵀ
    and m those of what is not penalised: 1/n for the intercept, more where features were adjusted
    for. Exactly what refitting n times gives, intercept and adjusted coefficients refitted too,
    with centring and scaling of X as for the whole data. Units of y squared. inf where a row
    determines its own fit.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.

    Notes
    -----
    Equivalent to the mean of scikit-learn's ``RidgeCV(store_cv_results=True).cv_results_``.
    Reads all rows once. Source: Allen (1974), Technometrics 16(1), 125-127; Golub et al. (1979).
    """
    reduced = dataset.reduced
    lam = np.atleast_1d(penalties(lams))
    theta = reduced.minimisers(lam)
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    factors = reduced.filter_factors(lam)
    total = np.zeros(lam.size)
    for X, y, unpenalised in dataset.prepared_blocks():
        left_singular = np.where(reduced.d > 0, (X @ reduced.V) / safe, 0.0)
        leverage = (left_singular**2) @ factors.T + unpenalised[:, None]
        residual = y[:, None] - X @ theta.T
        free = 1.0 - leverage
        usable = free > 1e-10
        total += np.where(usable, (residual / np.where(usable, free, 1.0)) ** 2, math.inf).sum(
            axis=0
        )
    return np.asarray(total / dataset.n_samples).reshape(np.shape(lams))


def hkb(problem: Problem, convention: HkbConvention = "hoerl") -> float:
    """Return the Hoerl-Kennard-Baldwin choice of λ, in scikit-learn's units.

    - ``"hoerl"``: p s²/‖θ̂(0)‖², as first published (n k in Hoerl and Kennard's correlation form).
    - ``"mass"``: (p − 2) s²/‖θ̂(0)‖², the "modified HKB" that MASS ``lm.ridge`` prints; not
      positive for p ≤ 2, and then no choice at all.

    s² is ``noise_variance``. inf if θ̂(0) = 0.

    Raises
    ------
    DataError
        If there are no degrees of freedom for s², or fewer than three features for ``"mass"``.
    ValueError
        If the convention is unknown.

    Notes
    -----
    For standardised features. Source: Hoerl, Kennard & Baldwin (1975), Communications in Statistics
    4(2), 105-123; MASS 4th ed.
    """
    if convention not in ("hoerl", "mass"):
        raise ValueError(f"unknown convention {convention!r}: choose 'hoerl' or 'mass'")
    p = problem.reduced.n_features
    factor = p if convention == "hoerl" else p - 2
    if factor < 1:
        raise DataError(
            f"the modified HKB choice of λ needs three features or more, here are {p}: "
            "use the original one"
        )
    theta = problem.reduced.minimisers(0.0)
    size = float(np.linalg.norm(theta))
    return factor * noise_variance(problem) / size / size if size > 0 else math.inf


def lam_of_lowest(scores: ArrayLike, lams: ArrayLike) -> float:
    """Return the λ with the lowest of its scores; of equal ones the largest λ, the simplest model.

    Raises
    ------
    ValueError
        If the shapes differ, or no score is finite.
    """
    score: FloatArray = np.asarray(scores, dtype=np.float64)
    lam = penalties(lams)
    if score.shape != lam.shape or score.ndim != 1:
        raise ValueError(f"one score for each λ needed, got {score.shape} and {lam.shape}")
    if not np.any(np.isfinite(score)):
        raise ValueError("no λ has a finite score")
    return float(np.max(lam[score == np.min(score)]))
