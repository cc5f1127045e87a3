"""What is said of things on screen: how the act calls them, and how well a text can be read."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from manim import Group, Square, Text

from pipeline.render.frames import look_at
from pipeline.render.settings import RenderSettings
from pipeline.studio.seen import Sight, sight_of
from ridge_math import Dataset
from scenes.act import Act
from scenes.brief import Brief
from scenes.text.words import Words, symbol, verbatim
from scenes.theme import DARK, Colour

GREY, WHITE = Colour("#777777"), Colour("#ffffff")


class Panelled(Act):
    """Texts on a white card, on the background, and one that is coming."""

    captions: ClassVar = {"title": "Texts"}

    def construct(self) -> None:
        self.card = Square(side_length=5, fill_opacity=1, fill_color="#ffffff", stroke_width=0)
        self.rows = [Words(verbatim("grey on white"), 0.4, GREY)]
        ink = symbol("λ", self.theme.ink) + verbatim(' is "ink"')
        self.panel = Group(Words(ink, 0.6, self.theme.ink).move_to((0, 3, 0)))
        self.coming = Words(verbatim("coming"), 0.6, GREY).move_to((0, -3, 0)).set_opacity(0.5)
        self.shapes = Text("Manim's").scale(0.3).move_to((5, 0, 0))
        self.add(self.card, *self.rows, self.panel, self.coming, self.shapes)
        self.wait(0.1)


@pytest.fixture(scope="module")
def sight() -> Sight:
    """What is seen of it; to look changes neither the objects nor the next picture."""

    def look(scene: Any) -> Sight:
        before = scene.camera.frame(scene.mobjects)
        kept = before.copy()
        seen = sight_of(scene)
        assert np.array_equal(scene.camera.frame(scene.mobjects), kept)
        assert scene.coming.opacity == 0.5
        return seen

    brief = Brief(Dataset.synthetic(), "dark", "en", False)
    settings = RenderSettings(640, 360, fps=10, theme="dark")
    return look_at(lambda renderer: Panelled(brief, renderer), settings, 0, look)


def test_contrast_is_that_of_the_planted_colours(sight: Sight) -> None:
    by_text = {thing.text: thing.contrast for thing in sight.things}
    assert by_text["grey on white"] == pytest.approx(GREY.contrast(WHITE), abs=0.06)
    assert by_text['λ is "ink"'] == pytest.approx(DARK.ink.contrast(DARK.background), rel=0.02)
    assert by_text["coming"] is None
    assert by_text[""] is None


def test_objects_are_called_as_their_act_calls_them(sight: Sight) -> None:
    assert {thing.known_as for thing in sight.things} == {
        *("self.card", "self.rows[0]", "self.panel", "self.panel[0]", "self.coming", "self.shapes"),
    }
