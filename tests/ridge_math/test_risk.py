import numpy as np
import pytest

from ridge_math import (
    DataError,
    Dataset,
    GaussianLikelihood,
    QuadraticObjective,
    break_even_lam,
    expected_minimiser,
    lowest_risk,
    noise_variance,
    price_of,
    resampled_minimisers,
    risk,
    risk_of_planted,
    risk_slopes,
    turned_away,
    world_of,
)

LAMS = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 40)])
TRUTH = np.array([1.0, -2.0, 0.5])


def test_bias_and_variance_are_their_formulas(three):
    gram = three.X.T @ three.X
    found = risk(three, LAMS, TRUTH, 0.3)
    for i, lam in enumerate(LAMS):
        inverse = np.linalg.inv(gram + lam * np.eye(3))
        bias = -lam * inverse @ TRUTH
        assert found.bias2[i] == pytest.approx(bias @ bias, rel=1e-8)
        assert found.variance[i] == pytest.approx(
            0.3 * np.trace(inverse @ gram @ inverse), rel=1e-8
        )
    assert np.array_equal(found.mse, found.bias2 + found.variance)


def test_variance_is_the_trace_of_the_sampling_covariance(three):
    model = GaussianLikelihood(three.objective(), 0.3)
    found = risk(three, LAMS, TRUTH, 0.3)
    traces = [np.trace(model.sampling_covariance(lam)) for lam in LAMS]
    assert np.allclose(found.variance, traces, rtol=1e-12)


def test_bias_grows_variance_falls_and_some_lambda_is_better_than_none(default, three):
    for data in (default, three):
        found = risk_of_planted(data, LAMS)
        assert found.bias2[0] == 0.0
        assert np.all(np.diff(found.bias2) > 0)
        assert np.all(np.diff(found.variance) < 0)
        assert found.mse.min() < 0.6 * found.mse[0]
        # Theorem 4.3 of Hoerl and Kennard: every λ below σ²/max a² is better than 0.
        enough = data.noise**2 / np.max((data.reduced.V.T @ data.theta) ** 2)
        assert risk_of_planted(data, [0.99 * enough]).mse[0] < found.mse[0]


@pytest.mark.parametrize("lam", [0.0, 0.5, 30.0])
def test_repeated_experiments_have_that_risk(default, lam):
    draws = resampled_minimisers(default, lam, 40_000, seed=1, sigma2=0.25, theta=default.theta)
    errors = np.sum((draws - default.theta) ** 2, axis=1)
    expected = risk_of_planted(default, [lam]).mse[0]
    assert errors.mean() == pytest.approx(expected, abs=4 * errors.std() / 200)


def test_what_no_data_determines_is_bias_for_every_lambda(singular):
    found = risk(singular, LAMS, [3.0, 1.0], 0.25)
    assert found.bias2[0] == pytest.approx(2.0)  # the part along (1, −1)/√2, lost
    assert np.all(found.bias2 >= 2.0 - 1e-12)


def test_without_a_known_truth_there_is_no_bias(longley, default):
    with pytest.raises(DataError, match=r"longley\.csv has no known truth.*: use synthetic data"):
        risk_of_planted(longley, LAMS)
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        risk(default, LAMS, TRUTH, 1.0)
    with pytest.raises(ValueError, match="σ² must be finite"):
        risk(default, LAMS, [1.0, 1.0], -1.0)
    with pytest.raises(DataError):
        risk_of_planted(Dataset.from_arrays(default.X, default.y), LAMS)


# --- by direction --------------------------------------------------------------------------------


@pytest.mark.parametrize("lam", [0.0, 0.3, 5.0])
def test_repeated_experiments_have_that_bias_and_variance_along_each_direction(default, lam):
    theta = np.array([1.5, 0.5])
    draws = resampled_minimisers(default, lam, 40_000, seed=3, sigma2=0.25, theta=theta)
    along, truth = draws @ default.reduced.V, default.reduced.V.T @ theta
    found = risk(default, [lam], theta, 0.25)
    spread = along.std(axis=0)
    assert along.var(axis=0) == pytest.approx(found.variance_along[0], rel=0.03)
    bias = np.sqrt(found.bias2_along[0])
    assert np.all(np.abs(np.abs(along.mean(axis=0) - truth) - bias) < 4 * spread / 200)


def test_turning_theta_turns_its_bias_and_leaves_the_variance(default):
    steep, flat = (risk(default, LAMS, 2.0 * v, 0.25) for v in default.reduced.V.T)
    assert np.array_equal(steep.variance, flat.variance)
    assert np.all(flat.bias2[1:] > steep.bias2[1:])
    assert steep.mse.min() < flat.mse.min()
    half = risk(default, LAMS, np.sqrt(2.0) * default.reduced.V.sum(axis=1), 0.25)
    assert half.bias2 == pytest.approx(0.5 * (steep.bias2 + flat.bias2), rel=1e-10)


def test_slopes_are_the_derivatives(three):
    step = 1e-6
    lams = np.array([1e-3, 0.1, 2.0, 50.0])
    bias2, variance = risk_slopes(three, lams, TRUTH, 0.3)
    above, below = (risk(three, lams * (1 + s), TRUTH, 0.3) for s in (step, -step))
    for slope, part in ((bias2, "bias2"), (variance, "variance")):
        numeric = (getattr(above, part) - getattr(below, part)) / (2 * step * lams)
        assert slope == pytest.approx(numeric, rel=1e-5)


def test_at_zero_bias_is_flat_and_variance_falls(three):
    bias2, variance = risk_slopes(three, [0.0], TRUTH, 0.3)
    assert bias2[0] == 0.0
    assert variance[0] == pytest.approx(-2 * 0.3 * np.sum(three.reduced.d**-4.0), rel=1e-12)


# --- against least squares -----------------------------------------------------------------------


@pytest.mark.parametrize("theta", [[1.5, 0.5], [1.0, -1.0], [0.0, 3.0]])
def test_it_crosses_the_line_of_least_squares_where_it_says(default, theta):
    lam = break_even_lam(default, theta, 0.25)
    free, here, before, after = risk(default, [0.0, lam, 0.99 * lam, 1.01 * lam], theta, 0.25).mse
    assert here == pytest.approx(free, rel=1e-9)
    assert before < free < after


def test_along_one_direction_crossing_and_lowest_are_known():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 1))
    problem = QuadraticObjective.from_arrays(x, x[:, 0])
    d2 = float(problem.reduced.d[0]) ** 2
    assert lowest_risk(problem, [0.5], 0.4).lam == pytest.approx(0.4 / 0.25, rel=1e-6)
    assert break_even_lam(problem, [0.5], 0.4) == pytest.approx(
        2 * 0.4 * d2 / (0.25 * d2 - 0.4), rel=1e-9
    )
    assert break_even_lam(problem, [0.9 * np.sqrt(0.4 / d2)], 0.4) == np.inf
    assert break_even_lam(problem, [0.5], 0.0) == 0.0


def test_the_gain_depends_on_the_direction_of_theta():
    """Most along the steep direction, where shrinking the valley costs nothing; 2x off it."""
    gains = {}
    for theta in ((1.0, 1.0), (1.5, 0.5), (1.0, -1.0)):
        data = Dataset.synthetic(theta=theta)
        best = lowest_risk(data, theta, 0.25).lam
        free, lowest = risk(data, [0.0, best], theta, 0.25).mse
        gains[theta] = free / lowest
    assert gains[1.0, 1.0] == pytest.approx(43, rel=0.02)
    assert gains[1.5, 0.5] == pytest.approx(1.8, rel=0.03)
    assert gains[1.0, -1.0] == pytest.approx(1.2, rel=0.03)


def test_the_world_is_the_planted_one_or_the_fitted_one(default, longley):
    planted = world_of(default)
    assert (planted.planted, planted.sigma2) == (True, 0.25)
    assert np.array_equal(planted.theta, default.theta)
    fitted = world_of(longley)
    assert (fitted.planted, fitted.sigma2) == (False, noise_variance(longley))
    assert np.array_equal(fitted.theta, longley.objective().minimiser())


def test_the_price_is_that_of_its_world(longley, wide):
    price = price_of(longley, [0.003, 1.0])
    world = world_of(longley)
    expected = risk(longley, [0.0, 0.003, 1.0, price.best.lam], world.theta, world.sigma2).mse
    assert [price.least_squares, *price.mse] == list(expected[:3])
    assert expected[3] < price.least_squares
    assert 0 < price.best.lam < price.break_even
    with pytest.raises(DataError, match="cannot be estimated"):
        price_of(wide, [1.0])


# --- what is drawn of it --------------------------------------------------------------------------


@pytest.mark.parametrize("lam", [0.0, 0.7, 40.0])
def test_the_middle_of_repeated_experiments_is_as_far_off_as_the_bias_says(three, lam):
    middle = expected_minimiser(three, lam, TRUTH)
    drawn = resampled_minimisers(three, lam, 1, 0, sigma2=0.0, theta=TRUTH)[0]
    assert middle == pytest.approx(drawn, rel=1e-12, abs=1e-14)
    bias2 = float(np.sum((middle - TRUTH) ** 2))
    assert bias2 == pytest.approx(float(risk(three, lam, TRUTH, 0.3).bias2[0]), rel=1e-9, abs=1e-25)


@pytest.mark.parametrize("theta", [[1.5, 0.5], [0.2, -1.0], [0.0, 0.0]])
def test_another_theta_is_as_long_and_lies_where_this_one_has_least(default, theta):
    other = turned_away(default, theta)
    assert np.linalg.norm(other) == pytest.approx(np.linalg.norm(theta), abs=1e-15)
    own, turned = (np.abs(default.reduced.V.T @ t) for t in (theta, other))
    assert turned.min() == pytest.approx(0.0, abs=1e-12)
    assert turned[np.argmin(own)] == pytest.approx(np.linalg.norm(theta), abs=1e-12)
    assert float(np.dot(theta, other)) >= 0.0
