"""A sheet of a workbook (Excel, LibreOffice) as text: one line a row, as the spreadsheet counts them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ridge_math.errors import DataError

#: How workbooks begin: those of today and OpenDocument are ZIP archives, older ones OLE files.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, held in memory (a sheet has a million rows at most)."""

    text: bytes = field(repr=False)
    notes: tuple[str, ...] = ()
    is_sheet = True

    @classmethod
    def read(cls, path: Path, name: str, sheet: str | None) -> Sheet:
        """Read a sheet by name or, from 1, by number; the first where none is named.

        Raises
        ------
        DataError
            If it is no workbook, or has no such sheet.
        """
        import python_calamine as calamine

        try:
            with calamine.CalamineWorkbook.from_path(path) as book:
                names = book.sheet_names
                chosen = names[0] if sheet is None and names else sheet
                if chosen not in names and chosen is not None and chosen.isascii():
                    number = int(chosen) if chosen.isdigit() else 0
                    chosen = names[number - 1] if 0 < number <= len(names) else chosen
                if chosen not in names:
                    listed = ", ".join(map(repr, names)) or "none"
                    raise DataError(f"{name} has no sheet {sheet!r}: its sheets are {listed}")
                text = _as_csv(book.get_sheet_by_name(chosen).iter_rows())
        except calamine.PasswordError:
            raise DataError(f"{name} is locked with a password: save it without one") from None
        except calamine.CalamineError as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else "unknown"
            raise DataError(
                f"{name} is an archive or a workbook that cannot be read ({reason}): "
                "export the table as CSV"
            ) from None
        if not text.strip(b',"\n'):
            raise DataError(f"{name}: the sheet {chosen!r} is empty: choose another one")
        others = len(names) - 1
        more = f", the first of {len(names)} sheets" if others and sheet is None else ""
        return cls(text, (f"The sheet {chosen!r} is read{more}.",))

    def pieces(self) -> Iterator[bytes]:
        """Yield the rows as CSV, UTF-8."""
        yield self.text


def _as_csv(rows: Iterator[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """A cell as text: numbers in full, and on one line, so that a line of the text is a row."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return " ".join(value.split())
    return repr(value) if isinstance(value, float | int) else str(value)
