"""The words and numbers of a diagnosis, in one language: `words.toml`, and the sentences of ridge_math."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ridge_math.sentence import ENGLISH, Language, filled, said

DIGITS = 5
LAM_DIGITS = 6  # a searched λ has so many


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return what table and page say, by language and key."""
    path = Path(__file__).with_name("words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Words:
    """What to write in one language: words by key, sentences, and numbers."""

    def __init__(self, language: Language = ENGLISH) -> None:
        self.language = language
        self._texts = texts()[language.code]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of a key, its blanks filled in."""
        return filled(self._texts[key], values, self.language)

    def said(self, sentence: str) -> str:
        """Return a sentence of ridge_math."""
        return said(sentence, self.language)

    def number(self, value: float | None, digits: int = DIGITS) -> str:
        """Return a number with so many significant digits, ∞ and, for None, a dash."""
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        if value == 0:
            return "0"
        scientific = f"{value:.{digits - 1}e}"
        power = int(scientific.split("e")[1])
        plain = -5 < power <= digits
        text = f"{value:.{max(digits - 1 - power, 0)}f}" if plain else scientific
        return self.language.numeral(text)

    def aligned(self, values: Iterable[float | None], digits: int = DIGITS) -> list[str]:
        """Return numbers padded so that, set flush right, their decimal marks are one below another."""
        texts, point = [self.number(value, digits) for value in values], self.language.point
        tails = [len(text) - text.index(point) if point in text else 0 for text in texts]
        widest = max(tails, default=0)
        return [text + " " * (widest - tail) for text, tail in zip(texts, tails, strict=True)]
