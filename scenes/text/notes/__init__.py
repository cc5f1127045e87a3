"""Speaker's notes: one plain TOML file a language, ``[act]`` tables with a text for each beat.

What to say, what to ask the class, and what is often got wrong, a line each. Forms as in the captions.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

#: How their tables are called among those of captions: ``notes.bowl``.
NOTES = "notes."


@lru_cache(maxsize=4)
def notes(language: str) -> dict[str, dict[str, str]]:
    """Speaker's notes of a language: a table ``notes.ACT`` for each act; none where there are none."""
    source = files("scenes.text.notes") / f"{language}.toml"
    told = tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
    return {
        NOTES + act: {key: text.strip() for key, text in texts.items()}
        for act, texts in told.items()
    }
