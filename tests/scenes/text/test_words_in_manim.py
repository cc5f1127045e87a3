"""What people of Manim do with a text or a picture works in an act, or one sentence says what does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from manim import (
    Create,
    DrawBorderThenFill,
    FadeIn,
    ImageMobject,
    ReplacementTransform,
    Rotate,
    Scene,
    Square,
    Transform,
    Uncreate,
    Unwrite,
    Write,
)

from pipeline.render.frames import draw
from pipeline.render.settings import RenderSettings
from scenes.stage.camera import FilmCamera
from scenes.text.words import Words
from scenes.theme import Colour

INK = Colour("#ffffff")
SETTINGS = RenderSettings(width=160, height=90, fps=5)


def first() -> Words:
    return Words("many words", 1.0, INK).move_to((-1.0, 1.0, 0.0))


def second() -> Words:
    return Words("$x^2$", 2.0, Colour("#ff0000")).move_to((1.0, -1.0, 0.0))


def frames(construct: Any) -> list[np.ndarray]:
    class Shown(Scene):
        def __init__(self, renderer: Any) -> None:
            renderer.camera = FilmCamera()
            super().__init__(renderer=renderer)

        def construct(self) -> None:
            construct(self)

    drawn: list[np.ndarray] = []
    draw(Shown, SETTINGS, 0, None, lambda frame: drawn.append(frame[..., :3].astype(int)))
    return drawn


def still(*mobjects: Any) -> np.ndarray:
    return frames(lambda scene: (scene.add(*mobjects), scene.wait(0.2)))[-1]


@pytest.mark.parametrize("kind", [Write, Create, DrawBorderThenFill])
def test_a_text_is_written_from_the_left(kind: Any) -> None:
    seen = frames(lambda scene: (scene.play(kind(first(), run_time=1)), scene.wait(0.2)))
    reach = [int(np.nonzero(frame.sum(axis=(0, 2)))[0].max(initial=0)) for frame in seen]
    assert len(seen) == 6
    assert reach[1] < reach[2] < reach[3] < reach[5]
    assert np.array_equal(seen[-1], still(first()))


@pytest.mark.parametrize("kind", [Unwrite, Uncreate])
def test_a_text_is_unwritten(kind: Any) -> None:
    text = first()
    seen = frames(
        lambda scene: (scene.add(text), scene.play(kind(text, run_time=1)), scene.wait(0.2))
    )
    light = [frame.sum() for frame in seen]
    assert light[0] > light[2] > light[3] > light[5] == 0
    assert np.array_equal(still(text), still(first())), "it can come again"


@pytest.mark.parametrize("kind", [Transform, ReplacementTransform])
def test_a_text_becomes_another_undistorted(kind: Any) -> None:
    one = first()
    seen = frames(
        lambda scene: (scene.add(one), scene.play(kind(one, second(), run_time=2)), scene.wait(0.2))
    )
    assert np.array_equal(seen[0], still(first()))
    assert np.array_equal(seen[-1], still(second()))
    assert np.ptp(seen[3], axis=-1).max() == 0, "the first, in its colour"
    assert seen[7][..., 0].max() > 0 == seen[7][..., 2].max(), "then the other, in its own"
    assert np.array_equal(still(first().become(second())), still(second()))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda scene, text: text.rotate(1.0), "MathTypst"),
        (lambda scene, text: scene.play(Rotate(text, 1.0)), "MathTypst"),
        (lambda scene, text: scene.play(text.animate.rotate(1.0)), "MathTypst"),
        (lambda scene, text: scene.play(Transform(text, Square())), "fade one out"),
        (lambda scene, text: scene.play(Transform(Square(), text)), "fade one out"),
    ],
)
def test_what_a_text_cannot_do_is_one_sentence(act: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says) as caught:
        frames(lambda scene: act(scene, first()))
    assert "\n" not in str(caught.value)


def picture() -> ImageMobject:
    pixels = np.zeros((2, 3, 4), dtype=np.uint8)
    pixels[0, 0] = (255, 0, 0, 255)
    pixels[1, 2] = (0, 0, 255, 128)
    made = ImageMobject(pixels)
    made.set_resampling_algorithm(0)  # nearest
    made.height = 4.0
    return made.move_to((1.0, 0.5, 0.0))


def test_an_image_is_drawn_where_it_is() -> None:
    seen = still(picture())
    assert tuple(seen[30, 70]) == (255, 0, 0), "from (-2, 2.5) to (0, 0.5)"
    assert tuple(seen[50, 115]) == (0, 0, 128), "from (2, 0.5) to (4, -1.5), half as strong"
    assert seen[50, 70].sum() == seen[30, 115].sum() == seen[10].sum() == 0
    faded = frames(lambda scene: scene.play(FadeIn(picture(), run_time=1)))
    light = [frame[30, 70, 0] for frame in faded]
    assert light[0] == 0 < light[2] < light[4] < 255
    turned = still(picture().rotate(np.pi))
    assert tuple(turned[50, 115]) == (255, 0, 0)
