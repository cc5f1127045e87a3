"""The explorer in a notebook: a frame that holds all of its page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from commands.notebook import explore
from pipeline.errors import SettingsError
from ridge_math import Dataset, ridge_path
from tests.browser import Browser


def test_cell_shows_the_data_it_is_given(browser: Browser, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(30, 2)) @ np.array([[1.0, 0.9], [0.0, 0.2]])
    dataset = Dataset.from_arrays(X, X.sum(axis=1) + rng.normal(size=30), ['"a"', "<b>"])
    cell = tmp_path / "cell.html"
    html = explore(dataset, lam=2.5)._repr_html_()
    cell.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
    page = browser.open(cell)
    page.driver.switch_to.frame(page.driver.find_element("tag name", "iframe"))
    try:
        page.until("document.body.classList.contains('ready')")
        assert 'Y by "a" and <b>' in page.script("return document.body.innerText")
        assert page.script("return explore.numbers().theta") == pytest.approx(
            ridge_path(dataset, 2.5)
        )
    finally:
        page.driver.switch_to.default_content()
    assert page.troubles() == []


def test_data_without_two_features_are_refused() -> None:
    made = Dataset.synthetic(theta=(1.0, 1.0, 1.0))
    with pytest.raises(SettingsError, match="two features"):
        explore(made)


def test_other_made_data_have_no_dials() -> None:
    assert 'id="rho"' in explore(Dataset.synthetic()).page
    assert 'id="rho"' not in explore(Dataset.synthetic(n_samples=20)).page
