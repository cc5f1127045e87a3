"""What must be large and bright enough to be seen from the back of the room, in every shape and theme.

Sizes are in pixels of a frame of 1080p; boxes are shares of the frame.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from pipeline.render.frames import NOTHING, FrameRenderer, probe, run
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import ACTS, build_act
from scenes.brief import Brief
from scenes.mobjects.widgets import TICK
from scenes.stage.marks import Balls
from scenes.stage.stage import Dial, Stage
from scenes.stage.surface import Surface
from scenes.text.numerals import power_of_ten
from scenes.text.words import verbatim
from tests.scenes.seeing import SHAPES, Array, _contrast, watch

#: Frames in a second at which acts are stepped.
FPS = 4
#: Beats of the film at which the surface is the hero, and the least width and height of its pixels there, as
#: shares of a wide, a square and a tall frame.
HEROES = {
    ("valley", "floor"): {"wide": (0.41, 0.56), "square": (0.35, 0.26), "tall": (0.59, 0.25)},
    ("bowl", "bowl"): {"wide": (0.30, 0.47), "square": (0.32, 0.27), "tall": (0.46, 0.22)},
    ("flip", "ridge"): {"wide": (0.57, 0.57), "square": (0.56, 0.33), "tall": (0.58, 0.20)},
    ("flip", "peak"): {"wide": (0.51, 0.49), "square": (0.50, 0.28), "tall": (0.52, 0.17)},
}
ACTS_WITH_HEROES = ("valley", "bowl", "flip")
ALL_ACTS = tuple(act.name for act in ACTS)
#: Least contrast of a surface's median pixel to the background.
SURFACE_CONTRAST = 3.0


def surface_alone(stage: Stage, pixels_per_unit: float) -> Array:
    """The picture of the surfaces of a stage, with nothing else on it: RGBA, premultiplied."""
    kept = [prop.shown() for prop in stage.props]
    for prop in stage.props:
        if not isinstance(prop, Surface):
            prop.shown.set_value(0.0)
    picture, _ = stage.picture(pixels_per_unit)
    for prop, shown in zip(stage.props, kept, strict=True):
        prop.shown.set_value(shown)
    return picture


@cache
def seen_at_beats(act: str, shape: str, theme: str) -> dict[str, tuple[float, float, float, float]]:
    """Width and height of the surface's pixels, their median contrast, and the ball's diameter in pixels."""
    width, height = SHAPES[shape]
    settings = RenderSettings(width=width, height=height, fps=FPS, theme=theme)
    brief = Brief(Dataset.synthetic(), theme)
    beats = {
        beat.frame - 1: beat.name for beat in probe(partial(build_act, act, brief), settings).beats
    }
    found: dict[str, tuple[float, float, float, float]] = {}

    def look(frame: int, scene: Any) -> None:
        stage, layout = scene.land.stage, scene.layout
        unit = height / layout.frame.height
        picture = surface_alone(stage, unit)
        there = picture[..., 3] > 127
        rows, columns = np.nonzero(there)
        box = (np.ptp(columns) + 1) / width, (np.ptp(rows) + 1) / height
        colours = picture[there][:, :3] * (255.0 / picture[there][:, 3:])
        paper = np.broadcast_to(scene.theme.background.bytes, colours.shape)
        contrast = float(np.median(_contrast(colours, np.asarray(paper, dtype=float))))
        full = 1080.0 / min(width, height) * unit
        ball = 2.0 * scene.land.ball.radius * stage.view().zoom * full
        found[beats[frame]] = (*box, contrast, ball)

    watch(act, brief, settings, look, beats)
    return found


@pytest.mark.parametrize("shape", ["wide", "square", "tall"])
@pytest.mark.parametrize(("act", "beat"), HEROES)
def test_the_hero_fills_the_stage(act: str, beat: str, shape: str) -> None:
    width, height = seen_at_beats(act, shape, "dark")[beat][:2]
    least = HEROES[act, beat][shape]
    assert width >= least[0]
    assert height >= least[1]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("act", ACTS_WITH_HEROES)
def test_surfaces_stand_out_from_the_background(act: str, theme: str) -> None:
    for beat, (_, _, contrast, _) in seen_at_beats(act, "wide", theme).items():
        assert contrast >= SURFACE_CONTRAST, beat


@pytest.mark.parametrize(("act", "beat"), HEROES)
def test_the_ball_at_the_minimum_is_large(act: str, beat: str) -> None:
    assert seen_at_beats(act, "wide", "dark")[beat][3] >= 32.0


def test_type_is_large_enough() -> None:
    """Capitals of captions, figures of readouts and ticks, and the exponents of ticks."""
    sizes: dict[str, float] = {}

    def made(renderer: Any) -> Any:
        act = build_act("bowl", Brief(Dataset.synthetic()), renderer)
        theme, unit = act.theme, 1080.0 / act.layout.frame.height
        tick = TICK * theme.readout
        exponent = "#hide[H]" + verbatim(power_of_ten(5).removeprefix("10"))
        named = {
            "caption": ("H", theme.body),
            "readout": ("8", theme.readout),
            "tick": ("8", tick),
            "exponent": (exponent, tick),
        }
        for name, (text, size) in named.items():
            _, _, bottom, top = act.words(text, size).extent()
            sizes[name] = (top - bottom) * unit
        return act

    run(
        made,
        RenderSettings(width=320, height=180, fps=FPS),
        lambda: FrameRenderer(NOTHING, lambda f: None, FPS),
    )
    quarter = 0.25 * 1.08 * 3.7  # of a pixel in which ink is measured, at most
    assert sizes["caption"] >= 30.0
    assert sizes["readout"] >= 25.0 - quarter
    assert sizes["tick"] >= 22.0
    assert sizes["exponent"] >= 18.0 - quarter


def turning(scene: Any, before: dict[str, float]) -> tuple[set[str], dict[str, float]]:
    """Names of what has moved since the frame before: λ, the flip, the eye; and where they are now."""
    land = scene.land
    dials: dict[str, Dial] = {"λ": land.lam, "flip": land.flip}
    now = {name: dial() for name, dial in dials.items()}
    now["eye"] = land.stage.azimuth() + 10.0 * land.stage.elevation()
    moved = {
        name for name, value in now.items() if name in before and abs(value - before[name]) > 1e-6
    }
    return moved, now


@pytest.mark.parametrize("act", ACTS_WITH_HEROES)
def test_one_thing_turns_at_a_time(act: str) -> None:
    settings = RenderSettings(width=128, height=72, fps=FPS)
    brief = Brief(Dataset.synthetic())
    last = probe(partial(build_act, act, brief), settings).beats[-1].frame  # then acts hand over
    state: dict[str, float] = {}
    twice: list[tuple[int, set[str]]] = []

    def look(frame: int, scene: Any) -> None:
        nonlocal state
        moved, state = turning(scene, state)
        if len(moved) > 1:
            twice.append((frame, moved))

    watch(act, brief, settings, look, range(last))
    assert twice == []


@pytest.mark.parametrize("act", ALL_ACTS)
def test_no_second_in_which_nothing_moves_and_nobody_reads(act: str) -> None:
    """Captions are up for all of an act but their fades and moves of a second or so."""
    settings = RenderSettings(width=128, height=72, fps=FPS)
    timeline = probe(partial(build_act, act, Brief(Dataset.synthetic())), settings)
    said = np.zeros(timeline.n_frames, dtype=bool)
    for cue in timeline.cues:
        said[cue.start : cue.stop] = True
    for start, stop in timeline.holds:
        still = ~said[start:stop]
        assert still.sum() <= FPS, f"nothing happens from {start / FPS} s on"


@pytest.mark.parametrize("act", ALL_ACTS)
def test_no_third_of_a_wide_frame_is_empty(act: str) -> None:
    settings = RenderSettings(width=240, height=134, fps=FPS)
    brief = Brief(Dataset.synthetic())
    beats = {
        beat.frame - 1: beat.name for beat in probe(partial(build_act, act, brief), settings).beats
    }
    empty: list[tuple[str, int]] = []

    def look(frame: int, scene: Any) -> None:
        picture = scene.renderer.camera.frame(scene.mobjects)[..., :3].astype(int)
        marks = np.abs(picture - picture[0, 0]).max(axis=-1) > 25
        for third in range(3):
            if marks[:, 80 * third : 80 * (third + 1)].mean() < 0.002:
                empty.append((beats[frame], third))

    watch(act, brief, settings, look, beats)
    assert empty == []


def test_a_marked_ball_has_a_dark_rim() -> None:
    """The rim is darker than the ball's own shade, so that it stands out from a warm surface, too."""
    found: list[Array] = []

    def look(frame: int, scene: Any) -> None:
        stage = scene.land.stage
        for prop in stage.props:
            if not isinstance(prop, Balls) or prop is not scene.land.ball:
                prop.shown.set_value(0.0)
        found.append(stage.picture(300.0)[0])

    watch(
        "bowl",
        Brief(Dataset.synthetic()),
        RenderSettings(width=320, height=180, fps=FPS),
        look,
        [0],
    )
    ball = found[0]
    rows, columns = np.nonzero(ball[..., 3] == 255)
    middle, radius = (rows.mean(), columns.mean()), np.ptp(rows) / 2.0
    away = np.hypot(rows - middle[0], columns - middle[1]) / radius
    light = ball[rows, columns, :3].mean(axis=1)
    assert light[away > 0.92].mean() < 0.5 * light[away < 0.6].mean()
