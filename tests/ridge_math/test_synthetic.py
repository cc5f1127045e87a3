import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridge_math import DataError, Dataset, correlation, vif
from ridge_math.synthetic import feature_names


@given(
    st.integers(6, 80),
    st.floats(-1, 1),
    st.integers(0, 10_000),
)
def test_two_features_have_exactly_the_correlation_asked_for(n, rho, seed):
    data = Dataset.synthetic(n, rho, seed=seed)
    X = data.X
    assert np.allclose(X.mean(axis=0), 0, atol=1e-14)
    assert np.allclose((X**2).mean(axis=0), 1, rtol=1e-14)
    assert np.corrcoef(X.T)[0, 1] == pytest.approx(rho, abs=1e-14)


@pytest.mark.parametrize("rho", [-0.25, 0.0, 0.7, 0.9999, 1.0])
def test_every_pair_of_several_features_has_it(rho):
    data = Dataset.synthetic(theta=(1, 2, 3, 4, 5), correlation=rho)
    assert data.features == ("A", "B", "C", "D", "E")
    assert np.allclose(correlation(data), rho + (1 - rho) * np.eye(5), atol=1e-13)


def test_correlation_one_makes_the_columns_equal_and_minus_one_opposite():
    same = Dataset.synthetic(correlation=1.0)
    raw = next(same.rows.blocks())
    assert np.array_equal(raw[:, 0], raw[:, 1])
    opposite = Dataset.synthetic(correlation=-1.0)
    assert np.allclose(opposite.X[:, 0], -opposite.X[:, 1], atol=1e-14)
    assert opposite.reduced.rank == same.reduced.rank == 1


@pytest.mark.parametrize("multiple", [0.5, 0.999, 1 - 1e-9])
def test_a_sum_is_predicted_by_the_others_together_and_by_none_alone(multiple):
    data = Dataset.synthetic(theta=(1.0, 1.0, 1.0), correlation=multiple, structure="sum")
    pairs = correlation(data)
    assert pairs[0, 1] == pytest.approx(0, abs=1e-14)
    assert pairs[:2, 2] == pytest.approx(multiple / np.sqrt(2), rel=1e-12)
    assert vif(data)[2] == pytest.approx(1 / (1 - multiple**2), rel=1e-5)


def test_an_exact_sum_is_exactly_collinear():
    data = Dataset.synthetic(theta=(1.0, 1.0, 1.0), correlation=1.0, structure="sum")
    assert data.reduced.rank == 2
    assert any("exactly collinear" in note for note in data.notes)


@given(
    st.integers(0, 10_000),
    st.floats(-0.99, 0.99),
    st.lists(st.floats(-5, 5), min_size=2, max_size=2),
)
def test_the_planted_truth_is_recovered_when_there_is_no_noise(seed, rho, theta):
    if np.abs(theta).max() < 1e-3:
        theta = [1.0, theta[1]]
    data = Dataset.synthetic(correlation=rho, theta=theta, noise=0.0, seed=seed)
    assert np.allclose(data.objective().minimiser(), theta, atol=1e-11)
    assert np.array_equal(data.theta, theta)


def test_the_planted_truth_is_right_on_average():
    estimates = np.array([Dataset.synthetic(seed=s).objective().minimiser() for s in range(400)])
    # Each has variance σ² VIF/n: four standard errors of the mean of 400.
    error = 0.5 * np.sqrt(1 / (1 - 0.99**2) / 60)
    assert np.allclose(estimates.mean(axis=0), [1.5, 0.5], atol=4 * error / 20)
    assert np.allclose(estimates.std(axis=0), error, rtol=4 / np.sqrt(800))


def test_a_seed_is_a_dataset():
    assert Dataset.synthetic(seed=1).fingerprint == Dataset.synthetic(seed=1).fingerprint
    assert Dataset.synthetic(seed=1).fingerprint != Dataset.synthetic(seed=2).fingerprint
    assert np.array_equal(Dataset.synthetic(seed=1).y, Dataset.synthetic(seed=1).y)


def test_names_do_not_collide_with_the_response():
    assert "Y" not in feature_names(24)
    assert len(set(feature_names(40))) == 40


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"correlation": 1.01}, "from -1 to 1"),
        ({"correlation": float("nan")}, "from -1 to 1"),
        ({"correlation": -0.6, "theta": (1, 1, 1)}, "choose -0.5 or more"),
        ({"n_samples": 3}, "ask for 4 or more"),
        ({"noise": -1.0}, "choose 0 or more"),
        ({"noise": float("inf")}, "choose 0 or more"),
        ({"theta": ()}, "give θ one entry or more"),
        ({"theta": (1.0, float("nan"))}, "2 finite numbers"),
        ({"theta": (0.0, 0.0), "noise": 0.0}, "same value"),
        ({"structure": "ring"}, "choose 'pairwise' or 'sum'"),
    ],
)
def test_impossible_synthetic_data_are_refused(choice, words):
    with pytest.raises(DataError, match=words):
        Dataset.synthetic(**choice)
