"""A table in a file, CSV or Parquet: which columns it has, and its numbers, block by block.

Polars reads; this module names what is wrong, down to the line. polars is imported when a file is
read and not before, because importing it costs more than everything else here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.errors import DataError
from ridge_math.io.csv_text import AS_UTF8, CsvText
from ridge_math.io.rows import BLOCK_ROWS, Rows, check_names

if TYPE_CHECKING:
    import polars as pl

SNIFFED_ROWS = 1000

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """A readable file and its column names.

    Attributes
    ----------
    path : Path
        The file.
    columns : tuple of str
        Column names; a nameless one is called "column 3" by its place.
    text : CsvText or None
        The text of a CSV file; None for Parquet. Told from the content, not from the file's name.
    """

    path: Path
    columns: tuple[str, ...]
    text: CsvText | None

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
            raise DataError(f"{path} cannot be read ({reason}): check it and its folder") from None
        if not start.strip():
            raise DataError(f"{path} is empty: give a table with a header line and rows of numbers")
        if start.startswith(b"PAR1"):
            names = _read(path, _scan_parquet(path).collect_schema).names()
            return cls(path, _named(path, names), None)
        _check_is_text(path, start)
        text = CsvText.open(path)
        return cls(path, _named(path, text.header), text)

    def numeric_columns(self) -> tuple[str, ...]:
        """Return the columns that hold numbers, judged by type, in CSV by the first 1000 rows.

        There a column counts when most of its cells are numbers: one that is spoilt by a few
        others is better refused at its first bad cell than silently not seen.
        """
        import polars as pl

        if self.text is None:
            schema = _read(self.path, _scan_parquet(self.path).collect_schema)
            return tuple(name for name, dtype in schema.items() if _holds_numbers(dtype))
        head = next((self._parsed(piece, SNIFFED_ROWS) for piece in self.text.pieces()), None)
        if head is None:
            raise DataError(f"{self.path} has a header and no rows: add rows of numbers below it")
        head = head.select(self._number(pl.all()))
        return tuple(
            name
            for name, column in zip(self.columns, head.iter_columns(), strict=True)
            if (cells := column.drop_nulls()).len()
            and 2 * cells.cast(pl.Float64, strict=False).null_count() < cells.len()
        )

    def spoilt_columns(self, names: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return which of some columns have cells without a finite number: how many, and where.

        Where the first of them is, as ``"line 7"`` of a CSV file or ``"row 6"``.
        """
        places = [self.columns.index(name) for name in names]
        counts, record = np.zeros(len(places), dtype=int), 0
        first: dict[str, int] = {}
        for frame in self.frames(places):
            filled = ~frame["blank"].to_numpy()
            for i, name in enumerate(names):
                values = frame[str(i)].fill_null(math.nan).to_numpy()
                bad = np.flatnonzero(~np.isfinite(values) & filled)
                counts[i] += bad.size
                if bad.size:
                    first.setdefault(name, record + int(bad[0]))
            record += frame.height
        return {
            name: (int(count), self.where(first[name], place))
            for name, count, place in zip(names, counts, places, strict=True)
            if count
        }

    def where(self, record: int, place: int) -> str:
        """Say where a cell is; ``record`` counts from 0 after the header."""
        return (
            f"row {record + 1}" if self.text is None else f"line {self.text.cell(record, place)[0]}"
        )

    def rows(self, names: Sequence[str]) -> FileRows:
        """Return the rows of some columns, in the order given."""
        return FileRows(self, tuple(names))

    def frames(self, places: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yield the columns at some places in blocks, named "0", "1", …: Float64 or null.

        With them a column "blank" that tells blank lines, which hold no record at all.
        """
        import polars as pl

        # By place, not by name: polars reads names such as "*" or "^a$" as patterns.
        if self.text is None:
            cells = [pl.nth(p).cast(pl.Float64).alias(str(i)) for i, p in enumerate(places)]
            query = _scan_parquet(self.path).select(*cells, pl.lit(False).alias("blank"))
            batches = _read(self.path, lambda: query.collect_batches(chunk_size=BLOCK_ROWS))
            while (batch := _read(self.path, lambda: next(batches, None))) is not None:
                yield batch
            return
        cells = [
            self._number(pl.nth(p)).cast(pl.Float64, strict=False).alias(str(i))
            for i, p in enumerate(places)
        ]
        blank = pl.all_horizontal(pl.all().is_null()).alias("blank")
        for piece in self.text.pieces():
            yield self._parsed(piece).select(*cells, blank)

    def _number(self, cells: pl.Expr) -> pl.Expr:
        """Cells of a CSV file as numbers are written in Python; a mark of another kind stays wrong."""
        cells = cells.str.strip_chars()
        if self.text is None or self.text.decimal == ".":
            return cells
        no_point = cells.str.replace_all(".", "·", literal=True)
        return no_point.str.replace(",", ".", literal=True)

    def _parsed(self, piece: bytes, n_rows: int | None = None) -> pl.DataFrame:
        import polars as pl

        assert self.text is not None
        separator = self.text.separator
        try:
            return pl.read_csv(piece, separator=separator, infer_schema=False, n_rows=n_rows)
        except pl.exceptions.PolarsError as error:
            line = self.text.line_of_too_many_cells()
            if line is not None:
                raise DataError(
                    f"{self.path}, line {line} has more cells than the header: "
                    "remove the extra ones or quote cells that hold a separator"
                ) from None
            raise _unreadable(self.path, str(error)) from None


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

    def select(self, names: Sequence[str]) -> Rows:
        """Return some of the columns, or the same in another order."""
        return self.table.rows(names)

    def blocks(self) -> Iterator[FloatArray]:
        """Yield the rows, some ten thousand at a time; blank lines of a CSV file are left out.

        Raises
        ------
        DataError
            At the first cell that is empty, text, NaN or infinite.
        """
        places = [self.table.columns.index(name) for name in self.names]
        if self.table.text is None:
            self._check_types()
        record = 0
        for frame in self.table.frames(places):
            values: FloatArray = np.column_stack(
                [frame[str(i)].fill_null(math.nan).to_numpy() for i in range(len(places))]
            )
            filled = ~frame["blank"].to_numpy()
            bad = np.flatnonzero(~np.isfinite(values).all(axis=1) & filled)
            if bad.size:
                column = int(np.flatnonzero(~np.isfinite(values[bad[0]]))[0])
                value = float(values[bad[0], column])
                raise self._bad_cell(record + int(bad[0]), places[column], value)
            record += values.shape[0]
            yield values[filled]

    def _check_types(self) -> None:
        schema = _read(self.table.path, _scan_parquet(self.table.path).collect_schema)
        for name in self.names:
            if not _holds_numbers(schema[name]):
                raise DataError(
                    f"{self.source}: column {name!r} holds {schema[name]}, not numbers: "
                    "choose another column or convert it"
                )

    def _bad_cell(self, record: int, place: int, value: float) -> DataError:
        """Say what is wrong with a cell and where; ``record`` counts from 0 after the header."""
        if self.table.text is None:
            where, cell = f"row {record + 1}", "" if math.isnan(value) else str(value)
        else:
            line, cell = self.table.text.cell(record, place)
            where = f"line {line}"
        start = f"{self.source}, {where}, column {self.table.columns[place]!r}"
        if not cell:
            what = "is empty" if self.table.text is not None else "is empty or not a number"
            return DataError(f"{start} {what}: fill in a number or remove the row")
        if not math.isnan(value) or cell.lower().lstrip("+-") == "nan":
            return DataError(
                f"{start} is {cell}, not a finite number: fill in a number or remove the row"
            )
        hint = ""
        if cell.count(",") == 1 and cell.replace(",", "").lstrip("+-").isdigit():
            hint = " (decimals are written with a point)"
        elif cell.count(".") == 1 and self.table.text and self.table.text.decimal == ",":
            hint = " (in this file, decimals are written with a comma)"
        shown = cell if len(cell) <= 40 else cell[:39] + "…"
        return DataError(
            f"{start} is {shown!r}, not a number{hint}: "
            "correct it, remove the row or choose another column"
        )


def _scan_parquet(path: Path) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path, glob=False)


def _read(path: Path, read: Callable[[], T]) -> T:
    """Call a polars reader; its errors become one sentence."""
    import polars as pl

    try:
        return read()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, str(error)) from None


def _unreadable(path: Path, message: str) -> DataError:
    if "utf-8" in message.lower():
        return DataError(f"{path} is not UTF-8 text: {AS_UTF8}")
    first = message.strip().splitlines()[0] if message.strip() else "unknown format"
    return DataError(f"{path} cannot be read as a table ({first}): give a CSV or Parquet file")


def _check_is_text(path: Path, start: bytes) -> None:
    if start.startswith(b"PK"):
        raise DataError(f"{path} is a spreadsheet or archive: export the table as CSV")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path} is UTF-16 text: {AS_UTF8}")
    if b"\0" in start or start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise DataError(f"{path} is not a table of text: give a CSV or Parquet file, uncompressed")


def _named(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    full = tuple(name or f"column {i + 1}" for i, name in enumerate(names))
    for i, name in enumerate(full):
        if name in full[:i]:
            raise DataError(
                f"{path} has two columns named {name!r} "
                f"(columns {full.index(name) + 1} and {i + 1}): rename one"
            )
    return full


def _holds_numbers(dtype: pl.DataType) -> bool:
    import polars as pl

    return dtype.is_numeric() or dtype == pl.Boolean
