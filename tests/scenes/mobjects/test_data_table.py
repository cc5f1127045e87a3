"""Bars of a table begin at zero, so that lengths can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.brief import Brief
from scenes.mobjects.data_table import DataTable, opening_table
from tests.scenes.seeing import watch


def bars_of(values: np.ndarray) -> list[np.ndarray]:
    """Left and right ends of the bars of both features, shape (rows, 2) each."""
    data = Dataset.from_arrays(values, np.arange(float(len(values))) ** 2)
    found: list[np.ndarray] = []

    def look(frame: int, act: Any) -> None:
        table: DataTable = opening_table(act, act.columns)
        for column in table.columns[:2]:
            bars = [part for part in column if type(part).__name__ == "Rectangle"]
            found.append(np.array([(b.get_left()[0], b.get_right()[0]) for b in bars]))

    watch("twins", Brief(data), RenderSettings(320, 180, fps=2), look, [0])
    return found


def test_lengths_are_the_numbers() -> None:
    values = np.array([[8.0, 1947.0], [9.0, 1950.0], [12.0, 1962.0], [10.0, 1948.0], [2.0, 1949.0]])
    left, right = bars_of(values)
    for bars, column in zip((left, right), values.T, strict=True):
        assert np.ptp(bars, axis=1) == pytest.approx(column * np.ptp(bars[0]) / column[0])
    assert np.ptp(left[:, 1]) == pytest.approx(0.0, abs=1e-9), "they meet the numbers"
    assert np.ptp(right[:, 0]) == pytest.approx(0.0, abs=1e-9)


def test_negative_numbers_are_on_the_other_side_of_zero() -> None:
    values = np.array([[-1.0, 4.0], [2.0, -2.0], [0.5, 1.0], [1.0, 3.5], [-2.0, 0.5]])
    left, right = bars_of(values)
    for bars, column, zero_is_right in ((left, values[:, 0], True), (right, values[:, 1], False)):
        inner = np.where((column > 0) == zero_is_right, bars[:, 1], bars[:, 0])
        assert np.ptp(inner) == pytest.approx(0.0, abs=1e-9)
