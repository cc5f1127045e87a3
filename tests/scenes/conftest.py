"""The data an act must hold for, and a way to see all that it has in the frame at each of its beats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from pipeline.render.frames import Timeline, draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from tests.scenes import seeing
from tests.scenes.seeing import IN_FILMS, SHAPES, Sight

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"
LONG = (
    '#read("x") $*_ the gross national product, in millions of dollars of the year before',
    'as long: [name] with #emph[markup], \\ backslashes, "quotes", @ref, <label> and // more',
    "$sum_(i=0)^n$ a response whose name is no shorter than those of its features",
)


def _near(scale: tuple[float, float, float], offset: float, names: tuple[str, ...]) -> Dataset:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 2)) @ np.array([[1.0, 0.95], [0.0, 0.1]])
    y = (X.sum(axis=1) + rng.normal(size=40)) * scale[2]
    return Dataset.from_arrays(X * scale[:2] + offset, y, names[:2], names[2])


PROBLEMS: dict[str, Callable[[], Dataset]] = {
    "default": Dataset.synthetic,
    "longley": lambda: Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "adjusted": lambda: Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed", ["Population"]),
    "uncorrelated": partial(Dataset.synthetic, correlation=0.0),
    "opposed": partial(Dataset.synthetic, correlation=-0.7),
    "exact": partial(Dataset.synthetic, correlation=1.0),
    "nearly exact": partial(Dataset.synthetic, correlation=1.0 - 1e-9),
    "few rows": partial(Dataset.synthetic, n_samples=4),
    "long names": lambda: _near((1.0, 1.0, 1.0), 0.0, LONG),
    "huge and tiny": lambda: _near((3e12, 2e-9, 1e30), 0.0, ("huge", "tiny", "enormous")),
    "far from zero": lambda: _near((1.0, 1.0, 1e-20), 1e7, ("a", "b", "y")),
}


@dataclass
class Acted:
    """An act at its beats: its length and captions, and what was to be seen at each of them."""

    timeline: Timeline
    sights: dict[str, Sight]

    @property
    def texts(self) -> dict[str, list[str]]:
        """The markup of every text in the frame, by beat."""
        return {beat: [text.markup for text in seen.texts] for beat, seen in self.sights.items()}


@cache
def _seen(name: str, problem: str, shape: str = "wide") -> Acted:
    width, height = SHAPES[shape]
    settings = RenderSettings(width=width, height=height, fps=5)
    brief = Brief(PROBLEMS[problem]())
    timeline = probe(partial(build_act, name, brief), settings)
    names = {beat.frame - 1: beat.name for beat in timeline.beats}
    sights = seeing.see(name, brief, settings, names).sights
    return Acted(timeline, {names[sight.frame]: sight for sight in sights})


@pytest.fixture
def see() -> Callable[..., Acted]:
    """Step an act for one of `PROBLEMS` in one of `SHAPES`, and look at it at every beat."""

    return _seen


@pytest.fixture
def frame() -> Callable[..., np.ndarray]:
    """Draw frames [at, at + count) of an act: shape (count, height, width, 4)."""

    def one(
        name: str, problem: str, at: int, count: int = 1, shape: str = "wide", theme: str = "dark"
    ) -> np.ndarray:
        width, height = SHAPES[shape]
        settings = RenderSettings(width=width, height=height, fps=5, theme=theme)
        brief = Brief(PROBLEMS[problem](), theme)
        drawn: list[np.ndarray] = []
        draw(partial(build_act, name, brief), settings, at, at + count, drawn.append)
        return np.stack(drawn)

    return one


@pytest.fixture
def faults() -> Callable[[Acted], list[str]]:
    """What is wrong with an act at its beats."""

    def found(acted: Acted) -> list[str]:
        return [
            f"{beat}: {fault}"
            for beat, sight in acted.sights.items()
            for fault in seeing.faults(sight, IN_FILMS)
        ]

    return found


@pytest.fixture(params=list(PROBLEMS))
def any_problem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def any_data(any_problem: str) -> Dataset:
    return PROBLEMS[any_problem]()
