"""A table in a file: which columns it has, what they hold, and their numbers, block by block.

Polars parses; this module names what is wrong, down to the line, and notes what was done. polars is
imported when a file is read and not before, because importing it costs more than everything else here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ridge_math.arrays import FloatArray
from ridge_math.errors import DataError
from ridge_math.io.checks import check_cells, notation_of, notes_on
from ridge_math.io.csv_text import CsvText
from ridge_math.io.notation import ColumnProfile, Mark, Notation
from ridge_math.io.rows import BLOCK_ROWS, Rows, SomeColumns, check_names
from ridge_math.io.sheet import WORKBOOKS, Sheet
from ridge_math.io.source import NO_TABLES, Source, TextFile, check_readable
from ridge_math.sentence import Sentence

if TYPE_CHECKING:
    import polars as pl

#: What R and pandas call a column that they have written, which counts the rows.
COUNTERS = ("column 1", "unnamed: 0", "rownames", "row.names", "index", "...1", "__index_level_0__")

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """How to read a file, where that is not left to what it holds.

    Attributes
    ----------
    sheet : str or None
        Which sheet of a workbook, by name or number from 1; the first where it is None.
    decimal : "." or "," or None
        The decimal mark; where it is None, all of the file is asked.
    drop_missing : bool
        Whether rows without a value in a chosen column are left out, instead of refused.
    name : str or None
        What to call the file, if not by its path.
    """

    sheet: str | None = None
    decimal: Mark | None = None
    drop_missing: bool = False
    name: str | None = None


@dataclass(frozen=True)
class Table:
    """A readable file and its column names.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        What to call it.
    columns : tuple of str
        Column names, composed (NFC); a nameless one is called "column 3" by its place.
    text : CsvText or None
        The text of a CSV file or a sheet; None for Parquet. Told from the content, not the name.
    reading : Reading
        How it is to be read.
    notes : tuple of str
        What was done to read it.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    text: CsvText | None
    reading: Reading = Reading()
    notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: str | Path, reading: Reading | None = None) -> Table:
        """Find out what a file is.

        Raises
        ------
        DataError
            If the file is missing, unreadable, empty, no table, or has no usable header.
        """
        reading = reading or Reading()
        name = reading.name or str(path)
        path = check_readable(path, name)
        try:
            with path.open("rb") as file:
                start = file.read(16)
        except OSError as error:
            reason = error.strerror or str(error)
            raise DataError(f"{name} cannot be read ({reason}): check it and its folder") from None
        is_workbook = start.startswith(WORKBOOKS)
        if reading.sheet is not None and not is_workbook:
            raise DataError(f"{name} is no workbook: it has no sheet {reading.sheet!r} to choose")
        if start.startswith(b"PAR1"):
            names = _read(name, _scan_parquet(path).collect_schema).names()
            return cls(path, name, _named(name, names), None, reading)
        for magic, what in NO_TABLES.items():
            if start.lstrip().startswith(magic):
                raise DataError(f"{name} is {what}, not a table: give a CSV, Parquet or Excel file")
        source: Source = (
            Sheet.read(path, name, reading.sheet)
            if is_workbook
            else TextFile.examine(path, name, start)
        )
        text = CsvText.open(name, source)
        notes = (*source.notes, *text.notes)
        return cls(path, name, _named(name, text.header), text, reading, notes)

    def numeric_columns(self) -> tuple[str, ...]:
        """Return the columns that hold numbers; not one in front that only counts the rows.

        In CSV a column counts when most of its cells are numbers: one that is spoilt by a few
        others is better refused at its first bad cell than silently not seen.
        """
        if self.text is None:
            names = tuple(name for name, dtype in self.types.items() if _holds_numbers(dtype))
        else:
            if not self.n_records:
                raise DataError(
                    f"{self.name} has a header and no rows: add rows of numbers below it"
                )
            names = tuple(
                name
                for name, profile in zip(self.columns, self._profiles, strict=True)
                if profile.is_numeric
            )
        return tuple(name for name in names if name != self.counter)

    @cached_property
    def counter(self) -> str | None:
        """The first column, if it counts the rows and R or pandas have put it there."""
        first = self.columns[0]
        if first.lower() not in COUNTERS:
            return None
        if self.text is None and not _holds_numbers(self.types[first]):
            return None
        return first if self.profiles([first])[0].is_counter else None

    @property
    def counter_notes(self) -> tuple[str, ...]:
        """A sentence on the column that counts the rows, if there is one."""
        return (Sentence.of("note.counter", name=self.counter),) if self.counter else ()

    @cached_property
    def types(self) -> dict[str, pl.DataType]:
        """The types of the columns of a Parquet file."""
        schema = _read(self.name, _scan_parquet(self.path).collect_schema)
        return dict(zip(self.columns, schema.dtypes(), strict=True))

    def profiles(self, names: Sequence[str]) -> list[ColumnProfile]:
        """Return what the cells of some columns are; of a Parquet file, columns of numbers only."""
        places = [self.columns.index(name) for name in names]
        if self.text is not None:
            return [self._profiles[place] for place in places]
        new = [place for place in places if place not in self._typed_profiles]
        made = [ColumnProfile() for _ in new]
        record = 0
        for frame in self.typed(new) if new else ():
            for i, profile in enumerate(made):
                profile.add_numbers(frame[str(i)].fill_null(np.nan).to_numpy(), record)
            record += frame.height
        self._typed_profiles.update(zip(new, made, strict=True))
        return [self._typed_profiles[place] for place in places]

    @cached_property
    def _typed_profiles(self) -> dict[int, ColumnProfile]:
        return {}

    @cached_property
    def n_records(self) -> int:
        """How many records there are that are not blank."""
        if self.text is None:
            import polars as pl

            count = _scan_parquet(self.path).select(pl.len())
            return int(_read(self.name, count.collect).item())
        profile = self._profiles[0]
        return profile.filled + profile.count["missing"]

    @cached_property
    def _profiles(self) -> tuple[ColumnProfile, ...]:
        """What the cells of all columns of a text are: one pass over all of it."""
        import polars as pl

        assert self.text is not None
        made = tuple(ColumnProfile() for _ in self.columns)
        record = 0
        for frame in self.cells(range(len(self.columns))):
            records = np.flatnonzero(~frame["blank"].to_numpy())
            filled = frame.filter(~pl.col("blank"))
            for profile, cells in zip(made, filled.iter_columns(), strict=False):
                profile.add(cells, records + record)
            record += frame.height
        spare = {"first": made[0], "last": made[-1]}.get(self.text.unnamed)
        if spare is not None and record:
            seen = [at for kind, (at, _) in spare.first.items() if kind != "missing"]
            if self.text.unnamed == "last" and seen:
                raise self.text.too_many_cells(self.text.line(min(seen)))
            if self.text.unnamed == "first" and spare.count["number"] and not spare.is_counter:
                raise self.text.too_many_cells(self.text.line(0))
        return made

    def where(self, record: int) -> str:
        """Say where a record is; it counts from 0 after the header, blank lines included."""
        if self.text is None:
            return Sentence.of("place.row", number=record + 1)
        place = "place.row" if self.text.source.is_sheet else "place.line"
        return Sentence.of(place, number=self.text.line(record))

    def rows(self, names: Sequence[str]) -> FileRows:
        """Return the rows of some columns, in the order given.

        Raises
        ------
        DataError
            At the first cell that is empty, text or infinite, or may be read in two ways.
        """
        check_names(tuple(names))
        if self.text is None:
            for name in names:
                if not _holds_numbers(self.types[name]):
                    raise DataError(
                        f"{self.name}: column {name!r} holds {self.types[name]}, not numbers: "
                        "choose another column or convert it"
                    )
        notation = notation_of(self)
        check_cells(self, names, notation)
        made = tuple(notation.of(profile) for profile in self.profiles(names))
        return FileRows(self, tuple(names), made, notes_on(self, names, notation))

    def cells(self, places: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yield cells of a text in blocks, stripped, named "0", "1", …, and which records are blank."""
        import polars as pl

        assert self.text is not None
        for piece in self.text.pieces():
            blank = pl.all_horizontal(pl.all().is_null()).alias("blank")
            chosen = [pl.nth(p).str.strip_chars().alias(str(i)) for i, p in enumerate(places)]
            yield self._parsed(piece).select(*chosen, blank)

    def typed(self, places: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yield columns of a Parquet file in blocks, named "0", "1", …: Float64 or null."""
        import polars as pl

        # By place, not by name: polars reads names such as "*" or "^a$" as patterns.
        cells = [pl.nth(p).cast(pl.Float64).alias(str(i)) for i, p in enumerate(places)]
        query = _scan_parquet(self.path).select(*cells)
        batches = _read(self.name, lambda: query.collect_batches(chunk_size=BLOCK_ROWS))
        while (batch := _read(self.name, lambda: next(batches, None))) is not None:
            yield batch

    def _parsed(self, piece: bytes) -> pl.DataFrame:
        import polars as pl

        assert self.text is not None
        try:
            return pl.read_csv(piece, separator=self.text.separator, infer_schema=False)
        except pl.exceptions.PolarsError as error:
            self.text.check_records()
            raise _unreadable(self.name, str(error)) from None


@dataclass(frozen=True)
class FileRows:
    """The numbers of some columns of a file, read anew for every pass, so never all in memory."""

    table: Table = field(repr=False)
    names: tuple[str, ...]
    notations: tuple[Notation, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """What to call the file."""
        return self.table.name

    def select(self, names: Sequence[str]) -> Rows:
        """Return some of the columns, or the same in another order; the rows stay the same ones."""
        if self.table.reading.drop_missing:
            return SomeColumns(self, tuple(names))
        return self.table.rows(names)

    def blocks(self) -> Iterator[FloatArray]:
        """Yield the rows, some ten thousand at a time.

        Blank lines of a text are left out, and rows with a missing value if that was asked for.
        """
        places = [self.table.columns.index(name) for name in self.names]
        missing = np.zeros(len(places), dtype=np.int64)
        for frame in self._frames(places):
            values: FloatArray = np.column_stack(
                [frame[str(i)].fill_null(np.nan).to_numpy() for i in range(len(places))]
            )
            finite = np.isfinite(values)
            missing += (~finite).sum(axis=0)
            yield values[finite.all(axis=1)]
        expected = [profile.count["missing"] for profile in self.table.profiles(self.names)]
        if missing.tolist() != expected:  # so that no row is ever left out for another reason
            raise DataError(
                f"{self.source} changed while it was read: try again when it is at rest"
            )

    def _frames(self, places: Sequence[int]) -> Iterator[pl.DataFrame]:
        import polars as pl

        if self.table.text is None:
            yield from self.table.typed(places)
            return
        numbers = [
            notation.numbers(pl.col(str(i))).alias(str(i))
            for i, notation in enumerate(self.notations)
        ]
        for frame in self.table.cells(places):
            yield frame.filter(~pl.col("blank")).select(numbers)


def _scan_parquet(path: Path) -> pl.LazyFrame:
    import polars as pl

    return pl.scan_parquet(path, glob=False)


def _read(name: str, read: Callable[[], T]) -> T:
    """Call a polars reader; its errors become one sentence."""
    import polars as pl

    try:
        return read()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(name, str(error)) from None


def _unreadable(name: str, message: str) -> DataError:
    first = message.strip().splitlines()[0] if message.strip() else "unknown format"
    return DataError(f"{name} cannot be read as a table ({first}): give a CSV or Parquet file")


def _named(name: str, columns: Sequence[str]) -> tuple[str, ...]:
    full = tuple(
        unicodedata.normalize("NFC", column) or f"column {i + 1}"
        for i, column in enumerate(columns)
    )
    for i, column in enumerate(full):
        if column in full[:i]:
            raise DataError(
                f"{name} has two columns named {column!r} "
                f"(columns {full.index(column) + 1} and {i + 1}): rename one"
            )
    return full


def _holds_numbers(dtype: pl.DataType) -> bool:
    import polars as pl

    return dtype.is_numeric() or dtype == pl.Boolean
