"""The words of the film: one plain TOML file a language, ``[act]`` tables of ``key = "text"``.

Texts are shown as they are; ``{name}`` is filled in by the act with a number or a name of the data.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Container, Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: Seconds a character needs to be read aloud, and what any caption needs at least.
SECONDS_A_CHARACTER = 0.06
SHORTEST = 2.0
#: What keeps the direction of a name from reaching the text around it (Unicode UAX 9).
ISOLATES = "\u2068", "\u2069"


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """All captions of a language: act, then key.

    Raises
    ------
    KeyError
        If there is no such language.
    """
    source = files("scenes.text.captions") / f"{language}.toml"
    if not source.is_file():
        raise KeyError(f"no captions in {language!r}: there are {', '.join(languages())}")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def languages() -> list[str]:
    """Languages with a catalogue."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files("scenes.text.captions").iterdir()
        if entry.name.endswith(".toml")
    )


def caption_text(language: str, act: str, key: str, **values: Any) -> str:
    """A caption with its values filled in."""
    return filled(catalogue(language)[act][key], **values)


def key_for(key: str, texts: Container[str], forms: Iterable[str]) -> str:
    """``key_form`` for the first form, as of `scenes.brief.Brief.forms`, that has a text; else ``key``."""
    return next((f"{key}_{form}" for form in forms if f"{key}_{form}" in texts), key)


def filled(text: str, **values: Any) -> str:
    """A text with its ``{names}`` filled in."""
    safe = {
        name: _isolated(value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return text.format(**safe)


def _isolated(text: str) -> str:
    """A text for use in a sentence; one that runs from right to left turns nothing around it."""
    rightwards = not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
    return text if rightwards else text.join(ISOLATES)


def reading_seconds(text: str) -> float:
    """How long a caption must stay."""
    return max(SHORTEST, SECONDS_A_CHARACTER * len(text))
