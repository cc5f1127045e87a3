"""The data an act must hold for, and a way to see all that it has in the frame at each of its beats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.frames import Timeline, draw, probe
from pipeline.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.act import Act
from scenes.brief import Brief
from scenes.layout import Box
from scenes.words import Words

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
SHAPES = {"wide": (320, 180), "square": (180, 180), "tall": (180, 320)}


@dataclass
class Seen:
    """An act as it was stepped: its length and captions, and each text in the frame at each beat."""

    timeline: Timeline
    safe: Box
    caption_box: Box
    texts: dict[str, list[tuple[str, Box]]] = field(default_factory=dict)
    captions: list[Box] = field(default_factory=list)


def box_of(text: Words) -> Box:
    (left, bottom, _), (right, top, _) = text.points
    return Box.from_edges(float(left), float(right), float(bottom), float(top))


@pytest.fixture
def see(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], Seen]:
    """Step an act for one of `PROBLEMS` in one of `SHAPES`, and look at it at every beat."""

    def look(name: str, problem: str, shape: str = "wide") -> Seen:
        made: list[Any] = []
        texts: dict[str, list[tuple[str, Box]]] = {}

        def at_beat(act: Any, beat: str) -> None:
            act.beats.append((act.frame, beat))
            act._follow()
            parts = [part for each in act.mobjects for part in each.get_family()]
            words = [p for p in parts if isinstance(p, Words) and p.opacity > 0 and p.markup]
            texts[beat] = [(text.markup, box_of(text)) for text in words]

        captions: list[Box] = []
        set_caption = Act._set_caption

        def note_caption(act: Any, text: str) -> Words:
            caption = set_caption(act, text)
            captions.append(box_of(caption))
            return caption

        def factory(renderer: Any) -> Any:
            made.append(build_act(name, Brief(PROBLEMS[problem]()), renderer))
            return made[0]

        monkeypatch.setattr(Act, "beat", at_beat)
        monkeypatch.setattr(Act, "_set_caption", note_caption)
        width, height = SHAPES[shape]
        timeline = probe(factory, RenderSettings(width=width, height=height, fps=5))
        layout = made[0].layout
        return Seen(timeline, layout.safe, layout.caption, texts, captions)

    return look


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


def overlaps(texts: list[tuple[str, Box]], room: float) -> Iterator[tuple[str, str]]:
    """Pairs of texts whose boxes overlap by more than ``room`` each way."""
    for k, (first, a) in enumerate(texts):
        for second, b in texts[k + 1 :]:
            across = min(a.right, b.right) - max(a.left, b.left)
            up = min(a.top, b.top) - max(a.bottom, b.bottom)
            if across > room and up > room:
                yield first, second


def faults_in_the_frame(seen: Seen) -> list[str]:
    """Texts at a beat that leave the safe margin or lie on each other, and captions that do not fit."""
    faults, safe, slack = [], seen.safe, 0.03
    for beat, texts in seen.texts.items():
        for markup, box in texts:
            inside = (
                box.left > safe.left - slack
                and box.right < safe.right + slack
                and box.bottom > safe.bottom - slack
                and box.top < safe.top + slack
            )
            if not inside:
                faults.append(f"{beat}: {markup} leaves the safe margin")
        faults += [f"{beat}: {a} lies on {b}" for a, b in overlaps(texts, slack)]
    room = seen.caption_box
    for box in seen.captions:
        if box.height > 1.02 * room.height or box.width > 1.01 * room.width:
            faults.append(f"a caption of {box.width:.1f} x {box.height:.1f} is too large")
    return faults


@pytest.fixture
def faults() -> Callable[[Seen], list[str]]:
    return faults_in_the_frame


@pytest.fixture(params=list(PROBLEMS))
def any_problem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(SHAPES))
def any_shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def any_data(any_problem: str) -> Dataset:
    return PROBLEMS[any_problem]()
