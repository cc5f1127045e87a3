import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from ridge_math import Dataset, QuadraticObjective

LAMS = [0.0, 1e-6, 0.01, 1.0, 250.0]


def thetas(p, k=7):
    return np.random.default_rng(1).normal(scale=3.0, size=(k, p))


@pytest.mark.parametrize("lam", LAMS)
def test_value_is_its_definition(dataset, lam):
    for theta in thetas(dataset.n_features):
        residual = dataset.y - dataset.X @ theta
        expected = residual @ residual + lam * theta @ theta
        assert dataset.objective(lam).value(theta) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("lam", LAMS)
def test_gradient_is_that_of_finite_differences(dataset, lam):
    # A central difference is exact for a quadratic, up to rounding.
    objective, step = dataset.objective(lam), 0.5
    for theta in thetas(dataset.n_features):
        for j, direction in enumerate(np.eye(dataset.n_features)):
            ahead = objective.value(theta + step * direction)
            behind = objective.value(theta - step * direction)
            slope = (ahead - behind) / (2 * step)
            assert objective.gradient(theta)[j] == pytest.approx(slope, rel=1e-9, abs=1e-9 * ahead)


@pytest.mark.parametrize("lam", LAMS)
def test_taylor_expansion_with_gradient_and_hessian_is_exact(dataset, lam):
    objective = dataset.objective(lam)
    here, there = thetas(dataset.n_features, 2)
    step = there - here
    expected = (
        objective.value(here)
        + objective.gradient(here) @ step
        + 0.5 * step @ objective.hessian @ step
    )
    assert objective.value(there) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("lam", LAMS)
def test_the_minimiser_is_where_the_gradient_vanishes_and_nothing_is_lower(dataset, lam):
    objective = dataset.objective(lam)
    best = objective.minimiser()
    scale = np.abs(objective.hessian) @ np.abs(best) + 1.0
    assert np.all(np.abs(objective.gradient(best)) < 1e-9 * scale)
    assert objective.minimum == pytest.approx(float(objective.value(best)), rel=1e-9, abs=1e-12)
    around = best + thetas(dataset.n_features, 50) * np.geomspace(1e-3, 1, 50)[:, None]
    assert np.all(objective.value(around) >= objective.minimum * (1 - 1e-12))


@pytest.mark.parametrize("lam", LAMS[1:])
def test_the_minimiser_is_that_of_scikit_learn(dataset, lam):
    model = Ridge(alpha=lam, solver="svd").fit(dataset.X, dataset.y)
    assert np.allclose(dataset.objective(lam).minimiser(), model.coef_, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("lam", LAMS[1:])
def test_ridge_is_least_squares_with_rows_added(dataset, lam):
    p = dataset.n_features
    X = np.vstack([dataset.X, np.sqrt(lam) * np.eye(p)])
    y = np.concatenate([dataset.y, np.zeros(p)])
    added = QuadraticObjective.from_arrays(X, y)
    theta = thetas(p)
    assert np.allclose(added.value(theta), dataset.objective(lam).value(theta), rtol=1e-11)
    assert np.allclose(added.minimiser(), dataset.objective(lam).minimiser(), rtol=1e-7, atol=1e-9)


def test_least_squares_is_of_least_norm_when_singular(singular, wide):
    for data in (singular, wide):
        expected = np.linalg.pinv(data.X) @ data.y
        assert np.allclose(data.objective().minimiser(), expected, atol=1e-11)


def test_the_floor_of_an_exactly_collinear_valley_is_flat(singular):
    objective = singular.objective()
    floor = objective.minimiser() + np.linspace(-50, 50, 11)[:, None] * singular.reduced.V[:, -1]
    assert np.allclose(objective.value(floor), objective.minimum, rtol=1e-12)
    assert np.ptp(objective.penalised(1.0).value(floor)) > 1000


@pytest.mark.parametrize("lam", LAMS)
def test_grid_rows_follow_the_second_axis(longley_pair, lam):
    objective = longley_pair.objective(lam)
    t1, t2 = np.linspace(-3, 7, 5), np.linspace(-4, 1, 3)
    grid = objective.grid(t1, t2)
    assert grid.shape == (3, 5)
    for i in range(3):
        for j in range(5):
            point = [t1[j], t2[i]]
            assert grid[i, j] == pytest.approx(objective.value(point), rel=1e-12)


def test_penalised_replaces_lambda_and_keeps_the_residuals(default):
    objective = default.objective(3.0).penalised(5.0)
    assert objective.lam == 5.0
    theta = np.array([1.0, 2.0])
    assert objective.value(theta) - default.objective().value(theta) == pytest.approx(25.0)


def test_a_grid_needs_two_features_and_theta_the_right_length(three, default):
    with pytest.raises(ValueError, match="two features"):
        three.objective().grid([0.0], [0.0])
    with pytest.raises(ValueError, match="2 entries"):
        default.objective().value([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("X", "y"), [([[1.0]], [1.0, 2.0]), ([1.0], [1.0]), ([[np.nan]], [1.0]), ([[1.0]], [np.inf])]
)
def test_arrays_that_do_not_fit_are_refused(X, y):
    with pytest.raises(ValueError, match=r"needed|finite"):
        QuadraticObjective.from_arrays(X, y)


@given(
    st.integers(0, 1000),
    st.integers(-150, 150),
    st.integers(-150, 150),
    st.floats(1e-6, 1e3),
    st.booleans(),
)
def test_units_of_the_data_do_not_matter(seed, power_X, power_y, lam, scale):
    """Features in other units: the same θ in standard units; y in other units: θ scales with it."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((12, 2)) @ [[1.0, 0.9], [0.0, 0.3]] + [3.0, -2.0]
    y = X @ [1.0, 2.0] + rng.standard_normal(12)
    cx, cy = 10.0**power_X, 10.0**power_y
    if not scale:  # then θ is per unit of X: keep it a float
        cy = 10.0 ** (power_y / 2)
        cx = 10.0 ** (power_X / 2)
    one = Dataset.from_arrays(X, y, scale=scale)
    two = Dataset.from_arrays(cx * X, cy * y, scale=scale)
    factor = cy if scale else cy / cx
    lam2 = lam if scale else lam * cx * cx
    expected = factor * one.objective(lam).minimiser()
    assert np.allclose(two.objective(lam2).minimiser(), expected, rtol=1e-10, atol=0)
    assert two.objective(lam2).minimum == pytest.approx(
        cy**2 * one.objective(lam).minimum, rel=1e-9
    )
