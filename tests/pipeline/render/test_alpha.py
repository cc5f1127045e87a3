"""Transparency: straight alpha from what is drawn, and colours carried over the edge."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.render.alpha import bleed_alpha, unpremultiply
from pipeline.render.frames import Frame, draw
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from scenes.theme import THEMES

pixels = arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)))


def premultiplied(frame: Frame) -> Frame:
    alpha = frame[..., 3:].astype(float) / 255.0
    return np.dstack([np.rint(frame[..., :3] * alpha), frame[..., 3]]).astype(np.uint8)


@given(pixels)
def test_unpremultiply_undoes_premultiplying(frame: Frame) -> None:
    drawn = premultiplied(frame)
    made = unpremultiply(drawn)
    assert np.array_equal(premultiplied(made), drawn)  # nothing is lost that was there
    assert np.array_equal(made[frame[..., 3] == 255], frame[frame[..., 3] == 255])
    assert not made[frame[..., 3] == 0].any()


@given(pixels)
def test_bleeding_changes_only_what_cannot_be_seen(frame: Frame) -> None:
    made = bleed_alpha(frame)
    seen = frame[..., 3] > 0
    assert np.array_equal(made[seen], frame[seen])
    assert np.array_equal(made[..., 3], frame[..., 3])


def test_colour_is_carried_over_the_edge() -> None:
    frame = np.zeros((40, 40, 4), dtype=np.uint8)
    frame[:, :21] = (200, 100, 50, 255)
    made = bleed_alpha(frame)
    assert np.array_equal(np.unique(made[:, :32, :3].reshape(-1, 3), axis=0), [[200, 100, 50]])
    assert not made[:, 32:].any()  # too far from anything to matter


@pytest.mark.parametrize("theme", THEMES)
def test_an_act_over_its_own_background_is_the_opaque_act(theme: str) -> None:
    """Soft edges, half-transparent surfaces and text: all of them blend as they were meant to."""
    frames: list[Frame] = []
    for transparent in (False, True):
        brief = Brief(Dataset.synthetic(), theme=theme, transparent=transparent)
        settings = RenderSettings(192, 108, fps=10, theme=theme, transparent=transparent)
        draw(partial(build_act, "loop", brief), settings, 20, 21, frames.append)
    opaque, made = frames
    alpha = made[..., 3:].astype(float) / 255.0
    background = np.array(THEMES[theme].background.rgb) * 255.0
    blended = made[..., :3] * alpha + background * (1.0 - alpha)
    assert np.abs(blended - opaque[..., :3]).max() <= 3.0
    assert {0, 255} < set(np.unique(made[..., 3]).tolist())  # both, and what is between
    assert (made[0, 0] == 0).all()
    assert (opaque[..., 3] == 255).all()


def test_a_still_picture_stays_one_object_when_transparent() -> None:
    frames: list[Frame] = []
    settings = RenderSettings(64, 64, fps=10, transparent=True)
    factory = partial(build_act, "loop", Brief(Dataset.synthetic(), transparent=True))
    draw(factory, settings, 0, 3, frames.append)
    assert frames[0] is frames[1] is frames[2]
