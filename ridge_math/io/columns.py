"""Which columns play which part: features, response, and those adjusted for."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

from ridge_math.errors import DataError, OpenChoiceError
from ridge_math.io.table import Table
from ridge_math.preparation import ColumnSummary
from ridge_math.sentence import Sentence

SHOWN = 12


def choose_columns(
    table: Table,
    features: Sequence[str] | None,
    response: str | None,
    adjust_for: Sequence[str],
) -> tuple[tuple[str, ...], str]:
    """Return features and response, choosing what was not given where only one choice is good.

    With exactly three numeric columns left (besides those adjusted for): the response is the one
    named y (any case), else the last, and the other two are the features. With features given, the
    response is the only other numeric column, or the one named y; with the response given, the
    features are the only two others.

    Raises
    ------
    DataError
        If a column does not exist, or the choice is not obvious; the sentence lists the columns.
    """
    chosen = (*(features or ()), *((response,) if response is not None else ()), *adjust_for)
    for name in chosen:
        _check_exists(table, name)
    for name in adjust_for:
        if name in (features or ()) or name == response:
            part = "the response" if name == response else "a feature"
            raise DataError(f"column {name!r} is {part} and adjusted for as well: choose one")
    if features is not None and not features:
        raise DataError(f"no features chosen: name two of {listed(table.columns)}")
    if features is not None and response is not None:
        return tuple(features), response
    numeric = table.numeric_columns()
    if not numeric:
        raise DataError(
            f"{table.name} has no column of numbers: its columns are {listed(table.columns)}"
        )
    left = [name for name in numeric if name not in chosen]
    if features is not None:
        return tuple(features), _response_among(table, left)
    if response is not None and len(left) == 2:
        return tuple(left), response
    if response is None and len(left) == 3:
        response = next((name for name in left if name.lower() == "y"), left[-1])
        return tuple(name for name in left if name != response), response
    wanted = "two features" if response is not None else "two features and a response"
    if len(left) < 2 + (response is None):
        raise DataError(
            f"{table.name} has too few numeric columns for {wanted}: "
            f"only {listed(left) or 'none'} left to choose from"
        )
    raise OpenChoiceError(
        f"{table.name} leaves the choice open: name {wanted} out of {listed(left)}",
        ("features",) if response is not None else ("features", "response"),
    )


def usable_columns(table: Table, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return those of some columns that can be features, and a sentence on each of the others.

    A feature holds a finite number in every row, and not the same one in all. For columns that
    nobody has named: what is wrong with one that was named is an error.
    """
    notes = []
    whole = []
    for name, profile in zip(names, table.profiles(names), strict=True):
        kinds = ["infinite"] if profile.truths else ["infinite", "text"]
        if not table.reading.drop_missing:
            kinds.append("missing")
        count = sum(profile.count[kind] for kind in kinds)
        if not count:
            whole.append(name)
            continue
        first = min(profile.first[kind][0] for kind in kinds if kind in profile.first)
        key = "note.not_numbers" if count > 1 else "note.not_a_number"
        notes.append(Sentence.of(key, name=name, count=count, where=table.where(first)))
    if not whole:
        return (), tuple(notes)
    summary = ColumnSummary.of(table.rows(whole).blocks(), len(whole))
    constant = dict(zip(whole, summary.constant, strict=True))
    notes += [Sentence.of("note.constant", name=name) for name in whole if constant[name]]
    return tuple(name for name in whole if not constant[name]), tuple(notes)


def composed(names: Sequence[str]) -> tuple[str, ...]:
    """Return names in the form of ``Table.columns``, where é is one character, not two (NFC)."""
    return tuple(unicodedata.normalize("NFC", name) for name in names)


def listed(names: Sequence[str]) -> str:
    """Return quoted names for a sentence, shortened when there are many."""
    text = ", ".join(repr(name) for name in names[:SHOWN])
    return text + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _response_among(table: Table, left: list[str]) -> str:
    named = [name for name in left if name.lower() == "y"]
    if len(left) == 1 or len(named) == 1:
        return (named or left)[0]
    if not left:
        raise DataError(f"{table.name} has no numeric column left to be the response: add one")
    raise OpenChoiceError(
        f"{table.name} leaves the choice open: name a response out of {listed(left)}",
        ("response",),
    )


def _check_exists(table: Table, name: str) -> None:
    if name in table.columns:
        return
    by_lower = {column.lower(): column for column in reversed(table.columns)}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f" (did you mean {by_lower[close[0]]!r}?)" if close else ""
    if close and "," in by_lower[close[0]]:  # as it is typed in a list of names
        hint = f" (did you mean {by_lower[close[0]]!r}? in a list, put it in double quotes)"
    raise DataError(
        f"{table.name} has no column {name!r}{hint}: its columns are {listed(table.columns)}"
    )
