"""What is known of the lines of a folder: which text each was spoken from, and which sound that was.

So a text that has changed since is noticed, and a line is spoken anew only where it must be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.inputs import open_input, read_json, unreadable
from pipeline.outputs import write_whole

#: What the file is called, in a folder of recordings.
NAME = "voice.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a line.

    Attributes
    ----------
    text : str
        From which it was spoken.
    sound : str
        Digest of the recording; empty where there is none.
    seconds : float
        How long it takes, where there is no recording.
    made_by : str
        Digest of what a speech program was asked for; empty for a recording of one's own.
    """

    text: str
    sound: str = ""
    seconds: float = 0.0
    made_by: str = ""


def read_manifest(path: Path) -> dict[str, Entry]:
    """Return what is known of lines, by id; nothing where there is no such file.

    Raises
    ------
    SettingsError
        When it cannot be read, or says something else.
    """
    if not path.exists():
        return {}
    told: Any = read_json(path)
    try:
        if told["format"] != _FORMAT:
            raise ValueError
        entries = {id: Entry(**entry) for id, entry in told["lines"].items()}
        if not all(_is_whole(entry) for entry in entries.values()):
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise unreadable(path, "it is not as render.py has written it; take it away") from None
    return entries


def write_manifest(path: Path, entries: Mapping[str, Entry]) -> None:
    """Write what is known of lines; raises RenderError when it cannot be written."""
    lines = {id: asdict(entries[id]) for id in sorted(entries)}
    told = json.dumps({"format": _FORMAT, "lines": lines}, indent=1, ensure_ascii=False)
    write_whole(path, told.encode() + b"\n", "--voice")


def digest_of(path: Path) -> str:
    """Return a digest of a file, by which a recording is known."""
    digest = hashlib.sha256()
    with open_input(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _is_whole(entry: Entry) -> bool:
    texts: tuple[object, ...] = (entry.text, entry.sound, entry.made_by)
    seconds: object = entry.seconds
    timed = isinstance(seconds, int | float) and 0 <= seconds < 86400
    return timed and all(isinstance(text, str) for text in texts)
