import math

import numpy as np
import pytest
from scipy import stats

from ridge_math import DataError, Dataset, GaussianLikelihood, lam_from, noise_variance, tau2_from

THETAS = np.random.default_rng(2).normal(scale=2.0, size=(6, 2))


@pytest.fixture
def model(default):
    return GaussianLikelihood.from_problem(default)


def test_log_likelihood_is_that_of_scipy(default, model):
    for theta in THETAS:
        normal = stats.norm(default.X @ theta, math.sqrt(model.sigma2))
        assert model.log_likelihood(theta) == pytest.approx(
            normal.logpdf(default.y).sum(), rel=1e-12
        )


def test_log_prior_is_that_of_scipy(model):
    prior = stats.multivariate_normal(np.zeros(2), 0.3 * np.eye(2))
    assert np.allclose(model.log_prior(THETAS, 0.3), prior.logpdf(THETAS), rtol=1e-12)


def test_log_posterior_differs_from_the_normalised_one_by_a_constant(model):
    tau2 = 0.7
    posterior = stats.multivariate_normal(
        model.posterior_mode(tau2), model.posterior_covariance(tau2)
    )
    gap = model.log_posterior(THETAS, tau2) - posterior.logpdf(THETAS)
    assert np.ptp(gap) < 1e-8 * np.max(np.abs(model.log_posterior(THETAS, tau2)))


def test_the_posterior_is_the_objective_upside_down(default, model):
    lam = 4.2
    tau2 = tau2_from(model.sigma2, lam)
    assert lam_from(model.sigma2, tau2) == pytest.approx(lam, rel=1e-15)
    height = model.log_posterior(THETAS, tau2) + default.objective(lam).value(THETAS) / (
        2 * model.sigma2
    )
    assert np.ptp(height) < 1e-10 * np.max(np.abs(height))
    assert np.allclose(model.posterior_mode(tau2), default.objective(lam).minimiser(), rtol=1e-13)


def test_the_ridge_and_the_valley_are_the_same_place(default, model):
    best = model.log_likelihood(default.objective().minimiser())
    assert np.all(model.log_likelihood(THETAS) <= best)


def test_the_penalty_of_the_objective_is_not_part_of_the_likelihood(default):
    plain = GaussianLikelihood(default.objective(), 0.25)
    penalised = GaussianLikelihood(default.objective(9.0), 0.25)
    assert np.array_equal(plain.log_likelihood(THETAS), penalised.log_likelihood(THETAS))


@pytest.mark.parametrize("lam", [0.1, 3.0])
def test_covariances_are_their_formulas_and_not_each_other(three, lam):
    model = GaussianLikelihood(three.objective(), 0.25)
    gram = three.X.T @ three.X
    inverse = np.linalg.inv(gram + lam * np.eye(3))
    sampling, posterior = model.sampling_covariance(lam), model.posterior_covariance(0.25 / lam)
    assert np.allclose(sampling, 0.25 * inverse @ gram @ inverse, rtol=1e-8)
    assert np.allclose(posterior, 0.25 * inverse, rtol=1e-9)
    assert np.linalg.eigvalsh(posterior - sampling).min() > 0


def test_along_an_exactly_flat_floor_the_posterior_is_the_prior(singular):
    model = GaussianLikelihood.from_problem(singular)
    along = singular.reduced.V[:, -1]
    assert along @ model.posterior_covariance(0.3) @ along == pytest.approx(0.3, rel=1e-12)
    assert along @ model.sampling_covariance(0.0) @ along == pytest.approx(0.0, abs=1e-15)


def test_noise_variance_is_the_unbiased_estimate(default, three, longley_file):
    for data in (default, three):
        theta = data.objective().minimiser()
        residual = data.y - data.X @ theta
        expected = residual @ residual / (60 - 1 - data.n_features)
        assert noise_variance(data) == pytest.approx(expected, rel=1e-12)
    adjusted = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", ["Population"])
    whole = Dataset.from_file(longley_file, ["GNP", "Year", "Population"], "Employed")
    assert noise_variance(adjusted) == pytest.approx(noise_variance(whole), rel=1e-9)


def test_noise_variance_is_right_on_average():
    estimates = [noise_variance(Dataset.synthetic(seed=s, noise=0.5)) for s in range(300)]
    # s² has variance 2σ⁴/57: four standard errors.
    assert np.mean(estimates) == pytest.approx(0.25, abs=4 * 0.25 * math.sqrt(2 / 57 / 300))


def test_without_degrees_of_freedom_there_is_no_estimate_but_a_model(wide):
    with pytest.raises(DataError, match="add rows, choose fewer features, or give σ²"):
        noise_variance(wide)
    model = GaussianLikelihood.from_problem(wide)
    assert model.sigma2 == pytest.approx(1e-6 * np.mean(wide.y**2), rel=1e-12)


def test_an_exact_fit_still_has_a_drawable_ridge():
    exact = Dataset.synthetic(noise=0.0)
    model = GaussianLikelihood.from_problem(exact)
    assert model.sigma2 == pytest.approx(1e-6 * np.mean(exact.y**2))
    assert any("exactly" in note for note in exact.notes)


def test_little_noise_is_not_mistaken_for_none():
    quiet = Dataset.synthetic(noise=1e-6)
    assert GaussianLikelihood.from_problem(quiet).sigma2 == noise_variance(quiet)
    assert noise_variance(quiet) == pytest.approx(1e-12, rel=0.5)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_impossible_variances_are_refused(default, model, bad):
    with pytest.raises(ValueError, match="σ² must be finite and positive"):
        GaussianLikelihood(default.objective(), bad)
    with pytest.raises(ValueError, match="τ² must be finite and positive"):
        model.log_prior(THETAS, bad)
    with pytest.raises(ValueError, match="finite and positive"):
        lam_from(bad, 1.0)
    with pytest.raises(ValueError, match="finite and positive"):
        tau2_from(1.0, bad)
