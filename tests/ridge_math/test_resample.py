import numpy as np
import pytest

import ridge_math.resample
from ridge_math import (
    DataError,
    Dataset,
    GaussianLikelihood,
    bootstrap_pairs,
    noise_variance,
    resampled_minimisers,
)


@pytest.mark.parametrize("lam", [0.0, 2.0])
def test_the_cloud_has_the_sampling_covariance_around_theta(longley_pair, lam):
    draws = resampled_minimisers(longley_pair, lam, 40_000, seed=0)
    expected = GaussianLikelihood.from_problem(longley_pair).sampling_covariance(lam)
    assert np.allclose(np.cov(draws.T), expected, rtol=0.05, atol=0.05 * np.abs(expected).max())
    centre = longley_pair.objective(lam).minimiser()
    assert np.allclose(draws.mean(axis=0), centre, atol=5 * np.sqrt(expected.max() / 40_000))


def test_the_cloud_is_that_of_new_responses(three):
    """Drawing y* row by row and solving again gives the same distribution."""
    rng = np.random.default_rng(1)
    theta = np.array([1.0, -1.0, 2.0])
    y = three.X @ theta + 0.5 * rng.standard_normal((20_000, 60))
    solve = np.linalg.solve(three.X.T @ three.X + 0.3 * np.eye(3), three.X.T)
    brute = y @ solve.T
    draws = resampled_minimisers(three, 0.3, 20_000, seed=2, sigma2=0.25, theta=theta)
    scale = np.abs(np.cov(brute.T)).max()
    assert np.allclose(np.cov(draws.T), np.cov(brute.T), atol=0.06 * scale)
    assert np.allclose(draws.mean(axis=0), brute.mean(axis=0), atol=5 * np.sqrt(scale / 20_000))


def test_draws_are_followed_as_lambda_changes(default):
    lams = np.array([0.0, 1.0, 1e12])
    draws = resampled_minimisers(default, lams, 50, seed=3)
    assert draws.shape == (3, 50, 2)
    for lam, cloud in zip(lams, draws, strict=True):
        assert np.array_equal(cloud, resampled_minimisers(default, lam, 50, seed=3))
    assert np.abs(draws[2]).max() < 1e-8


def test_the_cloud_lies_along_the_valley_and_shrinks_to_a_spot(default):
    valley = default.reduced.V[:, -1]
    wide, spot = resampled_minimisers(default, [0.0, 30.0], 2000, seed=4)
    along, across = (wide @ valley).std(), (wide @ default.reduced.V[:, 0]).std()
    assert along / across == pytest.approx(np.sqrt(199), rel=0.1)
    assert (spot @ valley).std() < 0.03 * along


def test_without_noise_all_draws_are_the_minimiser():
    data = Dataset.synthetic(noise=0.0)
    draws = resampled_minimisers(data, 0.0, 5, seed=0, sigma2=0.0)
    assert np.allclose(draws, data.objective().minimiser())


def test_the_same_seed_draws_the_same_cloud(default):
    one, same, other = (resampled_minimisers(default, 0.0, 4, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    one, same, other = (bootstrap_pairs(default, 0.0, 4, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("lam", [0.0, 0.7])
def test_each_bootstrap_draw_is_a_refit_with_intercept(three, lam):
    found = bootstrap_pairs(three, lam, 6, seed=9)
    rows = np.random.default_rng(9).integers(0, 60, size=(6, 60))
    for theta, chosen in zip(found, rows, strict=True):
        design = np.column_stack([np.ones(60), three.X[chosen]])
        gram = design.T @ design + lam * np.diag([0, 1, 1, 1])
        assert np.allclose(np.linalg.solve(gram, design.T @ three.y[chosen])[1:], theta, rtol=1e-6)


def test_batches_do_not_change_the_draws(three, monkeypatch):
    whole = bootstrap_pairs(three, 0.1, 20, seed=0)
    monkeypatch.setattr(ridge_math.resample, "BATCH_NUMBERS", 700)
    assert np.allclose(bootstrap_pairs(three, 0.1, 20, seed=0), whole, rtol=1e-12)


def test_the_bootstrap_spreads_like_theory(longley_pair, default):
    draws = bootstrap_pairs(default, 0.0, 4000, seed=0)
    theory = GaussianLikelihood.from_problem(default).sampling_covariance(0.0)
    assert np.allclose(np.cov(draws.T), theory, rtol=0.5)


def test_the_bootstrap_of_a_singular_problem_is_of_least_norm(singular):
    draws = bootstrap_pairs(singular, 0.0, 30, seed=0)
    assert np.allclose(draws[:, 0], draws[:, 1], rtol=1e-9)


def test_resampling_refuses_what_cannot_be_drawn(wide, default, monkeypatch):
    with pytest.raises(DataError, match="give σ²"):
        resampled_minimisers(wide, 0.0, 3, seed=0)
    assert resampled_minimisers(wide, 0.0, 3, seed=0, sigma2=1.0).shape == (3, 9)
    with pytest.raises(ValueError, match="σ²"):
        resampled_minimisers(default, 0.0, 3, seed=0, sigma2=-1.0)
    whole = Dataset.synthetic(2_000)
    monkeypatch.setattr("ridge_math.dataset.MAX_ROWS_KEPT", 20)
    many = Dataset.synthetic(2_000)
    with pytest.raises(DataError, match="too many to draw pairs from: use resampled_minimisers"):
        bootstrap_pairs(many, 0.0, 3, seed=0)
    assert np.array_equal(
        resampled_minimisers(many, 0.0, 3, seed=0), resampled_minimisers(whole, 0.0, 3, seed=0)
    )
    assert noise_variance(many) == noise_variance(whole)
