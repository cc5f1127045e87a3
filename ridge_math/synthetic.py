"""Synthetic regression data, seeded, whose correlation and true θ are exactly as asked."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray
from ridge_math.errors import DataError

Structure = Literal["pairwise", "sum"]


def collinear_features(
    n_samples: int,
    n_features: int,
    correlation: float,
    structure: Structure,
    rng: np.random.Generator,
) -> FloatArray:
    """Return X (n, p) with columns of mean 0, variance 1 (ddof 0) and the collinearity asked for.

    The *sample* correlations are as asked, up to rounding, not only those of a population: the
    features are combinations of exactly orthogonal columns.

    Parameters
    ----------
    structure
        ``"pairwise"``: every two features have this correlation.
        ``"sum"``: all but the last are uncorrelated, and the last is their scaled sum plus
        something of its own, C ≈ A + B: ``correlation`` is the multiple correlation of C with the
        others, while no pair is correlated by more than 1/√(p − 1).

    Raises
    ------
    DataError
        If the correlation is impossible, or there are too few rows for so many orthogonal columns.
    """
    p = n_features
    if p < 1:
        raise DataError("synthetic data needs at least one feature: give θ one entry or more")
    if n_samples < p + 2:
        raise DataError(
            f"{n_samples} rows are too few for {p} synthetic features: ask for {p + 2} or more"
        )
    if not -1.0 <= correlation <= 1.0:
        raise DataError(f"a correlation of {correlation} is impossible: choose one from -1 to 1")
    if structure == "pairwise" and p > 2 and correlation < -1.0 / (p - 1) - 1e-15:
        raise DataError(
            f"{p} features cannot all have correlation {correlation} with each other: "
            f"choose {-1.0 / (p - 1):.3g} or more"
        )
    orthogonal = _orthonormal_columns(n_samples, p, rng) * np.sqrt(n_samples)
    if structure == "sum":
        return _last_is_sum(orthogonal, correlation)
    if structure == "pairwise":
        return _equally_correlated(orthogonal, correlation)
    raise DataError(f"unknown structure {structure!r}: choose 'pairwise' or 'sum'")


def linear_response(
    X: FloatArray, theta: ArrayLike, noise: float, rng: np.random.Generator
) -> FloatArray:
    """Return y = Xθ + noise · ε with ε ~ N(0, I), shape (n,).

    Raises
    ------
    DataError
        If the noise is negative or not finite, or θ does not fit X.
    """
    planted: FloatArray = np.asarray(theta, dtype=np.float64)
    if planted.shape != (X.shape[1],) or not np.all(np.isfinite(planted)):
        raise DataError(f"the planted θ must be {X.shape[1]} finite numbers, got {theta!r}")
    if not (np.isfinite(noise) and noise >= 0):
        raise DataError(f"noise {noise} is not a standard deviation: choose 0 or more")
    return np.asarray(X @ planted + noise * rng.standard_normal(X.shape[0]))


def feature_names(n_features: int) -> tuple[str, ...]:
    """Return A, B, C, … Z, and x1, x2, … when the alphabet is too short."""
    if n_features <= 24:  # stops short of Y, the response
        return tuple("ABCDEFGHIJKLMNOPQRSTUVWX"[:n_features])
    return tuple(f"x{i}" for i in range(1, n_features + 1))


def _orthonormal_columns(n: int, p: int, rng: np.random.Generator) -> FloatArray:
    """Columns orthogonal to each other and to the constant, by Gram-Schmidt done twice."""
    columns = np.full((n, p + 1), 1.0 / np.sqrt(n))
    for j in range(1, p + 1):
        column = rng.standard_normal(n)
        for _ in range(2):
            column = column - columns[:, :j] @ (columns[:, :j].T @ column)
        columns[:, j] = column / np.sqrt(column @ column)
    return columns[:, 1:]


def _equally_correlated(orthogonal: FloatArray, correlation: float) -> FloatArray:
    """Multiply by the symmetric square root of (1 − ρ)I + ρ11ᵀ; at ρ = 1 all columns are one."""
    p = orthogonal.shape[1]
    common = orthogonal.mean(axis=1, keepdims=True)
    own = np.sqrt(1.0 - correlation) * (orthogonal - common)
    return np.asarray(own + np.sqrt(max(1.0 + (p - 1) * correlation, 0.0)) * common)


def _last_is_sum(orthogonal: FloatArray, correlation: float) -> FloatArray:
    p = orthogonal.shape[1]
    X = orthogonal.copy()
    if p > 1:
        total = orthogonal[:, :-1].sum(axis=1) / np.sqrt(p - 1)
        own = np.sqrt((1.0 - correlation) * (1.0 + correlation))
        X[:, -1] = correlation * total + own * orthogonal[:, -1]
    return X
