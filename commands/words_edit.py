"""One text of a file of words changed, and everything else left as it is, comments included."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from commands.words_file import CAPTIONS, changes_in, quoted
from pipeline.errors import SettingsError
from pipeline.inputs import read_text
from pipeline.outputs import write_whole

_TABLE = re.compile(r"\s*\[")


def edit_caption(path: Path, act: str, key: str, text: str | None, language: str) -> str | None:
    """Write a caption into a file of words, or with None take it out; return what was there.

    The file is made if there is none, and written as a whole or not at all.

    Raises
    ------
    SettingsError
        If the text cannot be used, or the file is written in a way that only a person can change.
    """
    before = read_text(path) if path.exists() else ""
    after = _with_text(before, f"{CAPTIONS}.{act}", key, text)
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise _by_hand(path, act, key) from error
    was = old.get(CAPTIONS, {}).get(act, {}).get(key)
    if not isinstance(was, str | None) or _texts(new, act, key, text) != _texts(
        old, act, key, text
    ):
        raise _by_hand(path, act, key)
    changes_in(path, new, language)
    write_whole(path, after.encode())
    return was


def _by_hand(path: Path, act: str, key: str) -> SettingsError:
    return SettingsError(
        f"{str(path)!r} has {key!r} of {act!r} in a form of its own: edit it there."
    )


def _texts(content: dict[str, Any], act: str, key: str, text: str | None) -> dict[str, Any]:
    """What is in a file, with the text in its place: equal before and after."""
    captions = {name: dict(table) for name, table in content.get(CAPTIONS, {}).items()}
    captions.setdefault(act, {})[key] = text
    return {**content, CAPTIONS: captions}


def _with_text(content: str, table: str, key: str, text: str | None) -> str:
    lines = content.splitlines()
    header = re.compile(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?")
    own = re.compile(rf"\s*{re.escape(key)}\s*=")
    line = [] if text is None else [f"{key} = {quoted(text)}"]
    begin = next((i for i, each in enumerate(lines) if header.fullmatch(each)), None)
    if begin is None:
        gap = [""] if lines else []
        return "\n".join([*lines, *gap, f"[{table}]", *line]) + "\n"
    rest = range(begin + 1, len(lines))
    end = next((i for i in rest if _TABLE.match(lines[i])), len(lines))
    place = next((i for i in range(begin + 1, end) if own.match(lines[i])), None)
    if place is None:
        lines[begin + 1 : begin + 1] = line
    else:
        lines[place : place + 1] = line
    return "\n".join(lines) + "\n"
