"""Tables as CSV, as a spreadsheet of the language opens them with a double click."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

#: A row by column; all rows of a table have the same columns.
Row = Mapping[str, Any]


def csv_text(rows: Sequence[Row], point: str = ".") -> str:
    """Return a header line and the rows; numbers are whole, infinity is ``inf``, None is nothing.

    Parameters
    ----------
    rows
        At least one.
    point
        The decimal point; where it is a comma, columns are separated by semicolons.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if point == "," else ",", lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value, point) for value in row.values()] for row in rows)
    return file.getvalue()


def _cell(value: Any, point: str) -> Any:
    return repr(value).replace(".", point) if isinstance(value, float) else value
