"""Whatever an act shows in words comes from the catalogue: in another language nothing stays English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import ACTS, LOOPS
from scenes.brief import Brief
from scenes.text import captions
from tests.matrix import matrix
from tests.scenes.seeing import visible_words, watch

NAMES = [entry.name for entry in (*ACTS, *LOOPS)]
DATA: dict[str, Callable[[], Dataset]] = {
    "near": Dataset.synthetic,
    "exact": partial(Dataset.synthetic, correlation=1.0),
    "none": partial(Dataset.synthetic, correlation=0.0),
}


def masked(text: str) -> str:
    """A text with every letter made an x, its blanks kept."""
    parts = re.split(r"(\{\w+\})", text)
    return "".join(p if p.startswith("{") else re.sub("[A-Za-z]", "x", p) for p in parts)


def letters_in(markup: str) -> list[str]:
    """Words of two letters or more in what markup shows as plain text."""
    uncoloured = re.sub(r'rgb\("[^"]*"\)', "", markup)
    shown = re.findall(r'"((?:[^"\\]|\\.)*)"', uncoloured)
    return [word for text in shown for word in re.findall(r"[A-Za-z]{2,}", text)]


@pytest.mark.parametrize(("name", "data"), matrix(NAMES, DATA))
def test_no_word_is_typed_into_an_act(
    name: str, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = captions.catalogue("en")
    foreign = {
        act: {key: masked(text) for key, text in texts.items()} for act, texts in english.items()
    }
    monkeypatch.setattr(captions, "catalogue", lambda language: foreign)
    typed: set[str] = set()
    seen = 0

    def look(frame: int, scene: Any) -> None:
        nonlocal seen
        for part, _ in visible_words(scene):
            seen += 1
            typed.update(word for word in letters_in(part.markup) if set(word) != {"x"})

    settings = RenderSettings(width=320, height=180, fps=1)
    watch(name, Brief(DATA[data]()), settings, look)
    assert seen > 10
    assert typed == set()


def test_letters_are_found_in_markup() -> None:
    assert letters_in('$"RSS"(theta)$ #"two words" #text(fill: rgb("#fedcba"))[3]') == [
        "RSS",
        "two",
        "words",
    ]
    assert masked("At ρ = {limit}, RSS") == "xx ρ = {limit}, xxx"
