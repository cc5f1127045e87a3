"""Text whose cells stand apart by blanks, as R's write.table and printed tables have them, made to tabs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ridge_math.io.source import Source

#: A cell in quotes, which keeps its blanks; blanks at either end of a line; or blanks between cells.
_PARTS = re.compile(
    rb'"[^"]*"|(?P<edge>(?:(?<=\n)|\A)[ \t]+|[ \t]+(?=\r?\n|\Z))|(?P<between>[ \t]+)'
)


def tabs_for_blanks(text: bytes) -> bytes:
    """Return whole records with one tab for the blanks between two cells, and none at the ends."""

    def instead(found: re.Match[bytes]) -> bytes:
        if found["edge"]:
            return b""
        return b"\t" if found["between"] else found[0]

    return _PARTS.sub(instead, text)


@dataclass(frozen=True)
class BlankSeparated:
    """A source of text with tabs in place of blanks.

    Attributes
    ----------
    source : Source
        The text as it is.
    end_of_last_record : callable
        Gives the offset after the last line break outside quotes: pieces are cut there.
    """

    source: Source = field(repr=False)
    end_of_last_record: Callable[[bytes], int]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to make UTF-8 text of it."""
        return self.source.notes

    @property
    def is_sheet(self) -> bool:
        """Whether it is a sheet of a workbook."""
        return self.source.is_sheet

    def pieces(self) -> Iterator[bytes]:
        """Yield it in pieces of whole records."""
        held = b""
        for piece in self.source.pieces():
            held += piece
            if end := self.end_of_last_record(held):
                yield tabs_for_blanks(held[:end])
                held = held[end:]
        if held:
            yield tabs_for_blanks(held)
