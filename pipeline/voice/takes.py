"""One long take with a cue sheet: where in it each line is, as editors of sound write it.

Beside ``take.wav`` lies ``take.txt`` (labels of Audacity), ``take.srt`` or ``take.csv``; a label is the
id of a line, such as ``bowl.grow``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.inputs import read_text
from pipeline.printable import shown
from pipeline.render.timeline import clock


@dataclass(frozen=True, slots=True)
class Label:
    """A line of a take: its id, and its seconds [start, stop)."""

    id: str
    start: float
    stop: float

    def __str__(self) -> str:
        return f"from {clock(self.start)} to {clock(self.stop)}"


def read_labels(take: Path) -> dict[str, Label]:
    """Return where the lines of a take are, by id, from the cue sheet beside it.

    Raises
    ------
    SettingsError
        When there is none, or more than one, or it cannot be read.
    """
    sheets = [take.with_suffix(suffix) for suffix in _READERS]
    found = [sheet for sheet in sheets if sheet.exists()]
    if len(found) != 1:
        names = ", ".join(sheet.name for sheet in sheets)
        raise SettingsError(
            f"{take} needs one cue sheet beside it that says where each line is: one of {names}."
            if not found
            else f"{take} has more than one cue sheet: keep one of {', '.join(map(str, found))}."
        )
    (sheet,) = found
    labels: dict[str, Label] = {}
    for number, id, start, stop in _READERS[sheet.suffix](read_text(sheet)):
        if not id:
            raise SettingsError(f"{sheet}, line {number}: '' is no name of a line, like bowl.grow.")
        label = Label(id, _seconds(start, sheet, number), _seconds(stop, sheet, number))
        if not label.start < label.stop:
            raise SettingsError(f"{sheet}, line {number}: {shown(id)} ends before it begins.")
        if id in labels:
            raise SettingsError(f"{sheet}, line {number}: {shown(id)} is there twice: keep one.")
        labels[id] = label
    return labels


_Row = tuple[int, str, str, str]


def _audacity(text: str) -> Iterator[_Row]:
    r"""``1.5\t3.25\tbowl.grow``; lines with frequencies begin with a backslash."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("\\"):
            start, stop, label = (*line.split("\t"), "", "", "")[:3]
            yield number, label.strip(), start, stop


def _subrip(text: str) -> Iterator[_Row]:
    """``00:00:01,500 --> 00:00:03,250`` and below it the id."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        start, arrow, stop = line.partition("-->")
        if arrow:
            label = lines[number].strip() if number < len(lines) else ""
            yield number, label, start, stop


def _table(text: str) -> Iterator[_Row]:
    """``bowl.grow,1.5,3.25``, with a line of names before it or without; or with semicolons."""
    separator = ";" if text.partition("\n")[0].count(";") >= 2 else ","
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), start=1):
        id, start, stop = (*(cell.strip() for cell in row), "", "", "")[:3]
        if any(row) and not (number == 1 and not re.search(r"\d", start)):
            yield number, id, start, stop


_READERS: dict[str, Callable[[str], Iterator[_Row]]] = {
    ".txt": _audacity,
    ".srt": _subrip,
    ".csv": _table,
}


def _seconds(text: str, sheet: Path, number: int) -> float:
    """Seconds as 70.5, 1:10.5 or 00:01:10,500."""
    found = re.fullmatch(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?)", text.strip())
    if found is None:
        raise SettingsError(
            f"{sheet}, line {number}: {shown(text.strip(), 40)!r} is no moment: write it like 70.5."
        )
    hours, minutes, seconds = found[1] or "0", found[2] or "0", found[3].replace(",", ".")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
