"""The data a command is given: columns named, chosen or made."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from commands.data import DataOptions, check_names, check_two_features, read_data
from pipeline.errors import SettingsError
from ridge_math import DataError, Dataset

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"


def test_without_a_file_the_data_are_the_built_in_ones() -> None:
    assert read_data().fingerprint == Dataset.synthetic().fingerprint
    centred = read_data(scale=False)
    assert not centred.scaled
    assert np.allclose(centred.X, Dataset.synthetic().X)


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ({"features": ("A",)}, "--features needs --data: name the file."),
        ({"adjust_for": ("A",)}, "--adjust-for needs --data: name the file."),
        (
            {"features": ("A",), "response": "Y", "adjust_for": ("C",)},
            "--features and --response and --adjust-for need --data: name the file.",
        ),
    ],
)
def test_columns_need_a_file(named: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_data(DataOptions(**named))  # type: ignore[arg-type]
    assert str(caught.value) == says


def test_columns_go_where_they_are_named() -> None:
    data = read_data(
        DataOptions(LONGLEY, ("GNP", "Year"), "Employed", ("Population",)), scale=False
    )
    assert (data.features, data.response) == (("GNP", "Year"), "Employed")
    assert (data.adjusted_for, data.scaled) == (("Population",), False)


def test_all_other_numbers_are_features_where_that_is_asked_for() -> None:
    data = read_data(DataOptions(LONGLEY, None, "Employed", ("Year",)), all_features=True)
    assert data.features == ("GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population")
    with pytest.raises(DataError, match=r"name two features out of .*, with --features$"):
        read_data(DataOptions(LONGLEY, None, "Employed"))
    with pytest.raises(DataError, match=r"and a response out of .*, with --features and --resp"):
        read_data(DataOptions(LONGLEY))
    with pytest.raises(DataError, match=r"name a response out of .*, with --response$"):
        read_data(DataOptions(LONGLEY, ("GNP", "Year")))
    with pytest.raises(DataError, match="no column 'Salary'"):
        read_data(DataOptions(LONGLEY, None, "Salary"), all_features=True)


def test_what_cannot_be_a_feature_is_left_out_and_told_unless_it_is_named(tmp_path: Path) -> None:
    rows = "1,2,3,5,1,x\n2,3,5,5,,x\n3,5,4,5,3,x\n\n4,6,8,5,nan,x\n5,9,9,5,6,x\n6,9,12,5,7,x\n"
    path = tmp_path / "data.csv"
    path.write_text(f"y,a,b,const,gaps,town\n{rows}", encoding="utf-8")
    data = read_data(DataOptions(path, None, "y"), all_features=True)
    assert data.features == ("a", "b")
    assert data.notes[:2] == (
        "Column 'gaps' is left out: it has 2 cells that hold no number, the first in line 3.",
        "Column 'const' is left out: it has the same value in every row.",
    )
    alone = read_data(DataOptions(path, ("a", "b"), "y"))
    assert alone.notes == data.notes[2:]
    assert alone.reduced.d == pytest.approx(data.reduced.d)
    for named, says in (("const", "the same value"), ("gaps", "line 3, column 'gaps' is empty")):
        with pytest.raises(DataError, match=says):
            read_data(DataOptions(path, ("a", named), "y"), all_features=True)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("1,2\n2,2\n3,2\n4,2\n", "same value"),
        ("1,2\n2,\n3,4\n4,2\n", "line 3, column 'c' is empty"),
    ],
)
def test_a_file_without_any_feature_is_an_error(tmp_path: Path, rows: str, says: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"y,c\n{rows}", encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read_data(DataOptions(path, None, "y"), all_features=True)


def test_parquet_too_leaves_out_what_cannot_be_a_feature(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    columns = {"y": [1.0, 2, 3, 4, 6], "a": [2.0, 1, 4, 4, 5], "gap": [1.0, None, 2, 3, 4]}
    pl.DataFrame(columns).write_parquet(path)
    data = read_data(DataOptions(path, None, "y"), all_features=True)
    assert data.features == ("a",)
    assert (
        data.notes[0] == "Column 'gap' is left out: it has 1 cell that holds no number, in row 2."
    )


def test_a_film_shows_two_features() -> None:
    check_two_features(Dataset.synthetic())
    with pytest.raises(SettingsError) as caught:
        check_two_features(Dataset.synthetic(theta=[1.0] * 12, correlation=0.5))
    for part in ("12 are named", "'A', 'B'", "…", "--features", "--adjust-for."):
        assert part in str(caught.value)
    assert "'L'" not in str(caught.value)
    with pytest.raises(SettingsError, match=r"only 'A' is named: name two with --features\.$"):
        check_two_features(Dataset.synthetic(theta=[1.0]))


def test_what_a_file_leaves_unsettled_names_the_option_that_settles_it(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("A;B;Y\n1.002;2;3\n994;;4\n3;5;7\n4;4;8\n5;1;9\n6;2;2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"with --drop-missing$"):
        read_data(DataOptions(path))
    with pytest.raises(DataError, match=r"with --decimal point or --decimal comma$"):
        read_data(DataOptions(path, drop_missing=True))
    data = read_data(DataOptions(path, drop_missing=True, decimal="comma"))
    assert next(data.rows.blocks())[0, 0] == 1002
    assert data.n_samples == 5
    with pytest.raises(SettingsError, match="--decimal and --drop-missing need --data"):
        read_data(DataOptions(decimal="comma", drop_missing=True))


def test_gaps_of_features_that_nobody_named_are_left_out_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("y,a,b\n1,2,3\n2,3,NA\n3,5,4\n4,6,8\n5,9,9\n6,9,12\n", encoding="utf-8")
    assert read_data(DataOptions(path, None, "y"), all_features=True).features == ("a",)
    data = read_data(DataOptions(path, None, "y", drop_missing=True), all_features=True)
    assert (data.features, data.n_samples) == (("a", "b"), 5)


def test_a_name_that_the_fonts_cannot_set_is_refused() -> None:
    built_in = Dataset.synthetic()
    check_names(built_in)
    named = Dataset.from_arrays(built_in.X, built_in.y, ["Größe", "身長 😀"], "Y")
    with pytest.raises(SettingsError) as caught:
        check_names(named)
    assert str(caught.value) == (
        "The fonts of the film lack 身 (U+8EAB), 長 (U+9577), 😀 (U+1F600) of the column '身長 😀': "
        "call it otherwise with --label '身長 😀=…'."
    )
    check_names(named.labelled({"身長 😀": "height"}))
