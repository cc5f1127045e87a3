"""The text of a table: its dialect, its header, its records in pieces of some megabytes."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ridge_math.errors import DataError
from ridge_math.io.blanks import BlankSeparated, tabs_for_blanks
from ridge_math.io.source import Source, line_at
from ridge_math.sentence import Sentence

SEPARATORS = ",;\t|"
LONGEST_RECORD = 64 << 20
#: So much is looked at to tell separator and header; more only where a line is longer.
SNIFFED_BYTES = 1 << 16
SNIFFED_RECORDS = 200
#: For the csv module: records have a limit of their own.
_NO_LIMIT = (1 << 31) - 1

#: Excel's own first line.
_SEPARATOR_LINE = re.compile(r'"?sep=([,;:\t| ~^])"?\s*', re.IGNORECASE)
_COMMENTS = ("#", "%", "//")


@dataclass(frozen=True)
class CsvText:
    """A table as text, with a header.

    Attributes
    ----------
    name : str
        What to call the file.
    source : Source
        Its text.
    header : tuple of str
        Names of the columns, without surrounding blanks; empty where there is none.
    separator : str
        Comma, semicolon, tab or vertical bar: whichever parts most records into equally many cells.
        Where blanks alone do that, and what stands there is numbers, they become tabs.
    first_line : int
        The line, counted from 1, on which the first record below the header starts.
    unnamed : {"", "first", "last"}
        Where the records have one cell more than the header: in front, as R writes row names, or at
        the end, where a separator ends each record. Whether that is so is for the reader to check.
    notes : tuple of str
        What was left out.
    """

    name: str
    source: Source = field(repr=False)
    header: tuple[str, ...]
    separator: str
    first_line: int
    unnamed: Literal["", "first", "last"] = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, name: str, source: Source) -> CsvText:
        """Read the header.

        Raises
        ------
        DataError
            If there is none, or it is made of numbers.
        """
        start = _beginning(name, source).decode(errors="replace")
        named = _SEPARATOR_LINE.fullmatch(start.partition("\n")[0])
        separator = (
            named[1]
            if named
            else max(SEPARATORS, key=lambda sign: _agreement(_records(start, sign)))
        )
        notes = []
        if named:
            notes.append(Sentence.of("note.separator", separator=separator))
        elif _apart_by_blanks(start, separator):
            source, separator = BlankSeparated(source, _end_of_last_record), "\t"
            start = tabs_for_blanks(start.encode()).decode()
            notes.append(Sentence.of("note.blanks"))
        records = _records(start, separator)[1 if named else 0 :]
        index, row_names = _header_among([cells for _, _, cells in records])
        if index is None:
            raise DataError(f"{name} has no header: its first line must name the columns")
        line, end, cells = records[index]
        if cells[0].startswith("# ") and len(cells) > 1:  # as numpy.savetxt writes it
            cells = [cells[0].removeprefix("# ").lstrip(), *cells[1:]]
        numbers = sum(map(_is_number, cells))
        if numbers == len(cells) or (2 * numbers >= len(cells) and any(map(_is_decimal, cells))):
            where = "its first line" if line == 1 else f"line {line}, the first with cells,"
            raise DataError(f"{name} has no header: {where} must name the columns")
        following = [cells for _, _, cells in records[index + 1 :]]
        trailing = bool(following) and all(
            len(row) == len(cells) + 1 and not row[-1].strip() for row in following if any(row)
        )
        above = [shown for at, _, shown in records[:index] if any(shown)]
        if above:
            first = next(cell for cell in above[0] if cell)
            begins = f"{first[:39]}…" if len(first) > 40 else first
            key = "note.line_above" if len(above) == 1 else "note.lines_above"
            notes.append(Sentence.of(key, count=len(above), first=begins))
        header = ("", *cells) if row_names else (*cells, "") if trailing else tuple(cells)
        unnamed: Literal["", "first", "last"] = "first" if row_names else "last" if trailing else ""
        return cls(name, source, header, separator, end + 1, unnamed, tuple(notes))

    def pieces(self) -> Iterator[bytes]:
        """Yield the records below the header in pieces of whole lines, each below a line "0,1,2…".

        A line break inside quotes does not end a record: pieces are cut where the number of quotes
        so far is even.

        Raises
        ------
        DataError
            If a quote is never closed.
        """
        place_names = self.separator.join(str(i) for i in range(len(self.header))).encode() + b"\n"
        skip, held, read = self.first_line - 1, b"", 0
        for piece in self.source.pieces():
            held += piece
            read += len(piece)
            while skip and (end := held.find(b"\n") + 1):
                held, skip = held[end:], skip - 1
            if skip:
                continue
            end = _end_of_last_record(held)
            if end:
                yield place_names + held[:end]
                held = held[end:]
            elif len(held) > LONGEST_RECORD:
                raise self._never_closed(read - len(held))
        if held and not skip:
            if held.count(b'"') % 2:
                raise self._never_closed(read - len(held) + _start_of_open_record(held))
            yield place_names + held

    def records(self) -> Iterator[tuple[int, str]]:
        """Yield the records below the header, each with the line on which it starts."""
        line = self.first_line
        for piece in self.pieces():
            held, odd = [], 0
            for part in piece[piece.index(b"\n") + 1 :].splitlines(keepends=True):
                held.append(part)
                odd ^= part.count(b'"') % 2
                if not odd:
                    yield line, b"".join(held).decode(errors="replace")
                    line += len(held)
                    held = []

    def line(self, record: int) -> int:
        """Return the line on which a record starts; records count from 0 after the header."""
        return next((line for i, (line, _) in enumerate(self.records()) if i == record), 0)

    def check_records(self) -> None:
        """Raise DataError at the first record with too many cells, or a quote that is out of place.

        For what cannot be parsed: it is slower than parsing.
        """
        csv.field_size_limit(_NO_LIMIT)
        sign = re.escape(self.separator)
        cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{sign}]*)'
        whole = re.compile(rf"{cell}(?:{sign}{cell})*")
        for line, record in self.records():
            if '"' in record and not whole.fullmatch(record.rstrip("\r\n")):
                raise DataError(
                    f"{self.name}, line {line} has a quote inside a cell: double it and put the "
                    "cell in quotes, or remove it"
                )
            cells = next(csv.reader([record], delimiter=self.separator), [])
            if len(cells) > len(self.header):
                raise self.too_many_cells(line)

    def too_many_cells(self, line: int) -> DataError:
        """Say that a line has more cells than the header."""
        return DataError(
            f"{self.name}, line {line} has more cells than the header: "
            "remove the extra ones or quote cells that hold a separator"
        )

    def _never_closed(self, offset: int) -> DataError:
        line = line_at(self.source.pieces(), offset)
        return DataError(
            f"{self.name}, line {line} has a quote that is never closed: close or remove it"
        )


def _beginning(name: str, source: Source) -> bytes:
    """The first whole records: some kilobytes, or as much as the first ones need."""
    held = b""
    for piece in source.pieces():
        held += piece
        sample = held[:SNIFFED_BYTES]
        if end := _end_of_last_record(sample):
            return sample[:end]
        if end := _end_of_last_record(held):
            return held[:end]
        if len(held) > LONGEST_RECORD:
            raise DataError(
                f"{name} has a first line of more than {LONGEST_RECORD >> 20} MB, or a quote in it "
                "that is never closed: give a table of lines"
            )
    if held.count(b'"') % 2:
        line = line_at([held], _start_of_open_record(held))
        raise DataError(f"{name}, line {line} has a quote that is never closed: close or remove it")
    return held


def _records(text: str, separator: str) -> list[tuple[int, int, list[str]]]:
    """First line, last line and cells of each of the first records."""
    csv.field_size_limit(_NO_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records, line = [], 1
    for cells in reader:
        records.append((line, reader.line_num, [cell.strip() for cell in cells]))
        line = reader.line_num + 1
        if len(records) == SNIFFED_RECORDS:
            break
    return records


def _agreement(records: Sequence[tuple[int, int, list[str]]]) -> tuple[int, int]:
    """How many records have equally many cells, two at least, and how many cells."""
    widths = Counter(len(cells) for _, _, cells in records if any(cells) and len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _apart_by_blanks(start: str, separator: str) -> bool:
    """Whether blanks part most records into equally many cells, numbers among them, and no separator does."""
    records = _records(tabs_for_blanks(start.encode()).decode(), "\t")
    count, width = _agreement(records)
    numbers = [sum(map(_is_number, cells)) for _, _, cells in records if len(cells) == width > 1]
    most_hold_numbers = 2 * sum(map(bool, numbers)) > len(numbers)
    return count > 2 * _agreement(_records(start, separator))[0] and most_hold_numbers


def _header_among(records: Sequence[list[str]]) -> tuple[int | None, bool]:
    """Find the header: the first record as wide as most, and whether it lacks a name for row names.

    Lines above it, titles and comments, are narrower. A record that is narrower by one, with a name
    in each cell, is R's header if numbers follow it.
    """
    widths = Counter(len(cells) for cells in records if any(cells))
    width = max(widths, key=lambda each: (widths[each], each)) if widths else 0
    if width < 2:
        first = (i for i, cells in enumerate(records) if any(cells) and not _is_comment(cells))
        return next(first, None), False
    first_named = None
    for i, cells in enumerate(records):
        filled = sum(map(bool, cells))
        follows = records[i + 1] if i + 1 < len(records) else []
        # A comment as wide as the table is its header if numbers follow, as numpy.savetxt writes it.
        if _is_comment(cells) and (len(cells) != width or not any(map(_is_number, follows))):
            continue
        if len(cells) >= width and 2 * filled >= len(cells) and filled > 1:
            return i, False
        if filled == len(cells) > 0 and first_named is None:
            first_named = i
        narrower = filled == len(cells) == width - 1 == len(follows) - 1
        if narrower and any(_is_number(cell) for cell in follows[1:]):
            return i, bool(follows[-1])
    return first_named, False


def _is_comment(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].startswith(_COMMENTS)


def _end_of_last_record(text: bytes) -> int:
    """Offset after the last line break outside quotes, or 0; ``text`` starts outside."""
    odd = text.count(b'"') % 2
    end = len(text)
    while True:
        start = text.rfind(b"\n", 0, end) + 1
        odd ^= text.count(b'"', start, end) % 2
        if not odd or not start:
            return start
        end = start - 1


def _start_of_open_record(text: bytes) -> int:
    """Offset of the record that opens a quote which is never closed."""
    start, odd, offset = 0, 0, 0
    for line in text.splitlines(keepends=True):
        if not odd:
            start = offset
        odd ^= line.count(b'"') % 2
        offset += len(line)
    return start


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False


def _is_decimal(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d*[.,]\d+([eE][+-]?\d+)?", text) is not None
