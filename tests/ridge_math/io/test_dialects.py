"""A table written in anyone's way is read back as the same numbers, or refused: never otherwise."""

from __future__ import annotations

import csv
import gzip
import io
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridge_math import DataError
from ridge_math.io.table import Reading, Table

GROUPS = {".": ("", ",", " ", "\u00a0", "'"), ",": ("", ".", " ", "\u202f", "'")}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")
ABOVE = ([], [], ["# made by hand"], ["Umsätze 2020"], ["A title", "", "Source: nobody, really"])
MISSING = ("", "NA", "NULL", "n/a", "NaN", ".", "-")


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    separator: str = ","
    decimal: str = "."
    group: str = ""
    places: int = 2  # of decimals
    strip: bool = True  # zeros at the end
    sign: str = ""
    encoding: str = "utf-8"
    ending: str = "\n"
    above: tuple[str, ...] = ()
    names_separator: bool = False
    counter: int | None = None
    packed: bool = False
    quoted: bool = False

    def cell(self, value: float) -> str:
        """A number, rounded to ``places``."""
        text = f"{value:,.{self.places}f}"
        if self.strip and "." in text:
            text = text.rstrip("0").rstrip(".")
        text = text.translate({ord(","): self.group, ord("."): self.decimal})
        if self.sign == "%":
            return f"{text} %"
        if self.sign == "$":
            return f"-${text[1:]}" if text.startswith("-") else f"${text}"
        return f"{text} €" if self.sign else text

    def bytes(self, names: list[str], rows: list[list[str]]) -> bytes:
        """The file."""
        text = io.StringIO(newline="")
        if self.names_separator:
            text.write(f"sep={self.separator}\n")
        text.writelines(f"{line}\n" for line in self.above)
        quoting = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=self.separator, lineterminator="\n", quoting=quoting)
        counted = self.counter is not None
        writer.writerow([*([""] if counted else []), *names])
        for i, row in enumerate(rows):
            writer.writerow([*([str(i + (self.counter or 0))] if counted else []), *row])
        whole = text.getvalue().replace("\n", self.ending)
        if self.encoding == "cp1252":
            whole = whole.replace("\u202f", "\u00a0")
        made = whole.encode(self.encoding)
        return gzip.compress(made, mtime=0) if self.packed else made


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from([".", ","]))
    pick = lambda *choices: draw(st.sampled_from(choices))  # noqa: E731
    return Dialect(
        separator=pick(",", ";", "\t", "|"),
        decimal=decimal,
        group=pick(*GROUPS[decimal]),
        places=pick(0, 1, 2, 3, 3, 4),
        strip=pick(True, False),
        sign=pick("", "", "", "%", "$", "€"),
        encoding=pick(*ENCODINGS),
        ending=pick("\n", "\r\n", "\r"),
        above=tuple(pick(*ABOVE)),
        names_separator=draw(st.booleans()),
        counter=pick(None, None, 0, 1),
        packed=draw(st.booleans()),
        quoted=draw(st.booleans()),
    )


def random_rows(rng: random.Random, n_rows: int, n_columns: int) -> list[list[float]]:
    """Numbers of several kinds, from 0.001 to millions: a scale and a share of whole ones a column."""
    kinds = [
        (10.0 ** rng.randint(-1, 6), rng.choice([0.0, 0.0, 0.5, 1.0])) for _ in range(n_columns)
    ]
    return [
        [
            float(round(rng.uniform(-scale, scale)))
            if rng.random() < whole
            else rng.uniform(0, scale)
            for scale, whole in kinds
        ]
        for _ in range(n_rows)
    ]


def check(folder: Path, dialect: Dialect, seed: int) -> bool:
    """Write a random table; return whether it is read as what it is, and fail if as anything else."""
    rng = random.Random(seed)
    values = random_rows(rng, rng.randint(2, 12), 3)
    rows = [[dialect.cell(value) for value in row] for row in values]
    gaps = rng.random() < 0.3
    if gaps:
        rows[rng.randrange(len(rows))][rng.randrange(3)] = rng.choice(MISSING)
    names = ["Größe" if dialect.encoding != "utf-8" else "Größe 身", "B", "Y"]
    path = folder / "table"
    path.write_bytes(dialect.bytes(names, rows))
    for drop in (False, True):
        try:
            table = Table.open(path, Reading(drop_missing=drop))
            found = table.rows(names)
            read = np.concatenate(list(found.blocks()))
        except DataError:
            continue
        assert drop or not gaps
        kept = [i for i, row in enumerate(rows) if not {*row} & {*MISSING}]
        truth = np.round([values[i] for i in kept], dialect.places).reshape(-1, 3)
        assert read.shape == truth.shape, (dialect, rows, read)
        assert np.allclose(read, truth, rtol=1e-12, atol=0), (dialect, rows, read)
        counted = "column 1" if dialect.counter is not None else None
        assert table.counter == counted
        return True
    return False


@settings(max_examples=80)
@given(dialects(), st.integers(0, 2**32))
def test_any_dialect_is_read_as_what_it_is_or_refused(
    tmp_path_factory: pytest.TempPathFactory, dialect: Dialect, seed: int
) -> None:
    check(tmp_path_factory.getbasetemp(), dialect, seed)


@pytest.mark.faults
def test_thousands_of_tables_are_read_as_what_they_are_or_refused(tmp_path: Path) -> None:
    rng = random.Random(7)
    read = 0
    for seed in range(2000):
        decimal = rng.choice(".,")
        dialect = Dialect(
            rng.choice(",;\t|"),
            decimal,
            rng.choice(GROUPS[decimal]),
            rng.randint(0, 4),
            rng.random() < 0.5,
            rng.choice(["", "", "%", "$", "€"]),
            rng.choice(ENCODINGS),
            rng.choice(["\n", "\r\n", "\r"]),
            tuple(rng.choice(ABOVE)),
            rng.random() < 0.2,
            rng.choice([None, 0, 1]),
            rng.random() < 0.2,
            rng.random() < 0.2,
        )
        read += check(tmp_path, dialect, seed)
    print(f"{read} of 2000 read, none as what it is not")
    assert read > 1700
