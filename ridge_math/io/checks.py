"""Validation of cells: the first one that cannot be used as an error, and notes on those converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ridge_math.errors import DataError, UnsettledError
from ridge_math.io.notation import ColumnProfile, Mark, Notation, decimals
from ridge_math.sentence import Sentence

if TYPE_CHECKING:
    from ridge_math.io.table import Table

_NAMES: dict[Mark, str] = {".": "point", ",": "comma"}
_MARKED = ("point", "comma", "point3", "comma3")


@dataclass(frozen=True)
class FileNotation:
    """The decimal mark of a file.

    Attributes
    ----------
    decimal : "." or ","
        How decimals are written, as far as it is known.
    proven : bool
        Whether some number can be read in this way only, or it was said so.
    both : bool
        Whether numbers prove both marks.
    """

    decimal: Mark = "."
    proven: bool = False
    both: bool = False

    @property
    def other(self) -> Mark:
        """The mark that may part thousands."""
        return "," if self.decimal == "." else "."

    def of(self, profile: ColumnProfile) -> Notation:
        """How the cells of one column become numbers."""
        count = profile.count
        marked = count["styled"] or self.decimal == ","
        return Notation(self.decimal, profile.truths, is_plain=not marked)


def notation_of(table: Table) -> FileNotation:
    """Judge the decimal mark by all columns of numbers."""
    if table.text is None or table.text.source.is_sheet:
        return FileNotation(proven=True)
    if table.reading.decimal is not None:
        return FileNotation(table.reading.decimal, proven=True)
    marks = decimals(table.profiles(table.columns))
    if len(marks) == 1:
        return FileNotation(marks.pop(), proven=True)
    return FileNotation(both=bool(marks))


def check_cells(table: Table, names: Sequence[str], notation: FileNotation) -> None:
    """Raise DataError at the first cell that is no number, or where the decimal mark is in doubt."""
    profiles = dict(zip(names, table.profiles(names), strict=True))
    wrong = {"infinite", "text", _NAMES[notation.other]} - ({"comma"} if notation.both else set())
    if not table.reading.drop_missing:
        wrong.add("missing")
    found = [
        (*profile.first[kind], i, kind, name)
        for i, (name, profile) in enumerate(profiles.items())
        for kind in wrong & set(profile.first)
        if not (profile.truths and kind == "text")
    ]
    if found:
        record, cell, _, kind, name = min(found, key=lambda each: (each[0], each[2]))
        start = f"{table.name}, {table.where(record)}, column {name!r}"
        if kind == "missing":
            raise _missing(start, cell, profiles, table.text is None)
        raise _no_number(start, cell, kind, notation)
    for name, profile in profiles.items():
        _check_marks(table, name, profile, notation)
        if len(profile.affixes) > 1 and not profile.truths:
            sign = next(sign for sign in profile.affixes if sign)
            record, cell = profile.first[sign]
            others = " or ".join(
                repr(other) if other else "none" for other in profile.affixes if other != sign
            )
            raise DataError(
                f"{table.name}, {table.where(record)}, column {name!r} is {cell!r}, with the sign "
                f"{sign!r}, where other cells have {others}: write all cells in one unit"
            )


def _check_marks(table: Table, name: str, profile: ColumnProfile, notation: FileNotation) -> None:
    """Refuse "1.002" and "1,500" unless the file proves what they are, and marks of two kinds."""
    count = profile.count
    # A thousand beside some hundreds, though decimals of the file have points.
    thousands = bool(count["point3"] and count["hundreds"] and not count["point"])
    sure = table.text is None or table.text.source.is_sheet or table.reading.decimal is not None
    if sure or notation.decimal == "," or (notation.proven and not thousands):
        return
    if notation.both and any(count[kind] for kind in _MARKED):
        seen = []
        for kind in ("point", "comma"):
            record, cell, column = min(
                (*other.first[kind], column)
                for column, other in zip(table.columns, table.profiles(table.columns), strict=True)
                if other.is_numeric and kind in other.first
            )
            seen.append(f"{table.where(record)}, column {column!r} is {cell!r}")
        raise UnsettledError(
            f"{table.name}, {seen[0]} and {seen[1]}, so decimals are written in two ways: write "
            "all with one mark, or name the one that the chosen columns have",
            "decimal",
        )
    doubtful = [kind for kind in ("comma3", "point3") if count[kind]]
    if doubtful:
        record, cell = min(profile.first[kind] for kind in doubtful)
        whole, part = cell.replace(",", ""), cell.replace(",", ".")
        raise UnsettledError(
            f"{table.name}, {table.where(record)}, column {name!r} is {cell!r}, which may be "
            f"{whole.replace('.', '')} or {part}, and the file does not tell which: "
            "write decimals with a point and thousands without a mark, or name the decimal mark",
            "decimal",
        )


def _missing(
    start: str, cell: str, profiles: dict[str, ColumnProfile], typed: bool
) -> UnsettledError:
    what = (
        f"is {cell!r}, not a number"
        if cell
        else "is empty or not a number"
        if typed
        else "is empty"
    )
    counts = {name: p.count["missing"] for name, p in profiles.items() if p.count["missing"]}
    total = sum(counts.values())
    if total == 1:
        sentence = f"{start} {what}: fill in a number or remove the row, or leave it out"
    else:
        listed = ", ".join(f"{count} in {name!r}" for name, count in counts.items())
        sentence = (
            f"{start} {what}, the first of {total} missing values ({listed}): "
            "fill in numbers or remove the rows, or leave them out"
        )
    return UnsettledError(sentence, "drop_missing")


def _no_number(start: str, cell: str, kind: str, notation: FileNotation) -> DataError:
    if kind == "infinite":
        return DataError(
            f"{start} is {cell}, not a finite number: fill in a number or remove the row"
        )
    hint = ""
    if kind in _NAMES.values():
        article = f"in this file, decimals are written with a {_NAMES[notation.decimal]}"
        hint = f" ({article})"
    shown = cell if len(cell) <= 40 else cell[:39] + "…"
    return DataError(
        f"{start} is {shown!r}, not a number{hint}: "
        "correct it, remove the row or choose another column"
    )


def notes_on(table: Table, names: Sequence[str], notation: FileNotation) -> tuple[str, ...]:
    """Say what was done to the cells of some columns."""
    if table.text is None:
        return ()
    profiles = dict(zip(names, table.profiles(names), strict=True))
    notes = []
    if notation.decimal == "," and any(
        p.count["comma"] + p.count["comma3"] for p in profiles.values()
    ):
        notes.append(Sentence.of("note.comma"))
    for name, profile in profiles.items():
        kinds = (_NAMES[notation.other] + "3", "parted")
        parted = [profile.first[kind] for kind in kinds if profile.count[kind]]
        if parted and notation.proven:
            cell = min(parted)[1]
            number = cell.replace(notation.other, "").replace(",", ".")
            notes.append(Sentence.of("note.parted", name=name, cell=cell, number=number))
        if profile.truths:
            one, zero = profile.truths
            notes.append(Sentence.of("note.truths", name=name, one=one, zero=zero))
        sign = next(iter(profile.affixes), "")
        if sign:
            cell = profile.first[sign][1]
            key = "note.per_cent" if sign == "%" else "note.numbers"
            notes.append(Sentence.of(key, name=name, cell=cell))
        elif profile.count["bare"]:
            cell = profile.first["bare"][1]
            notes.append(Sentence.of("note.numbers", name=name, cell=cell))
    return tuple(notes)


def note_on_dropped(table: Table, names: Sequence[str], n_samples: int) -> tuple[str, ...]:
    """Say how many rows were left out, and for which columns."""
    dropped = table.n_records - n_samples
    if not table.reading.drop_missing or dropped <= 0:
        return ()
    found = [
        (n, p) for n, p in zip(names, table.profiles(names), strict=True) if p.count["missing"]
    ]
    counts = ", ".join(f"{profile.count['missing']} in {name!r}" for name, profile in found)
    first = min(profile.first["missing"][0] for _, profile in found)
    one = "_one" if dropped == 1 else ""
    blanks = {"dropped": dropped, "rows": table.n_records, "counts": counts}
    return (Sentence.of(f"note.dropped{one}", where=table.where(first), **blanks),)
