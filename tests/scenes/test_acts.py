"""What is true of every act by its name: the list, the class and the captions agree; acts hand over."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import draw_some, probe
from pipeline.render.settings import RenderSettings
from scenes import ACTS, LOOPS, OPENING, build_act
from scenes.act import Act
from scenes.brief import Brief
from scenes.text.captions import catalogue, languages
from tests.matrix import matrix
from tests.scenes.conftest import PROBLEMS
from tests.scenes.seeing import SHAPES

ENTRIES = (*ACTS, *LOOPS)
#: Tables of the catalogue that belong to no act.
OTHERS = {"screen", "film", "summary", "alt", "explore"}
#: Longest and shortest an act of the film may be, as shares of the seconds it was planned for.
PLANNED = {
    **{"hook": 12, "twins": 25, "terrain": 35, "valley": 34, "bowl": 35, "flip": 40},
    **{"trace": 32, "price": 26, "recap": 21},
}
LEEWAY = 0.25
#: An act and the next, in the order of the film.
PAIRS = [(one.name, other.name) for one, other in itertools.pairwise((OPENING, *ACTS))]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_list_class_and_captions_agree_on_a_name(entry: Any) -> None:
    act = entry.load()
    assert issubclass(act, Act)
    assert (act.name, act.__name__) == (entry.name, entry.class_name)
    assert entry.module.endswith(entry.name)  # a module of Python may have the name itself
    for language in languages():
        assert catalogue(language)[entry.name]["title"]


def test_every_table_of_captions_is_of_an_act() -> None:
    for language in languages():
        assert set(catalogue(language)) - OTHERS == {"opening", *(entry.name for entry in ENTRIES)}


def edges(name: str, brief: Brief, settings: RenderSettings) -> list[np.ndarray]:
    """The first and the last frame of an act."""
    factory = partial(build_act, name, brief)
    at = [0, probe(factory, settings).n_frames - 1]
    drawn: list[np.ndarray] = []
    draw_some(factory, settings, at, lambda frame: drawn.append(frame[..., :3].astype(int)))
    return drawn


def jump(ended: np.ndarray, begun: np.ndarray) -> float:
    """The share of pixels that are plainly different; a move at its end makes some."""
    return float((np.abs(ended - begun).max(axis=-1) > 40).mean())


def test_a_cut_is_a_jump() -> None:
    settings = RenderSettings(*SHAPES["wide"], fps=20)
    brief = Brief(PROBLEMS["default"]())
    (_, ended), (begun, _) = (edges(name, brief, settings) for name in ("hook", "valley"))
    assert jump(ended, begun) > 0.09


@pytest.mark.parametrize(("problem", "shape"), matrix(["default", "uncorrelated", "exact"], SHAPES))
def test_an_act_ends_in_the_picture_with_which_the_next_begins(problem: str, shape: str) -> None:
    """But for what fades at that moment."""
    settings = RenderSettings(*SHAPES[shape], fps=20)
    brief = Brief(PROBLEMS[problem]())
    seen = {name: edges(name, brief, settings) for name in (PAIRS[0][0], *dict(PAIRS).values())}
    for before, after in PAIRS:
        assert jump(seen[before][1], seen[after][0]) < 0.045, (before, after)


@pytest.mark.parametrize(
    "problem",
    [
        "default",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in ("longley", "uncorrelated", "exact")
        ),
    ],
)
def test_acts_are_as_long_as_they_were_planned(problem: str) -> None:
    settings = RenderSettings(width=128, height=72, fps=10)
    brief = Brief(PROBLEMS[problem]())
    assert set(PLANNED) <= {entry.name for entry in ACTS}
    for name, wanted in PLANNED.items():
        seconds = probe(partial(build_act, name, brief), settings).seconds
        assert (1 - LEEWAY) * wanted <= seconds <= (1 + LEEWAY) * wanted, (name, seconds)
