"""The text of a CSV file: its header, its records in pieces of some megabytes, its cells."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ridge_math.errors import DataError

SEPARATORS = ",;\t|"
AS_UTF8 = 'save it with the encoding UTF-8, in Excel as "CSV UTF-8"'
PIECE_BYTES = 8 << 20
LONGEST_RECORD = 64 << 20
#: So much of the rows is looked at to tell the decimal mark.
SAMPLE_CHARACTERS = 1 << 16


@dataclass(frozen=True)
class CsvText:
    """A CSV file, UTF-8, with a header.

    Attributes
    ----------
    path : Path
        The file.
    header : tuple of str
        Cells of the first line, without surrounding blanks.
    separator : str
        Comma, semicolon, tab or vertical bar: whichever gives the header the most cells.
    decimal : str
        Point, or the comma of a file with semicolons, as Excel writes where decimals have commas.
    """

    path: Path
    header: tuple[str, ...]
    separator: str
    decimal: str = "."

    @classmethod
    def open(cls, path: Path) -> CsvText:
        """Read the header.

        Raises
        ------
        DataError
            If it is not UTF-8, blank, or made of numbers.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                line = file.readline(1_000_000)
                separator = max(
                    SEPARATORS, key=lambda s: len(next(csv.reader([line], delimiter=s), []))
                )
                file.seek(0)
                cells = next(csv.reader(file, delimiter=separator))
                sample = file.read(SAMPLE_CHARACTERS) if separator == ";" else ""
        except UnicodeDecodeError:
            raise DataError(f"{path} is not UTF-8 text: {AS_UTF8}") from None
        except (csv.Error, StopIteration, OSError) as error:
            raise DataError(f"{path} has no readable header ({error}): give a CSV file") from None
        names = tuple(cell.strip() for cell in cells)
        if not any(names):
            raise DataError(f"{path} starts with a blank line: its first line must name columns")
        if all(_is_number(name) for name in names):
            raise DataError(f"{path} has no header: its first line must name the columns")
        return cls(path, names, separator, "," if _has_decimal_commas(sample) else ".")

    def pieces(self) -> Iterator[bytes]:
        """Yield the records after the header in pieces of whole lines, each below a line "0,1,2…".

        A line break inside quotes does not end a record: pieces are cut where the number of quotes
        so far is even.

        Raises
        ------
        DataError
            If a quote is never closed.
        """
        place_names = self.separator.join(str(i) for i in range(len(self.header))).encode() + b"\n"
        skip = True
        held = b""
        with self.path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                held += piece
                if skip:
                    end = _end_of_first_record(held)
                    if not end:
                        self._check_length(held)
                        continue
                    held, skip = held[end:], False
                end = _end_of_last_record(held)
                if end:
                    yield place_names + held[:end]
                    held = held[end:]
                else:
                    self._check_length(held)
        if held and not skip:
            yield place_names + held

    def cell(self, record: int, column: int) -> tuple[int, str]:
        """Return the line on which a record starts, and one of its cells; reads up to there.

        Records count from 0 after the header and lines from 1, the header included.
        """
        line = 1
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, delimiter=self.separator)
                for number, cells in enumerate(reader):
                    if number == record + 1:
                        return line, cells[column].strip() if column < len(cells) else ""
                    line = reader.line_num + 1
        except (OSError, UnicodeDecodeError, csv.Error):
            pass
        return record + 2, ""

    def line_of_too_many_cells(self) -> int | None:
        """Return the first line with more cells than the header, if there is one."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, delimiter=self.separator)
                for cells in reader:
                    if len(cells) > len(self.header):
                        return reader.line_num
        except (OSError, UnicodeDecodeError, csv.Error):
            pass
        return None

    def _check_length(self, held: bytes) -> None:
        if len(held) > LONGEST_RECORD:
            raise DataError(f"{self.path} has a quote that is never closed: close or remove it")


def _end_of_first_record(text: bytes) -> int:
    """Offset after the first line break outside quotes, 0 if there is none."""
    end = text.find(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.find(b"\n", end) + 1
    return end


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


def _has_decimal_commas(rows: str) -> bool:
    """Whether rows with semicolons write decimals with a comma, beyond doubt.

    Not if some have a point, nor if each comma could part thousands, as in 1,234.
    """
    cells = [cell.strip() for cell in re.split(r'[;"\r\n]+', rows)]

    def like(pattern: str) -> Iterable[str]:
        return (cell for cell in cells if re.fullmatch(pattern, cell))

    point = any(like(r"[+-]?\d*\.\d+([eE][+-]?\d+)?"))
    commas = list(like(r"[+-]?\d*,\d+([eE][+-]?\d+)?"))
    thousands = list(like(r"[+-]?[1-9]\d{0,2},\d{3}"))
    return not point and len(commas) > len(thousands)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
