import gzip
import os

import numpy as np
import polars as pl
import pytest

from ridge_math import DataError, Dataset

GOOD = "A,B,Y\n" + "".join(f"{i},{i * i % 7},{i * 3 % 5}\n" for i in range(9))


def refuse(path, words, *, features=None, response=None, adjust_for=()):
    with pytest.raises(DataError, match=words) as caught:
        Dataset.from_file(path, features, response, adjust_for)
    sentence = str(caught.value)
    assert len(sentence.splitlines()) == 1
    assert ":" in sentence  # what to do comes after it
    assert caught.value.__cause__ is None


def write(tmp_path, content):
    path = tmp_path / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("abc", r"line 5, column 'B' is 'abc', not a number: correct it"),
        ("", r"line 5, column 'B' is empty: fill in a number or remove the row"),
        ("  ", r"line 5, column 'B' is empty"),
        ("NA", r"line 5, column 'B' is 'NA', not a number"),
        ("nan", r"line 5, column 'B' is 'nan', not a number"),
        ("-inf", r"line 5, column 'B' is -inf, not a finite number"),
        ("1e999", r"line 5, column 'B' is 1e999, not a finite number"),
        ("x" * 1000, r"is 'x{39}…', not a number"),
        ("12 kg", r"line 5, column 'B' is '12 kg'"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(tmp_path, cell, words):
    lines = GOOD.splitlines()
    lines[4] = f"3,{cell},1"
    refuse(write(tmp_path, "\n".join(lines)), words)


def test_a_file_with_semicolons_may_have_decimal_commas(tmp_path):
    points = "A;B;Y;note\n1.5;2;3.1;x\n2.25;-3.5;4;y\n3;5;7.9;z\n4;4.125;8.3;1,2\n5;8;1e1;v\n"
    rows = points.removesuffix(";v\n").replace(".", ",") + ";v\n"
    quoted = rows.replace("1,5;", '"1,5";')
    read = Dataset.from_file(write(tmp_path, points.replace("1,2", "w")), response="Y")
    for content in (rows, quoted, "\ufeff" + rows.replace("\n", "\r\n")):
        german = Dataset.from_file(write(tmp_path, content), response="Y")
        assert german.features == read.features == ("A", "B")
        assert german.X.tolist() == read.X.tolist()
        assert german.y.tolist() == read.y.tolist()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        # One mark a file, and no guess where a comma could part thousands.
        (
            "A;B;Y\n1,5;2;3\n2;3.5;4\n3;5;7\n4;4;8\n",
            r"line 3, column 'B' is '3.5' and line 2, column 'A' is '1,5', so decimals are written in",
        ),
        (
            "A;B;Y\n1,500;2;3\n2;3;4\n3;5;7\n4;4;8\n",
            r"is '1,500', which may be 1500 or 1\.500, and",
        ),
        (
            "A;B;Y\n1,5;2;3\n2;1,2,3;4\n3;5;7\n4;4;8\n",
            r"line 3, column 'B' is '1,2,3', not a number",
        ),
        ("A\tB\tY\n994\t2\t3\n1.002\t3\t4\n3\t5\t7\n", r"line 3.* may be 1002 or 1\.002, and the"),
        ("A,B,Y\n994,2,3\n1.002,3,4\n3,5,7\n", r"line 3.* may be 1002 or 1\.002, and the file"),
    ],
)
def test_what_could_mean_two_numbers_is_refused(tmp_path, content, words):
    refuse(write(tmp_path, content), words, features=["A", "B"], response="Y")


def test_the_line_is_that_of_the_file_behind_blank_lines_and_line_breaks_in_cells(tmp_path):
    content = 'A,"note\nmore",B,Y\n1,"a\n\nb",2,3\n\n\n2,c,3,4\n3,d,oops,5\n'
    refuse(
        write(tmp_path, content), "line 9, column 'B' is 'oops'", features=["A", "B"], response="Y"
    )


def test_a_bad_cell_far_down_a_streamed_file(tmp_path, monkeypatch):
    monkeypatch.setattr("ridge_math.io.source.PIECE_BYTES", 4096)
    rows = [f"{i},{i % 13},{i % 11}" for i in range(5000)]
    rows[4321] = "1,2,?"
    content = "A,B,Y\n" + "\n".join(rows)
    refuse(write(tmp_path, content), r"line 4323, column 'Y' is '\?'", features=["A", "B"])


def test_blank_lines_do_not_count_as_rows(tmp_path):
    path = write(tmp_path, GOOD.replace("\n", "\n\n") + "\n\n\n")
    assert Dataset.from_file(path).n_samples == 9


def test_a_row_that_is_too_short_has_an_empty_cell(tmp_path):
    refuse(write(tmp_path, GOOD + "1,2\n"), "line 11, column 'Y' is empty")


def test_a_row_that_is_too_long(tmp_path):
    refuse(write(tmp_path, GOOD + "1,2,3,4\n"), "line 11 has more cells than the header")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_separators_line_ends_and_byte_order_marks(tmp_path, separator, ending, start):
    content = start + GOOD.replace(",", f" {separator} ").replace("\n", ending)
    data = Dataset.from_file(write(tmp_path, content))
    assert data.features == ("A", "B")
    assert data.response == "Y"
    assert np.array_equal(np.concatenate(list(data.rows.blocks()))[:, 0], np.arange(9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty: give a table"),
        ("  \n \n", "is empty: give a table"),
        ("A,B,Y\n", "has a header and no rows: add rows"),
        ("A,B,Y", "has a header and no rows: add rows"),
        ("1,2,3\n4,5,6\n", "has no header: its first line must name (the )?columns"),
        ("A,B,A\n1,2,3\n", r"two columns named 'A' \(columns 1 and 3\): rename one"),
        (b"PK\x03\x04 and more", "workbook that cannot be read .*: export the table as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", "workbook that cannot be read"),
        (b"\x1f\x8b\x08 and more", "damaged packed file|cannot be read"),
        (gzip.compress(GOOD.encode() * 9, mtime=0)[:-9], "damaged packed file"),
        (b"A,B,\x81\n1,2,3\n", "is not UTF-8 text, nor Windows-1252: save it"),
        ("A,B,ä\n".encode() + b"1,2,3\n" * 9 + b"1,\xe9,3\n", "line 11 is not UTF-8 text: save it"),
        (("A,B,Y\n" + "1,2,3\n" * 9).encode("utf-16")[:-1], "is damaged utf-16 text"),
        (bytes(range(256)) * 10, "line 1 holds a NUL byte, so it is not a table of text"),
        (b"A,B,Y\n" + b"1,2,3\n" * 9 + b"1,\0,3\n", "line 11 holds a NUL byte"),
        ("<!DOCTYPE html>\n<p>404, 1, 2\n", "is a web page or XML, not a table"),
        ('A,B,Y\n1,2,3\n2,5" or so,3\n4,6",5\n', "line 3 has a quote inside a cell: double it"),
        (b"PAR1 and no more", "cannot be read as a table"),
        ("A\n1\n2\n", "too few numeric columns for two features and a response: only 'A' left"),
        ("A,B\n1,2\n2,3\n", "too few numeric columns"),
        ("name,town\nx,y\nz,w\n", "no column of numbers: its columns are 'name', 'town'"),
        ("A,B,Y\n1,2,3\n2,3,5\n", "has 2 rows of data, 4 are needed for 2 features: add rows"),
        ('A,B,Y\n1,2,3\n2,"3,5\n', "line 3 has a quote that is never closed"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, words):
    refuse(write(tmp_path, content), words)


def test_a_header_alone_with_columns_chosen(tmp_path):
    refuse(write(tmp_path, "A,B,Y\n"), "has 0 rows of data", features=["A", "B"], response="Y")


def test_a_quote_that_never_ends_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("ridge_math.io.source.PIECE_BYTES", 1000)
    monkeypatch.setattr("ridge_math.io.csv_text.LONGEST_RECORD", 5000)
    content = GOOD + '1,"2,3\n' + "1,2,3\n" * 5000
    refuse(write(tmp_path, content), "a quote that is never closed", features=["A", "B"])


def test_files_that_are_not_there_are_refused(tmp_path):
    refuse(tmp_path / "gone.csv", "gone.csv does not exist: check the path")
    refuse(tmp_path, "is a folder: give a CSV or Parquet file in it")
    refuse(write(tmp_path, GOOD) / "below.csv", "cannot be read|does not exist")
    refuse("nul\0byte.csv", "cannot be read")
    with pytest.raises(DataError, match="does not exist"):
        Dataset.from_file(tmp_path / "*.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = write(tmp_path, GOOD)
    path.chmod(0)
    refuse(path, "cannot be read")


def test_columns_that_do_not_exist(longley_file):
    refuse(
        longley_file,
        r"no column 'gnp' \(did you mean 'GNP'\?\): its columns are 'Employed', 'GNP",
        features=["gnp", "Year"],
        response="Employed",
    )
    refuse(longley_file, r"no column 'Employd' \(did you mean 'Employed'\?\)", response="Employd")
    refuse(longley_file, "no column 'zzzz': its columns are", adjust_for=["zzzz"])


def test_columns_chosen_twice(longley_file):
    refuse(
        longley_file,
        "'GNP' is chosen as a feature twice: choose it once",
        features=["GNP", "GNP"],
        response="Employed",
    )
    refuse(
        longley_file,
        "'GNP' is chosen as the response and a feature: choose it once",
        features=["GNP", "Year"],
        response="GNP",
    )
    refuse(
        longley_file,
        "'Year' is a feature and adjusted for as well: choose one",
        features=["GNP", "Year"],
        response="Employed",
        adjust_for=["Year"],
    )
    refuse(
        longley_file,
        "'Employed' is the response and adjusted for as well: choose one",
        features=["GNP", "Year"],
        response="Employed",
        adjust_for=["Employed"],
    )


def test_an_open_choice_is_asked_for_with_the_names(longley_file):
    refuse(
        longley_file, "leaves the choice open: name two features and a response out of 'Employed'"
    )
    refuse(longley_file, "name two features out of 'GNP.deflator'", response="Employed")
    refuse(longley_file, "name a response out of 'Employed'", features=["GNP", "Year"])
    refuse(longley_file, "no features chosen: name two", features=[], response="Employed")


@pytest.mark.parametrize(
    ("header", "features", "response"),
    [
        ("A,B,C", ("A", "B"), "C"),
        ("y,B,C", ("B", "C"), "y"),
        ("A,Y,C", ("A", "C"), "Y"),
        ("A,,C", ("A", "column 2"), "C"),
    ],
)
def test_three_columns_choose_themselves(tmp_path, header, features, response):
    data = Dataset.from_file(write(tmp_path, GOOD.replace("A,B,Y", header)))
    assert (data.features, data.response) == (features, response)


def test_text_columns_do_not_stand_in_the_way(tmp_path):
    lines = GOOD.splitlines()
    content = "\n".join([f"{lines[0]},town", *(f"{line},x" for line in lines[1:])])
    assert Dataset.from_file(write(tmp_path, content)).response == "Y"


def test_what_is_left_completes_a_choice(tmp_path):
    path = write(tmp_path, GOOD)
    assert Dataset.from_file(path, response="A").features == ("B", "Y")
    assert Dataset.from_file(path, ["B", "Y"]).response == "A"
    assert Dataset.from_file(path, "A", "Y", "B").adjusted_for == ("B",)


def test_parquet_of_many_types(tmp_path):
    path = tmp_path / "data"  # told by its content, not by its name
    frame = pl.DataFrame(
        {
            "A": range(9),
            "B": [i % 2 == 0 for i in range(9)],
            "Y": [0.5 * (i % 4) for i in range(9)],
        },
        schema={"A": pl.UInt8, "B": pl.Boolean, "Y": pl.Float32},
    )
    frame.write_parquet(path)
    data = Dataset.from_file(path)
    assert data.features == ("A", "B")
    assert data.X[0, 1] > 0 > data.X[1, 1]


def test_parquet_with_bad_cells(tmp_path):
    path = tmp_path / "data.parquet"
    frame = pl.read_csv(GOOD.encode()).with_columns(town=pl.lit("x"))
    frame.with_columns(B=pl.when(pl.col("A") == 6).then(None).otherwise(pl.col("B"))).write_parquet(
        path
    )
    refuse(path, "row 7, column 'B' is empty or not a number: fill in")
    frame.with_columns(B=pl.lit(float("inf"))).write_parquet(path)
    refuse(path, "row 1, column 'B' is inf, not a finite number")
    frame.write_parquet(path)
    refuse(path, "column 'town' holds String, not numbers", features=["A", "town"], response="Y")
    path.write_bytes(path.read_bytes()[:-100])
    refuse(path, "cannot be read as a table")
