"""What is spoken where that is not the caption: the table [voice] of a script, as people edit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.inputs import read_toml
from pipeline.printable import shown

#: Seconds of rest that a script may ask for.
LONGEST_REST = 60.0


@dataclass(frozen=True, slots=True)
class Wording:
    """How a line is spoken, where a script says so.

    Attributes
    ----------
    text : str or None
        Instead of the caption; an empty one for silence, None for the caption.
    before, after : float or None
        Seconds of rest, if not the usual.
    """

    text: str | None = None
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True)
class Wordings:
    """What a script says: wordings by id, and words that are spoken in another way than written."""

    lines: Mapping[str, Wording]
    spoken_as: Mapping[str, str]

    @property
    def texts(self) -> dict[str, str]:
        """What is spoken instead of captions, by id."""
        return {id: said.text for id, said in self.lines.items() if said.text is not None}

    def text_of(self, id: str, caption: str) -> str:
        """What is spoken to a caption."""
        return self.texts.get(id, caption)


NOTHING_SAID = Wordings({}, {})


def script_path(folder: Path, language: str) -> Path:
    """The script of a folder of recordings."""
    return folder / f"script.{language}.toml"


def read_wordings(path: Path) -> Wordings:
    """Read a script; of a file that is not there, nothing.

    Raises
    ------
    SettingsError
        When it cannot be read, or a line of it is nothing that can be spoken.
    """
    if not path.exists():
        return NOTHING_SAID
    told = read_toml(path)
    for name, table in told.items():
        if name not in ("voice", "pronounce") or not isinstance(table, dict):
            raise SettingsError(
                f"{path}: {shown(name)!r} is no table of a script: there are [voice] and [pronounce]."
            )
    as_said = told.get("pronounce", {})
    for word, said in as_said.items():
        if not isinstance(said, str):
            raise SettingsError(
                f'{path}: {shown(word)!r} is pronounced as no text: write it in "".'
            )
    return Wordings(dict(_lines(path, told.get("voice", {}))), as_said)


def _lines(path: Path, acts: Mapping[str, Any]) -> Iterator[tuple[str, Wording]]:
    for act, texts in acts.items():
        if not isinstance(texts, dict):
            raise SettingsError(f'{path}: write {shown(act)} as act.key = "text", like bowl.grow.')
        for key, value in texts.items():
            yield f"{act}.{key}", _wording(path, f"{act}.{key}", value)


def _wording(path: Path, id: str, value: Any) -> Wording:
    if isinstance(value, str):
        return Wording(value)
    fields = {"text": str, "before": int | float, "after": int | float}
    fits = isinstance(value, dict) and all(
        name in fields and isinstance(each, fields[name]) and not isinstance(each, bool)
        for name, each in value.items()
    )
    if not fits:
        raise SettingsError(
            f'{shown(id)}: {path} must give it a text, or {{ text = "…", before = 0.5, after = 1 }}.'
        )
    for name in ("before", "after"):
        if not 0 <= value.get(name, 0) <= LONGEST_REST:
            raise SettingsError(
                f"{shown(id)}: {name} is {value[name]:g} s in {path}: give 0 to {LONGEST_REST:g}."
            )
    return Wording(**value)
