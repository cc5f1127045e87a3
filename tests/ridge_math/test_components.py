"""Principal-component regression: scikit-learn's, and ridge's neighbour in the filter factors."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from ridge_math import ComponentFit, Dataset, Fit, filter_factors, gcv, gcv_of_components


def test_it_is_that_of_scikit_learn(longley):
    for k in range(1, 7):
        model = make_pipeline(PCA(k), LinearRegression()).fit(longley.X, longley.y)
        found = ComponentFit.of(longley, k)
        predicted = model.predict(longley.X)
        assert longley.X @ found.theta == pytest.approx(predicted, rel=1e-8)
        theta = model["pca"].components_.T @ model["linearregression"].coef_
        assert found.theta == pytest.approx(theta, rel=1e-8)
        assert found.r2 == pytest.approx(model.score(longley.X, longley.y), rel=1e-10)
        rss = np.sum((longley.y - predicted) ** 2)
        assert gcv_of_components(longley)[k] == pytest.approx(16 * rss / (15 - k) ** 2, rel=1e-8)


def test_the_number_of_components_is_that_of_the_lowest_gcv(dataset):
    found, scores = ComponentFit.of(dataset), gcv_of_components(dataset)
    assert scores.shape == (dataset.reduced.rank + 1,)
    assert found.gcv == scores.min() == scores[found.n_components]
    assert list(found.factors) == [1.0] * found.n_components + [0.0] * (
        dataset.n_features - found.n_components
    )


def test_the_factors_are_those_of_ridge_beyond_all_measure():
    """A λ between two eigenvalues that are far apart keeps one direction whole and drops the other."""
    data = Dataset.synthetic(correlation=1 - 1e-12)
    assert filter_factors(data, 1e-4) == pytest.approx(ComponentFit.of(data, 1).factors, abs=1e-5)


def test_all_components_are_least_squares_and_none_is_the_mean(longley):
    every, free = ComponentFit.of(longley, 6), Fit.of(longley, 0.0)
    assert every.theta == pytest.approx(free.theta, rel=1e-9)
    assert (every.intercept, every.r2) == pytest.approx((free.intercept, free.r2))
    assert every.gcv == pytest.approx(float(gcv(longley, 0.0)))
    none = ComponentFit.of(longley, 0)
    assert np.all(none.theta == 0)
    assert (none.intercept, none.r2) == pytest.approx((free.centre, 0.0))


def test_no_more_components_than_the_rank(singular, wide):
    assert ComponentFit.of(singular).n_components <= 1
    assert (
        ComponentFit.of(wide).n_components < wide.reduced.rank
    )  # no degree of freedom at the rank
    with pytest.raises(ValueError, match="from 0 to 1 components"):
        ComponentFit.of(singular, 2)
