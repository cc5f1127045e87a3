"""What the documents promise is there: files, commands, make's targets, rooms, names in JSON."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import render
from commands.new_act import TEMPLATES, act_source
from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.brief import Brief
from scenes.text import captions

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
VERBS = sorted(render.cli.commands)
TINY = ("--size", "64x64", "--fps", "1")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def links(document: str) -> list[str]:
    """Where Markdown points inside this repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", document)
    return [link for link in found if not re.match(r"[a-z]+:|#", link)]


def commands(document: str) -> list[str]:
    """What a document tells its reader to type, from ``render.py`` on, to a comment or a ``>``."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", document)
    found = [re.search(r"render\.py [a-z][^>]*", line) for line in lines]
    return [shlex.join(shlex.split(match[0], comments=True)) for match in found if match]


def targets(document: str) -> set[str]:
    """What a document has ``make`` do: in code, not in prose."""
    code = re.findall(r"```sh\n.*?```|`[^`\n]+`", document, re.DOTALL)
    return {target for part in code for target in re.findall(r"\bmake ([a-z][a-z-]*)", part)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    missing = [link for link in links(text(path)) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_are_understood(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "my_acts.py").write_text(act_source("corner"), encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    for line in commands(text(path)):
        verb, *arguments = shlex.split(re.sub("NAME|corner", "bowl", line))[1:]
        group = render.cli.make_context("render.py", [verb])
        # Raises on a wrong option.
        render.cli.commands[verb].make_context(verb, arguments, parent=group)


def test_the_readme_shows_every_command() -> None:
    assert {line.split()[1] for line in commands(text(ROOT / "README.md"))} == set(VERBS)


def test_targets_of_make_are_those_that_are_documented() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text(ROOT / "Makefile"), re.MULTILINE)
    told = set().union(*(targets(text(path)) for path in DOCUMENTS))
    assert told == set(phony.split()) - {"help"}


def test_every_room_says_what_it_knows() -> None:
    table = re.findall(
        r"^\| `([a-z_/.]+)` \| [^|]+\|", text(ROOT / "CONTRIBUTING.md"), re.MULTILINE
    )
    packages = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for room in ("ridge_math", "scenes", "pipeline", "commands", "benchmarks")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(table) == packages | {"render.py", "tests/"}


# --- the tutorial of CONTRIBUTING.md ------------------------------------------------------------


def test_the_smallest_act_is_what_new_act_writes_and_it_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is stepped from end to end, and drawn where λ has grown."""
    (source,) = re.findall(r"^```python\n(.*?)^```", text(ROOT / "CONTRIBUTING.md"), re.M | re.S)
    assert source == act_source("corner")
    words = {"corner": tomllib.loads(text(TEMPLATES / "captions.toml"))["en"]}
    known = captions.catalogue("en")
    monkeypatch.setattr(captions, "catalogue", lambda language: known | words)
    room: dict[str, Any] = {"__name__": "corner"}
    exec(compile(source, "corner.py", "exec", dont_inherit=True), room)
    settings = RenderSettings(128, 72, fps=5)

    def factory(renderer: Any) -> Any:
        return room["Corner"](Brief(Dataset.synthetic()), renderer=renderer)

    timeline = probe(factory, settings)
    assert [beat.name for beat in timeline.beats] == ["surface", "grown", "cost"]
    assert [cue.text for cue in timeline.cues] == [*words["corner"].values()]
    first, grown = timeline.beats[0].numbers, timeline.beats[1].numbers
    assert first is not None
    assert grown is not None
    assert first["lam"] == 0 < grown["lam"]
    drawn: list[Any] = []
    draw(factory, settings, timeline.beats[1].frame - 1, timeline.beats[1].frame, drawn.append)
    assert len({tuple(pixel) for row in drawn[0][::4, ::4] for pixel in row}) > 20


# --- docs/programs.md ---------------------------------------------------------------------------

SAID: dict[str, tuple[str, ...]] = {
    "acts": ("acts", *TINY),
    "film": ("film", "bowl", *TINY, "--captions", "file"),
    "deck": ("deck", "bowl", *TINY),
    "still": ("still", "bowl", "--at", "1", *TINY),
    "gif": ("gif", "--width", "128", "--fps", "1"),
    "explore": ("explore",),
    "kit": ("kit", "--width", "128", "--fps", "1"),
    "storyboard": ("storyboard", "bowl", *TINY),
    "voice script": ("voice", "script", "bowl", *TINY),
    "voice speak": ("voice", "speak", "bowl", "--with", "silence", *TINY),
    "cache": ("cache",),
    "doctor": ("doctor",),
    "diagnose": ("diagnose",),
}
#: Names that stand for things told of elsewhere, and things by their own names.
OPAQUE = {
    "diagnose": {
        *("pair", "least_squares", "ridge", "choices", "conventions", "correlation"),
        "principal_components",
    }
}
BY_NAME = {"kit": {"files", "media"}, "diagnose": {"vif_full"}}


def names(value: Any, opaque: set[str], by_name: set[str]) -> Iterator[str]:
    """Every name in what a command has said."""
    if isinstance(value, list):
        for each in value:
            yield from names(each, opaque, by_name)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            inner = list(each.values()) if name in by_name else each
            if name not in opaque:
                yield from names(inner, opaque, by_name)


def test_every_verb_that_says_something_is_looked_at() -> None:
    assert {verb.split()[0] for verb in SAID} | {"preview", "new-act", "studio", "words"} == set(
        VERBS
    )


@pytest.mark.parametrize("verb", SAID)
def test_every_name_that_is_said_is_documented(
    verb: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_WORKERS", "0")
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-docs"))
    said = CliRunner().invoke(render.cli, [*SAID[verb], "--json"], prog_name="render.py")
    assert said.exit_code == 0, said.output
    told = [json.loads(line) for line in said.stdout.splitlines()]
    assert told
    found = set(names(told, OPAQUE.get(verb, set()), BY_NAME.get(verb, set())))
    document = text(ROOT / "docs" / "programs.md")
    assert f"`render.py {verb} --json`" in document or f"| `{verb}` |" in document
    assert found - set(re.findall(r"`([A-Za-z_]+)`", document)) == set()


# --- the readers themselves, on planted text ------------------------------------------------------


def test_planted_links_commands_and_targets_are_found() -> None:
    planted = (
        "[a](docs/a.md) ![b](b.png) [c](https://c.org) [d](#d)\n"
        "```sh\npython render.py still bowl --at 5  # one frame\nmake film ARGS=x\n```\n"
        "`render.py gif` and `make test`, to make sure; `render.py`\n"
    )
    assert links(planted) == ["docs/a.md", "b.png"]
    assert commands(planted) == ["render.py still bowl --at 5", "render.py gif"]
    assert targets(planted) == {"film", "test"}


def test_names_are_found_wherever_they_are() -> None:
    told = {"a": [{"b": 1}], "media": {"x.png": {"c": 2}}, "pair": {"d": 3}}
    assert set(names(told, {"pair"}, {"media"})) == {"a", "b", "media", "c", "pair"}
