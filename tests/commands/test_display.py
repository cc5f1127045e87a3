"""Notebooks: the tour is run from end to end, and what shows itself is looked at."""

from __future__ import annotations

import base64
import io
import os
import shutil
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
from PIL import Image

from commands.display import objective_png, show_in_notebooks
from pipeline.diagnosis import card
from pipeline.diagnosis.plot_style import Palette
from ridge_math import Dataset, diagnose
from scenes.theme import THEMES

ROOT = Path(__file__).resolve().parents[2]
LIGHT = Palette.of(THEMES["light"])


def picture(png: bytes | None) -> np.ndarray:
    assert png is not None
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def test_the_tour_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tour.ipynb", "longley.csv"):
        shutil.copy(ROOT / "examples" / name, tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    notebook = nbformat.read(tmp_path / "tour.ipynb", as_version=4)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = {
        cell.source.splitlines()[-1]: {
            kind for output in cell.outputs for kind in output.get("data", {})
        }
        for cell in notebook.cells
        if cell.cell_type == "code"
    }
    assert {"text/html", "image/png"} <= shown["data"] & shown["found"]
    (found,) = (cell for cell in notebook.cells if cell.source.endswith("\nfound"))
    (output,) = found.outputs
    assert "condition number" in output["data"]["text/html"]
    assert "image/png" in shown["data.objective()"] & shown["bowl"]
    assert "text/html" in shown["explore(data, lam=8.0)"]
    assert "image/png" in shown["%manim -ql -s -v WARNING Bowl"]
    assert "text/html" in shown['        self.beat("grown")']
    assert len(list(tmp_path.glob("media/videos/**/Corner.mp4"))) == 1
    said = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output.text for output in said if output.get("name") == "stderr"] == []


def test_outside_of_a_notebook_nothing_is_registered() -> None:
    show_in_notebooks()


def test_an_objective_shows_its_surface() -> None:
    data = Dataset.synthetic()
    valley, bowl = (
        picture(objective_png(data.objective())),
        picture(objective_png(data.objective(9))),
    )
    assert valley.shape == bowl.shape == (480, 640, 3)
    assert (valley != bowl).any(axis=2).mean() > 0.05
    assert objective_png(Dataset.synthetic(theta=(1.0, 0.5, 0.2)).objective()) is None


@pytest.mark.parametrize("theta", [(1.0,), (1.5, 0.5), (1.0, 0.5, 0.2)])
def test_data_show_their_table_scatter_and_verdict(theta: tuple[float, ...]) -> None:
    data = Dataset.synthetic(theta=theta)
    page = card.dataset_html(data, LIGHT)
    assert page.count("<tr>") == 1 + card.ROWS + 1
    assert "and 54 more" in page
    assert "standard error" in page
    assert ("<img" in page) == (len(theta) > 1)


def test_names_are_text_and_never_markup() -> None:
    rng = np.random.default_rng(1)
    data = Dataset.from_arrays(
        rng.normal(size=(9, 2)), rng.normal(size=9), ["<b>$x$</b>", "\x1b[31m"], "<i>"
    )
    page = card.dataset_html(data, LIGHT) + card.diagnosis_html(diagnose(data), LIGHT)
    assert "<b>$x$" not in page
    assert "<i>" not in page
    assert "\x1b" not in page
    assert "&lt;b&gt;$x$" in page


def test_the_scatter_plot_of_many_rows_has_some_of_them_from_end_to_end() -> None:
    x = np.arange(10_007.0)
    data = Dataset.from_arrays(np.stack([x, np.sqrt(x)], axis=1), x % 7, ["A", "B"], "Y")
    rows = card._some_rows(data, ("A", "Y"), 1000, 1000)
    assert np.array_equal(rows[:, 0], x[::11][: len(rows)])
    assert len(rows) == 910


def test_a_diagnosis_shows_its_report_and_page() -> None:
    found = diagnose(Dataset.synthetic())
    page = card.diagnosis_html(found, LIGHT)
    assert "Choice of λ" in page
    inside = page.split("base64,")[1].split('"')[0]
    assert np.array_equal(
        picture(base64.b64decode(inside)), picture(card.diagnosis_png(found, LIGHT))
    )
