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

GcvConvention = Literal["intercept", "mass"]
HkbConvention = Literal["hoerl", "mass"]

OWN_FIT = 1e-10  # a row with less of its leverage to spare determines its own fit


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

    Their minima are close but not the same. inf where no degrees of freedom are left. Computed as
    (n − m − rank) + Σ λ/(d² + λ), not as a difference of nearly equal numbers, so that for n ≤ p it
    keeps its digits as λ → 0.

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
    reduced = problem.reduced
    n, with_intercept = reduced.n_samples, convention == "intercept"
    lost = reduced.filter_complements(lams)
    none = n - reduced.rank - (reduced.n_unpenalised if with_intercept else 0)  # left at λ = 0
    left = none + np.sum(lost, axis=-1, where=reduced.d > 0)
    free = np.where(left > 0, left, 1.0)
    # Divided before they are squared: for small λ both are small.
    score = reduced.rss_min / free**2 + np.sum((lost * reduced.uty / free[..., None]) ** 2, axis=-1)
    return np.where(left > 0, (n if with_intercept else 1.0) * score, math.inf)


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
    With u the row of U and r₀ the residual of least squares,

        1 − m − h = (1 − m − Σ u²) + Σ u² λ/(d² + λ)
        e         = r₀ + Σ u Uᵀy λ/(d² + λ)

    where both first terms are exactly 0 for a row that least squares fits whatever y is, as all rows
    are when no degrees of freedom are left: then e and 1 − m − h go to 0 together, and keep their
    digits only when written so.
    Reads all rows once. Source: Allen (1974), Technometrics 16(1), 125-127; Golub et al. (1979).
    """
    reduced = dataset.reduced
    lam = np.atleast_1d(penalties(lams))
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    lost = np.where(reduced.d > 0, reduced.filter_complements(lam), 0.0)
    saturated = reduced.residual_df <= 0
    total = np.zeros(lam.size)
    for X, y, unpenalised in dataset.prepared_blocks():
        u = np.where(reduced.d > 0, (X @ reduced.V) / safe, 0.0)
        free = 1.0 - unpenalised - np.einsum("ij,ij->i", u, u)
        fitted = saturated | (free <= OWN_FIT)
        free = np.where(fitted, 0.0, free)[:, None] + u**2 @ lost.T
        residual = np.where(fitted, 0.0, y - u @ reduced.uty)[:, None] + (u * reduced.uty) @ lost.T
        usable = free > 0
        left_out = np.where(usable, residual / np.where(usable, free, 1.0), math.inf)
        total += np.square(left_out).sum(axis=0)
    return np.asarray(total / dataset.n_samples).reshape(np.shape(lams))


def restricted_likelihood(problem: Problem, lams: ArrayLike) -> FloatArray:
    """Return the score whose lowest λ is that of REML, the evidence: shape of ``lams``, units of y squared.

    With θ ~ N(0, τ²I), λ = σ²/τ² and the unpenalised coefficients integrated out, y ~ N(0, σ²(I + XXᵀ/λ)).
    At the best σ² for each λ, −2 log of its density is (n − m) log of

        (rest + Σ (Uᵀy)² λ/(d² + λ))/(n − m) · Π ((d² + λ)/λ)^(1/(n − m))

    up to a constant, m as in ``gcv``. inf at λ = 0, where θ has no prior.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.

    Notes
    -----
    Source: Patterson & Thompson (1971), Biometrika 58(3), 545-554; MacKay (1992), Neural Computation 4(3),
    415-447; equivalent to a mixed model with X as random effects.
    """
    reduced = problem.reduced
    df = reduced.n_samples - reduced.n_unpenalised
    lost = reduced.filter_complements(lams)
    quadratic = reduced.rss_min + np.sum(lost * reduced.uty**2, axis=-1)
    with np.errstate(divide="ignore", over="ignore"):
        spread = -np.sum(np.log(lost), axis=-1, where=reduced.d > 0)
        return np.asarray(quadratic / df * np.exp(spread / df))


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
