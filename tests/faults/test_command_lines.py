"""Command lines by chance: each ends well or in one sentence, with nothing touched or left.

Verbs, options, values, variables of the environment and files of settings are drawn from what is
right, nearly right and hostile. Nothing is drawn: where frames would be, the render fails.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
from click.testing import CliRunner, Result

import render
from pipeline.errors import RenderError
from pipeline.render import frames
from pipeline.scratch import PREFIX

NOT_DRAWN = "Nothing is drawn here"
HOSTILE = (
    *("", " ", "-1", "0", "1e308", "-1e308", "nan", "inf", "9" * 400, "1e-9", "٣", "0x10", "1_0"),
    *("\x1b[31m", "\udcff", "a\nb", "a\rb", "\u202e", "[a](http://b.c)", "{}", "%s", "$HOME", "~"),
    *(
        "/dev/zero",
        "/dev/null",
        "/dev/stdin",
        "/dev/fd/99",
        "/proc/self/mem",
        "/",
        ".",
        "..",
        "fifo",
    ),
    *(
        "x" * 300,
        "x/" * 3000,
        "a/" + "x" * 300,
        "nosuch",
        "dangling",
        "deep.toml",
        "binary",
        "--",
        "-h",
    ),
    *(
        "1:10",
        "0:01:10.5",
        "1:70",
        "128x72",
        "0x0",
        "9999999x2",
        "16:9",
        "5MB",
        "2G",
        "30d",
        "draft",
    ),
)
#: What suits an option by its name in files; a choice has its own.
RIGHT = {
    "data": ("data.csv", "-"),
    "features": ("A,B", '"A",B', "A", "A,B,Y"),
    "response": ("Y",),
    "adjust-for": ("", "Y"),
    "size": ("64x64", "128x72"),
    "fps": ("1", "2", "12.5"),
    "from": ("0", "1", "0:01"),
    "to": ("1", "0:02", "9"),
    "at": ("1", "bowl", "0:01", "penality"),
    "width": ("112", "128"),
    "out": ("out", "new/deep"),
    "config": ("good.toml", "by-chance.toml"),
    "targets": ("targets.toml",),
    "target": ("github", "mine"),
    "max-size": ("5MB", "2G"),
    "cache-dir": ("cache",),
    "older-than": ("30d",),
    "plot": ("a.png", "a.jpg"),
    "workers": ("0",),
    "cluster": (
        "local:0",
        "tcp:",
        "nowhere",
    ),  # what can be is not asked for: it would be waited for
    "colors": ("64", "all"),
    "loop": ("2", "forever"),
    "title": ("A title",),
    "author": ("Ada",),
}
#: All but the one that writes into the project itself, and the one that goes on until Ctrl-C.
VERBS: dict[tuple[str, ...], click.Command] = {}
for verb, command in sorted(render.cli.commands.items()):
    if isinstance(command, click.Group):
        VERBS |= {(verb, name): each for name, each in sorted(command.commands.items())}
    elif verb not in {"new-act", "studio"}:
        VERBS[verb,] = command
#: How a value stands in a file of settings.
FORMS = ("'{}'", '"{}"', "{}", "[{}]")
SETTINGS = {
    "good.toml": "fps = 2\ntheme = 'light'\n",
    "deep.toml": "a = " + "[" * 100_000,
    "targets.toml": "[mine]\nmax_size = '1MB'\nformats = ['gif']\n",
    "data.csv": "A,B,Y\n1,2,3.1\n2,3,4.2\n3,5,7.9\n4,4,8.3\n5,8,12.6\n",
}


def values(option: click.Option, name: str, rng: random.Random) -> str:
    """A value of an option: right two times out of three."""
    right = RIGHT.get(name, ("1",))
    if isinstance(option.type, click.Choice):
        right = tuple(map(str, option.type.choices))
    value = rng.choice(right if rng.random() < 0.67 else HOSTILE)
    # Real workers would be started.
    return "0" if name == "workers" and value.strip("0") and value.isdecimal() else value


def drawn_by_chance(rng: random.Random) -> tuple[list[str], dict[str, str]]:
    """A command line and an environment; a file of settings beside them is written anew."""
    verb = rng.choice(list(VERBS))
    line, environment, settings = [*verb], {}, ""
    options = [p for p in VERBS[verb].params if isinstance(p, click.Option)]
    if rng.random() < 0.05:
        line[-1] = rng.choice([*HOSTILE, verb[-1][1:], verb[-1].upper()])
    for parameter in VERBS[verb].params:
        if isinstance(parameter, click.Argument) and rng.random() < 0.6:
            line.append(rng.choice(["loop", "bowl", "bowls", *HOSTILE]))
    for option in rng.sample(options, min(rng.randint(0, 5), len(options))):
        variable = str(option.envvar)
        name = variable.removeprefix("RIDGE_").replace("_", "-").lower()
        flag = rng.choice([*option.opts, *option.secondary_opts])
        value = values(option, option.opts[0].removeprefix("--"), rng)
        how = rng.random()
        if option.is_flag:
            line.append(flag)
        elif how < 0.7:
            line += [flag, value] if rng.random() < 0.8 else [f"{flag}={value}"]
        elif how < 0.85 and option.envvar:
            environment[variable] = value
        else:
            quoted = value.encode("unicode_escape").decode() if "'" not in value else "x"
            settings += f"{name} = {rng.choice(FORMS).format(quoted)}\n"
    if rng.random() < 0.1:
        line.insert(rng.randint(0, len(line)), rng.choice([*HOSTILE, "--qality", "-x"]))
    Path("by-chance.toml").write_text(settings, encoding="utf-8")
    return line, environment


@contextmanager
def no_frames(*_: Any) -> Iterator[NoReturn]:
    raise RenderError(f"{NOT_DRAWN}.")
    yield


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what command lines may name."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    for name, value in (("CACHE_DIR", "cache"), ("WORKERS", "0"), ("SIZE", "64x64")):
        monkeypatch.setenv(f"RIDGE_{name}", value)
    monkeypatch.setattr(frames, "manim_configured", no_frames)
    monkeypatch.setattr(click, "launch", lambda url: 0)
    for file, text in SETTINGS.items():
        Path(file).write_text(text)
    Path("binary").write_bytes(bytes(range(256)) * 9)
    Path("dangling").symlink_to("gone")
    os.mkfifo("fifo")
    return tmp_path


def fault(result: Result) -> str:
    """What is wrong with how a command line ended."""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return f"ended with {result.exception!r}"
    if result.exit_code not in (0, 1, 2):
        return f"exit code {result.exit_code}"
    if re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\udcff]", result.output):
        return "something that disturbs a terminal"
    lines = result.stderr.splitlines()
    errors = [line for line in lines if line.startswith("Error: ")]
    if errors != (lines[-1:] if result.exit_code else []):
        return "not one sentence, the last, on what is wrong"
    if PREFIX in result.output:
        return "a name of our own"
    # Nothing here is full, missing or broken: what fails is only what is drawn.
    if result.exit_code == 1 and NOT_DRAWN not in errors[0]:
        return "failed"
    return ""


def try_by_chance(place: Path, count: int, seed: int) -> Counter[str]:
    """Run so many; return how many ended how."""
    rng, ends = random.Random(seed), Counter[str]()
    kept = {path: path.read_bytes() for name in (*SETTINGS, "binary") if (path := place / name)}
    for _ in range(count):
        line, environment = drawn_by_chance(rng)
        result = CliRunner().invoke(
            render.cli, line, env=environment, prog_name="render.py", color=True
        )
        wrong = fault(result)
        told = (
            f"{environment} render.py {line}: {wrong}: {result.exit_code}\n{result.output[-2000:]}"
        )
        assert not wrong, told
        assert {path: path.read_bytes() for path in kept} == kept, told
        assert not list(place.rglob(f"{PREFIX}*")), told
        ends[("done", "not drawn", "refused")[result.exit_code]] += 1
    assert min(ends[end] for end in ("done", "not drawn", "refused")) > count / 50
    return ends


def test_sixty_command_lines_by_chance(place: Path) -> None:
    try_by_chance(place, 60, seed=1)


@pytest.mark.faults
def test_two_thousand_command_lines_by_chance(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = try_by_chance(place, 2000, seed=2)
    with capsys.disabled():
        print(f"\n{ends.total()} command lines by chance:", dict(ends))
