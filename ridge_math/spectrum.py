"""What collinearity looks like in numbers: singular values, condition numbers, VIF, shrinkage.

Every function takes a Dataset, a QuadraticObjective or a ReducedProblem, and works from the
singular values of X: those of XᵀX are their squares, and lose half of the digits.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties
from ridge_math.reduced import EPS, Problem

BoolArray = npt.NDArray[np.bool_]
VifConvention = Literal["marquardt", "fox-monette"]


def singular_values(problem: Problem) -> FloatArray:
    """Return d₁ ≥ … ≥ d_p of X, shape (p,); exactly 0 from the numerical rank on."""
    return problem.reduced.d


def eigenvalues(problem: Problem) -> FloatArray:
    """Return d², the eigenvalues of XᵀX, shape (p,): n(1 ± ρ) for two standardised features."""
    return np.asarray(problem.reduced.d**2)


def condition_number_X(problem: Problem, lam: float = 0.0) -> float:
    """Return the condition number of X, or for λ > 0 of X with √λ·I below it.

    sqrt((d₁² + λ)/(d_p² + λ)), the square root of ``condition_number_gram``; inf if singular.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.
    """
    d, root = problem.reduced.d, math.sqrt(float(penalties(lam)))
    top, bottom = math.hypot(d[0], root), math.hypot(d[-1], root)
    return top / bottom if bottom > 0 else math.inf


def condition_number_gram(problem: Problem, lam: float = 0.0) -> float:
    """Return the condition number of XᵀX + λI, (d₁² + λ)/(d_p² + λ); inf if singular.

    Raises
    ------
    ValueError
        If a λ is negative or not finite.
    """
    return condition_number_X(problem, lam) ** 2


def condition_number_unit(problem: Problem) -> float:
    """Return the condition number of X with its columns scaled to equal length; inf if singular.

    Unlike that of X it does not depend on the features' units; for standardised features they are
    the same. Source: Belsley, Kuh & Welsch (1980), 3.2, there without centring.
    """
    if problem.reduced.rank < problem.reduced.n_features:
        return math.inf
    s = np.linalg.svd(unit_columns(problem), compute_uv=False)
    return float(s[0] / s[-1]) if s[-1] > problem.reduced.rcond * s[0] else math.inf


def correlation(problem: Problem) -> FloatArray:
    """Return the correlation matrix of the prepared features, shape (p, p).

    After adjusting for other features these are partial correlations.
    """
    unit = unit_columns(problem)
    matrix = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return np.asarray(matrix)


def vif(problem: Problem) -> FloatArray:
    """Return the variance inflation factors 1/(1 − Rⱼ²), shape (p,), each at least 1.

    Rⱼ² is that of feature j on the others (and the intercept): the diagonal of the inverse
    correlation matrix, 1/(1 − ρ²) for two. inf for a feature that the others predict exactly.
    Source: Marquardt (1970), Technometrics 12(3), 591-612.
    """
    return vif_ridge(problem, 0.0, convention="marquardt")


def vif_ridge(problem: Problem, lam: float, convention: VifConvention = "marquardt") -> FloatArray:
    """Return ridge variance inflation factors, shape (p,), in one of their two conventions.

    With C the correlation matrix and k = λ/n (λ on standardised features):

    - ``"marquardt"`` (R package lmridge): diag[(C + kI)⁻¹ C (C + kI)⁻¹]; falls below 1 for large k.
    - ``"fox-monette"`` (R package genridge): with W that same matrix, Wⱼⱼ (W⁻¹)ⱼⱼ, the diagonal of
      the inverse of the *correlation* matrix of the ridge estimates; at least 1 for every λ, and
      inf for every λ where features are exactly collinear.

    Raises
    ------
    ValueError
        If λ is negative or the convention is unknown.

    Notes
    -----
    Source: Marquardt (1970); Fox & Monette (1992), JASA 87, 178-183, as in genridge's ``vif``.
    """
    k = float(penalties(lam)) / problem.reduced.n_samples
    _, s, vt = np.linalg.svd(unit_columns(problem))
    kept = _kept(problem, s)
    safe = np.where(kept, s, 1.0)
    with np.errstate(over="ignore", divide="ignore"):
        slope = np.where(kept, 1.0 / (safe + k / safe), 0.0)  # s/(s² + k)
    share = (
        np.where(np.abs(vt.T) > 64 * s.size * EPS, vt.T, 0.0) ** 2
    )  # [j, i]: of j in direction i
    lost = np.any(share[:, ~kept] > 0, axis=1)  # has a part in a direction that no data determines
    if convention == "marquardt":
        inflated = (share * slope**2).sum(axis=1)
        return np.where(lost, math.inf, np.maximum(inflated, 1.0)) if k == 0.0 else inflated
    if convention == "fox-monette":
        relative = np.where(kept, slope / slope.max(), 1.0)
        product = (share * relative**2)[:, kept].sum(axis=1) * (share / relative**2)[:, kept].sum(
            axis=1
        )
        return np.where(lost, math.inf, np.maximum(product, 1.0))
    raise ValueError(f"unknown convention {convention!r}: choose 'marquardt' or 'fox-monette'")


def condition_indices(problem: Problem) -> FloatArray:
    """Return s₁/sᵢ of X with columns of equal length, smallest first, shape (p,); inf from the rank on.

    The last is ``condition_number_unit``. From 30 on Belsley calls a dependence strong. Of the centred
    features: those of the uncentred matrix with its constant column, as in some programs, are larger.
    Source: Belsley, Kuh & Welsch (1980), *Regression Diagnostics*, 3.2.
    """
    s = np.linalg.svd(unit_columns(problem), compute_uv=False)
    kept = _kept(problem, s)
    return np.where(kept, s[0] / np.where(kept, s, 1.0), math.inf)


def variance_proportions(problem: Problem) -> FloatArray:
    """Return Belsley's variance-decomposition proportions, shape (p, p): a row for each condition index.

    π_ij = (v_ji²/sᵢ²) / Σ_k (v_jk²/s_k²): the share of Var θ̂ⱼ(0) that direction i is behind; every column
    sums to 1. Two or more large ones beside a large condition index tell which features depend on each
    other. Where directions are undetermined, they take the whole of every feature that has a part in them,
    in equal shares of it.

    Source: Belsley, Kuh & Welsch (1980), 3.2; columns of equal length, here centred.
    """
    _, s, vt = np.linalg.svd(unit_columns(problem))
    kept = _kept(problem, s)
    parts = np.where(np.abs(vt) > 64 * s.size * EPS, vt, 0.0) ** 2
    shares = parts / np.where(kept, s, 1.0)[:, None] ** 2
    lost = np.any(parts[~kept] > 0, axis=0)  # its variance is infinite
    shares[~kept] = 0.0
    shares[:, lost] = np.where(kept[:, None], 0.0, parts)[:, lost]
    return np.asarray(shares / shares.sum(axis=0))


def _kept(problem: Problem, s: npt.NDArray[Any]) -> BoolArray:
    """Which singular values of the columns of equal length count as not 0."""
    return np.asarray(s > problem.reduced.rcond * s[0])


def effective_df(problem: Problem, lams: ArrayLike) -> FloatArray:
    """Return df(λ) = Σ d²/(d² + λ), the trace of the hat matrix without intercept.

    Shape of ``lams``; falls from the rank at λ = 0 towards 0.
    Source: Hastie, Tibshirani & Friedman, *Elements of Statistical Learning*, (3.50).

    Raises
    ------
    ValueError
        If a λ is negative or not finite.
    """
    return np.asarray(problem.reduced.filter_factors(lams).sum(axis=-1))


def filter_factors(problem: Problem, lams: ArrayLike) -> FloatArray:
    """Return d²/(d² + λ) for each singular direction, shape lams.shape + (p,), steepest first.

    How much of the least-squares coordinate along that direction is left: the steep direction
    hardly shrinks, the valley does. Source: ESL (3.47).

    Raises
    ------
    ValueError
        If a λ is negative or not finite.
    """
    return problem.reduced.filter_factors(lams)


def valley_direction(problem: Problem) -> FloatArray:
    """Return the unit vector along which RSS rises least, the last right singular vector: (p,).

    Its sign is chosen so that the first of its largest entries is positive. For two standardised
    features with ρ > 0 it is (1, −1)/√2.
    """
    v = np.asarray(problem.reduced.V[:, -1])
    size = np.abs(v)
    lead = int(np.argmax(size >= size.max() * (1 - 1e-9)))
    return v if v[lead] > 0 else -v


def unit_columns(problem: Problem) -> FloatArray:
    """Return X with columns of norm 1, reduced: a square root of the correlation matrix, (p, p)."""
    root = problem.reduced.gram_root
    peak = np.max(np.abs(root), axis=0)
    scaled = root / np.where(peak > 0, peak, 1.0)
    norm = np.sqrt(np.einsum("ij,ij->j", scaled, scaled))
    return np.asarray(scaled / np.where(norm > 0, norm, 1.0))
