"""Where an option comes from: the command line, the environment, a file."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import render
from commands.console.commandline import read_seconds
from scenes import ACTS
from tests.commands.command_line import (
    requested,
    run,
)

pytestmark = pytest.mark.usefixtures("elsewhere")


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
