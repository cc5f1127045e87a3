import pickle

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ridge_math.dataset
from ridge_math import DataError, Dataset, loo, vif
from ridge_math.io.source import PIECE_BYTES
from ridge_math.sample import OUTERMOST

# NIST StRD certified values for Longley, in thousands of people and the units of the file.
# https://www.itl.nist.gov/div898/strd/lls/data/Longley.shtml
CERTIFIED = {
    "GNP.deflator": 15.0618722713733e-3,
    "GNP": -0.358191792925910e-1,
    "Unemployed": -2.02022980381683e-2,
    "Armed.Forces": -1.03322686717359e-2,
    "Population": -0.511041056535807e-1,
    "Year": 1829.15146461355e-3,
}
CERTIFIED_INTERCEPT = -3482258.63459582e-3
CERTIFIED_RESIDUAL_SD = 304.854073561965e-3


def test_longley_agrees_with_the_certified_values(longley):
    intercept, slopes, _ = longley.original_units(longley.objective().minimiser())
    assert intercept == pytest.approx(CERTIFIED_INTERCEPT, rel=1e-11)
    assert np.allclose(slopes, [CERTIFIED[name] for name in longley.features], rtol=1e-10, atol=0)
    sd = np.sqrt(longley.reduced.rss_min / longley.reduced.residual_df)
    assert sd == pytest.approx(CERTIFIED_RESIDUAL_SD, rel=1e-11)


def test_the_longley_file_is_the_data_statsmodels_ships(longley_file):
    from statsmodels.datasets import longley

    shipped = longley.load_pandas().data
    thousands = {"Employed": "TOTEMP", "GNP": "GNP", "Population": "POP"}
    tens = {"Unemployed": "UNEMP", "Armed.Forces": "ARMED"}
    ours = pl.read_csv(longley_file)
    assert ours.columns == [
        *("Employed", "GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year")
    ]
    for name, theirs in thousands.items():
        assert np.array_equal(np.round(ours[name].to_numpy() * 1000), shipped[theirs])
    for name, theirs in tens.items():
        assert np.array_equal(np.round(ours[name].to_numpy() * 10), shipped[theirs])
    assert np.array_equal(ours["GNP.deflator"].to_numpy(), shipped["GNPDEFL"])
    assert np.array_equal(ours["Year"].to_numpy(), shipped["YEAR"])


def test_prepared_features_have_mean_zero_and_variance_one(longley):
    assert np.allclose(longley.X.mean(axis=0), 0, atol=1e-13)
    assert np.allclose((longley.X**2).mean(axis=0), 1, rtol=1e-12)
    assert longley.y.mean() == pytest.approx(0, abs=1e-13)
    assert np.allclose(
        longley.X.T @ longley.X, longley.reduced.gram_root.T @ longley.reduced.gram_root
    )


def test_centred_only_keeps_the_units(longley_file):
    data = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", scale=False)
    raw = pl.read_csv(longley_file).select("GNP", "Year").to_numpy()
    assert np.allclose(data.X, raw - raw.mean(axis=0), rtol=1e-12, atol=1e-11)
    _, slopes, _ = data.original_units([2.0, 3.0])
    assert np.array_equal(slopes, [2.0, 3.0])


def test_original_units_predict_the_same(dataset):
    raw = np.concatenate(list(dataset.rows.blocks()))
    theta = dataset.objective(0.5).minimiser()
    intercept, slopes, _ = dataset.original_units(theta)
    predicted = intercept + raw[:, :-1] @ slopes
    assert np.allclose(predicted - raw[:, -1].mean(), dataset.X @ theta, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("scale", [True, False])
def test_adjusting_is_profiling_over_the_others(longley_file, scale):
    """Frisch-Waugh-Lovell: RSS is the lowest over the other coefficients."""
    others = ["Population", "Armed.Forces"]
    data = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", others, scale=scale)
    raw = pl.read_csv(longley_file)
    y = raw["Employed"].to_numpy()
    base = np.column_stack([np.ones(16), raw.select(others).to_numpy()])
    features = raw.select("GNP", "Year").to_numpy()
    for theta in np.random.default_rng(0).normal(size=(5, 2)):
        intercept, slopes, adjusted = data.original_units(theta)
        left = y - features @ slopes
        best = np.linalg.lstsq(base - [0, *base[:, 1:].mean(axis=0)], left, rcond=None)[0]
        fitted = (base - [0, *base[:, 1:].mean(axis=0)]) @ best
        expected = np.sum((left - fitted) ** 2)
        assert float(data.objective().value(theta)) == pytest.approx(expected, rel=1e-9)
        assert np.allclose(adjusted, best[1:], rtol=1e-8)
        assert intercept == pytest.approx(np.mean(left - base[:, 1:] @ best[1:]), rel=1e-8)


def test_adjusting_gives_the_slopes_of_the_whole_regression(longley_file, longley):
    others = [name for name in longley.features if name not in ("GNP", "Year")]
    adjusted = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", others)
    assert np.allclose((adjusted.X**2).mean(axis=0), 1, rtol=1e-9)
    assert np.allclose(np.corrcoef(adjusted.X.T)[0, 1], _partial_correlation(longley), rtol=1e-8)
    intercept, slopes, rest = adjusted.original_units(adjusted.objective().minimiser())
    assert intercept == pytest.approx(CERTIFIED_INTERCEPT, rel=1e-9)
    assert np.allclose(slopes, [CERTIFIED["GNP"], CERTIFIED["Year"]], rtol=1e-8)
    assert np.allclose(rest, [CERTIFIED[name] for name in others], rtol=1e-8)
    assert adjusted.reduced.residual_df == longley.reduced.residual_df


def _partial_correlation(longley):
    precision = np.linalg.inv(np.corrcoef(longley.X.T))
    i, j = longley.features.index("GNP"), longley.features.index("Year")
    return -precision[i, j] / np.sqrt(precision[i, i] * precision[j, j])


def test_adjusting_for_dependent_columns_removes_them_once():
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((30, 2))
    X = rng.standard_normal((30, 2)) + Z
    y = X.sum(axis=1) + rng.standard_normal(30)
    once = Dataset.from_arrays(X, y, adjust_for=Z)
    twice = Dataset.from_arrays(X, y, adjust_for=np.column_stack([Z, Z.sum(axis=1), 3 * Z[:, 0]]))
    assert twice.reduced.n_unpenalised == once.reduced.n_unpenalised == 3
    assert np.allclose(twice.X, once.X, atol=1e-12)
    assert np.allclose(loo(twice, [0.0, 1.0]), loo(once, [0.0, 1.0]), rtol=1e-10)


def test_focusing_on_two_features(longley, longley_pair, longley_file):
    pair = longley.focused(["GNP", "Year"])
    assert np.array_equal(pair.X, longley_pair.X)
    adjusted = longley.focused(["GNP", "Year"], adjust_for_others=True)
    others = [name for name in longley.features if name not in ("GNP", "Year")]
    whole = Dataset.from_file(longley_file, ["GNP", "Year"], "Employed", others)
    assert np.allclose(adjusted.objective().minimiser(), whole.objective().minimiser(), rtol=1e-9)
    with pytest.raises(DataError, match="'Gold' is no feature: choose from 'GNP'"):
        longley.focused(["GNP", "Gold"])


def test_exactly_collinear_features_are_legal_and_explained(singular, default):
    assert any("exactly collinear" in note for note in singular.notes)
    assert default.notes == ()


def test_columns_that_are_sums_up_to_rounding_are_exactly_collinear():
    # 0.1 + 0.2 ≠ 0.3: the sum is rounded, far from its mean, and still counts as exact.
    rng = np.random.default_rng(0)
    a, b = rng.uniform(1e6, 1e6 + 1, size=(2, 50))
    data = Dataset.from_arrays(np.column_stack([a, b, a + b]), rng.standard_normal(50))
    assert data.reduced.rank == 2


def test_nearly_collinear_is_not_exactly_collinear():
    assert Dataset.synthetic(correlation=1 - 1e-13).reduced.rank == 2


def test_more_features_than_rows_is_legal_and_explained(wide):
    assert wide.reduced.rank == 5
    assert any("least squares has no single answer" in note for note in wide.notes)


def test_a_dataset_survives_the_way_to_another_process(longley_pair):
    copy = pickle.loads(pickle.dumps(longley_pair))
    assert copy.fingerprint == longley_pair.fingerprint
    assert np.array_equal(loo(copy, [1.0]), loo(longley_pair, [1.0]))


def test_arrays_cannot_be_changed(default):
    for array in (default.X, default.y, default.theta, default.reduced.d):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


@pytest.mark.parametrize(
    "name", ["A'", "$x$", '#read("/etc/passwd")', "<b>μ</b>", "列", "*", "^.*$", "a\nb"]
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_names_may_hold_any_characters(tmp_path, name, suffix):
    path = tmp_path / f"data.{suffix}"
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(rng.standard_normal((9, 3)), schema=["first", name, "last"])
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    data = Dataset.from_file(path)
    assert data.features == ("first", name)
    raw = frame[name].to_numpy()
    assert np.allclose(data.X[:, 1], (raw - raw.mean()) / raw.std())


def large_file(path, n=20_000, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(n).cumsum() + 1e4  # drifts: the first rows do not look like the rest
    frame = pl.DataFrame({"A": a, "B": a + rng.standard_normal(n), "Z": rng.standard_normal(n)})
    frame = frame.with_columns(Y=pl.col("A") - pl.col("B") + pl.col("Z") + 0.1)
    frame = frame.with_columns(Y=pl.col("Y") + pl.Series(rng.standard_normal(n)))
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(
        path, row_group_size=3000
    )
    return frame


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_large_file_is_streamed_and_gives_the_same_numbers(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"large.{suffix}"
    large_file(path)
    whole = Dataset.from_file(path, ["A", "B"], "Y", ["Z"])
    monkeypatch.setattr(ridge_math.dataset, "MAX_ROWS_KEPT", 500)
    monkeypatch.setattr(ridge_math.io.table, "BLOCK_ROWS", 700)
    monkeypatch.setattr(ridge_math.io.source, "PIECE_BYTES", 50_000)
    blocks = []
    streamed = Dataset.from_file(path, ["A", "B"], "Y", ["Z"])
    for X, _, _ in streamed.prepared_blocks():
        blocks.append(X.shape[0])
    assert sum(blocks) == 20_000
    assert max(blocks) <= 3_000
    assert streamed.n_samples == whole.n_samples == 20_000
    assert not whole.is_sample
    assert streamed.is_sample
    assert 500 < streamed.X.shape[0] < 500 + 4 * OUTERMOST
    assert np.allclose(streamed.X[[0, -1]], whole.X[[0, -1]], rtol=1e-9)
    assert np.allclose(streamed.reduced.d, whole.reduced.d, rtol=1e-12)
    theta = whole.objective(3.0).minimiser()
    assert np.allclose(streamed.objective(3.0).minimiser(), theta, rtol=1e-9)
    assert streamed.reduced.rss_min == pytest.approx(whole.reduced.rss_min, rel=1e-11)
    assert np.allclose(loo(streamed, [0.0, 5.0]), loo(whole, [0.0, 5.0]), rtol=1e-10)
    assert np.allclose(vif(streamed), vif(whole), rtol=1e-10)
    assert any("20000 rows" in note for note in streamed.notes)


@pytest.mark.parametrize("rows_of_a_block", [64, 7_000])
def test_of_many_rows_those_from_which_a_spread_comes_are_kept(monkeypatch, rows_of_a_block):
    """Two rows of twenty thousand, whichever blocks they come in; and ends that lie near the mean."""
    rng = np.random.default_rng(8)
    X = rng.standard_normal((20_000, 2))
    X[:, 1] = rng.exponential(
        size=20_000
    )  # its lowest is nearer to the mean than its hundred highest
    X[[777, 13_331], 0] = 4_000.0, -2_500.0
    y = X @ [1.0, 1.0] + rng.standard_normal(20_000)
    monkeypatch.setattr(ridge_math.dataset, "MAX_ROWS_KEPT", 500)
    monkeypatch.setattr(ridge_math.io.rows, "BLOCK_ROWS", rows_of_a_block)
    made = Dataset.from_arrays(X, y)
    prepared = (X - X.mean(axis=0)) / X.std(axis=0)
    for j in range(2):
        for end in (prepared[:, j].argmin(), prepared[:, j].argmax()):
            assert np.isclose(made.X, prepared[end], rtol=1e-9, atol=1e-12).all(axis=1).sum() == 1
    away = np.abs(prepared)
    furthest = np.argsort(-away, axis=0, kind="stable")[:OUTERMOST]
    wanted = np.arange(500) * 19_999 // 499
    far_y = np.argsort(-np.abs(y - y.mean()), kind="stable")[:OUTERMOST]
    ends = [*X.argmin(axis=0), *X.argmax(axis=0), y.argmin(), y.argmax()]
    expected = np.unique(np.concatenate([wanted, furthest.ravel(), far_y, ends]))
    np.testing.assert_allclose(made.X, prepared[expected], rtol=1e-9, atol=1e-9)


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "growing.csv"
    large_file(path, 900)
    monkeypatch.setattr(ridge_math.dataset, "MAX_ROWS_KEPT", 500)
    prepare = ridge_math.dataset.prepare

    def prepare_later(*arguments):
        with path.open("a") as file:
            file.write("1,2,3,4\n")
        return prepare(*arguments)

    monkeypatch.setattr(ridge_math.dataset, "prepare", prepare_later)
    with pytest.raises(DataError, match=r"growing\.csv changed while it was read: try again"):
        Dataset.from_file(path, ["A", "B"], "Y")


def test_a_surface_costs_the_same_for_any_number_of_rows():
    sizes = {len(pickle.dumps(Dataset.synthetic(n).objective())) for n in (10, 10_000)}
    assert max(sizes) - min(sizes) < 16


def test_streaming_is_as_accurate_as_one_qr(monkeypatch):
    """Near-singular features far from zero: sums of squares would lose all digits."""
    rng = np.random.default_rng(4)
    a = rng.standard_normal(5_000)
    X = 1e6 + np.column_stack([a, a + 1e-6 * rng.standard_normal(5_000)])
    y = a + rng.standard_normal(5_000)
    one = Dataset.from_arrays(X, y)
    monkeypatch.setattr(ridge_math.io.rows, "BLOCK_ROWS", 64)
    many = Dataset.from_arrays(X, y)
    assert one.reduced.rank == many.reduced.rank == 2
    assert np.allclose(many.reduced.d, one.reduced.d, rtol=1e-9)
    assert np.allclose(many.objective().minimiser(), one.objective().minimiser(), rtol=1e-8)
    centred = X - X.mean(axis=0)
    gram = (X.T @ X) - 5_000 * np.outer(X.mean(axis=0), X.mean(axis=0))
    true = np.linalg.svd(centred / centred.std(axis=0), compute_uv=False)
    assert np.allclose(many.reduced.d, true, rtol=1e-6)
    summed = np.sqrt(np.abs(np.linalg.eigvalsh(gram / np.outer(centred.std(0), centred.std(0)))))
    assert abs(summed[0] / true[1] - 1) > 10  # what this is not


def test_pieces_of_text_are_cut_between_records_and_not_within_quotes(tmp_path, monkeypatch):
    path = tmp_path / "quoted.csv"
    rows = [
        f'{i},"{"line" + chr(10) * (i % 4)} ""{i}""",{i * i % 97},{i**3 % 89}' for i in range(100)
    ]
    path.write_text('id,"no\nte",b,y\n' + "\n".join(rows))
    expected = Dataset.from_file(path, ["id", "b"], "y")
    assert expected.n_samples == 100
    for size in (1, 7, 64, 1000, PIECE_BYTES):
        monkeypatch.setattr(ridge_math.io.source, "PIECE_BYTES", size)
        found = Dataset.from_file(path, ["id", "b"], "y")
        assert np.array_equal(np.concatenate(list(found.rows.blocks()))[:, 0], np.arange(100))


@given(st.integers(-150, 150), st.integers(-150, 150), st.integers(0, 300))
def test_any_magnitude_is_prepared(power_X, power_y, seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((8, 2)) * 10.0**power_X
    y = rng.standard_normal(8) * 10.0**power_y
    data = Dataset.from_arrays(X, y)
    assert np.allclose((data.X**2).mean(axis=0), 1)
    assert np.isfinite(data.objective(1.0).grid([-1, 1], [-1, 1]) / 10.0 ** (2 * power_y)).all()
    assert data.reduced.total_ss == pytest.approx(
        float(np.sum(((y - y.mean()) / 10.0**power_y) ** 2)) * 10.0 ** (2 * power_y), rel=1e-9
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full(9, 3.25), r"'B' has the same value \(3.25\) in every row.*choose another feature"),
        (1e9 + 1e-7 * np.arange(9), "'B' has the same value"),
        (1e155 * np.arange(9), "'B' spreads over .*divide by a power of ten"),
        (1.7e308 * (-1.0) ** np.arange(9), "'B' spreads over inf"),
        (1e-160 * np.arange(9), "'B' spreads over .*multiply by a power of ten"),
        (np.r_[np.arange(8), np.nan], "'B', row 9 is nan"),
        (np.r_[np.inf, np.arange(8)], "'B', row 1 is inf"),
    ],
)
def test_columns_that_cannot_be_used(values, words):
    X = np.column_stack([np.arange(9.0) ** 2, values])
    with pytest.raises(DataError, match=words):
        Dataset.from_arrays(X, np.arange(9.0) % 4)


def test_a_constant_response_and_a_column_that_others_explain():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((9, 2))
    with pytest.raises(DataError, match=r"'Y' has the same value .* choose another response"):
        Dataset.from_arrays(X, np.ones(9))
    with pytest.raises(DataError, match="'A' is explained entirely by 'z1', 'z2'"):
        Dataset.from_arrays(X, rng.standard_normal(9), adjust_for=X @ [[1, 2], [0, 1]])
    with pytest.raises(DataError, match="'Y' is explained entirely by 'z1'"):
        Dataset.from_arrays(X, 5 + 2e-3 * np.arange(9), adjust_for=np.arange(9)[:, None])


@pytest.mark.parametrize(
    ("shape", "choice", "words"),
    [
        ((3, 2), {}, "the data has 3 rows of data, 4 are needed for 2 features"),
        ((4, 2), {"adjust_for": np.ones((4, 1))}, "5 are needed for 3 features"),
        ((1, 1), {}, "1 row of data, 3 are needed for 1 feature: add rows"),
        ((9, 0), {}, "no features"),
        ((9, 2), {"features": ["A", "A"]}, "'A' is chosen as a feature twice: choose it once"),
        ((9, 2), {"features": ["A", "Y"]}, "'Y' is chosen as the response and a feature"),
        ((9, 2), {"features": ["A"]}, "as many names as there are columns"),
        ((9, 2), {"adjust_for": np.ones((8, 1))}, "same rows"),
    ],
)
def test_arrays_that_do_not_make_a_problem(shape, choice, words):
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match=words):
        Dataset.from_arrays(rng.standard_normal(shape), rng.standard_normal(shape[0]), **choice)
