"""Translatable sentences about data: a key with values to fill in, and a catalogue for each language.

The words are in ``words/``, one plain TOML file a language, ``[table]`` of ``key = "text with {blanks}"``.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Language:
    """A language: its code, what stands before decimals, and between thousands."""

    code: str = "en"
    point: str = "."
    thousands: str = ","

    def numeral(self, text: str) -> str:
        """Return a number that is written the English way as this language writes it."""
        marks = {".": self.point, ",": self.thousands}
        return "".join(marks.get(character, character) for character in text)


ENGLISH = Language()


class Sentence(str):
    """A text in English, as any other, that can also be said in another language.

    Attributes
    ----------
    key : str
        Where its words are in the catalogues: ``"table.key"``.
    values : mapping of str to object
        What fills their blanks.
    """

    key: str
    values: Mapping[str, Any]

    def __new__(
        cls, text: str, key: str = "", values: Mapping[str, Any] | None = None
    ) -> Self:  # (as str is, by text alone, where it is copied)
        """Make it of its English text, and of what that was made of."""
        made = super().__new__(cls, text)
        made.key, made.values = key, values or {}
        return made

    @classmethod
    def of(cls, key: str, **values: Any) -> Self:
        """Return the sentence of this key, its blanks filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such key.
        """
        return cls(_written(key, values, ENGLISH), key, values)

    def in_language(self, language: Language) -> str:
        """Return it in a language.

        Raises
        ------
        KeyError
            If there is no catalogue of the language.
        """
        return _written(self.key, self.values, language) if self.key else str(self)


class Ratio(float):
    """A ratio that a sentence speaks of: "14.1", "1,204", "3e+07"."""

    def in_language(self, language: Language) -> str:
        """Return it as a language writes it."""
        spec = ".1f" if self < 99.95 else ",.0f" if self < 1e6 else ".1g"
        return language.numeral(format(float(self), spec))


def said(text: str, language: Language) -> str:
    """Return a text in a language if it is a ``Sentence``; else as it is."""
    return text.in_language(language) if isinstance(text, Sentence) else text


def filled(template: str, values: Mapping[str, Any], language: Language) -> str:
    """Fill the blanks of a template: numbers as the language writes them, sentences in it."""
    return _Blanks(language).vformat(template, (), values)


@lru_cache(maxsize=4)
def catalogue(code: str) -> dict[str, dict[str, str]]:
    """Return the words of a language, by table and key.

    Raises
    ------
    KeyError
        If there is no such language.
    """
    path = WORDS / f"{code}.toml"
    if not path.is_file():
        raise KeyError(f"no words in {code!r}: there are {', '.join(codes())}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def codes() -> list[str]:
    """Return the languages with a catalogue."""
    return sorted(path.stem for path in WORDS.glob("*.toml"))


def _written(key: str, values: Mapping[str, Any], language: Language) -> str:
    table, _, name = key.partition(".")
    return filled(catalogue(language.code)[table][name], values, language)


class _Blanks(string.Formatter):
    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if hasattr(value, "in_language"):
            return str(value.in_language(self._language))
        if isinstance(value, str):
            return value
        return self._language.numeral(format(value, format_spec))
