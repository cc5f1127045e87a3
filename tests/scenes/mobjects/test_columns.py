"""Two features in their own units, on the way from shuffled to as they are; and as a table."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridge_math import Dataset
from scenes.mobjects.columns import MOST_DOTS, Columns
from scenes.mobjects.rows import LARGEST, enlargement, multiplicities, rows_to_draw
from scenes.text.numerals import column, correlation_label

LONGLEY = Path(__file__).parents[3] / "examples" / "longley.csv"


def raw_longley() -> np.ndarray:
    table = np.genfromtxt(LONGLEY, delimiter=",", names=True)
    return np.column_stack([table[name] for name in ("GNP", "Year", "Employed", "Population")])


@pytest.mark.parametrize("scale", [True, False])
def test_raw_columns_are_those_of_the_file(scale) -> None:
    data = Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed", scale=scale)
    assert Columns(data).raw == pytest.approx(raw_longley()[:, :3], rel=1e-12)


def test_adjusted_columns_are_residuals_about_their_mean() -> None:
    data = Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed", ["Population"])
    source = raw_longley()
    others = np.column_stack([np.ones(16), source[:, 3]])
    fitted = others @ np.linalg.lstsq(others, source[:, :3], rcond=None)[0]
    expected = source[:, :3] - fitted + source[:, :3].mean(axis=0)
    columns = Columns(data)
    assert columns.raw == pytest.approx(expected, rel=1e-9)
    assert columns.rho == pytest.approx(np.corrcoef(expected[:, :2].T)[0, 1])


def test_the_way_from_shuffled_ends_at_the_data(any_data) -> None:
    columns = Columns(any_data)
    first, last = columns.first, columns.second(1.0)
    assert first == pytest.approx(columns.raw[:, 0], rel=1e-9)
    spread = last.std()
    assert np.abs(last - columns.raw[:, 1]).max() < 1e-6 * spread
    for share in (0.0, 0.3, 0.8, 1.0):
        between = columns.second(share)
        rho = np.corrcoef(first, between)[0, 1]
        assert rho == pytest.approx(columns.rho_at(share), abs=1e-7)
        assert between.mean() == pytest.approx(last.mean(), abs=1e-7 * spread + 1e-12)
        assert between.std() == pytest.approx(spread, rel=1e-6)


def test_uncorrelated_is_a_permutation_of_the_column(any_data) -> None:
    columns = Columns(any_data)
    shuffled = np.sort(columns.second(0.0))
    np.testing.assert_allclose(shuffled, np.sort(columns.raw[:, 1]), rtol=1e-7)
    few = len(shuffled) < 10
    assert abs(columns.rho_at(0.0)) < (0.5 if few else 0.02)


def test_vif_ends_as_that_of_the_data_and_is_that_of_the_correlation_on_the_way(any_data) -> None:
    columns = Columns(any_data)
    shares = np.linspace(0.0, 0.999, 30)
    vifs = np.array([columns.vif_at(share) for share in shares])
    expected = [1 / (1 - columns.rho_at(share) ** 2) for share in shares]
    assert vifs == pytest.approx(expected, rel=1e-6)
    assert columns.vif_at(1.0) == columns.vif


def test_the_prediction_is_the_regression_of_one_on_the_other(any_data) -> None:
    columns = Columns(any_data)
    x, y = columns.raw[:, 0], columns.raw[:, 1]
    z = (x - x.mean()) / x.std()
    expected = y.mean() + (z @ (y - y.mean())) / (z @ z) * z
    assert np.abs(columns.predicted() - expected).max() < 1e-6 * y.std()


@pytest.mark.parametrize(
    ("correlation", "likeness"),
    [(1, "exact"), (-1, "exact"), (0.95, "strong"), (-0.9, "strong"), (0.6, "some"), (0.2, "none")],
)
def test_likeness(correlation, likeness) -> None:
    columns = Columns(Dataset.synthetic(correlation=correlation))
    assert columns.likeness == likeness
    assert math.isinf(columns.vif) == (likeness == "exact")


@pytest.mark.parametrize("make", [lambda a: 2 * a + 1, lambda a: a / 3 + 1e6, lambda a: -0.1 * a])
def test_a_linear_function_of_rounded_numbers_is_exactly_collinear(make) -> None:
    a = np.round(np.random.default_rng(0).normal(10, 3, 50), 1)
    data = Dataset.from_arrays(np.column_stack([a, make(a)]), a**2)
    columns = Columns(data)
    assert columns.likeness == "exact"
    assert columns.vif_at(1.0) == math.inf
    assert abs(np.corrcoef(columns.first, columns.second(0.0))[0, 1]) < 0.01


def test_a_long_table_is_drawn_by_some_of_its_rows() -> None:
    columns = Columns(Dataset.synthetic(n_samples=2000))
    assert columns.first.shape == columns.second(0.5).shape == (MOST_DOTS,)
    assert columns.rho == pytest.approx(0.99)


def test_two_rows_that_make_the_spread_are_drawn_among_50_000() -> None:
    """Like the lengths of 53,940 diamonds: without two mistyped rows the columns would agree."""
    rng = np.random.default_rng(0)
    a = rng.normal(5.7, 0.1, 53_940)
    b = a + rng.normal(0.0, 0.02, a.size)
    a[12_345], b[40_000] = 58.9, 31.8
    columns = Columns(Dataset.from_arrays(np.column_stack([a, b]), a + b))
    assert columns.n_drawn == MOST_DOTS
    assert abs(columns.rho) < 0.3
    for share in (0.0, 1.0):
        assert columns.second(share).max() == pytest.approx(31.8)
    assert columns.first.max() == pytest.approx(58.9)
    drawn = np.corrcoef(columns.first, columns.second(1.0))[0, 1]
    assert abs(drawn) < 0.3


def test_132_equal_rows_are_one_large_dot() -> None:
    a = np.r_[np.full(132, 4.0), np.arange(68) % 9]
    b = np.r_[np.full(132, 2.0), np.arange(68) % 7]
    columns = Columns(Dataset.from_arrays(np.column_stack([a, b]), np.arange(200.0)))
    sizes = columns.sizes(1.0)
    equal = (columns.first == 4.0) & np.isclose(columns.second(1.0), 2.0)
    assert columns.some_equal
    assert equal.sum() >= 132
    assert sizes[equal].min() == sizes.max() > 2 * sizes[~equal].max()


def test_rows_that_stand_out_are_drawn_and_others_evenly() -> None:
    values = np.zeros((1000, 2))
    values[:, 0] = np.random.default_rng(1).uniform(size=1000)
    values[77, 1], values[500, 1] = 9.0, -1.0
    rows = rows_to_draw(values, 40)
    assert len(rows) == 40
    assert {77, 500, values[:, 0].argmin(), values[:, 0].argmax()} <= set(rows)
    assert np.diff(rows).max() < 60
    np.testing.assert_array_equal(rows_to_draw(values, 1000), np.arange(1000))


def test_dots_of_equal_rows_grow_with_their_number() -> None:
    values = np.repeat([[0.0, 1.0], [2.0, 1.0], [5.0, 0.0]], [1, 4, 9], axis=0)
    np.testing.assert_array_equal(multiplicities(values), np.repeat([1, 4, 9], [1, 4, 9]))
    np.testing.assert_allclose(enlargement(values), np.repeat([1.0, 2.0, 3.0], [1, 4, 9]))
    many = np.repeat([[0.0, 1.0], [2.0, 1.0]], [20, 900], axis=0)
    assert 1.0 < enlargement(many)[0] < enlargement(many)[-1] == pytest.approx(LARGEST)


@pytest.mark.parametrize(
    ("values", "labels", "unit"),
    [
        ([234.289, 259.426, 554.894], ("234", "259", "555"), ""),
        ([1947.0, 1948.0, 1962.0], ("1947", "1948", "1962"), ""),
        ([0.381, -0.452, 2.16], ("0.38", "−0.45", "2.16"), ""),
        ([0.5, 0.25, 100.0], ("0.5", "0.2", "100.0"), ""),
        ([3e12, 1.5e12], ("3.0", "1.5"), "/ 10¹²"),
        ([2e-9, -4e-9], ("2", "−4"), "/ 10⁻⁹"),
        ([0.0, 0.0], ("0", "0"), ""),
        ([1e9 + 1, 1e9 + 4], ("1.000000001", "1.000000004"), "/ 10⁹"),
    ],
)
def test_numbers_of_a_column_look_alike(values, labels, unit) -> None:
    form = column(values)
    assert (form.labels, form.unit) == (labels, unit)


@given(
    st.lists(
        st.floats(min_value=-1e100, max_value=1e100, allow_subnormal=False), min_size=1, max_size=9
    )
)
def test_numbers_of_a_column_say_what_they_stand_for(values) -> None:
    form = column(values)
    decimals = {len(label.partition(".")[2]) for label in form.labels}
    assert len(decimals) == 1
    largest = max(map(abs, values))
    for value, label in zip(values, form.labels, strict=True):
        said = float(label.replace("−", "-")) * 10.0**form.exponent
        assert abs(said - value) <= 0.011 * largest


@pytest.mark.parametrize(
    ("rho", "exact", "label"),
    [
        (0.99, False, "0.990"),
        (-0.5, False, "−0.500"),
        (0.0, False, "0.000"),
        (-1e-9, False, "0.000"),
        (0.99999, False, "0.99999"),
        (1 - 1e-9, False, "1 − 1 × 10⁻⁹"),
        (-1 + 2e-8, False, "−1 + 2 × 10⁻⁸"),
        (0.9999999999, True, "1"),
        (-1.0, True, "−1"),
    ],
)
def test_a_correlation_is_1_only_if_it_is(rho, exact, label) -> None:
    assert correlation_label(rho, exact) == label
