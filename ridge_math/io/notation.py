"""How numbers are written in a file: decimal mark, thousands, signs; judged from all of it.

"1,5" proves decimal commas and "2.75" decimal points; "1.002" may be either a thousand or one.
Only the whole file can tell, and where it does not, nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ridge_math.arrays import FloatArray

if TYPE_CHECKING:
    import polars as pl

Mark = Literal[".", ","]

_KINDS: tuple[tuple[str, Mark], ...] = (("point", "."), ("comma", ","))

#: Cells that hold no value, as R, pandas, Excel, SQL, SAS and people write them; in small letters.
MISSING = frozenset(
    (
        "",
        "na",
        "n/a",
        "<na>",
        "#n/a",
        "#na",
        "nan",
        "-nan",
        "null",
        "none",
        "nil",
        ".",
        "-",
        "–",
        "?",
    )
)
#: What is read as 1 and 0, in small letters.
BOOLEANS = (("true", "false"), ("yes", "no"), ("t", "f"))

_THOUSAND = {",": r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$", ".": r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"}
_EXPONENT = r"(?:[eE][+-]?[0-9]+)?"
#: Thousands set apart by blanks or apostrophes, as in 1 234,5 and 1'234.5.
_BLANKS = r"^[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f'’][0-9]{3})+(?:[.,][0-9]*)?$"
_AFFIXES = r"^([+-]?)\s*\p{Sc}?\s*([+-]?[0-9.,][0-9.,'’\s]*?(?:[eE][+-]?[0-9]+)?)\s*[\p{Sc}%]?$"


def _escaped(mark: Mark) -> tuple[str, str]:
    return (r"\.", ",") if mark == "." else (",", r"\.")


def _proves(mark: Mark) -> str:
    """A pattern of what can be read only if this is the decimal mark (but see ``_THOUSAND``)."""
    here, other = _escaped(mark)
    return (
        rf"^[+-]?(?:(?:[0-9]*{here}[0-9]+|[0-9]+{here}){_EXPONENT}"
        rf"|[1-9][0-9]{{0,2}}(?:{other}[0-9]{{3}})+{here}[0-9]*{_EXPONENT}"
        rf"|[1-9][0-9]{{0,2}}(?:{other}[0-9]{{3}}){{2,}})$"
    )


def bare(cells: pl.Expr) -> pl.Expr:
    """Stripped cells without currency and per cent signs, blanks between thousands, typeset minus."""
    import polars as pl

    core = cells.str.replace_all("−", "-", literal=True).str.replace(_AFFIXES, "${1}${2}")
    apart = core.str.replace_all(r"[ \u00a0\u2009\u202f'’]", "")
    return pl.when(core.str.contains(_BLANKS)).then(apart).otherwise(core)


@dataclass
class ColumnProfile:
    """What the cells of one column are, counted over all of the file.

    Attributes
    ----------
    count : Counter of str
        Cells by kind: "missing", "infinite", "text" and "number", which is all that can be read. Of
        these are "point" and "comma" (they prove a decimal mark), "point3" and "comma3" (they may
        be thousands), "hundreds" (whole numbers from 100 on), "styled"
        (Python would not read them), "bare" (with more than digits and marks), "parted" (with
        several marks).
    first : dict
        Of each kind, the first record and its cell.
    affixes : Counter of str
        How many numbers stand beside which currency or per cent sign, "" for none.
    counts_from : int or None
        0 or 1 if the cells count the records from there.
    """

    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    affixes: Counter[str] = field(default_factory=Counter)
    booleans: Counter[str] = field(default_factory=Counter)
    counts_from: int | None = 0
    _counted: int = 0

    @property
    def filled(self) -> int:
        """How many cells are not missing."""
        return self.count["number"] + self.count["infinite"] + self.count["text"]

    @property
    def truths(self) -> tuple[str, str] | None:
        """What is written for 1 and 0, if all filled cells are that."""
        if not self.filled:
            return None
        return next(
            (
                pair
                for pair in BOOLEANS
                if self.booleans[pair[0]] + self.booleans[pair[1]] == self.filled
            ),
            None,
        )

    @property
    def is_numeric(self) -> bool:
        """Whether most filled cells are numbers: a column that a few others spoil is better refused."""
        others = self.count["text"] + self.count["infinite"]
        return self.truths is not None or (self.filled > 0 and 2 * others < self.filled)

    @property
    def is_counter(self) -> bool:
        """Whether the cells count the rows, from 0 or 1, without a gap."""
        return self.counts_from in (0, 1) and self.filled > 1

    def add_numbers(self, values: FloatArray, start: int) -> None:
        """Take in a block of numbers of a typed file, NaN where there is none."""
        missing, infinite = np.isnan(values), np.isinf(values)
        for kind, where in (("missing", missing), ("infinite", infinite)):
            found = np.flatnonzero(where)
            if found.size:
                self.count[kind] += found.size
                cell = "" if kind == "missing" else str(values[found[0]])
                self.first.setdefault(kind, (start + int(found[0]), cell))
        self.count["number"] += int(values.size - missing.sum() - infinite.sum())
        self._follow_count(values)

    def add(self, cells: pl.Series, records: npt.NDArray[np.int64]) -> None:
        """Take in the stripped cells of a block, null or empty where there is none."""
        import polars as pl

        frame = pl.DataFrame({"cell": cells.fill_null(""), "record": records})
        values = frame["cell"].cast(pl.Float64, strict=False)
        numbers = values.is_finite().fill_null(False)
        if numbers.any():
            self.count["number"] += int(numbers.sum())
            self.affixes[""] += int(numbers.sum())
            place = int(numbers.arg_max() or 0)
            self.first.setdefault("number", (int(records[place]), frame["cell"][place]))
        self._follow_count(values.to_numpy())
        if "point" not in self.count:
            self._judge(frame.filter(numbers), "cell")
        others = frame.filter(~numbers)
        if others.is_empty():
            return
        small = others["cell"].str.to_lowercase()
        gone = small.is_in(list(MISSING))
        self._note("missing", others.filter(gone))
        others, small = others.filter(~gone), small.filter(~gone)
        truth = small.is_in([word for pair in BOOLEANS for word in pair])
        self.booleans.update(small.filter(truth).to_list())
        others = others.with_columns(core=bare(pl.col("cell")))
        others = others.with_columns(
            value=pl.col("core").cast(pl.Float64, strict=False),
            like=pl.col("core").str.contains(_proves("."))
            | pl.col("core").str.contains(_proves(","))
            | pl.any_horizontal(pl.col("core").str.contains(p) for p in _THOUSAND.values()),
        )
        infinite = pl.col("value").is_infinite().fill_null(False)
        like = ~infinite & (pl.col("like") | pl.col("value").is_not_null())
        self._note("infinite", others.filter(infinite))
        self._note("text", others.filter(~like & ~infinite))
        numbers_too = others.filter(like)
        if numbers_too.is_empty():
            return
        self.count["number"] += numbers_too.height
        self._note("styled", numbers_too)
        signs = numbers_too["cell"].str.extract(r"([\p{Sc}%])").fill_null("")
        self.affixes.update(signs.to_list())
        for sign in set(signs):
            self._note(sign, numbers_too.filter(signs == sign), counted=False)
        self._note("bare", numbers_too.filter(pl.col("core") != pl.col("cell")))
        self._note("parted", numbers_too.filter(pl.col("core").str.count_matches("[.,]") > 1))
        self._judge(numbers_too, "core")

    def _judge(self, numbers: pl.DataFrame, column: str) -> None:
        import polars as pl

        cell = pl.col(column)
        for kind, mark in _KINDS:
            thousand = cell.str.contains(_THOUSAND[mark])
            self._note(kind + "3", numbers.filter(thousand))
            self._note(kind, numbers.filter(~thousand & cell.str.contains(_proves(mark))))
        self._note("hundreds", numbers.filter(cell.str.contains(r"^[+-]?[0-9]{3,}$")))

    def _note(self, kind: str, found: pl.DataFrame, counted: bool = True) -> None:
        if found.height:
            self.count[kind] += found.height if counted else 0
            record = int(found["record"][0])
            if kind not in self.first or record < self.first[kind][0]:
                self.first[kind] = record, found["cell"][0]

    def _follow_count(self, values: FloatArray) -> None:
        """Keep on comparing with 0, 1, 2… or 1, 2, 3…."""
        if self.counts_from is None or not values.size:
            return
        if not self._counted:
            self.counts_from = int(values[0]) if values[0] in (0.0, 1.0) else None
        expected = np.arange(values.size) + self._counted + (self.counts_from or 0)
        if not np.array_equal(values, expected):
            self.counts_from = None
        self._counted += values.size


@dataclass(frozen=True)
class Notation:
    """How the cells of one column become numbers.

    Attributes
    ----------
    decimal : "." or ","
        The decimal mark; the other one may part thousands.
    truths : pair of str or None
        What is read as 1 and as 0.
    is_plain : bool
        Whether every number is written as in Python.
    """

    decimal: Mark = "."
    truths: tuple[str, str] | None = None
    is_plain: bool = False

    def numbers(self, cells: pl.Expr) -> pl.Expr:
        """Stripped cells as Float64, null where there is no number."""
        import polars as pl

        if self.truths:
            small = cells.str.to_lowercase()
            one, zero = (small == word for word in self.truths)
            return pl.when(one).then(1.0).when(zero).then(0.0)
        if self.is_plain:
            return cells.cast(pl.Float64, strict=False)
        core = bare(cells)
        here, other = _escaped(self.decimal)
        apart = rf"^[+-]?[1-9][0-9]{{0,2}}(?:{other}[0-9]{{3}})+(?:{here}[0-9]*)?{_EXPONENT}$"
        parting = "," if self.decimal == "." else "."
        whole = core.str.replace_all(parting, "", literal=True)
        core = pl.when(core.str.contains(apart)).then(whole).otherwise(core)
        if self.decimal == ",":  # a point that parts no thousands stays wrong
            core = core.str.replace_all(".", "·", literal=True).str.replace(",", ".", literal=True)
        return core.cast(pl.Float64, strict=False)


def decimals(profiles: Iterable[ColumnProfile]) -> set[Mark]:
    """The decimal marks that columns of numbers prove: none, one, or both."""
    found: set[Mark] = set()
    for profile in profiles:
        if profile.is_numeric:
            found |= {mark for kind, mark in _KINDS if profile.count[kind]}
    return found
