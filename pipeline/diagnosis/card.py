"""Data and their diagnosis as a notebook shows them: a piece of HTML, or a picture."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import numpy as np

from pipeline.diagnosis.page import DPI, WIDTH, draw_page
from pipeline.diagnosis.plot_style import Palette, fitted, plain_style
from pipeline.diagnosis.table import print_diagnosis
from pipeline.diagnosis.words import Words
from pipeline.pages import templates_of
from pipeline.printable import shown
from ridge_math.verdict import valley_in_words, warning_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ridge_math import Dataset, Diagnosis
    from ridge_math.arrays import FloatArray

ROWS = 6  # of a table
DOTS = 4000  # of a scatter plot; of more rows, evenly spaced ones
SIDES = 4.6, 3.7  # inches of a scatter plot
ACROSS = 100  # characters of the report
LABEL = 200.0  # points of width for a name


def dataset_html(dataset: Dataset, palette: Palette) -> str:
    """Return its first rows, a scatter plot of two features, and what is determined by them."""
    columns = (*dataset.features, dataset.response)
    names = dataset.features
    raw = _some_rows(dataset, columns, None, ROWS)
    warning = warning_of(dataset)
    picture = dataset_png(dataset, palette)
    return (
        templates_of(__package__ or "")
        .get_template("dataset.html.j2")
        .render(
            response=shown(dataset.response),
            features=[shown(name) for name in names],
            adjusted_for=[shown(name) for name in dataset.adjusted_for],
            n_samples=dataset.n_samples,
            source=shown(dataset.rows.source),
            columns=[shown(name) for name in columns],
            rows=[[f"{value:.7g}" for value in row] for row in raw],
            n_more=max(dataset.n_samples - ROWS, 0),
            picture=_as_text(picture) if picture else "",
            width=round(SIDES[0] * 100),
            alt=f"{' and '.join(map(shown, names[:2]))}, coloured by {shown(dataset.response)}",
            sentences=[valley_in_words(dataset, names), *((warning,) if warning else ())],
        )
    )


def dataset_png(dataset: Dataset, palette: Palette) -> bytes | None:
    """Return a scatter plot of its first two features, coloured by the response; None for one."""
    if dataset.n_features < 2:
        return None
    with plain_style():
        return _png(_scatter(dataset, palette), palette)


def diagnosis_html(found: Diagnosis, palette: Palette) -> str:
    """Return the report and the page of plots."""
    from rich.console import Console

    told = io.StringIO()
    # In a notebook rich would show each line by itself, and write nothing.
    console = Console(
        file=told, width=ACROSS, highlight=False, force_terminal=False, force_jupyter=False
    )
    print_diagnosis(found, console)
    return (
        templates_of(__package__ or "")
        .get_template("diagnosis.html.j2")
        .render(
            report=told.getvalue(),
            picture=_as_text(diagnosis_png(found, palette)),
            width=round(WIDTH * 60),
        )
    )


def diagnosis_png(found: Diagnosis, palette: Palette) -> bytes:
    """Return the page of plots."""
    with plain_style():
        return _png(draw_page(found, found, palette, Words()), palette)


def _scatter(dataset: Dataset, palette: Palette) -> Figure:
    from matplotlib.figure import Figure

    columns = (*dataset.features[:2], dataset.response)
    first, second, response = _some_rows(dataset, columns, DOTS, DOTS).T
    figure = Figure(figsize=SIDES, facecolor=palette.background, layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor(palette.background)
    size = 26.0 if first.size <= 500 else 6.0
    dots = axes.scatter(first, second, size, response, cmap="viridis", linewidths=0)
    bar = figure.colorbar(dots, ax=axes)
    bar.outline.set_visible(False)
    across, up, colour = fitted(columns, LABEL, 10.0)
    axes.set_xlabel(across, color=palette.theta1, parse_math=False)
    axes.set_ylabel(up, color=palette.theta2, parse_math=False)
    bar.ax.set_ylabel(colour, color=palette.ink, parse_math=False)
    for each in (axes, bar.ax):
        each.tick_params(colors=palette.quiet, which="both")
        each.yaxis.get_offset_text().set_color(palette.quiet)
        each.xaxis.get_offset_text().set_color(palette.quiet)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(palette.faint)
    return figure


def _some_rows(
    dataset: Dataset, columns: tuple[str, ...], spread: int | None, most: int
) -> FloatArray:
    """Raw rows of some columns: the first, or with `spread` evenly spaced ones."""
    step = 1 if spread is None else -(-dataset.n_samples // spread)
    kept: list[FloatArray] = []
    at = taken = 0
    for block in dataset.rows.select(columns).blocks():
        kept.append(block[-at % step :: step])
        at, taken = at + len(block), taken + len(kept[-1])
        if taken >= most:
            break
    return np.concatenate(kept)[:most]


def _png(figure: Figure, palette: Palette) -> bytes:
    file = io.BytesIO()
    figure.savefig(
        file, format="png", dpi=DPI, facecolor=palette.background, metadata={"Software": None}
    )
    return file.getvalue()


def _as_text(picture: bytes) -> str:
    return base64.b64encode(picture).decode("ascii")
