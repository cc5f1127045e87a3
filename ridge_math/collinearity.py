"""Vary the correlation of two features up to exact collinearity, and compare models by their predictions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, read_only
from ridge_math.reduced import Problem, ReducedProblem
from ridge_math.spectrum import correlation


def with_correlation(problem: Problem, gap: float) -> ReducedProblem:
    """Return the problem with two features whose correlation is ±(1 − gap), of the sign it has.

    Everything else stays: the spread of each feature, the least-squares model θ̂(0) (of least norm if
    singular) and its residuals. The response is made anew from them, y' = X'θ̂(0) + e, so that

        RSS(θ) = ‖X'(θ − θ̂(0))‖² + rest:

    θ̂(0) remains a minimum while the floor of the valley flattens around it. For gap > 0 it is the
    only one; at gap = 0 the floor is exactly flat and every point of it is a minimum.

    Parameters
    ----------
    problem
        Two features.
    gap
        1 − |ρ|, from 0 to 1: given so that correlations near 1 keep their digits.

    Raises
    ------
    ValueError
        If there are not exactly two features, or the gap lies outside of [0, 1].

    Notes
    -----
    X' enters through a triangular square root of its Gram matrix, never through the matrix itself.
    The signs of V follow those of ``problem``, so that seeded draws can be followed from one gap to
    the next.
    """
    old = problem.reduced
    if old.n_features != 2:
        raise ValueError(f"a correlation needs two features, this problem has {old.n_features}")
    if not 0.0 <= gap <= 1.0:
        raise ValueError(f"1 − |ρ| must be from 0 to 1, got {gap}")
    sign = -1.0 if correlation(old)[0, 1] < 0 else 1.0
    first, second = np.linalg.norm(old.gram_root, axis=0)
    along, across = second * sign * (1.0 - gap), second * math.sqrt(gap * (2.0 - gap))
    root = np.array([[first, along], [0.0, across], [0.0, 0.0]])
    response = root @ old.minimisers(0.0) + np.array([0.0, 0.0, math.sqrt(old.rss_min)])
    made = ReducedProblem.from_triangle(root, response, old.n_samples, old.n_unpenalised)
    turn = np.where(np.einsum("ij,ij->j", made.V, old.V) < 0, -1.0, 1.0)
    return replace(
        made, V=read_only(made.V * turn), uty=read_only(made.uty * turn), rss_min=old.rss_min
    )


def prediction_difference(problem: Problem, theta: ArrayLike, other: ArrayLike) -> float:
    """Return the root mean square, over all n rows, of Xθ − Xθ', in units of y.

    Models far apart along the floor of a valley predict almost the same. D Vᵀ(θ − θ') stands in for
    the difference, so that it costs the same for any number of rows.
    """
    reduced = problem.reduced
    apart = np.asarray(theta, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    return float(np.linalg.norm(reduced.triangle() @ apart)) / math.sqrt(reduced.n_samples)


def prediction_steps(problem: Problem, length: float) -> FloatArray:
    """Return how much predictions change for a step ‖Δθ‖ along each singular direction: shape (p,).

    Root mean square over all n rows of XΔθ, dᵢ ‖Δθ‖/√n, in units of y; the step across the valley first,
    the one along it last. The first is κ(X) times the last: that is collinearity, whereas models of equal
    RSS differ in predictions by as much whatever ρ is.
    """
    return np.asarray(problem.reduced.d * (length / math.sqrt(problem.reduced.n_samples)))


def disagreement(thetas: ArrayLike, points: ArrayLike) -> FloatArray:
    """Return max − min of xᵀθ among models at points of the feature space: (...,), in units of y.

    Parameters
    ----------
    thetas
        The models, shape (k, p).
    points
        Prepared features x, shape (..., p). Models that differ along the valley, Δθ = u v_p, agree where
        the data lie, x along v₁, and differ by u · v_pᵀx off that line.
    """
    predictions = np.asarray(points, dtype=np.float64) @ np.asarray(thetas, dtype=np.float64).T
    return np.asarray(np.ptp(predictions, axis=-1))
