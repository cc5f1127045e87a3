"""Tables as people have them: each kind planted, its numbers back, and a note of what was done."""

import bz2
import datetime
import gzip
import lzma
import re
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from ridge_math import DataError, Dataset
from ridge_math.errors import UnsettledError
from ridge_math.io.csv_text import LONGEST_RECORD
from ridge_math.io.table import Reading, Table

ROWS = [[float(i), float(i * i % 7), float(i * 3 % 5)] for i in range(9)]
BODY = "".join(",".join(f"{v:g}" for v in row) + "\n" for row in ROWS)
GOOD = f"A,B,Y\n{BODY}"


def write(tmp_path, content):
    path = tmp_path / "data"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, reading=None, **columns):
    data = Dataset.from_file(path, **columns, reading=reading)
    return data, np.concatenate(list(data.rows.blocks()))


def semicolons(text):
    return text.replace(",", ";")


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (GOOD.encode("utf-16"), "read as UTF-16 text"),
        (GOOD.encode("utf-16-le"), "read as UTF-16 text"),
        (GOOD.encode("utf-16-be"), "read as UTF-16 text"),
        (GOOD.replace("\n", "\r"), "lines end with CR"),
        (f"sep=;\n{semicolons(GOOD)}", "The first line, sep=;, names the separator"),
        (f"sep=:\n{GOOD.replace(',', ':')}", "The first line, sep=:, names the separator"),
        (gzip.compress(GOOD.encode(), mtime=0), r"unpacked \(gzip\)"),
        (bz2.compress(GOOD.encode()), r"unpacked \(bz2\)"),
        (lzma.compress(GOOD.encode()), r"unpacked \(lzma\)"),
        (f"A title\n{GOOD}", "The line above the header is left out: 'A title'"),
        (
            f"# one, two\n\n# and, more, of it\n{GOOD}",
            "2 lines above the header are left out: '# one'",
        ),
        (f"A title;;\n;;\n{semicolons(GOOD)}", "The line above the header is left out"),
        (f"\n{GOOD}", None),
        (f"# A,B,Y\n{BODY}", None),
        (GOOD.replace("\n", ",\n").replace("Y,", "Y"), None),
    ],
)
def test_a_file_of_another_kind_is_the_same_table(tmp_path, content, note):
    data, values = read(write(tmp_path, content))
    assert (data.features, data.response) == (("A", "B"), "Y")
    assert values.tolist() == ROWS
    assert bool(data.notes) == (note is not None)
    assert re.search(note or "", " ".join(data.notes))


def test_names_in_windows_1252(tmp_path):
    data, values = read(write(tmp_path, GOOD.replace("A", "Größe").encode("cp1252")))
    assert data.features == ("Größe", "B")
    assert values.tolist() == ROWS
    assert "it is read as Windows-1252 text" in data.notes[0]


def test_names_are_found_however_their_accents_are_written(tmp_path):
    path = write(tmp_path, GOOD.replace("A", "e\u0301"))
    assert read(path, features=["\u00e9", "B"])[0].features == ("\u00e9", "B")
    assert read(path, features=["e\u0301", "B"])[0].features == ("\u00e9", "B")
    with pytest.raises(DataError, match="two columns named"):
        Table.open(write(tmp_path, GOOD.replace("A,B", "e\u0301,\u00e9")))


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "rownames"])
@pytest.mark.parametrize("start", [0, 1])
def test_a_column_that_counts_the_rows_is_left_out(tmp_path, name, start):
    lines = [f"{name},A,B,Y", *(f"{i + start},{line}" for i, line in enumerate(BODY.split()))]
    path = write(tmp_path, "\n".join(lines))
    data, values = read(path)
    assert values.tolist() == ROWS
    shown = name or "column 1"
    assert data.notes[0] == f"Column '{shown}' is left out: it counts the rows."
    named = read(path, features=[shown, "B"], response="Y")[0]
    assert named.features == (shown, "B")
    assert not [note for note in named.notes if "counts" in note]
    lines[4] = lines[4].replace(f"{3 + start},", "7,", 1)
    with pytest.raises(DataError, match="choice open"):
        read(write(tmp_path, "\n".join(lines)))


def test_row_names_as_r_writes_them_without_a_name(tmp_path):
    for names in ([f'"{i + 1}"' for i in range(9)], [f"Mazda {i}" for i in range(9)]):
        lines = [
            '"A","B","Y"',
            *(f"{n},{line}" for n, line in zip(names, BODY.split(), strict=True)),
        ]
        assert read(write(tmp_path, "\n".join(lines)))[1].tolist() == ROWS
    lines[1:] = [f"{line},5" for line in BODY.split()[::-1]]
    with pytest.raises(DataError, match="line 2 has more cells than the header"):
        read(write(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    ("column", "values", "note"),
    [
        (["1,5", "2", "-3,25", "4"], [1.5, 2, -3.25, 4], "Decimals are written with a comma"),
        (["1,5", "994", "1.002", "4"], [1.5, 994, 1002, 4], "'1.002' is read as 1002"),
        (
            ["1.002.000", "994", "1.002", "4"],
            [1002000, 994, 1002, 4],
            "'1.002.000' is read as 1002000",
        ),
        (["1.5", "994", "1,002", "4"], [1.5, 994, 1002, 4], "'1,002' is read as 1002"),
        (["1 234,5", "2", "3", "4"], [1234.5, 2, 3, 4], "'1 234,5'"),
        (["1'234.5", "2", "3", "4"], [1234.5, 2, 3, 4], '"1\'234.5"'),
        (["12 %", "7%", "0.5 %", "1%"], [12, 7, 0.5, 1], "without dividing by 100"),
        (["$1,234.50", "-$2.00", "$3.00", "$0.5"], [1234.5, -2, 3, 0.5], "'$1,234.50'"),
        (["1.234,50 €", "2 €", "3 €", "4 €"], [1234.5, 2, 3, 4], "'1.234,50 €'"),
        (["−1.5", "2", "3", "4"], [-1.5, 2, 3, 4], "'−1.5'"),
        (["TRUE", "false", "true", "True"], [1, 0, 1, 1], "true is read as 1 and false as 0"),
        (["yes", "no", "Yes", "NO"], [1, 0, 1, 0], "yes is read as 1 and no as 0"),
    ],
)
def test_numbers_as_people_write_them(tmp_path, column, values, note):
    path = write(
        tmp_path, "A;B;Y\n" + "".join(f"{c};{i * i};{i % 2}\n" for i, c in enumerate(column))
    )
    data, found = read(path, features=["A", "B"], response="Y")
    assert found[:, 0].tolist() == values
    assert any(note in each for each in data.notes), data.notes


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (
            ["12%", "0.5", "3", "4"],
            "line 2, column 'A' is '12%', with the sign '%', where other cells",
        ),
        (["$1", "€2", "$3", "$4"], r"with the sign '[$€]', where other cells have '[$€]'"),
        (["true", "yes", "no", "no"], "line 2, column 'A' is 'true', not a number"),
        (["1.5", "2,5", "3", "4"], "line 2, column 'A' is '1.5' and line 3, column 'A' is '2,5'"),
        (["994", "1.002", "3", "4"], "line 3, column 'A' is '1.002', which may be 1002 or 1.002"),
        (["1,500", "2,500", "3,500", "4,500"], "which may be 1500 or 1.500"),
    ],
)
def test_what_is_in_doubt_is_refused(tmp_path, column, says):
    path = write(
        tmp_path, "A;B;Y\n" + "".join(f"{c};{i * i};{i % 2}\n" for i, c in enumerate(column))
    )
    with pytest.raises(DataError, match=says):
        read(path, features=["A", "B"], response="Y")


def test_the_last_line_tells_the_decimal_mark_and_so_does_an_option(tmp_path, monkeypatch):
    monkeypatch.setattr("ridge_math.io.source.PIECE_BYTES", 4096)
    lines = ["A;B;Y", *(f"{1 + i // 900}.{100 + i % 900};{i % 13};{i % 11}" for i in range(3000))]
    path = write(tmp_path, "\n".join(lines))
    with pytest.raises(UnsettledError, match=r"line 2.* may be 1100 or 1.100") as caught:
        read(path)
    assert caught.value.parameter == "decimal"
    for content, reading, first in (
        ("\n".join([*lines, "1,5;1;1"]), None, 1100.0),
        ("\n".join([*lines, "1.5;1;1"]), None, 1.1),
        ("\n".join(lines), Reading(decimal=","), 1100.0),
        ("\n".join(lines), Reading(decimal="."), 1.1),
    ):
        assert read(write(tmp_path, content), reading)[1][0, 0] == first


def test_missing_values_are_counted_and_left_out_where_that_is_asked_for(tmp_path):
    gaps = GOOD.replace("3,2,4", "NA,2,").replace("5,4,0", "5,null,0").replace("7,0,1", "7,0,-")
    path = write(tmp_path, gaps)
    with pytest.raises(UnsettledError) as caught:
        read(path)
    assert str(caught.value).endswith(
        "line 5, column 'A' is 'NA', not a number, the first of 4 missing values "
        "(1 in 'A', 1 in 'B', 2 in 'Y'): fill in numbers or remove the rows, or leave them out"
    )
    data, values = read(path, Reading(drop_missing=True))
    assert values.tolist() == [row for row in ROWS if row[0] not in (3, 5, 7)]
    assert data.notes[0] == (
        "3 of 9 rows are left out: values are missing, 1 in 'A', 1 in 'B', 2 in 'Y', "
        "the first in line 5."
    )
    with pytest.raises(DataError, match="line 10, column 'A' is 'x', not a number"):
        read(write(tmp_path, gaps.replace("8,", "x,")), Reading(drop_missing=True))


def test_the_rows_that_are_left_stay_the_same_for_fewer_columns(tmp_path, monkeypatch):
    monkeypatch.setattr("ridge_math.dataset.MAX_ROWS_KEPT", 5)  # the file is read for every pass
    path = write(tmp_path, GOOD.replace("3,2,4", "NA,2,4"))
    data, values = read(
        path, Reading(drop_missing=True), adjust_for=["A"], features=["B"], response="Y"
    )
    assert data.n_samples == 8
    fewer = data.rows.select(["Y", "B"])
    assert np.concatenate(list(fewer.blocks())).tolist() == values[:, [2, 1]].tolist()
    assert fewer.select(["B"]).names == ("B",)


def test_a_header_and_cells_of_any_length(tmp_path):
    long = "x" * 200_000
    lines = GOOD.splitlines()
    lines[2] += f',"{long}\n{long}"'
    lines[0] += f",{long}"
    lines[6] = "5,oops,1,"
    path = write(tmp_path, "\n".join(lines))
    assert Table.open(path).columns == ("A", "B", "Y", long)
    with pytest.raises(DataError, match="line 8, column 'B' is 'oops'"):
        read(path, features=["A", "B"], response="Y")


def test_a_first_line_without_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr("ridge_math.io.csv_text.LONGEST_RECORD", 100_000)
    monkeypatch.setattr("ridge_math.io.source.PIECE_BYTES", 10_000)
    with pytest.raises(DataError, match="a first line of more than"):
        Table.open(write(tmp_path, "A," * 100_000))
    assert LONGEST_RECORD == 64 << 20


def workbook(path):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        first, second = book.add_worksheet("Notes"), book.add_worksheet("Measured")
        first.write_row(0, 0, ["made", "by", "hand"])
        first.write_row(1, 0, ["1", 1, 1.5])
        second.write(1, 1, "Measured in 2020")
        second.write_row(3, 1, ["A", "B", "Y", "day", "ok"])
        for i, row in enumerate(ROWS):
            second.write_row(4 + i, 1, [row[0] + 0.1, *row[1:]])
            second.write_datetime(4 + i, 4, datetime.datetime(2020, 1, 1 + i))
            second.write_boolean(4 + i, 5, i % 2 == 0)
    return path


@pytest.mark.parametrize("sheet", ["Measured", "2"])
def test_a_sheet_of_a_workbook(tmp_path, sheet):
    path = workbook(tmp_path / "book.xlsx")
    data, values = read(path, Reading(sheet=sheet), features=["A", "ok"], response="Y")
    assert values[:, 0].tolist() == [row[0] + 0.1 for row in ROWS]  # to the last digit
    assert values[:, 1].tolist() == [1.0, 0.0] * 4 + [1.0]
    assert data.notes[:2] == (
        "The sheet 'Measured' is read.",
        "The line above the header is left out: 'Measured in 2020'.",
    )
    with pytest.raises(DataError, match="row 5, column 'day' is '2020-01-01"):
        read(path, Reading(sheet=sheet), features=["A", "day"], response="Y")


def test_sheets_that_are_not_there(tmp_path):
    path = workbook(tmp_path / "book.xlsx")
    assert Table.open(path).notes[0] == "The sheet 'Notes' is read, the first of 2 sheets."
    with pytest.raises(DataError, match="no sheet 'Other': its sheets are 'Notes', 'Measured'"):
        Table.open(path, Reading(sheet="Other"))
    with pytest.raises(DataError, match="no workbook: it has no sheet '1' to choose"):
        Table.open(write(tmp_path, GOOD), Reading(sheet="1"))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/dev/zero", "is a device, not a file"),
        ("/dev/null", "is a device, not a file"),
        ("/proc/self/environ", "belongs to the system"),
        ("https://a.org/data.csv", r"^https://a.org/data.csv is an address \(https\): save"),
        (Path("https://a.org/data.csv"), r"^https://a.org/data.csv is an address \(https\): save"),
    ],
)
def test_what_is_no_file_is_refused_at_once(path, says):
    with pytest.raises(DataError, match=says):
        Table.open(path)


R_TABLE = (  # as write.table(d) and write.table(d, row.names = FALSE, quote = FALSE) of R have it
    '"A one" "B" "Y"\n"1" 0.5 1.25 3\n"2" -0.25 2e-3 4\n"3" 1 0.75 5.5\n"4" 2 1 7\n',
    "A_one B Y\n0.5 1.25 3\n-0.25 2e-3 4\n1 0.75 5.5\n2 1 7\n",
    "  A_one     B    Y \n   0.5  1.25  3.0\n -0.25  2e-3    4\n     1  0.75  5.5\n     2     1  7\n",
)


@pytest.mark.parametrize("text", R_TABLE)
def test_cells_that_stand_apart_by_blanks_are_read_with_a_note(tmp_path, text):
    path = tmp_path / "d.txt"
    path.write_text(text)
    first = "A one" if '"' in text else "A_one"
    made = Dataset.from_file(path, [first, "B"], "Y")
    expected = np.array([[0.5, 1.25], [-0.25, 2e-3], [1.0, 0.75], [2.0, 1.0]])
    np.testing.assert_allclose(made.X, (expected - expected.mean(axis=0)) / expected.std(axis=0))
    np.testing.assert_allclose(made.y, np.array([3.0, 4.0, 5.5, 7.0]) - 4.875)
    assert any("blanks" in str(note) for note in made.notes)


@pytest.mark.parametrize(
    "text",
    [
        "A, B, Y\n1, 2, 3\n2, 3, 5\n3, 5, 7\n4, 4, 4\n",
        'A,B,Y,"where it was"\n1,2,3,in a b\n2,3,5,in a b\n3,5,7,in a b\n4,4,4,in a b\n',
    ],
)
def test_blanks_beside_separators_part_no_cells(tmp_path, text):
    path = tmp_path / "d.csv"
    path.write_text(text)
    made = Dataset.from_file(path, ["A", "B"], "Y")
    np.testing.assert_allclose(made.y, np.array([3.0, 5.0, 7.0, 4.0]) - 4.75)
    assert not any("blanks" in str(note) for note in made.notes)
