"""The command line as its users meet it: help, examples, bad input, exit codes, files."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import av
import click
import numpy as np
import pytest
import srt
from click.testing import CliRunner, Result
from PIL import Image

import render
from commands import doctor as doctor_verb
from commands.console import doctor
from commands.console.commandline import read_seconds
from commands.request import Request
from commands.voice import voice
from pipeline.errors import SettingsError
from pipeline.scratch import PREFIX
from scenes import ACTS, LOOPS
from scenes.text.captions import caption_text

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
LONGLEY = ("--data", str(ROOT / "examples" / "longley.csv"))
LONGLEY += ("--features", "GNP,Year", "--response", "Employed")
COMMANDS = [*sorted(render.cli.commands), *(f"voice {name}" for name in sorted(voice.commands))]
HEAVY = {"manim", "numpy", "scipy", "polars", "av", "moderngl", "typst", "rich", "PIL"}
ACT, ANOTHER = "bowl", "flip"
TINY = ("--size", "128x72", "--fps", "2")

ROWS = [(1.0, 2.0, 3.1), (2.0, 3.0, 4.2), (3.0, 5.0, 7.9), (4.0, 4.0, 8.3), (5.0, 8.0, 12.6)]
HEADER = "A,B,Y"


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all tests: what one has drawn, another need not."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with no settings of the user's own, drawing in this process."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("RIDGE_WORKERS", "0")


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(render.cli, arguments, env=environment, prog_name="render.py")


def write_csv(rows: list[tuple[Any, ...]], header: str = HEADER, name: str = "data.csv") -> str:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def command_of(name: str) -> click.Command:
    command: click.Command = render.cli
    for each in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[each]
    return command


# --- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), *(tuple(name.split()) for name in COMMANDS)])
def test_help_is_everywhere(command: tuple[str, ...], flag: str) -> None:
    result = run(*command, flag)
    assert result.exit_code == 0
    assert result.output.startswith("Usage: render.py")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_has_examples_that_parse(name: str) -> None:
    command = command_of(name)
    assert command.help
    text = run(*name.split(), "--help").output
    assert "Examples:" in text
    examples = [line.strip() for line in text.split("Examples:")[1].splitlines() if line.strip()]
    assert examples
    for example in examples:
        program, *words = shlex.split(example.split(" > ")[0])  # the rest is for the shell
        assert program == "render.py"
        shown = next(each for each in (words[:2], words[:1]) if " ".join(each) in COMMANDS)
        verb, *arguments = words[len(shown) - 1 :]
        group = render.cli.make_context(program, [words[0]])
        # Raises on a wrong option; what is made with this command may be used by another.
        command_of(" ".join(shown)).make_context(verb, arguments, parent=group)
    assert any(example.startswith(f"render.py {name}") for example in examples)


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_long_and_kebab_case_and_explain_themselves(name: str) -> None:
    for parameter in command_of(name).params:
        if isinstance(parameter, click.Option):
            flags = [*parameter.opts, *parameter.secondary_opts]
            assert all(flag == flag.lower() and "_" not in flag for flag in flags)
            assert parameter.help or parameter.show_default
            variable = flags[0].strip("-").upper().replace("-", "_")
            # With the command's name before it where another command means something else by it.
            own = name.split()[-1].upper()
            assert parameter.envvar in {f"RIDGE_{variable}", f"RIDGE_{own}_{variable}"}


@pytest.mark.parametrize(
    "data", [(), pytest.param(LONGLEY, marks=pytest.mark.slow)], ids=["ours", "Longley"]
)
def test_moments_in_the_readme_cut_through_no_caption(data: tuple[str, ...]) -> None:
    """A still shows a caption in full, not as it fades; a part begins and ends between two."""
    readme = README.read_text(encoding="utf-8")
    stills = re.findall(r"render.py still (\w+) --at (\S+)", readme)
    parts = re.findall(r"render.py film (\w+).* --from ([\d.]+) --to ([\d.]+)", readme)
    assert stills
    assert parts
    told = json.loads(run("acts", "--json", "--fps", "10", *data).stdout)["acts"]
    cues = {
        act["name"]: [(cue["start_seconds"], cue["stop_seconds"]) for cue in act["captions"]]
        for act in told
    }
    beats = {act["name"]: {b["name"]: b["seconds"] - 0.1 for b in act["beats"]} for act in told}
    for act, moment in stills:
        at = beats[act][moment] if moment.isalpha() else moment
        assert any(start + 0.5 <= float(at) <= stop for start, stop in cues[act]), (act, at)
    for act, *ends in parts:
        for end in ends:
            assert not any(start < float(end) < stop for start, stop in cues[act]), (act, end)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-h"], 0),
        (["film", "-h"], 0),
        (["film", "--qality", "720p"], 2),
        (["film", "--quality", "721p"], 2),
        (["film", "nosuch"], 2),
        (["film", "--size", "3x3"], 2),
        (["film", "--config", "nosuch.toml"], 2),
        (["still", "bowl"], 2),
        (["nosuch"], 2),
    ],
)
def test_help_and_mistakes_import_nothing_heavy(arguments: list[str], code: int) -> None:
    script = (
        "import sys, render\n"
        "try: render.main()\n"
        "except SystemExit as end: print(end.code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    end, *modules = done.stderr.splitlines()[-1].split()
    assert int(end) == code
    assert "click" in modules
    assert HEAVY & set(modules) == set()


def test_a_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run("--version").stdout == f"ridge-film {project['version']}\n"


def test_the_name_of_a_folder_cannot_disturb_a_terminal() -> None:
    for arguments in (
        ("still", "loop", "--at", "1", *TINY, "--out", "\x1b[31m"),
        ("explore", "--out", "\x1b[31m"),
        ("cache", "--cache-dir", "\x1b[31m"),
        ("still", "loop", "--at", "1", "--out", "\x1b[31m/new/" + "x" * 300),
    ):
        result = run(*arguments)
        assert "\\x1b[31m" in result.output
        assert "\x1b" not in result.output


# --- bad input: one sentence, exit code 2, nothing touched ---------------------------------------


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


# --- where an option comes from ------------------------------------------------------------------


def requested(*arguments: str, **environment: str) -> Request:
    """What the command `acts` is asked for."""
    asked: list[Request] = []

    def stop(request: Request, *args: Any) -> NoReturn:
        asked.append(request)
        raise click.exceptions.Exit

    with mock.patch("commands.acts.measured", stop):
        result = run("acts", *arguments, **environment)
    assert result.exit_code == 0, result.output
    return asked[0]


def test_options_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("quality = '720p'\nfps = 12\ntheme = 'light'\n")
    config = ("--config", "my.toml")
    assert requested().settings.size == (1920, 1080)
    from_file = requested(*config).settings
    assert (from_file.size, from_file.fps, from_file.theme) == ((1280, 720), 12, "light")
    from_both = requested(*config, RIDGE_FPS="24").settings
    assert (from_both.size, from_both.fps, from_both.theme) == ((1280, 720), 24, "light")
    from_all = requested(*config, "--fps", "48", RIDGE_FPS="24", RIDGE_SIZE="640x360").settings
    assert (from_all.size, from_all.fps, from_all.theme) == ((640, 360), 48, "light")
    assert requested(RIDGE_CONFIG="my.toml").settings == from_file


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("70", 70.0), ("70.5", 70.5), ("1:10", 70.0), ("01:10.5", 70.5)),
        *(("0:01:10.5", 70.5), ("2:00:00", 7200.0), ("0", 0.0), ("1e1", 10.0)),
    ],
)
def test_a_moment_is_read_as_players_write_it(text: str, seconds: float) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize("text", ["1:60", "61:00", "1:1", "-1:10", "1:10:5", ":10", "1:", ""])
def test_what_is_no_moment_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is no moment: write it like"):
        read_seconds(text)


def test_a_variable_that_sets_nothing_is_named() -> None:
    result = run("cache", RIDGE_QUALTY="720p", RIDGE_XYZ="1", RIDGE_QUALITY="720p")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "Note: RIDGE_QUALTY in the environment sets no option: did you mean RIDGE_QUALITY?",
        "Note: RIDGE_XYZ in the environment sets no option: nothing is changed by it.",
    ]


def test_a_file_of_settings_may_begin_with_a_byte_order_mark() -> None:
    Path("my.toml").write_text("\ufefffps = 12\n", encoding="utf-8")
    assert requested("--config", "my.toml").settings.fps == 12


def test_names_in_a_file_are_those_of_the_options(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "my.toml").write_text(
        "data = 'd.csv'\nfeatures = ['A, old', 'B']\nresponse = 'Y'\nout = 'made'\n"
        "size = '128x72'\njson = true\nfrom = 1.5\nat = 3\nopen = false\n"
    )
    request = requested("--config", "deep/my.toml")
    assert request.data == Path("deep/d.csv")  # paths start from the file
    assert request.out == Path("deep/made")
    assert (request.features, request.response) == (("A, old", "B"), "Y")
    assert request.as_json is True
    assert request.settings.size == (128, 72)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A,B", ("A", "B")),
        ("A, B", ("A", "B")),
        ('"A, old",B', ("A, old", "B")),
        ('"say ""x""",B', ('say "x"', "B")),
        ("GNP.deflator,*x* $y$", ("GNP.deflator", "*x* $y$")),
        ("λ,<b>", ("λ", "<b>")),
    ],
)
def test_names_may_hold_anything(text: str, names: tuple[str, ...]) -> None:
    assert requested("--data", "d.csv", "--features", text).features == names


def test_shells_complete_the_names_of_acts() -> None:
    command = render.cli.commands["film"]
    parameter = command.params[0]
    context = click.Context(command)
    names = [item.value for item in parameter.type.shell_complete(context, parameter, "b")]
    assert names == [act.name for act in ACTS if act.name.startswith("b")]


# --- what comes out ------------------------------------------------------------------------------


def n_frames(path: str | Path) -> int:
    with av.open(path) as container:
        return sum(1 for _ in container.decode(video=0))


def decoded(path: str | Path) -> list[bytes]:
    with av.open(path) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def caption_tracks(path: str | Path) -> list[tuple[bool, str | None, list[tuple[Any, ...]]]]:
    """Of each track of captions: whether it is on, its language, and when it shows what."""
    tracks = []
    with av.open(path) as film:
        for track in film.streams.subtitles:
            on = bool(track.disposition & av.stream.Disposition.default)
            shown = [
                (float(p.pts * p.time_base), float((p.pts + p.duration) * p.time_base), text)
                for p in film.demux(track)
                if (text := bytes(p)[2:].decode())
            ]
            tracks.append((on, track.language, shown))
    return tracks


def test_acts_are_stepped_through_once(tmp_path: Path) -> None:
    keep = ("--cache-dir", str(tmp_path / "kept"))
    first = run("acts", *TINY, "--json", *keep)
    assert first.exit_code == 0, first.output

    def stepped(*args: Any) -> NoReturn:
        raise AssertionError("stepped through again")

    with mock.patch("pipeline.render.frames.probe", stepped):
        assert run("acts", *TINY, "--json", *keep).stdout == first.stdout
        still = run("still", ACT, "--at", "2.5", *TINY, *keep)
        assert still.exit_code == 0, still.output
        # The film of it, too, knows them from there.
        assert run("film", *(act.name for act in ACTS), *TINY, "--dry-run", *keep).exit_code == 0
        assert isinstance(run("acts", *TINY, "--no-cache").exception, AssertionError)


def test_acts_are_told_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("acts", *TINY, "--cache-dir", str(tmp_path / "file" / "cache"))
    assert (result.exit_code, result.stderr) == (0, ""), result.output


def test_film_renders_every_act_in_order() -> None:
    listed = json.loads(run("acts", *TINY, "--json").stdout)
    assert [act["name"] for act in listed["acts"]] == [act.name for act in ACTS]
    assert all(act["frames"] == round(act["seconds"] * 2) for act in listed["acts"])

    result = run("film", *TINY, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = json.loads(result.stdout.splitlines()[-1])
    assert told["path"] == "out/film.mp4"
    assert told["acts"] == ["opening", *(act.name for act in ACTS)]
    opening = told["frames"] - sum(act["frames"] for act in listed["acts"])
    assert 3.5 <= opening / 2 <= 4.0
    assert told["frames"] == n_frames("out/film.mp4")
    assert told["bytes"] == Path("out/film.mp4").stat().st_size
    assert told["chapters"] == ["out/film.chapters.txt"]
    assert sorted(map(str, Path("out").iterdir())) == ["out/film.chapters.txt", "out/film.mp4"]

    # As players see it, every act is a chapter; as a site does, too. The opening is part of the first.
    titles = [act["title"] for act in listed["acts"]]
    ends = opening / 2 + np.cumsum([act["seconds"] for act in listed["acts"]])
    begins = [0.0, *ends.tolist()]
    with av.open("out/film.mp4") as film:
        assert film.metadata["title"] == "Ridge regression: why the L2 penalty works"
        assert "artist" not in film.metadata
        chapters = film.chapters()
        assert [chapter["metadata"]["title"] for chapter in chapters] == titles
        assert [c["start"] * c["time_base"] for c in chapters] == begins[:-1]
        assert [c["end"] * c["time_base"] for c in chapters] == begins[1:]
    lines = Path("out/film.chapters.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"{int(begin) // 60}:{int(begin) % 60:02} {title}"
        for begin, title in zip(begins, titles, strict=False)
    ]


def test_a_deck_begins_as_the_film_does() -> None:
    """Its opening is the title slide; an empty title leaves it out."""
    whole = run("deck", *TINY, "--dry-run")
    bare = run("deck", *TINY, "--dry-run", "--title", "")
    assert ("opening " in whole.output, "opening " in bare.output) == (True, False)


def test_a_film_without_a_title_has_no_opening() -> None:
    told = json.loads(run("film", *TINY, "--title", "", "--dry-run", "--json").stdout)
    whole = json.loads(run("film", *TINY, "--dry-run", "--json").stdout)
    assert whole["frames"] - told["frames"] in range(7, 9)


def test_a_part_never_takes_the_name_of_the_whole() -> None:
    one = run("film", ACT, *TINY, "--from", "1", "--to", "3", "--out", "a")
    assert one.stdout.startswith(f"a/{ACT}-1s-3s.mp4: 4 frames, 2 s at 2 fps, 128x72, ")
    assert n_frames(f"a/{ACT}-1s-3s.mp4") == 4
    two = run("film", ANOTHER, ACT, *TINY, "--to", "1", "--out", "a", "--json")
    told = json.loads(two.stdout.splitlines()[-1])
    assert told["path"] == f"a/{ANOTHER}+{ACT}-0s-1s.mp4"
    assert told["acts"] == [ANOTHER]


def test_a_film_has_a_title_an_author_and_the_language_of_its_captions() -> None:
    part = ("--from", "1", "--to", "3", "--lang", "de", "--captions", "file", "--json")
    for extra, title, author in (
        ((), "Die Strafe kommt hinzu", None),
        (("--title", " Θ̂(λ) & “ich” ", "--author", "Ada Łovelace"), "Θ̂(λ) & “ich”", "Ada Łovelace"),
    ):
        result = run("film", ACT, *TINY, *part, *extra)
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout.splitlines()[-1])
        assert told["chapters"] == []  # one act is no list, and nothing to tell of
        assert "Note" not in result.stderr
        with av.open(told["path"]) as film:
            assert film.metadata["title"] == title
            assert film.metadata.get("artist") == author
            assert film.chapters() == []
        ((on, language, shown),) = caption_tracks(told["path"])
        assert (on, language) == (True, "deu")
        captions = list(srt.parse(Path(told["captions"][0]).read_text(encoding="utf-8")))
        assert shown == [(0.0, 2.0, captions[0].content)]
    two = run("film", ACT, ANOTHER, *TINY, "--lang", "de", "--from", "30", "--to", "45", "--json")
    with av.open(json.loads(two.stdout.splitlines()[-1])["path"]) as film:
        assert film.metadata["title"] == "Ridge-Regression: warum der L2-Strafterm wirkt"
        assert len(film.chapters()) == 2


def test_only_acts_that_show_title_and_author_depend_on_them() -> None:
    own = {"data": None, "features": None, "response": None, "adjust_for": (), "sheet": None}
    given = {**own, "decimal": None, "drop_missing": False, "aspect": "16:9", "lang": "en"}
    request = Request(**given, out=Path("out"), as_json=False)
    plain = {script.name: script for script in request.scripts(ACTS)}
    titled = replace(request, title="Why ridge?", author="Ada Łovelace").scripts(ACTS)
    changed = {script.name for script in titled if script.content != plain[script.name].content}
    assert changed == {entry.name for entry in ACTS if entry.credited}
    with pytest.raises(SettingsError, match=r"The fonts of the film lack 身 .* of --author: write"):
        replace(request, author="身").brief()


def test_a_film_of_short_parts_has_no_list_for_sites_and_says_so(tmp_path: Path) -> None:
    names = [act.name for act in ACTS[:4]]
    whole = ("film", *names, *TINY)
    path = Path("out", "+".join(names) + ".chapters.txt")
    first = run(*whole)
    assert first.stdout.endswith(f"; chapters: {path}\n")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4
    before = path.read_bytes()
    # A part never touches the list of the whole.
    acts = json.loads(run("acts", *TINY, "--json").stdout)["acts"]
    end = acts[0]["seconds"] + acts[1]["seconds"] + 12
    part = run(*whole, "--from", str(acts[0]["seconds"] - 4), "--to", str(end), "--json")
    assert json.loads(part.stdout.splitlines()[-1])["chapters"] == []
    assert re.search(
        r"Note: out/\S+s\.chapters\.txt is not written: video sites ask for 3 chapters of 10 s or "
        r"more, and this film has 2\.\n",
        part.stderr,
    )
    cut = run(*whole, "--from", str(acts[0]["seconds"] - 4), "--json")
    (made,) = json.loads(cut.stdout.splitlines()[-1])["chapters"]
    assert f"leaves out what is shorter than 10 s: “{acts[0]['title']}”." in cut.stderr
    assert Path(made).read_text(encoding="utf-8").startswith(f"0:00 {acts[1]['title']}\n0:")
    assert path.read_bytes() == before


def test_a_second_render_is_the_same_file() -> None:
    options = ("film", ACT, ANOTHER, *TINY, "--from", "40", "--to", "46", "--author", "Ada")
    made = []
    for folder in ("a", "b"):
        run(*options, "--out", folder)
        made.append(Path(folder, f"{ACT}+{ANOTHER}-40s-46s.mp4").read_bytes())
    assert made[0] == made[1]


def test_a_still_is_one_picture() -> None:
    result = run("still", ACT, "--at", "2.5", *TINY, "--theme", "light")
    assert result.exit_code == 0, result.output
    path = f"out/{ACT}-2.5s.png"
    assert result.stdout.startswith(f"{path}: 128x72, ")
    with Image.open(path) as image:
        assert image.size == (128, 72)
        assert sum(image.getpixel((1, 1))) > 3 * 200


def test_a_still_of_a_beat_is_the_picture_on_which_a_deck_stops_for_it() -> None:
    """That is the last frame before it; where nothing stops, the frame from which it is complete."""
    acts = json.loads(run("acts", "--json", *TINY).stdout)
    for act, place, before in ((acts["acts"], "bowl", 1), (acts["loops"], "loop", 0)):
        told = next(a for a in act if a["name"] == place)
        beat = next(b for b in told["beats"] if b["name"] == "bowl")
        named = run("still", place, "--at", "bowl", *TINY)
        assert named.exit_code == 0, named.output
        assert named.stdout.startswith(f"out/{place}-bowl.png: 128x72, ")
        assert named.stderr == ""
        seconds = f"{(beat['frame'] - before) / told['frames'] * told['seconds']:.10g}"
        run("still", place, "--at", seconds, *TINY)
        with (
            Image.open(f"out/{place}-bowl.png") as one,
            Image.open(f"out/{place}-{seconds}s.png") as other,
        ):
            assert one.tobytes() == other.tobytes()


def test_captions_are_burnt_in_or_beside_the_film_or_nowhere() -> None:
    listed: dict[str, Any] = {}
    for place in ("burned", "file", "none"):
        result = run("film", ACT, *TINY, "--to", "3", "--captions", place, "--out", place, "--json")
        assert result.exit_code == 0, result.output
        listed[place] = json.loads(result.stdout.splitlines()[-1])
    beside = [f"file/{ACT}-0s-3s.srt", f"file/{ACT}-0s-3s.vtt"]
    assert [listed[place]["captions"] for place in listed] == [[], beside, []]
    assert sorted(map(str, Path("file").iterdir())) == sorted([f"file/{ACT}-0s-3s.mp4", *beside])
    assert (
        Path(beside[0]).read_text(encoding="utf-8").startswith("1\n00:00:00,000 --> 00:00:03,000")
    )
    assert len({made["frames"] for made in listed.values()}) == 1
    pictures = {place: decoded(f"{place}/{ACT}-0s-3s.mp4") for place in listed}
    assert pictures["file"] == pictures["none"] != pictures["burned"]
    # A player offers the captions: unasked where they are nowhere else, never twice.
    tracks = {place: caption_tracks(f"{place}/{ACT}-0s-3s.mp4") for place in listed}
    (in_picture,), (beside_it,) = tracks["burned"], tracks["file"]
    assert tracks["none"] == []
    assert (in_picture[0], beside_it[0]) == (False, True)
    assert in_picture[1:] == beside_it[1:]
    text = next(srt.parse(Path(beside[0]).read_text(encoding="utf-8"))).content
    assert beside_it[1:] == ("eng", [(0.0, 3.0, text)])  # cut in its middle by --to


def test_the_aspect_keeps_the_shorter_side_and_a_size_goes_before_it() -> None:
    assert requested("--quality", "720p", "--aspect", "9:16").settings.size == (720, 1280)
    assert requested("--aspect", "1:1").settings.size == (1080, 1080)
    assert requested("--aspect", "4:3").settings.size == (1440, 1080)
    small = requested("--quality", "480p").settings
    assert (small.size, small.fps) == ((854, 480), 30)
    assert requested("--aspect", "1:1", "--size", "128x72").settings.size == (128, 72)
    largest = requested("--quality", "2160p", "--fps", "60", "--aspect", "9:16").settings
    assert (largest.size, largest.fps) == ((2160, 3840), 60)


def test_a_storyboard_is_one_sheet_of_every_act() -> None:
    result = run("storyboard", *TINY, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["path"] == "out/storyboard.png"
    assert [act["name"] for act in told["acts"]] == [act.name for act in ACTS]
    for act in told["acts"]:
        moments = [moment["seconds"] for moment in act["moments"]]
        assert len(moments) >= 3
        assert moments == sorted(set(moments))
        assert moments[-1] < act["seconds"]
    with Image.open(told["path"]) as image:
        assert image.size == (told["width"], told["height"])
    one = run("storyboard", ACT, *TINY, "--theme", "light", "--aspect", "1:1", "--out", "b")
    assert re.fullmatch(r"b/storyboard.png: \d+ frames of 1 act, \d+x\d+\n", one.stdout)


@pytest.mark.parametrize(
    ("screen", "options", "opened"),
    [(True, [], True), (True, ["--no-open"], False), (True, ["--json"], False), (False, [], False)],
)
def test_a_preview_is_opened_where_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch, screen: bool, options: list[str], opened: bool
) -> None:
    launched: list[str] = []
    monkeypatch.setattr(doctor, "has_screen", lambda: screen)
    monkeypatch.setattr(click, "launch", launched.append)
    result = run("preview", ACT, *TINY, "--to", "1", *options)
    assert result.exit_code == 0, result.output
    path = f"out/preview/{ACT}.mp4"
    assert n_frames(path) == 2
    assert launched == ([path] if opened else [])


def test_collinear_features_are_explained_and_rendered() -> None:
    write_csv([(a, 2 * a, y) for a, _, y in ROWS])
    result = run("still", ACT, "--at", "5", *TINY, "--data", "data.csv")
    assert result.exit_code == 0, result.output
    assert "Note: " in result.stderr
    assert Path(f"out/{ACT}-5s.png").exists()


def test_data_without_a_valley_are_rendered_and_told() -> None:
    write_csv([(1, 1, 1.0), (1, -1, 2.0), (-1, 1, 2.5), (-1, -1, 4.0), (1, 0, 1.0)])
    for arguments in (
        ("still", ACT, "--at", "bowl"),
        ("film", ACT, "--to", "1", "--json"),
        ("film", ACT, "--dry-run"),
        ("acts", "--json"),
    ):
        result = run(*arguments, *TINY, "--data", "data.csv")
        assert result.exit_code == 0, result.output
        (note,) = [line for line in result.stderr.splitlines() if line.startswith("Note: ")]
        assert "not collinear" in note
        assert "no valley" in note
        assert "as wide as long" in note
        assert json.loads(run("diagnose", "--data", "data.csv", "--json").stdout)["warning"] in note
    write_csv(ROWS)
    assert run("acts", *TINY, "--data", "data.csv").stderr == ""
    assert run("acts", *TINY).stderr == ""


def test_names_that_look_like_markup_are_only_names() -> None:
    first, second, response = '#read("x") *A*', "<b>B</b> $x$ \\", "Y_1 & @z"
    quoted = '"#read(""x"") *A*"'
    write_csv(ROWS, header=f"{quoted},{second},{response}")
    names = ("--features", f"{quoted},{second}", "--response", response)
    for act in ACTS:
        result = run("still", act.name, "--at", "5", *TINY, "--data", "data.csv", *names)
        assert result.exit_code == 0, result.output
    assert first in requested("--data", "data.csv", *names).features


def test_acts_are_listed_in_a_table() -> None:
    out = " ".join(run("acts", *TINY).stdout.split())  # long lines are wrapped
    for act in (*ACTS, *LOOPS):
        assert act.name in out
        assert caption_text("en", "summary", act.name) in out


@pytest.mark.parametrize("correlation", ["some", pytest.param("exact", marks=pytest.mark.slow)])
def test_other_programs_learn_what_an_act_says_when(correlation: str) -> None:
    write_csv(ROWS if correlation == "some" else [(a, 2 * a, y) for a, _, y in ROWS])
    data = ("--data", "data.csv", "--lang", "de", *TINY)

    def no_such_number(name: str) -> NoReturn:
        raise AssertionError(f"{name} is no JSON")

    told = json.loads(run("acts", *data, "--json").stdout, parse_constant=no_such_number)
    assert set(told) == {"format", "title", "language", "fps", "acts", "loops"}
    assert (told["format"], told["language"], told["fps"]) == (1, "de", 2)
    assert [act["name"] for act in told["loops"]] == [entry.name for entry in LOOPS]
    for act in (*told["acts"], *told["loops"]):
        keys = {"name", "title", "summary", "seconds", "frames", "beats", "captions"}
        assert set(act) == keys
        assert act["title"] == caption_text("de", act["name"], "title")
        assert act["seconds"] == act["frames"] / 2
        assert len(act["beats"]) >= 3
        for beat in act["beats"]:
            assert set(beat) == {"name", "frame", "seconds", "numbers"}
            assert 0 <= beat["frame"] < act["frames"]
            assert beat["seconds"] == beat["frame"] / 2
        for caption in act["captions"]:
            assert 0 <= caption["start_frame"] < caption["stop_frame"] <= act["frames"]
            assert caption["start_seconds"] == caption["start_frame"] / 2
            assert caption["stop_seconds"] == caption["stop_frame"] / 2
            assert len(caption) == 6
    bowl = next(act for act in told["acts"] if act["name"] == "bowl")
    lams = [beat["numbers"]["lam"] for beat in bowl["beats"] if beat["numbers"]]
    assert lams[0] == 0 < max(lams)

    # The captions told are those that a film has.
    film = run("film", "bowl", *data, "--to", "8", "--captions", "file", "--json")
    (beside, _) = json.loads(film.stdout.splitlines()[-1])["captions"]
    read = list(srt.parse(Path(beside).read_text(encoding="utf-8")))
    assert len(read) >= 2
    for seen, said in zip(read, bowl["captions"], strict=False):
        assert seen.content == said["text"]
        assert seen.start.total_seconds() == said["start_seconds"]


def test_the_doctor_fails_where_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"renderer": "llvmpipe", "version": "4.5", "software": "True"}
    monkeypatch.setattr(doctor_verb, "opengl_facts", lambda: facts)
    assert run("doctor").exit_code == 0
    assert json.loads(run("doctor", "--json").stdout)["ok"] is True

    def broken() -> dict[str, str]:
        raise RuntimeError("no EGL")

    monkeypatch.setattr(doctor_verb, "opengl_facts", broken)
    result = run("doctor")
    assert result.exit_code == 1
    assert "no EGL" in result.stdout
    told = json.loads(run("doctor", "--json").stdout)
    assert [row["name"] for row in told["checks"] if row["needed"] and not row["ok"]] == ["OpenGL"]


# --- as a process of its own ---------------------------------------------------------------------


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "render.py"), *arguments]


def test_it_runs_from_anywhere_and_finds_opengl() -> None:
    done = subprocess.run(command("doctor", "--json"), capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["ok"] else 1)
    assert done.stderr == ""
    (opengl,) = [row["found"] for row in told["checks"] if row["name"] == "OpenGL"]
    assert opengl


# --- work and its cache --------------------------------------------------------------------------


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


def test_a_dry_run_says_what_would_be_drawn_and_draws_nothing(tmp_path: Path) -> None:
    options = (ACT, "--size", "160x90", "--fps", "4", "--cache-dir", "new")
    told = json.loads(run("film", *options, "--dry-run", "--json").stdout)
    assert told["event"] == "plan"
    assert (
        told["frames"]
        == told["frames_to_draw"]
        == sum(chunk["stop"] - chunk["start"] for chunk in told["chunks"])
    )
    assert told["core_seconds"] > 0
    assert len(told["chunks"]) == 1
    for workers in ("0", "1", "9"):
        result = run("film", *options, "--dry-run", "--workers", workers)
        assert result.exit_code == 0, result.output
        table = " ".join(result.stdout.split())
        assert re.search(r"About \d+ s with 1 worker, in 1 chunk of up to \d+ s\.", table)
    for part in (ACT, str(told["frames"]), "core seconds"):
        assert part in table
    assert not Path("out").exists()


def test_a_second_render_comes_from_the_cache_and_the_cache_can_be_emptied() -> None:
    options = ("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--json")
    first, second = (json.loads(run(*options).stdout.splitlines()[-1]) for _ in range(2))
    assert (first["frames_from_cache"], second["frames_from_cache"]) == (0, 4)
    cache = ("cache", "--cache-dir", "new", "--json")
    kept = json.loads(run(*cache).stdout)
    assert kept["folder"] == "new"
    assert kept["entries"] >= 2  # a segment, and the act's timeline
    assert kept["bytes"] > first["bytes"] / 2
    assert json.loads(run(*cache, "--older-than", "1h").stdout)["removed_entries"] == 0
    assert json.loads(run(*cache, "--max-size", "1G").stdout)["removed_entries"] == 0
    cleared = json.loads(run(*cache, "--clear").stdout)
    assert cleared["removed_entries"] == kept["entries"]
    assert (cleared["entries"], cleared["bytes"]) == (0, 0)
    assert run("cache", "--cache-dir", "new").stdout == "new: 0 pieces, 0 bytes\n"
    assert json.loads(run(*options).stdout.splitlines()[-1])["frames_from_cache"] == 0


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    options = ("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--no-cache", "--json")
    for _ in range(2):
        assert json.loads(run(*options).stdout.splitlines()[-1])["frames_from_cache"] == 0
    assert not Path("new").exists()


def test_events_come_one_a_line() -> None:
    result = run("film", ACT, *TINY, "--to", "2", "--cache-dir", "new", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    events = [event for event in events if event["event"] != "frames"]  # one a second
    assert [event["event"] for event in events] == ["plan", "began", "finished", "made"]
    plan, began, finished, made = events
    assert plan["frames_to_draw"] == made["frames"] == 4
    assert began == {"event": "began", "worker": "here", "act": ACT, "start": 0, "stop": 4}
    assert finished["bytes"] > 0


def test_a_closing_table_tells_drawn_from_cached() -> None:
    options = ("film", ACT, *TINY, "--cache-dir", "new")
    run(*options, "--to", "1")
    result = run(*options, "--to", "2")
    assert result.stdout.startswith(f"out/{ACT}-0s-2s.mp4: 4 frames")
    lines = [line.split() for line in result.stderr.splitlines()]
    assert lines[0][:4] == ["act", "frames", "drawn", "from"]
    assert lines[1][:4] == [ACT, "4", "4", "0"]
