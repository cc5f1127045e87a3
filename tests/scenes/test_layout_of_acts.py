"""What needs no eye to see, over every act, theme, shape of frame, language, and kinds of data.

Nothing outside the safe margin, no text on a text or on a surface, none too small or too faint,
none gone before it could be read; no frame empty; every surface in the frame.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import ACTS, LOOPS, OPENING, build_act
from scenes.brief import Brief
from scenes.cues import Cue
from scenes.layout import Box, Layout
from scenes.text.captions import languages, reading_seconds
from scenes.theme import THEMES
from tests.matrix import matrix
from tests.scenes.seeing import (
    IN_FILMS,
    IN_LOOPS,
    SHAPES,
    Sight,
    Text,
    Volume,
    contrasts,
    faults,
    see,
    watch,
    without_texts,
)

NAMES = [entry.name for entry in (OPENING, *ACTS, *LOOPS)]
CONTRAST = 4.5
#: Share of a frame's pixels that must stand out from its background.
SOMETHING = 0.003

LONGLEY = Path(__file__).parents[2] / "examples" / "longley.csv"


def near_twins(scale: tuple[float, float, float], names: tuple[str, str, str]) -> Dataset:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(50, 2)) @ np.array([[1.0, 0.97], [0.0, 0.1]])
    y = X.sum(axis=1) + 0.8 * rng.normal(size=50)
    return Dataset.from_arrays(X * scale[:2], y * scale[2], names[:2], names[2])


DATA: dict[str, Callable[[], Dataset]] = {
    "longley": lambda: Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed"),
    "uncorrelated": partial(Dataset.synthetic, correlation=0.0),
    "collinear": partial(Dataset.synthetic, correlation=1.0),
    "long names": lambda: near_twins(
        (1.0, 1.0, 1.0),
        ("Wohnfläche der Wohnung in Quadratmetern, ohne Balkon", "W" * 80, '$*_ #read("x") ' * 9),
    ),
    "huge numbers": lambda: near_twins((4e9, 7e-8, -3e15), ("a", "b", "y")),
}


def found(name: str, brief: Brief, shape: str, fps: int) -> dict[str, float]:
    """What is wrong with an act, and the second at which that is seen first."""
    width, height = SHAPES[shape]
    seen = see(name, brief, RenderSettings(width=width, height=height, fps=fps))
    least = IN_LOOPS if name in [entry.name for entry in LOOPS] else IN_FILMS
    wrong: dict[str, float] = {}
    for sight in seen.sights:
        for fault in faults(sight, least):
            wrong.setdefault(fault, sight.frame / fps)
    for cue in seen.cues:
        # Frames are whole: a caption may end half of one early.
        if (cue.stop - cue.start + 1) / fps < reading_seconds(cue.text):
            wrong[f"{cue.text} is gone too soon"] = cue.start / fps
    return wrong


@pytest.mark.parametrize(("language", "name", "shape"), matrix(languages(), NAMES, SHAPES))
def test_texts_and_surfaces_keep_their_places(language: str, name: str, shape: str) -> None:
    assert found(name, Brief(Dataset.synthetic(), language=language), shape, fps=2) == {}


@pytest.mark.parametrize(("name", "shape", "data"), matrix(NAMES, SHAPES, DATA))
def test_they_keep_them_for_any_data(name: str, shape: str, data: str) -> None:
    assert found(name, Brief(DATA[data]()), shape, fps=1) == {}


@pytest.mark.parametrize(("name", "shape", "theme"), matrix(NAMES, SHAPES, THEMES))
def test_every_text_stands_out_and_no_frame_is_empty(name: str, shape: str, theme: str) -> None:
    faint: dict[str, float] = {}
    empty: list[int] = []

    def look(frame: int, scene: Any) -> None:
        for markup, contrast in contrasts(scene, without_texts(scene)):
            if contrast < CONTRAST:
                faint.setdefault(markup, contrast)
        whole = scene.renderer.camera.frame(scene.mobjects)[..., :3].astype(int)
        if (np.abs(whole - whole[0, 0]).max(axis=-1) > 25).mean() < SOMETHING:
            empty.append(frame)

    width, height = SHAPES[shape]
    settings = RenderSettings(width=3 * width // 2, height=3 * height // 2, fps=2, theme=theme)
    watch(name, Brief(Dataset.synthetic(), theme), settings, look, range(0, 1000, 5))
    assert faint == {}
    assert empty == []


@pytest.mark.parametrize("name", NAMES)
def test_without_burnt_in_captions_a_film_is_the_same_in_time(name: str) -> None:
    settings = RenderSettings(width=320, height=180, fps=5)
    burned, bare = (
        probe(partial(build_act, name, Brief(Dataset.synthetic(), captions=shown)), settings)
        for shown in (True, False)
    )
    assert (burned.n_frames, burned.cues, burned.beats) == (bare.n_frames, bare.cues, bare.beats)


# -- the checker itself, on planted faults ----------------------------------------------------------

LAYOUT = Layout.of(320, 180)


def text(x: float, y: float, size: float = 0.03, on_axis: bool = False) -> Text:
    return Text(f"{x} {y}", Box(x, y, 1.0, 0.3), size, 1.0, on_axis)


def cube(x: float, y: float) -> Volume:
    corners = np.array([(x + dx, y + dy) for dx in (-1.0, 1.0) for dy in (-1.0, 1.0)])
    return Volume(corners, corners * 0.5 + 0.5 * np.array([x, y]))


@pytest.mark.parametrize(
    ("texts", "volumes", "expected"),
    [
        ([text(0, 0), text(0, 0.35)], [cube(3, 0)], ""),
        ([text(6.2, 0)], [], "leaves the safe margin"),
        ([text(0, -3.6)], [], "leaves the safe margin"),
        ([text(0, 0, size=0.0249)], [], "2.49%"),
        ([text(0, 0), text(0.9, 0.2)], [], "lies on 0.9 0.2"),
        ([text(1.9, 0)], [cube(3, 0)], "lies over the box"),
        ([text(1.9, 0, on_axis=True)], [cube(3, 0)], ""),
        ([text(2.5, 0.5, on_axis=True)], [cube(3, 0)], "lies on a surface"),
        ([], [cube(6.3, 0)], "leaves the frame"),
    ],
)
def test_planted_faults_are_found(texts: list[Text], volumes: list[Volume], expected: str) -> None:
    told = list(faults(Sight(0, LAYOUT, texts, volumes), IN_FILMS))
    assert len(told) == bool(expected)
    assert all(expected in fault for fault in told)


def test_an_axis_with_a_single_label_is_found() -> None:
    assert list(faults(Sight(0, LAYOUT, [], [], [2, 3]), IN_FILMS)) == []
    assert len(list(faults(Sight(0, LAYOUT, [], [], [2, 1]), IN_FILMS))) == 1


def test_a_box_beside_a_slanting_edge_does_not_meet_it() -> None:
    diamond = Volume(np.array([(0.0, 2.0), (2.0, 0.0), (0.0, -2.0), (-2.0, 0.0)]), np.zeros((0, 2)))
    beside = Sight(0, LAYOUT, [text(2.0, 1.2)], [diamond])
    over = Sight(0, LAYOUT, [text(1.2, 0.9)], [diamond])
    assert list(faults(beside, IN_FILMS)) == []
    assert len(list(faults(over, IN_FILMS))) == 1


def test_faint_text_is_found() -> None:
    seen: dict[str, float] = {}

    def look(frame: int, scene: Any) -> None:
        behind = without_texts(scene)
        seen.update(contrasts(scene, behind))
        grey = np.full_like(behind, 128)
        low.update(contrasts(scene, grey))

    low: dict[str, float] = {}
    watch(
        NAMES[0],
        Brief(Dataset.synthetic()),
        RenderSettings(width=480, height=270, fps=2),
        look,
        [4],
    )
    assert seen
    assert min(seen.values()) > CONTRAST
    assert set(low) == set(seen)
    assert max(low.values()) < CONTRAST


def test_a_caption_that_is_gone_too_soon_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    short = Cue(0, 3, "x" * 60)
    real = see

    def hurried(*arguments: Any) -> Any:
        seen = real(*arguments)
        seen.cues = [short]
        return seen

    monkeypatch.setitem(found.__globals__, "see", hurried)
    wrong = found(NAMES[0], Brief(Dataset.synthetic()), "wide", fps=2)
    assert wrong == {f"{short.text} is gone too soon": 0.0}
