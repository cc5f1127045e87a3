"""The words of the film: one plain TOML file a language, ``[act]`` tables of ``key = "text"``.

Texts are shown as they are; ``{name}`` is filled in by the act with a number or a name of the data.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: Seconds a character needs to be read aloud, and what any caption needs at least.
SECONDS_A_CHARACTER = 0.06
SHORTEST = 2.0


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
    return catalogue(language)[act][key].format(**values)


def reading_seconds(text: str) -> float:
    """How long a caption must stay."""
    return max(SHORTEST, SECONDS_A_CHARACTER * len(text))
