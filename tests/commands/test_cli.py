"""The command line as its users meet it: help, examples, and as a process of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib

import click
import pytest

import render
from tests.commands.command_line import (
    COMMANDS,
    HEAVY,
    LONGLEY,
    README,
    ROOT,
    TINY,
    command,
    command_of,
    run,
)

pytestmark = pytest.mark.usefixtures("elsewhere")


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


def test_it_runs_from_anywhere_and_finds_opengl() -> None:
    done = subprocess.run(command("doctor", "--json"), capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["ok"] else 1)
    assert done.stderr == ""
    (opengl,) = [row["found"] for row in told["checks"] if row["name"] == "OpenGL"]
    assert opengl
