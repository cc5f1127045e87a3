"""The tables as CSV: the numbers of the diagnosis, to the last digit, readable by anything."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.diagnosis.tables import check_tables, write_tables
from pipeline.errors import SettingsError
from ridge_math import Dataset, diagnose, filter_factors
from ridge_math.sentence import ENGLISH, Language

LONGLEY = Path(__file__).parents[3] / "examples" / "longley.csv"
GERMAN = Language("de", ",", "\u202f")


def longley() -> Dataset:
    others = ["Population"]
    return Dataset.from_file(LONGLEY, ["GNP", "Unemployed", "Year"], "Employed", others)


@pytest.mark.parametrize("language", [ENGLISH, GERMAN], ids=["en", "de"])
def test_the_numbers_come_back_to_the_last_digit(tmp_path: Path, language: Language) -> None:
    data, found = longley(), diagnose(longley())
    write_tables(data, found, tmp_path / "t", language)
    comma = language.point == ","

    def read(name: str) -> pl.DataFrame:
        path = tmp_path / "t" / f"{name}.csv"
        return pl.read_csv(path, separator=";" if comma else ",", decimal_comma=comma)

    rows = read("coefficients")
    assert rows["name"].to_list() == ["(intercept)", *found.features, *found.adjusted_for]
    assert rows["part"].to_list() == ["intercept", *["feature"] * 3, "adjusted_for"]
    features = rows.filter(pl.col("part") == "feature")
    for column, values in {
        "vif": found.vif,
        "ridge_theta": found.ridge.theta,
        "ridge_interval_low": found.ridge.intervals[:, 0],  # type: ignore[index]
        "vif_ridge_fox_monette": found.vif_ridge["fox_monette"],
        "principal_components_theta": found.components.theta,
        "least_squares_per_unit": found.least_squares.slopes,
    }.items():
        assert features[column].to_list() == list(values)
    assert rows["vif_full"].to_list() == [None, *(found.vif_full[n] for n in rows["name"][1:])]
    directions = read("directions")
    assert directions["ridge_factor"].to_list() == list(filter_factors(data, found.ridge.lam))
    assert directions["component_factor"].to_list() == list(found.components.factors)
    shares = read("variance_proportions")["proportion"].to_numpy().reshape(3, 3)
    assert np.array_equal(shares, found.variance_proportions)
    assert read("correlation")["rho"].to_list() == [
        found.correlation[i, j] for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    assert read("choices")["lam"].to_list() == [choice.lam for choice in found.choices]


def test_an_older_folder_is_replaced_and_anything_else_is_kept(tmp_path: Path) -> None:
    data, folder = longley(), tmp_path / "t"
    write_tables(data, diagnose(data), folder)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_tables(data, diagnose(data), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    (folder / "mine.csv").write_text("1")
    with pytest.raises(SettingsError, match=r"mine\.csv, which is not of the diagnosis.*--csv"):
        check_tables(folder)


def test_what_is_infinite_or_missing_and_odd_names(tmp_path: Path) -> None:
    X = np.random.default_rng(0).standard_normal((20, 1)) * [1.0, 2.0]
    names = ('a, "b"; c', "line\nbreak")
    data = Dataset.from_arrays(X, X[:, 0] + np.arange(20.0), names)
    write_tables(data, diagnose(data), tmp_path / "t")
    rows = pl.read_csv(tmp_path / "t" / "coefficients.csv")
    assert rows["name"].to_list()[1:] == list(names)
    assert rows["vif"].to_list() == [None, float("inf"), float("inf")]
    one = Dataset.from_arrays(X[:, :1], X[:, 0] + np.arange(20.0))
    write_tables(one, diagnose(one), tmp_path / "one")
    assert not (tmp_path / "one" / "correlation.csv").exists()
