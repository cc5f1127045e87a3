"""A regression problem with two features as the page takes it: plain numbers, ready for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ridge_math.choice import choose
from ridge_math.kind import PINNED, ROUNDING, VALLEY_ASPECT
from ridge_math.likelihood import NOISE_FLOOR
from ridge_math.path import OWN_FIT
from ridge_math.search import CRUSHED, GRID, TIE, UNTOUCHED
from ridge_math.window import (
    BOWL_CONDITION,
    CLOUD,
    FLATTEST,
    LEAST_SHARE,
    MARGIN,
    ROUND_CONDITION,
    SINGULAR_START,
    VALLEY_SHARE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ridge_math import Dataset

#: Beyond so many numbers in its rows a page would be slow to load: then it has the reduced problem alone.
MOST_NUMBERS = 6000
#: … and so many of its rows, to be seen.
SOME_ROWS = 300


def problem_of(
    dataset: Dataset,
    staging: Mapping[str, float],
    recipe: Mapping[str, Any] | None,
    last_lam: float | None = None,
) -> dict[str, Any]:
    """Return the data and the constants of what is shown of them.

    Parameters
    ----------
    dataset
        Two features.
    staging
        The constants of the stage.
    recipe
        What made data are made of: ``n``, ``rho``, ``theta``, ``noise`` and ``seed``.
    last_lam
        The λ of the steps of the film, where someone has chosen it; else that of the bowl.
    """
    reduced = dataset.reduced
    chosen = {choice.criterion.key: choice.lam for choice in choose(dataset)}
    return {
        "features": list(dataset.features),
        "response": dataset.response,
        "q": len(dataset.adjusted_for),
        "scaled": dataset.scaled,
        "columns": _columns(dataset),
        "sample": _sample(dataset),
        "reduced": {
            "d": reduced.d.tolist(),
            "V": reduced.V.tolist(),
            "uty": reduced.uty.tolist(),
            "root": reduced.gram_root.tolist(),
            "rssMin": reduced.rss_min,
            "n": reduced.n_samples,
            "m": reduced.n_unpenalised,
        },
        "recipe": None if recipe is None else dict(recipe),
        "marks": {"gcv": chosen["gcv"], "loo": chosen["loo"]},
        "constants": {
            "margin": MARGIN,
            "cloud": CLOUD,
            "valley_share": VALLEY_SHARE,
            "flattest": FLATTEST,
            "singular_start": SINGULAR_START,
            "round_condition": ROUND_CONDITION,
            "bowl_condition": BOWL_CONDITION,
            "least_share": LEAST_SHARE,
            "last_lam": last_lam or 0.0,
            "valley_aspect": VALLEY_ASPECT * ROUNDING,
            "pinned": PINNED,
            "untouched": UNTOUCHED,
            "crushed": CRUSHED,
            "grid": GRID,
            "tie": TIE,
            "own_fit": OWN_FIT,
            "noise_floor": NOISE_FLOOR,
            **staging,
        },
    }


def _columns(dataset: Dataset) -> list[list[float]] | None:
    """The raw columns, adjusted-for first, unless they are too many."""
    if dataset.n_samples * len(dataset.rows.names) > MOST_NUMBERS:
        return None
    blocks = list(dataset.rows.blocks())
    return [column.tolist() for column in np.concatenate(blocks).T]


def _sample(dataset: Dataset) -> dict[str, Any] | None:
    """Some prepared rows of data that are too many to be carried along, evenly spaced."""
    if _columns(dataset) is not None:
        return None
    rows = np.linspace(0, dataset.y.size - 1, SOME_ROWS).astype(int)
    return {"X": dataset.X[rows].T.tolist(), "y": dataset.y[rows].tolist()}
