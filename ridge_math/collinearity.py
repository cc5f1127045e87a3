"""What if the two features were more alike? The way to exact collinearity, and what it does to fits."""

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
    first, second = np.linalg.norm(old.root, axis=0)
    along, across = second * sign * (1.0 - gap), second * math.sqrt(gap * (2.0 - gap))
    root = np.array([[first, along], [0.0, across], [0.0, 0.0]])
    response = root @ old.minimisers(0.0) + np.array([0.0, 0.0, math.sqrt(old.rest)])
    made = ReducedProblem.from_triangle(root, response, old.n_samples, old.n_unpenalised)
    turn = np.where(np.einsum("ij,ij->j", made.V, old.V) < 0, -1.0, 1.0)
    return replace(made, V=read_only(made.V * turn), uty=read_only(made.uty * turn), rest=old.rest)


def prediction_correlation(problem: Problem, theta: ArrayLike, other: ArrayLike) -> float:
    """Return the correlation, over all rows, of the predictions Xθ of two models, from −1 to 1.

    X is centred, so this is the cosine between Xθ and Xθ', and D Vᵀθ stands in for Xθ. Models far
    apart along the floor of a valley predict almost alike. nan if a model predicts a constant.
    """
    triangle = problem.reduced.triangle()
    one = _unit(triangle @ np.asarray(theta, dtype=np.float64))
    two = _unit(triangle @ np.asarray(other, dtype=np.float64))
    # From the angle between them: unlike the sum of products, exact where they are nearly the same.
    half_sine = 0.5 * float(np.linalg.norm(one - two))
    return 1.0 - 2.0 * half_sine**2


def _unit(vector: FloatArray) -> FloatArray:
    size = float(np.max(np.abs(vector), initial=0.0))
    if size == 0.0:
        return np.full_like(vector, np.nan)
    scaled = vector / size
    return np.asarray(scaled / np.linalg.norm(scaled))
