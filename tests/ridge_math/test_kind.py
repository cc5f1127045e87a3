"""Kind of data, strength of collinearity, rank and the bowl: one definition, planted and swept."""

import math

import numpy as np
import pytest
from statsmodels.api import OLS, add_constant

from ridge_math import (
    Dataset,
    bowl_lam,
    condition_number_gram,
    condition_number_X,
    diagnose,
    floor_precision,
    half_width,
    kind_of,
    lam_range,
    resolve_rcond,
    shows_valley,
    standard_errors_along,
    strength,
    theta_window,
    vif,
)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ({"correlation": 0.0}, "round"),
        ({"correlation": 0.79}, "round"),
        ({"correlation": 0.8, "noise": 2.0}, "valley"),
        ({"correlation": -0.99}, "valley"),
        ({"correlation": 0.99, "n_samples": 20_000}, "pinned"),
        ({"correlation": 0.99, "noise": 0.01}, "pinned"),
        ({"correlation": 0.99, "noise": 0.0}, "pinned"),
        ({"correlation": 0.0, "n_samples": 20_000}, "round"),
        ({"correlation": 1.0}, "exact"),
        ({"correlation": 1.0, "n_samples": 20_000}, "exact"),
    ],
)
def test_the_planted_kind_is_found(made, kind):
    assert kind_of(Dataset.synthetic(**made)) == kind


def test_precision_along_the_floor_is_as_planted():
    """σ/√(n(1 − ρ)) over half the window, for a noise of exactly known size."""
    data = Dataset.synthetic(correlation=0.98, n_samples=4000, noise=2.0)
    expected = 2.0 / math.sqrt(4000 * 0.02)
    assert standard_errors_along(data)[1] == pytest.approx(expected, rel=0.05)
    assert floor_precision(data) == pytest.approx(expected / half_width(data), rel=0.05)


def test_standard_errors_along_directions_are_those_of_statsmodels(longley):
    fit = OLS(longley.y, add_constant(longley.X)).fit()
    directions = np.column_stack([np.zeros(6), longley.reduced.V.T])
    assert standard_errors_along(longley) == pytest.approx(fit.t_test(directions).sd, rel=1e-7)


def test_precision_of_what_cannot_be_known(singular, wide):
    assert floor_precision(singular) == math.inf
    assert standard_errors_along(wide) is None
    few = Dataset.from_arrays(np.random.default_rng(0).standard_normal((6, 5)), np.arange(6.0))
    assert few.reduced.residual_df == 0
    assert floor_precision(few) is None
    assert kind_of(few) in ("valley", "round")


def test_half_a_window_of_two_features_is_that_of_the_window(default, longley_pair, singular):
    for data in (default, longley_pair, singular):
        assert half_width(data) == theta_window(data).half_width


@pytest.mark.parametrize("rho", [0.98, 0.99, 1.0])
def test_the_bowl_has_condition_number_four(rho):
    data = Dataset.synthetic(correlation=rho)
    assert condition_number_gram(data, bowl_lam(data)) == pytest.approx(4.0)


def test_the_bowl_of_round_data_is_within_the_span():
    data = Dataset.synthetic(correlation=0.1)
    span = lam_range(data)
    assert span.at(0.9) <= bowl_lam(data) <= span.high


def test_rank_is_decided_by_one_tolerance():
    assert resolve_rcond(2) == 32 * np.finfo(float).eps
    assert resolve_rcond(2, 1e-9) == 1e-9
    # An offset of 10⁹ leaves 7 digits: what differs by less cannot be told from a copy.
    rng = np.random.default_rng(1)
    first = rng.standard_normal(40)
    for own, exact in ((1e-9, True), (1e-3, False)):
        X = 1e9 + np.column_stack([first, first + own * rng.standard_normal(40)])
        data = Dataset.from_arrays(X, rng.standard_normal(40))
        assert (kind_of(data) == "exact") is exact
        assert (strength(data) == "exact") is exact
        assert bool(np.all(np.isinf(vif(data)))) is exact
        assert math.isinf(condition_number_X(data)) is exact
        assert math.isinf(diagnose(data).condition_number_unit) is exact


# --- what is said agrees -------------------------------------------------------------------------


@pytest.mark.parametrize("n", [4, 5, 12, 60, 1000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_whatever_is_said_of_a_data_set_agrees(n):
    rhos = [0.0, 0.44, 0.45, 0.77, 0.7999, 0.8, 0.9, 0.99, 0.999999, 1.0]
    for rho in rhos if n < 1000 else rhos[3:8:2]:
        data = Dataset.synthetic(n_samples=n, correlation=rho)
        kind, found = kind_of(data), diagnose(data)
        assert found.kind == kind
        assert found.shows_valley == shows_valley(data) == (kind != "round") == (rho >= 0.8)
        assert (found.warning is None) == (kind != "round")
        assert ("pin it down nevertheless" in found.valley) == (kind == "pinned")
        assert ("No combination" in found.valley) == (kind == "round")
        assert ("not determined at all" in found.valley) == (kind == "exact")
        assert (found.strength == "exact") == (kind == "exact") == (rho == 1.0)
        assert (found.strength == "none") == (rho < math.sqrt(0.2))
        assert "well determined" not in found.valley
        assert found.condition_number_unit == pytest.approx(found.condition_number_X, rel=1e-6)
