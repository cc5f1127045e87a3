import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from statsmodels.api import OLS

from ridge_math import (
    CONVENTIONS,
    DataError,
    Scales,
    effective_df,
    from_convention,
    to_convention,
)

LAM = 0.7


@pytest.fixture
def scales(longley):
    return Scales.of(longley)


def raw(longley):
    values = np.concatenate(list(longley.rows.blocks()))
    return values[:, :-1], values[:, -1]


def test_scales_are_those_of_the_data(longley, scales):
    _, y = raw(longley)
    assert scales.n_samples == 16
    assert scales.response_sd == pytest.approx(y.std(), rel=1e-12)


@pytest.mark.parametrize("name", [c.name for c in CONVENTIONS])
def test_conventions_are_converted_there_and_back(scales, name):
    there = to_convention(LAM, name, scales)
    assert from_convention(there, name, scales) == pytest.approx(LAM, rel=1e-15)
    assert to_convention(0.0, name, scales) == 0.0


def test_names_are_unique_and_explained():
    assert len({c.name for c in CONVENTIONS}) == len(CONVENTIONS)
    assert all(c.objective and "λ" in c.relation for c in CONVENTIONS)


def test_sklearn_alpha_gives_the_same_fit(longley, scales):
    X, y = raw(longley)
    model = Ridge(alpha=to_convention(LAM, "sklearn", scales), solver="svd")
    model.fit(StandardScaler().fit_transform(X), y)
    assert np.allclose(model.coef_, longley.objective(LAM).minimiser(), rtol=1e-9)
    intercept, slopes, _ = longley.original_units(longley.objective(LAM).minimiser())
    assert np.allclose(model.predict(StandardScaler().fit_transform(X)), intercept + X @ slopes)


def test_statsmodels_alpha_gives_the_same_fit(longley, scales):
    alpha = to_convention(LAM, "statsmodels", scales)
    fit = OLS(longley.y, longley.X).fit_regularized(alpha=alpha, L1_wt=0)
    assert np.allclose(fit.params, longley.objective(LAM).minimiser(), rtol=1e-8)


def test_hoerl_kennard_k_gives_the_same_fit(longley, scales):
    """(C + kI)θ = r on features of unit length; there θ is √n times ours."""
    k = to_convention(LAM, "hoerl-kennard", scales)
    unit = longley.X / 4.0  # columns of norm √16
    theta = np.linalg.solve(unit.T @ unit + k * np.eye(6), unit.T @ longley.y)
    assert np.allclose(theta / 4.0, longley.objective(LAM).minimiser(), rtol=1e-8)


@pytest.mark.parametrize("name", ["mass", "genridge"])
def test_mass_and_genridge_as_published(longley, scales, name):
    # Friendly (2013): df of Longley at these λ.
    for theirs, df in [(0.005, 5.415), (0.08, 4.128)]:
        lam = from_convention(theirs, name, scales)
        assert effective_df(longley, lam) == pytest.approx(df, abs=6e-4)


def test_the_objective_that_glmnet_prints(default):
    """‖y − Xθ‖²/(2N) + λ‖θ‖²/2, as it stands, minimised by a general optimiser."""
    lam = to_convention(LAM, "glmnet-objective", Scales.of(default))

    def printed(theta):
        residual = default.y - default.X @ theta
        return residual @ residual / (2 * 60) + lam * theta @ theta / 2

    found = minimize(
        printed, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 0}
    )
    assert np.allclose(found.x, default.objective(LAM).minimiser(), atol=1e-6)


def test_glmnet_scales_the_response_first(longley, scales):
    """What glmnet does with the λ it is given: y/sd(y) and λ/sd(y), then back."""
    lam, sd, n = to_convention(LAM, "glmnet", scales), scales.response_sd, 16
    gram = longley.X.T @ longley.X / n + lam / sd * np.eye(6)
    theta = sd * np.linalg.solve(gram, longley.X.T @ (longley.y / sd) / n)
    assert np.allclose(theta, longley.objective(LAM).minimiser(), rtol=1e-8)
    # For y of unit variance both readings agree.
    unit = Scales(16, 1.0)
    assert to_convention(LAM, "glmnet", unit) == to_convention(LAM, "glmnet-objective", unit)


def test_conventions_refuse_what_cannot_be_converted(scales):
    with pytest.raises(ValueError, match="'other': choose one of 'sklearn', 'mass'"):
        to_convention(1.0, "other", scales)
    with pytest.raises(ValueError, match="λ must be finite"):
        from_convention(-1.0, "mass", scales)
    for sd in (None, 0.0, float("nan")):
        with pytest.raises(DataError, match="give response_sd"):
            to_convention(1.0, "glmnet", Scales(10, sd))
