from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ridge_math import Dataset, diagnose

settings.register_profile(
    "ridge_math",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ridge_math")

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"


@pytest.fixture(scope="session")
def longley_file() -> Path:
    return LONGLEY


@pytest.fixture(scope="session")
def longley(longley_file) -> Dataset:
    """All six features, in the order of the published tables."""
    order = ["GNP", "Unemployed", "Armed.Forces", "Population", "Year", "GNP.deflator"]
    return Dataset.from_file(longley_file, order, "Employed")


@pytest.fixture(scope="session")
def longley_pair(longley_file) -> Dataset:
    return Dataset.from_file(longley_file, ["GNP", "Year"], "Employed")


@pytest.fixture(scope="session")
def default() -> Dataset:
    return Dataset.synthetic()


@pytest.fixture(scope="session")
def singular() -> Dataset:
    return Dataset.synthetic(correlation=1.0)


@pytest.fixture(scope="session")
def three() -> Dataset:
    """C ≈ A + B: no pair is much correlated, the three together are."""
    return Dataset.synthetic(theta=(1.0, -2.0, 0.5), correlation=0.999, structure="sum")


@pytest.fixture(scope="session")
def wide() -> Dataset:
    """More features than rows."""
    return Dataset.from_arrays(*_wide_arrays())


def _wide_arrays():
    import numpy as np

    rng = np.random.default_rng(3)
    X = rng.standard_normal((6, 9))
    return X, X[:, 0] + rng.standard_normal(6)


@pytest.fixture(params=["default", "singular", "three", "wide", "longley", "longley_pair"])
def dataset(request) -> Dataset:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def found(default):
    return diagnose(default)


@pytest.fixture(scope="session")
def of_longley(longley):
    return diagnose(longley)
