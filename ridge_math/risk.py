"""Bias², variance and mean squared error of θ̂(λ), in a known or fitted world, by direction of θ."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ridge_math.arrays import FloatArray, penalties, read_only
from ridge_math.dataset import Dataset
from ridge_math.errors import DataError
from ridge_math.likelihood import noise_variance
from ridge_math.reduced import Problem
from ridge_math.search import LowestScore, minimise_score, search_range


@dataclass(frozen=True, eq=False)
class Risk:
    """Expected squared error of θ̂(λ) as an estimate of θ, in its two parts.

    Attributes
    ----------
    lams : (k,)
        λ values.
    bias2_along : (k, p)
        (E vᵢᵀθ̂(λ) − vᵢᵀθ)² along each singular direction, steepest first; units of θ squared.
    variance_along : (k, p)
        Var vᵢᵀθ̂(λ) along each.
    """

    lams: FloatArray
    bias2_along: FloatArray
    variance_along: FloatArray

    @property
    def bias2(self) -> FloatArray:
        """‖E θ̂(λ) − θ‖², shape (k,); grows with λ."""
        return np.asarray(self.bias2_along.sum(axis=-1))

    @property
    def variance(self) -> FloatArray:
        """E‖θ̂(λ) − E θ̂(λ)‖², the trace of the sampling covariance, shape (k,); falls with λ."""
        return np.asarray(self.variance_along.sum(axis=-1))

    @property
    def mse(self) -> FloatArray:
        """E‖θ̂(λ) − θ‖² = bias² + variance, shape (k,)."""
        return self.bias2 + self.variance


@dataclass(frozen=True, eq=False)
class World:
    """A truth from which data like these could come: y = Xθ + ε, ε ~ N(0, σ²I), X as it is.

    Attributes
    ----------
    theta : (p,)
        The true θ, in the units of the prepared X.
    sigma2 : float
        The noise variance, units of y squared.
    planted : bool
        Whether data were made with it. Otherwise it is the fitted world, θ̂(0) and s²: only a guess, in
        which θ is too long on average, by E‖θ̂(0)‖² = ‖θ‖² + σ² Σ 1/d².
    """

    theta: FloatArray
    sigma2: float
    planted: bool


def world_of(dataset: Dataset) -> World:
    """Return the planted truth of synthetic data, or else the fitted world, θ̂(0) and s².

    Raises
    ------
    DataError
        If there is no planted truth and no degree of freedom to estimate σ².
    """
    if dataset.theta is not None and dataset.noise is not None:
        return World(dataset.theta, dataset.noise**2, planted=True)
    theta = read_only(dataset.reduced.minimisers(0.0))
    return World(theta, noise_variance(dataset), planted=False)


def risk(problem: Problem, lams: ArrayLike, theta: ArrayLike, sigma2: float) -> Risk:
    """Return bias², variance and MSE of θ̂(λ) for a known truth, X fixed and y = Xθ + ε.

    With a = Vᵀθ, along each singular direction:

        bias²    = a² (λ/(d² + λ))²
        variance = σ² d²/(d² + λ)²

    A direction with d = 0 has no variance and its whole a² as bias, for every λ. Only bias depends on θ,
    and on its direction: what lies along a steep direction hardly shrinks, what lies along the valley pays
    in full.

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
    Kennard (1970), theorem 4.3; see ``risk_slopes``.
    """
    reduced = problem.reduced
    lam, along = np.atleast_1d(penalties(lams)), _coordinates(problem, theta, sigma2)
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    bias2 = (reduced.filter_complements(lam) * along) ** 2
    variance = sigma2 * (reduced.filter_factors(lam) / safe) ** 2
    return Risk(read_only(lam), read_only(bias2), read_only(variance))


def expected_minimiser(problem: Problem, lam: float, theta: ArrayLike) -> FloatArray:
    """Return E θ̂(λ) = V diag(d²/(d² + λ)) Vᵀθ for a known truth, X fixed: shape (p,).

    Its distance from θ is the bias: the root of ``Risk.bias2``.

    Raises
    ------
    ValueError
        If λ is negative or not finite, or θ has the wrong shape.
    """
    kept = problem.reduced.filter_factors(float(penalties(lam))) * _coordinates(problem, theta, 0.0)
    return np.asarray(problem.reduced.V @ kept)


def turned_away(problem: Problem, theta: ArrayLike) -> FloatArray:
    """Return another θ, as long, along the singular direction in which θ itself has least: shape (p,).

    For comparison: variance is the same, bias is not. It points to the side of θ.
    """
    along = _coordinates(problem, theta, 0.0)
    least = int(np.argmin(np.abs(along)))
    side = -1.0 if along[least] < 0 else 1.0
    return np.asarray(side * float(np.linalg.norm(along)) * problem.reduced.V[:, least])


def risk_of_planted(dataset: Dataset, lams: ArrayLike) -> Risk:
    """Return the risk for the planted truth and noise of synthetic data.

    Raises
    ------
    DataError
        If the data has no planted truth.
    """
    if dataset.theta is None:
        raise DataError(
            f"{dataset.rows.source} has no known truth, so bias cannot be computed: "
            "use synthetic data"
        )
    world = world_of(dataset)
    return risk(dataset, lams, world.theta, world.sigma2)


def risk_slopes(
    problem: Problem, lams: ArrayLike, theta: ArrayLike, sigma2: float
) -> tuple[FloatArray, FloatArray]:
    """Return d bias²/dλ and d variance/dλ, each of the shape (k,) of ``lams``.

        d bias²/dλ    =  2λ Σ a² d²/(d² + λ)³
        d variance/dλ = −2σ² Σ d²/(d² + λ)³

    At λ = 0 the first is 0 and the second −2σ² Σ 1/d⁴ < 0: variance leaves at a slope while bias² starts
    flat, so some λ > 0 beats least squares whatever θ is. How much depends on its direction. Directions with
    d = 0 contribute nothing. Source: Hoerl & Kennard (1970), Technometrics 12(1), 55-67, section 4.

    Raises
    ------
    ValueError
        As ``risk``.
    """
    reduced = problem.reduced
    lam, along = np.atleast_1d(penalties(lams)), _coordinates(problem, theta, sigma2)
    safe = np.where(reduced.d > 0, reduced.d, 1.0)
    # d²/(d² + λ)³, without a power of d that over- or underflows
    cubes = (reduced.filter_factors(lam) / safe ** (4.0 / 3.0)) ** 3
    bias2 = 2.0 * lam * np.sum(along**2 * cubes, axis=-1)
    return np.asarray(bias2), np.asarray(-2.0 * sigma2 * np.sum(cubes, axis=-1))


def lowest_risk(problem: Problem, theta: ArrayLike, sigma2: float) -> LowestScore:
    """Return the λ of lowest MSE(θ̂) over ``search_range``: an oracle's, since it takes the true θ.

    Raises
    ------
    ValueError
        As ``risk``.
    """
    return minimise_score(
        lambda lams: risk(problem, lams, theta, sigma2).mse, search_range(problem)
    )


def break_even_lam(problem: Problem, theta: ArrayLike, sigma2: float) -> float:
    """Return the λ > 0 up to which MSE(θ̂(λ)) is below that of least squares: where it crosses its line.

    The first crossing, by ``scipy.optimize.brentq`` in log λ. Along a single direction it is
    2σ²d²/(a²d² − σ²). inf if shrinking all the way to 0 is better than least squares, too (‖θ‖² small
    beside σ² Σ 1/d²); 0 without noise, when nothing beats least squares.

    Raises
    ------
    ValueError
        As ``risk``.
    """
    from scipy.optimize import brentq

    span = search_range(problem)
    free = risk(problem, 0.0, theta, sigma2)

    def gain(lams: ArrayLike) -> FloatArray:
        found = risk(problem, lams, theta, sigma2)
        apart = found.variance_along - free.variance_along, found.bias2_along - free.bias2_along
        return np.asarray((apart[0] + apart[1]).sum(axis=-1))

    lams = span.steps(1000)
    worse = np.flatnonzero(gain(lams) >= 0)
    if worse.size == 0:
        return math.inf
    first = int(worse[0])
    if first == 0:
        return 0.0
    low, high = math.log(lams[first - 1]), math.log(lams[first])
    return math.exp(float(brentq(lambda log_lam: float(gain(math.exp(log_lam))[0]), low, high)))


def _coordinates(problem: Problem, theta: ArrayLike, sigma2: float) -> FloatArray:
    """Vᵀθ, shape (p,), of a truth that makes sense."""
    truth: FloatArray = np.asarray(theta, dtype=np.float64)
    p = problem.reduced.n_features
    if truth.shape != (p,):
        raise ValueError(f"θ must have shape ({p},), got {truth.shape}")
    if not (np.isfinite(sigma2) and sigma2 >= 0):
        raise ValueError(f"σ² must be finite and at least 0, got {sigma2!r}")
    return np.asarray(problem.reduced.V.T @ truth)


@dataclass(frozen=True, eq=False)
class Price:
    """MSE(θ̂) of least squares, at chosen λ, and where it would be lowest, in one world.

    Attributes
    ----------
    world : World
        The truth it is computed for.
    least_squares : float
        MSE at λ = 0, units of θ squared.
    lams, mse : (k,)
        Some λ, and the MSE there.
    best : LowestScore
        The λ of lowest MSE, which nobody knows without the truth.
    break_even : float
        The λ up to which MSE is below that of least squares; inf if it always is.
    """

    world: World
    least_squares: float
    lams: FloatArray
    mse: FloatArray
    best: LowestScore
    break_even: float


def price_of(dataset: Dataset, lams: ArrayLike) -> Price:
    """Return what λ costs and buys for the planted truth, or in the fitted world.

    Raises
    ------
    DataError
        As ``world_of``.
    """
    world = world_of(dataset)
    truth = world.theta, world.sigma2
    found = risk(dataset, lams, *truth)
    return Price(
        world=world,
        least_squares=float(risk(dataset, 0.0, *truth).mse[0]),
        lams=found.lams,
        mse=read_only(found.mse),
        best=lowest_risk(dataset, *truth),
        break_even=break_even_lam(dataset, *truth),
    )
