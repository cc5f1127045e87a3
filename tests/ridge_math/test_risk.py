import numpy as np
import pytest

from ridge_math import (
    DataError,
    Dataset,
    GaussianLikelihood,
    resampled_minimisers,
    risk,
    risk_of_planted,
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
        assert found.mse.min() < 0.5 * found.mse[0]
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
