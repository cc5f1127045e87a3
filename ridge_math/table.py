"""A table in a file, CSV or Parquet: which columns it has, and its numbers, block by block.

Polars reads; this module names what is wrong, down to the line. polars is imported when a file is
read and not before, because importing it costs more than everything else here.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.errors import DataError
from ridge_math.rows import BLOCK_ROWS, check_names

if TYPE_CHECKING:
    import polars as pl

SEPARATORS = ",;\t|"
SNIFFED_ROWS = 1000

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """A readable file and its column names.

    Attributes
    ----------
    path : Path
        The file.
    kind : {"csv", "parquet"}
        Told from its content, not from its name.
    columns : tuple of str
        Column names, without surrounding blanks; a nameless one is called "column 3" by its place.
    separator : str
        What separates the cells of a CSV file: comma, semicolon, tab or vertical bar.
    """

    path: Path
    kind: Literal["csv", "parquet"]
    columns: tuple[str, ...]
    separator: str = ","

    @classmethod
    def open(cls, path: str | Path) -> Table:
        """Find out what a file is.

        Raises
        ------
        DataError
            If the file is missing, unreadable, empty, no table, or has no usable header.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                start = file.read(65_536)
        except FileNotFoundError:
            raise DataError(f"{path} does not exist: check the path of the data file") from None
        except IsADirectoryError:
            raise DataError(f"{path} is a folder: give a CSV or Parquet file in it") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise DataError(f"{path} cannot be read ({reason}): check its permissions") from None
        if not start.strip():
            raise DataError(f"{path} is empty: give a table with a header line and rows of numbers")
        if start.startswith(b"PAR1"):
            return cls(path, "parquet", _parquet_columns(path))
        _check_is_text(path, start)
        header, separator = _csv_header(path)
        return cls(path, "csv", header, separator)

    def numeric_columns(self) -> tuple[str, ...]:
        """Return the columns that hold numbers, judged by type, in CSV by the first 1000 rows."""
        import polars as pl

        if self.kind == "parquet":
            schema = _scanned(self.path, self._scan().collect_schema)
            return tuple(n for n, t in schema.items() if _holds_numbers(t))
        head = _scanned(self.path, lambda: self._scan().head(SNIFFED_ROWS).collect())
        return tuple(
            name
            for name, column in zip(self.columns, head.iter_columns(), strict=True)
            if (text := column.str.strip_chars().drop_nulls()).len()
            and not text.cast(pl.Float64, strict=False).has_nulls()
        )

    def rows(self, names: Sequence[str]) -> FileRows:
        """Return the rows of some columns, in the order given."""
        return FileRows(self, tuple(names))

    def _scan(self) -> pl.LazyFrame:
        import polars as pl

        if self.kind == "parquet":
            return pl.scan_parquet(self.path, glob=False)
        return pl.scan_csv(
            self.path,
            separator=self.separator,
            infer_schema=False,
            glob=False,
            with_column_names=lambda _: list(self.columns),
        )


@dataclass(frozen=True)
class FileRows:
    """The numbers of some columns of a file, read anew for every pass, so never all in memory."""

    table: Table = field(repr=False)
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        check_names(self.names)

    @property
    def source(self) -> str:
        """The path of the file."""
        return str(self.table.path)

    def blocks(self) -> Iterator[FloatArray]:
        """Yield the rows, some ten thousand at a time; blank lines of a CSV file are left out.

        Raises
        ------
        DataError
            At the first cell that is empty, text, NaN or infinite.
        """
        import polars as pl

        table = self.table
        scan = table._scan()
        # By place, not by name: polars reads names such as "*" or "^a$" as patterns.
        places = [table.columns.index(name) for name in self.names]
        if table.kind == "csv":
            blank = pl.all_horizontal(pl.all().is_null())
            cells = [
                pl.nth(place).str.strip_chars().cast(pl.Float64, strict=False).alias(str(i))
                for i, place in enumerate(places)
            ]
        else:
            self._check_types(_scanned(table.path, scan.collect_schema))
            blank = pl.lit(False)
            cells = [pl.nth(p).cast(pl.Float64).alias(str(i)) for i, p in enumerate(places)]
        query = scan.select(*cells, blank.alias("blank"))
        batches = iter(_scanned(table.path, lambda: query.collect_batches(chunk_size=BLOCK_ROWS)))
        record = 0
        while (batch := _scanned(table.path, lambda: next(batches, None))) is not None:
            values: FloatArray = np.column_stack(
                [batch[str(i)].fill_null(math.nan).to_numpy() for i in range(len(self.names))]
            )
            filled = ~batch["blank"].to_numpy()
            bad = np.flatnonzero(~np.isfinite(values).all(axis=1) & filled)
            if bad.size:
                column = int(np.flatnonzero(~np.isfinite(values[bad[0]]))[0])
                value = float(values[bad[0], column])
                raise self._bad_cell(record + int(bad[0]), self.names[column], value)
            record += values.shape[0]
            yield values[filled]

    def _check_types(self, schema: pl.Schema) -> None:
        for name in self.names:
            if not _holds_numbers(schema[name]):
                raise DataError(
                    f"{self.source}: column {name!r} holds {schema[name]}, not numbers: "
                    "choose another column or convert it"
                )

    def _bad_cell(self, record: int, name: str, value: float) -> DataError:
        """Say what is wrong with a cell and where; ``record`` counts from 0 after the header."""
        if self.table.kind == "parquet":
            where, text = f"row {record + 1}", "" if math.isnan(value) else str(value)
        else:
            line, text = _csv_cell(self.table, record, name)
            where = f"line {line}"
        start = f"{self.source}, {where}, column {name!r}"
        if not text:
            return DataError(f"{start} is empty: fill in a number or remove the row")
        if not math.isnan(value) or text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
            return DataError(
                f"{start} is {text}, not a finite number: fill in a number or remove the row"
            )
        hint = ""
        if text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdigit():
            hint = " (decimals are written with a point)"
        shown = text if len(text) <= 40 else text[:39] + "…"
        return DataError(
            f"{start} is {shown!r}, not a number{hint}: "
            "correct it, remove the row or choose another column"
        )


def _scanned(path: Path, read: Callable[[], T]) -> T:
    """Call a polars reader; its errors become one sentence."""
    import polars as pl

    try:
        return read()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, str(error)) from None


def _unreadable(path: Path, message: str) -> DataError:
    if "utf-8" in message.lower():
        return DataError(f"{path} is not UTF-8 text: save it with the encoding UTF-8")
    if "more fields" in message:
        return DataError(
            f"{path}{_longest_line(path)} has more cells than the header: "
            "remove the extra cells or quote those that hold separators"
        )
    first = message.strip().splitlines()[0] if message.strip() else "unknown format"
    return DataError(f"{path} cannot be read as a table ({first}): give a CSV or Parquet file")


def _longest_line(path: Path) -> str:
    """Name the first line with more cells than the header, if it can be found."""
    try:
        header, separator = _csv_header(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            for cells in reader:
                if len(cells) > len(header):
                    return f", line {reader.line_num}"
    except (OSError, UnicodeDecodeError, csv.Error):
        pass
    return ""


def _check_is_text(path: Path, start: bytes) -> None:
    if start.startswith(b"PK"):
        raise DataError(f"{path} is a spreadsheet or archive: export the table as CSV")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path} is UTF-16 text: save it with the encoding UTF-8")
    if b"\0" in start or start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise DataError(f"{path} is not a table of text: give a CSV or Parquet file, uncompressed")


def _csv_header(path: Path) -> tuple[tuple[str, ...], str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline(1_000_000)
            separator = max(SEPARATORS, key=lambda s: len(next(csv.reader([line], delimiter=s))))
            file.seek(0)
            cells = next(csv.reader(file, delimiter=separator))
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8 text: save it with the encoding UTF-8") from None
    except (csv.Error, StopIteration) as error:
        raise DataError(f"{path} has no readable header line ({error}): give a CSV file") from None
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise DataError(f"{path} starts with a blank line: its first line must name the columns")
    if all(_is_number(name) for name in names):
        raise DataError(f"{path} has no header: its first line must name the columns")
    return _named(path, names), separator


def _parquet_columns(path: Path) -> tuple[str, ...]:
    import polars as pl

    names: list[str] = _scanned(
        path, lambda: pl.scan_parquet(path, glob=False).collect_schema().names()
    )
    return tuple(names)


def _named(path: Path, names: list[str]) -> tuple[str, ...]:
    full = tuple(name or f"column {i + 1}" for i, name in enumerate(names))
    for i, name in enumerate(full):
        if name in full[:i]:
            raise DataError(
                f"{path} has two columns named {name!r} "
                f"(columns {full.index(name) + 1} and {i + 1}): rename one"
            )
    return full


def _csv_cell(table: Table, record: int, name: str) -> tuple[int, str]:
    """Return the line (from 1) on which a record starts, and one cell of it. Reads up to there."""
    line, cells = record + 2, list[str]()
    try:
        with table.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=table.separator)
            for number, found in enumerate(reader):
                if number == record + 1:
                    cells = found
                    break
                line = reader.line_num + 1
    except (OSError, UnicodeDecodeError, csv.Error):
        return record + 2, ""
    place = table.columns.index(name)
    return line, cells[place].strip() if place < len(cells) else ""


def _holds_numbers(dtype: pl.DataType) -> bool:
    import polars as pl

    return dtype.is_numeric() or dtype == pl.Boolean


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
