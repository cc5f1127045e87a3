import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridge_math import (
    Dataset,
    LamRange,
    QuadraticObjective,
    Window,
    bowl_lam,
    bowl_pace,
    common_height_cut,
    condition_number_gram,
    effective_df,
    height_cut,
    lam_range,
    resampled_minimisers,
    ridge_path,
    theta_window,
    valley_reach,
)

RHOS = [0.0, 0.5, 0.9, 0.99, 0.9999, 1 - 1e-7, 1 - 1e-12, 1.0, -0.99, -1.0]


@st.composite
def pairs(draw):
    """Two features of any correlation, 1 included, and a response with any noise, 0 included."""
    rho = draw(st.sampled_from([*RHOS, 1 - 1e-14]) | st.floats(-1, 1))
    theta = (draw(st.floats(-3, 3)), draw(st.floats(0.01, 3)))
    noise = draw(st.sampled_from([0.0, 0.01, 0.5, 20.0]))
    if noise == 0.0 and abs(theta[0] + theta[1]) + abs(theta[0] - theta[1]) * (rho < 1) < 0.1:
        noise = 0.5
    n, seed = draw(st.integers(4, 80)), draw(st.integers(0, 10_000))
    return Dataset.synthetic(n, rho, theta, max(noise, 1e-3 * (abs(rho) == 1)), seed)


@given(pairs())
def test_the_window_holds_what_must_be_seen(data):
    window = theta_window(data)
    path = ridge_path(data, np.concatenate([[0.0], lam_range(data).steps(300), [1e300]]))
    inner = Window(window.centre, window.half_width / 1.2)
    assert inner.contains(path)
    assert inner.contains(np.zeros(2))


@given(pairs())
def test_the_valley_is_in_the_middle_and_not_at_the_edge(data):
    """The floor passes within the inner part, and a good stretch of it is seen."""
    window = theta_window(data)
    start, along = data.objective().minimiser(), data.reduced.V[:, -1]
    offset = np.asarray(window.centre) - start
    distance = np.linalg.norm(offset - (offset @ along) * along)
    assert distance <= 0.6 * window.half_width
    reach = valley_reach(data)
    assert reach >= 0.4 * window.half_width
    assert window.contains(start + np.linspace(-1, 1, 9)[:, None] * reach * along)


@given(pairs())
def test_nothing_is_lost_in_too_large_a_window(data):
    """Least squares, or its cloud, fills a fair part of it."""
    window = theta_window(data)
    extent = max(valley_reach(data), float(np.linalg.norm(data.objective().minimiser())))
    assert window.half_width <= 2.6 * extent


@given(pairs(), st.integers(-140, 140), st.sampled_from([-1.0, 1.0]))
def test_a_response_in_other_units_scales_the_window_and_keeps_lambda(data, power, sign):
    c = sign * 10.0**power
    other = Dataset.from_arrays(data.X, c * data.y)
    base = Dataset.from_arrays(data.X, data.y)
    window, scaled = theta_window(base), theta_window(other)
    tolerance = 1e-6 * window.half_width
    assert scaled.half_width / abs(c) == pytest.approx(window.half_width, rel=1e-6)
    assert np.asarray(scaled.centre) / c == pytest.approx(window.centre, abs=tolerance)
    assert lam_range(other) == lam_range(base)
    cut, cut_scaled = height_cut(base.objective(), window), height_cut(other.objective(), scaled)
    assert cut_scaled / c / c == pytest.approx(cut, rel=1e-5)


@given(st.floats(-0.999, 0.999), st.integers(-140, 140))
def test_features_in_other_units_change_nothing_when_scaled(rho, power):
    base = Dataset.synthetic(correlation=rho)
    other = Dataset.from_arrays(base.X * 10.0**power, base.y)
    assert theta_window(other).half_width == pytest.approx(theta_window(base).half_width, rel=1e-9)
    assert lam_range(other).low == pytest.approx(lam_range(base).low, rel=1e-9)


def test_the_cloud_of_resampled_minimisers_is_in_the_window(default, longley_pair):
    for data in (default, longley_pair):
        draws = resampled_minimisers(data, 0.0, 1000, seed=0)
        window = theta_window(data)
        inside = np.abs(draws - window.centre).max(axis=1) <= window.half_width
        assert inside.mean() > 0.93


def test_without_a_valley_the_window_is_that_of_a_circle():
    """The direction of least slope is then anyone's guess: the window must not depend on it."""
    windows = [theta_window(Dataset.synthetic(correlation=rho)) for rho in (-1e-9, 0.0, 1e-9)]
    assert windows[0].half_width == pytest.approx(windows[2].half_width, rel=1e-8)
    start = Dataset.synthetic(correlation=0.0).objective().minimiser()
    assert windows[1].centre == pytest.approx(start, rel=1e-12)
    assert windows[1].half_width == pytest.approx(1.25 * np.linalg.norm(start), rel=1e-12)


@given(pairs())
def test_lambda_spans_valley_to_bowl(data):
    span = lam_range(data)
    assert 0 < span.low < span.high
    assert 1.0 <= condition_number_gram(data, span.high) <= 3.0
    whole = condition_number_gram(data)
    assert condition_number_gram(data, span.low) >= min(0.99 * whole, 0.999e6)
    assert effective_df(data, span.high) <= 0.8 * data.reduced.rank
    assert span.high / span.low <= 10**12.01


@pytest.mark.parametrize("rho", [0.9, 0.99, 0.9999, 1 - 1e-7])
def test_theta_has_hardly_moved_at_the_low_end(rho):
    data = Dataset.synthetic(correlation=rho)
    start, low = ridge_path(data, [0.0, lam_range(data).low])
    assert np.linalg.norm(low - start) <= 1.1e-3 * np.linalg.norm(start)


def test_the_span_follows_features_that_are_centred_only(default):
    base = Dataset.from_arrays(default.X, default.y, scale=False)
    other = Dataset.from_arrays(1000 * default.X, default.y, scale=False)
    assert lam_range(other).high == pytest.approx(1e6 * lam_range(base).high, rel=1e-9)
    assert theta_window(other).half_width == pytest.approx(theta_window(base).half_width / 1e3)


@given(pairs(), st.floats(0.2, 0.9))
def test_the_cut_is_an_ellipse_as_wide_as_asked(data, fill):
    window, objective = theta_window(data), data.objective()
    steep = data.reduced.V[:, 0]
    for lam in (0.0, lam_range(data).low, lam_range(data).high):
        surface = objective.penalised(lam)
        edge = surface.minimiser() + fill * window.half_width * steep
        assert height_cut(surface, window, fill) == pytest.approx(
            float(surface.value(edge)), rel=1e-6
        )


def test_the_cut_grows_with_lambda_and_a_common_one_holds_them_all(default):
    window, objective = theta_window(default), default.objective()
    lams = lam_range(default).steps(30)
    cuts = [height_cut(objective.penalised(lam), window) for lam in lams]
    assert np.all(np.diff(cuts) > 0)
    assert common_height_cut(objective, window, lams) == max(cuts)
    with pytest.raises(ValueError, match="fill must be positive"):
        height_cut(objective, window, 0.0)


def test_the_bowl_stays_inside_the_window_at_the_high_end(default, singular, longley_pair):
    for data in (default, singular, longley_pair):
        window = theta_window(data)
        bowl = data.objective(lam_range(data).high)
        t1, t2 = window.axes(101)
        inside = bowl.grid(t1, t2) <= height_cut(bowl, window, 0.5)
        border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
        assert inside.any()
        assert border.mean() < 0.35
        valley = data.objective()
        below = valley.grid(t1, t2) <= height_cut(valley, window, 0.5)
        assert 0.1 < below.mean() < 0.8


def test_window_and_span_speak_plainly():
    window = Window((1.0, -2.0), 3.0)
    assert window.theta1_range == (-2.0, 4.0)
    assert window.theta2_range == (-5.0, 1.0)
    t1, t2 = window.axes(5)
    assert np.allclose(t1, [-2, -0.5, 1, 2.5, 4])
    assert np.allclose(t2, [-5, -3.5, -2, -0.5, 1])
    assert window.contains(np.array([[4.0, 1.0], [-2.0, -5.0]]))
    assert not window.contains(np.array([4.1, 1.0]))
    with pytest.raises(ValueError, match="at least 2 points"):
        window.axes(1)
    span = LamRange(1e-3, 1e2)
    assert (span.at(0), span.at(1)) == (1e-3, 1e2)
    assert span.at(0.4) == pytest.approx(0.1)
    assert span.share(span.at(0.3)) == pytest.approx(0.3)
    assert np.allclose(span.steps(6), [1e-3, 1e-2, 1e-1, 1, 10, 100])


def test_theta_window_refuses_what_has_none(three):
    with pytest.raises(ValueError, match="needs two features, this problem has 3"):
        theta_window(three)
    nothing = QuadraticObjective.from_arrays(np.zeros((4, 2)), np.ones(4))
    with pytest.raises(ValueError, match="nothing varies"):
        theta_window(nothing)
    with pytest.raises(ValueError, match="no feature varies"):
        lam_range(nothing)


def test_a_response_unrelated_to_the_features_still_has_a_window():
    X = np.array([[1.0, 1], [1, 1], [-1, -1], [-1, -1]])
    window = theta_window(Dataset.from_arrays(X, [1.0, -1, 1, -1]))
    assert math.isfinite(window.half_width)
    assert window.half_width > 0


@given(pairs(), st.floats(0, 1))
def test_lam_goes_from_nothing_to_that_of_the_bowl(data, share):
    pace = bowl_pace(data)
    assert pace.at(0.0) == 0.0
    assert pace.at(1.0) == bowl_lam(data)
    assert pace.share(pace.at(share)) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("rho", [0.9, 0.99, -0.95])
def test_equal_steps_of_the_pace_are_nearly_equal_steps_of_log_kappa(rho):
    data = Dataset.synthetic(correlation=rho)
    pace = bowl_pace(data)
    steps = np.linspace(0.0, 1.0, 9)
    kappa = [condition_number_gram(data, pace.at(share)) for share in steps]
    log_steps = -np.diff(np.log(kappa))
    assert log_steps.min() > 0.75 * log_steps.max()


def test_where_the_floor_is_flat_all_of_the_pace_is_visible():
    for rho in (1.0, 1 - 1e-9):
        data = Dataset.synthetic(correlation=rho)
        kappa = [condition_number_gram(data, bowl_pace(data).at(share)) for share in (0.1, 0.5)]
        assert kappa[0] < 1000.0
        assert kappa[1] < 40.0
