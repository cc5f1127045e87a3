"""The data a command is given: columns named, chosen or made."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.data import check_two_features, read_data
from pipeline.errors import SettingsError
from ridge_math import DataError, Dataset

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"


def test_without_a_file_the_data_are_the_built_in_ones() -> None:
    assert read_data(None).fingerprint == Dataset.synthetic().fingerprint
    centred = read_data(None, scale=False)
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
        read_data(None, **named)  # type: ignore[arg-type]
    assert str(caught.value) == says


def test_columns_go_where_they_are_named() -> None:
    data = read_data(LONGLEY, ("GNP", "Year"), "Employed", ("Population",), scale=False)
    assert (data.features, data.response) == (("GNP", "Year"), "Employed")
    assert (data.adjusted_for, data.scaled) == (("Population",), False)


def test_all_other_numbers_are_features_where_that_is_asked_for() -> None:
    data = read_data(LONGLEY, None, "Employed", ("Year",), all_features=True)
    assert data.features == ("GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population")
    with pytest.raises(DataError, match="leaves the choice open"):
        read_data(LONGLEY, None, "Employed")
    with pytest.raises(DataError, match="no column 'Salary'"):
        read_data(LONGLEY, None, "Salary", all_features=True)


def test_a_film_shows_two_features() -> None:
    check_two_features(Dataset.synthetic())
    with pytest.raises(SettingsError) as caught:
        check_two_features(Dataset.synthetic(theta=[1.0] * 12, correlation=0.5))
    for part in ("12 are named", "'A', 'B'", "…", "--features", "--adjust-for", "Dataset.focused"):
        assert part in str(caught.value)
    assert "'L'" not in str(caught.value)
    with pytest.raises(SettingsError, match=r"only 'A' is named: name two with --features\.$"):
        check_two_features(Dataset.synthetic(theta=[1.0]))
