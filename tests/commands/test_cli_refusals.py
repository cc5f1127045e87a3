"""What the command line cannot use: one sentence, exit code 2, nothing touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pipeline.scratch import PREFIX
from scenes import ACTS
from tests.commands.command_line import (
    ACT,
    ROWS,
    TINY,
    run,
    snapshot,
    write_csv,
)

pytestmark = pytest.mark.usefixtures("elsewhere")


def changed(row: int, column: int, value: object) -> list[tuple[Any, ...]]:
    rows = [list(line) for line in ROWS]
    rows[row][column] = value
    return [tuple(line) for line in rows]


BAD_DATA = {
    "a missing file": (None, [], ["data.csv"]),
    "a missing column": (ROWS, ["--features", "A,C"], ["data.csv", "C"]),
    "a missing response": (ROWS, ["--response", "Z"], ["data.csv", "Z"]),
    "text in a numeric column": (changed(1, 0, "two"), [], ["A", "two", "3"]),
    "a hole": (changed(1, 0, ""), [], ["A", "3"]),
    "not a number": (changed(2, 1, "NaN"), [], ["B", "4"]),
    "infinity": (changed(2, 1, "inf"), [], ["B", "4"]),
    "too few rows": (ROWS[:2], [], ["2 rows"]),
    "no rows": ([], [], ["data.csv"]),
    "a constant feature": ([(1.0, b, y) for _, b, y in ROWS], [], ["A"]),
    "a constant response": ([(a, b, 1.0) for a, b, _ in ROWS], [], ["Y"]),
    "the same feature twice": (ROWS, ["--features", "A,A"], ["A"]),
    "one feature": (ROWS, ["--features", "A"], ["A"]),
}
BAD_OPTIONS = {
    "an unknown act": (["film", "bowls"], ["bowls", "'bowl'"]),
    "an act like none": (["film", "xyz"], ["xyz", *(act.name for act in ACTS)]),
    "an impossible size": (["film", "--size", "10x10"], ["10x10", "64"]),
    "an odd size": (["film", "--size", "129x72"], ["129x72", "128x72"]),
    "no size": (["film", "--size", "big"], ["big", "1920x1080"]),
    "no author": (["film", "--author", "  "], ["--author", "empty"]),
    "a title of two lines": (["film", "--title", "a\nb"], ["--title", "a\\nb"]),
    "an author who rings": (["film", "--author", "\x1b[31mAda\a"], ["--author", "\\x1b[31mAda"]),
    "an author of no text": (["film", "--author", "\udcff"], ["--author", "udcff"]),
    "a list that is a folder": (["film", "--out", "lists"], ["film.chapters.txt", "folder"]),
    "no rate": (["film", "--fps", "0"], ["0 frames per second", "240"]),
    "a rate in words": (["film", "--fps", "many"], ["--fps", "many"]),
    "an unknown theme": (["film", "--theme", "blue"], ["--theme", "blue", "dark"]),
    "an unknown aspect": (["film", "--aspect", "5:4"], ["--aspect", "5:4", "9:16"]),
    "an unknown language": (["film", "--lang", "xx"], ["--lang", "xx", "en"]),
    "captions elsewhere": (["film", "--captions", "above"], ["--captions", "above", "burned"]),
    "an unknown quality": (["film", "--quality", "360p"], ["--quality", "360p", "720p"]),
    "a range that ends first": (["film", "--from", "2", "--to", "1"], ["--from 2", "--to 1"]),
    "a range after the end": (["film", ACT, *TINY, "--from", "9999"], ["--from 9999", " s "]),
    "a range before all time": (["preview", "--from", "-1"], ["-1"]),
    "a moment beyond all films": (["still", "bowl", "--at", "1e308"], ["1e+308", "1000000000"]),
    "a range beyond all films": (["gif", "--from", "1e308"], ["1e+308", "1000000000"]),
    "a moment of 70 seconds": (["film", "--to", "1:70"], ["'1:70'", "1:10.5"]),
    "no folder": (["film", "--out", ""], ["--out", "empty"]),
    "an unknown command": (["rendr"], ["'rendr'", "choose from", "storyboard"]),
    "a command like another": (["storybord"], ["choose from storyboard, "]),
    "a still after the end": (["still", "bowl", *TINY, "--at", "9999"], ["--at 9999", "bowl"]),
    "a still of no time": (["still", "bowl", "--at", "nan"], ["nan"]),
    "a still of no moment": (["still", "bowl", "--at", "5 s"], ["'5 s'", "beat"]),
    "a still of an unknown beat": (
        ["still", "bowl", *TINY, "--at", "penality"],
        ["no beat 'penality'", "did you mean 'penalty'?", "valley", "bowl", "spot"],
    ),
    "columns of no file": (["film", "--features", "A,B"], ["--features", "--data"]),
    "names that do not end": (["film", "--features", '"A,B'], ["--features", '"A,B']),
    "a folder that is a file": (["film", "--out", "taken"], ["taken", "--out"]),
    "a film that is a folder": (["film", "--out", "folders"], ["film.mp4", "folder"]),
}


@pytest.fixture
def output(tmp_path: Path) -> Iterator[None]:
    """Something in the way of every output; it must be there, untouched, afterwards."""
    (tmp_path / "out" / "preview").mkdir(parents=True)
    for name in ("film.mp4", "bowl.mp4", "preview/film.mp4", "bowl-9999s.png"):
        (tmp_path / "out" / name).write_bytes(b"old")
    (tmp_path / "taken").write_bytes(b"old")
    (tmp_path / "folders" / "film.mp4").mkdir(parents=True)
    (tmp_path / "lists" / "film.chapters.txt").mkdir(parents=True)
    before = snapshot(tmp_path)
    yield
    after = snapshot(tmp_path)
    assert {name: after.get(name) for name in before} == before
    new = set(after) - set(before)
    assert [name for name in new if PREFIX in name or name.endswith(".mp4")] == []


def assert_one_sentence(result: Result, says: list[str]) -> None:
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    errors = [line for line in lines if line.startswith("Error: ")]
    assert errors == lines[-1:]
    assert "Traceback" not in result.stderr
    for part in says:
        assert part in errors[0]


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_is_one_sentence(case: str) -> None:
    rows, options, says = BAD_DATA[case]
    if rows is not None:
        write_csv(rows)
    result = run("film", "--data", "data.csv", *options)
    assert_one_sentence(result, says)
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize("case", BAD_OPTIONS)
def test_bad_options_are_one_sentence(case: str) -> None:
    arguments, says = BAD_OPTIONS[case]
    assert_one_sentence(run(*arguments), says)


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("qality = '720p'", ["qality", "'quality'"]),
        ("quality = '360p'", ["--quality", "360p"]),
        ("fps = 'many'", ["--fps", "many"]),
        ("fps = [1]", ["bad.toml", "'fps'", "one value"]),
        ("[size]\nwidth = 3", ["bad.toml", "'size'", "one value"]),
        ("theme = true", ["--theme"]),
        ("= 3", ["bad.toml"]),
        ("config = 'bad.toml'", ["config"]),
        ("data = 3", ["3 "]),
        ("features = 3", ["column '3'"]),
        ('data = "a\\u0000b"', ["--data", "a\\x00b"]),
        ("theme = " + "[" * 100_000, ["bad.toml", "nested too deeply"]),
    ],
)
def test_a_bad_configuration_is_one_sentence(text: str, says: list[str]) -> None:
    Path("bad.toml").write_text(text, encoding="utf-8")
    write_csv(ROWS)
    arguments = ["film", "--config", "bad.toml"]
    if "features" in text:
        arguments += ["--data", "data.csv"]
    assert_one_sentence(run(*arguments), says)


def test_a_configuration_that_is_no_text_is_one_sentence() -> None:
    Path("bad.toml").write_bytes(b"\xff\xfe")
    assert_one_sentence(run("film", "--config", "bad.toml"), ["bad.toml"])


@pytest.mark.usefixtures("output")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["film", "--workers", "-1"], ["--workers", "-1"]),
        (["film", "--workers", "many"], ["--workers", "many"]),
        (["film", "--cluster", "somewhere"], ["somewhere", "tcp://host:8786", "local:N"]),
        (["film", "--cluster", "local:0"], ["local:0"]),
        (["film", "--cluster", "tcp://host:notaport"], ["notaport", "tcp://host:8786"]),
        (["film", "--cluster", "local:2", "--workers", "2"], ["--workers", "--cluster", "local:N"]),
        (["film", "--tls-ca", "ca.pem"], ["--tls-ca", "--cluster"]),
        (["cache", "--older-than", "soon"], ["soon", "30d"]),
        (["cache", "--max-size", "-3"], ["-3", "2G"]),
    ],
)
def test_impossible_work_is_one_sentence(
    arguments: list[str], says: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--cluster" in arguments:
        monkeypatch.delenv("RIDGE_WORKERS")
    assert_one_sentence(run(*arguments), says)
