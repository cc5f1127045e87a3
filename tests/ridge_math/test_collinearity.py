import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridge_math import Dataset, QuadraticObjective
from ridge_math.collinearity import (
    disagreement,
    prediction_difference,
    prediction_steps,
    with_correlation,
)
from ridge_math.spectrum import condition_number_gram, condition_number_X, correlation

gaps = st.floats(1e-9, 1.0)


@pytest.fixture(params=["default", "singular", "longley_pair", "opposed", "unscaled"])
def pair(request) -> Dataset:
    if request.param == "opposed":
        return Dataset.synthetic(correlation=-0.97)
    if request.param == "unscaled":
        rng = np.random.default_rng(4)
        X = rng.standard_normal((40, 2)) * [3.0, 0.01]
        return Dataset.from_arrays(X, X @ [1.0, 200.0] + rng.standard_normal(40), scale=False)
    return request.getfixturevalue(request.param)


def opposed(pair: Dataset) -> float:
    return -1.0 if correlation(pair)[0, 1] < 0 else 1.0


@pytest.mark.parametrize("gap", [1.0, 0.3, 1e-3, 1e-10])
def test_the_correlation_is_as_asked_and_the_spreads_stay(pair, gap) -> None:
    made = with_correlation(pair, gap)
    rho = correlation(made)[0, 1]
    assert rho == pytest.approx(opposed(pair) * (1.0 - gap), rel=1e-12, abs=1e-14)
    spread = np.linalg.norm(pair.reduced.triangle(), axis=0)
    np.testing.assert_allclose(np.linalg.norm(made.triangle(), axis=0), spread, rtol=1e-12)


@pytest.mark.parametrize("gap", [0.5, 1e-2, 1e-6, 0.0])
def test_rss_is_that_of_rows_with_this_model_and_these_residuals(pair, gap) -> None:
    """An oracle with rows: X' orthogonal to the residuals e, y' = X'θ̂ + e, RSS by its definition."""
    n = pair.n_samples
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.standard_normal((n, 3)))[0]
    rho = opposed(pair) * (1.0 - gap)
    spread = np.linalg.norm(pair.reduced.triangle(), axis=0)
    columns = [basis[:, 0], rho * basis[:, 0] + math.sqrt(1 - rho**2) * basis[:, 1]]
    X = np.stack(columns, axis=1) * spread
    best = pair.objective().minimiser()
    y = X @ best + math.sqrt(pair.reduced.rss_min) * basis[:, 2]
    theta = best + rng.standard_normal((20, 2)) * (1.0 + np.abs(best))
    direct = np.sum((y - theta @ X.T) ** 2, axis=1)
    made = QuadraticObjective(with_correlation(pair, gap))
    np.testing.assert_allclose(made.value(theta), direct, rtol=1e-9)


def test_at_the_correlation_it_has_it_is_the_problem_itself(longley_pair) -> None:
    gap = 1.0 - abs(correlation(longley_pair)[0, 1])
    made = with_correlation(longley_pair, gap)
    old = longley_pair.reduced
    np.testing.assert_allclose(made.d, old.d, rtol=1e-9)
    np.testing.assert_allclose(made.V, old.V, rtol=1e-9)
    np.testing.assert_allclose(made.uty, old.uty, rtol=1e-8)
    assert made.rss_min == old.rss_min


@given(gap=gaps)
def test_short_of_exact_there_is_one_minimum_and_it_stays(default, gap) -> None:
    made = with_correlation(default, gap)
    assert made.rank == 2
    np.testing.assert_allclose(made.minimisers(0.0), default.objective().minimiser(), rtol=1e-5)
    expected = (2.0 - gap) / gap
    assert condition_number_gram(made) == pytest.approx(expected, rel=1e-5)


def test_exactly_collinear_every_point_of_the_floor_is_a_minimum(pair) -> None:
    made = with_correlation(pair, 0.0)
    assert made.rank == 1
    best = pair.objective().minimiser()
    floor = best + np.linspace(-5.0, 5.0, 11)[:, None] * made.V[:, -1]
    values = QuadraticObjective(made).value(floor)
    np.testing.assert_allclose(values, pair.objective().minimum, rtol=1e-12)
    assert np.all(QuadraticObjective(made).value(floor + 0.1 * made.V[:, 0]) > values)


@pytest.mark.parametrize("gap", [-1e-9, 1.1, math.nan])
def test_a_correlation_that_cannot_be_is_refused(default, gap) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        with_correlation(default, gap)


def test_two_features_are_needed(longley) -> None:
    with pytest.raises(ValueError, match="two features"):
        with_correlation(longley, 0.1)


def test_predictions_differ_as_their_rows_do(pair) -> None:
    rng = np.random.default_rng(2)
    for one, two in rng.standard_normal((10, 2, 2)):
        rows = math.sqrt(np.mean((pair.X @ one - pair.X @ two) ** 2))
        assert prediction_difference(pair, one, two) == pytest.approx(rows, rel=1e-9)


def test_along_an_exactly_flat_floor_predictions_are_the_same(singular) -> None:
    along = singular.reduced.V[:, -1]
    best = singular.objective().minimiser()
    assert prediction_difference(singular, best + along, best - along) < 1e-14


def test_the_same_step_changes_predictions_by_the_condition_number(pair) -> None:
    across, along = prediction_steps(pair, 0.7)
    V = pair.reduced.V
    for step, direction in ((across, V[:, 0]), (along, V[:, 1])):
        rows = math.sqrt(np.mean((pair.X @ (0.7 * direction)) ** 2))
        assert step == pytest.approx(rows, rel=1e-6, abs=1e-14)
    if along > 0:
        assert across / along == pytest.approx(condition_number_X(pair), rel=1e-12)


def test_models_along_the_valley_agree_where_the_data_lie_and_not_off_that_line(default) -> None:
    steep, flat = default.reduced.V.T
    models = default.objective().minimiser() + np.outer([-0.5, 0.0, 0.5], flat)
    on, off = disagreement(models, np.array([2.0 * steep, 2.0 * flat]))
    assert on == pytest.approx(0.0, abs=1e-12)
    assert off == pytest.approx(2.0, rel=1e-12)
    assert disagreement(models, default.X).shape == (60,)
