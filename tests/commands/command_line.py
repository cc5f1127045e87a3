"""The command line as tests call it, in this process, and what they give it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import av
import click
from click.testing import CliRunner, Result

import render
from commands.request import Request
from commands.voice import voice

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


def n_frames(path: str | Path) -> int:
    with av.open(path) as container:
        return sum(1 for _ in container.decode(video=0))


def decoded(path: str | Path) -> list[bytes]:
    with av.open(path) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "render.py"), *arguments]


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
