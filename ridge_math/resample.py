"""Resampling of θ̂(λ), seeded: new noise around a known truth, and the bootstrap of rows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.likelihood import noise_variance
from ridge_math.reduced import Problem, resolve_rcond

BATCH_NUMBERS = 2_000_000  # rows times columns held at once by the bootstrap of pairs


def resampled_minimisers(
    problem: Problem,
    lams: ArrayLike,
    n_draws: int,
    seed: int,
    sigma2: float | None = None,
    theta: ArrayLike | None = None,
) -> FloatArray:
    """Return θ̂(λ) for new responses y* = Xθ + ε*, ε* ~ N(0, σ²I): shape lams.shape + (n_draws, p).

    The same draws for every λ, so that each dot can be followed as λ changes. Exact in
    distribution, and independent of the number of rows: Uᵀy* = D Vᵀθ + Uᵀε*, and Uᵀε* ~ N(0, σ²I).

    Parameters
    ----------
    lams
        One λ or several.
    n_draws, seed
        Number of draws, and the seed of numpy's default generator.
    sigma2
        Noise variance, units of y squared; ``noise_variance`` if not given.
    theta
        The θ that generates; least squares θ̂(0) if not given (the parametric bootstrap). For
        synthetic data, the planted truth gives repeated experiments.

    Raises
    ------
    DataError
        If σ² is not given and cannot be estimated.
    ValueError
        If a λ or σ² is negative or not finite.

    Notes
    -----
    Source: Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, 6.5, 9.4. The cloud has
    the sampling covariance, not that of the posterior.
    """
    reduced = problem.reduced
    variance = noise_variance(problem) if sigma2 is None else sigma2
    if not (math.isfinite(variance) and variance >= 0):
        raise ValueError(f"σ² must be finite and at least 0, got {sigma2!r}")
    if theta is None:
        mean = reduced.uty
    else:
        mean = reduced.d * (reduced.V.T @ np.asarray(theta, dtype=np.float64))
    rng = np.random.default_rng(seed)
    drawn = mean + math.sqrt(variance) * rng.standard_normal((n_draws, reduced.n_features))
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    gain = reduced.filter_factors(lams) / safe
    return np.asarray((gain[..., None, :] * drawn) @ reduced.V.T)


def bootstrap_pairs(dataset: Dataset, lam: float, n_draws: int, seed: int) -> FloatArray:
    """Return θ̂(λ) for rows drawn with replacement: shape (n_draws, p).

    Each draw is centred anew; the scale of X, and what features were adjusted for, stay those of
    the data, so that every θ̂ means the same.

    Raises
    ------
    DataError
        If the data has too many rows to hold them (see ``Dataset.is_sample``).
    ValueError
        If λ is negative or not finite.

    Notes
    -----
    Source: Efron (1979), Annals of Statistics 7(1), 1-26; Freedman (1981), same journal 9(6).
    """
    lam = float(penalties(lam))
    if dataset.is_sample:
        raise DataError(
            f"{dataset.rows.source} has {dataset.n_samples} rows, too many to draw pairs from: "
            "use resampled_minimisers, which does not need the rows"
        )
    n, p = dataset.n_samples, dataset.n_features
    rng = np.random.default_rng(seed)
    out: FloatArray = np.empty((n_draws, p))
    size = max(1, BATCH_NUMBERS // (n * (p + 1)))
    for start in range(0, n_draws, size):
        rows = rng.integers(0, n, size=(min(size, n_draws - start), n))
        X, y = dataset.X[rows], dataset.y[rows]
        X = X - X.mean(axis=1, keepdims=True)
        y = y - y.mean(axis=1, keepdims=True)
        out[start : start + size] = _ridge_of_each(X, y, lam)
    return out


def _ridge_of_each(X: FloatArray, y: FloatArray, lam: float) -> FloatArray:
    """θ̂(λ) for a stack of problems, X (b, n, p) and y (b, n): shape (b, p)."""
    u, d, vt = np.linalg.svd(X, full_matrices=False)
    kept = d > resolve_rcond(max(X.shape[1:])) * d[:, :1]
    safe = np.where(kept, d, 1.0)
    coordinates = np.where(kept, np.einsum("bni,bn->bi", u, y) / (safe + lam / safe), 0.0)
    return np.asarray(np.einsum("bip,bi->bp", vt, coordinates))
