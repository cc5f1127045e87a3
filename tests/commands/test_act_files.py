"""Acts of a user's own, from a file anywhere: listed, drawn, kept and explained as ours are."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import render
from commands.act_files import acts_in
from ridge_math import Dataset
from scenes.brief import Brief
from tests.refusals import check_refused

ROOT = Path(__file__).resolve().parents[2]
TINY = ("--size", "128x72", "--fps", "2")

SOURCE = """
from manim import Dot, FadeIn
from helpers import SECONDS
from scenes.act import Act


class Base(Act):
    def construct(self):
        self.say("first", FadeIn(Dot()))
        self.wait(SECONDS)
        self.beat("shown")


class LongTail(Base):
    \"\"\"What a tail is.

    Longer than a line.
    \"\"\"

    def construct(self):
        super().construct()
        self.say("last")
        self.hold()


class Plain(Base):
    name = "simple"
    captions = {"title": "Quite plain", "first": "Of the class."}
"""
CAPTIONS = """
[base]
first = "Of the base."

[long_tail]
title = "The long tail"
last = "Of the file."
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with acts, in which we are; drawing in this process."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RIDGE_WORKERS", "0")
    (tmp_path / "my_acts.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "my_acts.en.toml").write_text(CAPTIONS, encoding="utf-8")
    (tmp_path / "helpers.py").write_text("SECONDS = 1.0\n", encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, arguments, prog_name="render.py")


def to_draw(name: str, *options: str) -> int:
    """How many frames a film of an act still needs."""
    from pipeline.work import sources

    # Digests are kept for the life of a process, in which sources do not change.
    sources._file_digest.cache_clear()
    sources._imports.cache_clear()
    result = run("film", name, *TINY, "--dry-run", "--json", *options)
    assert result.exit_code == 0, result.output
    return int(json.loads(result.stdout)["frames_to_draw"])


def test_acts_of_a_file_are_listed_with_their_own_captions() -> None:
    result = run("acts", "my_acts.py", "--fps", "2", "--json")
    assert result.exit_code == 0, result.output
    base, tail, plain = json.loads(result.stdout)["acts"]
    assert [act["name"] for act in (base, tail, plain)] == ["base", "long_tail", "simple"]
    assert [act["title"] for act in (base, tail, plain)] == ["Base", "The long tail", "Quite plain"]
    assert tail["summary"] == "What a tail is."
    assert [cue["text"] for cue in tail["captions"]] == ["Of the base.", "Of the file."]
    assert [cue["text"] for cue in plain["captions"]] == ["Of the class."]
    assert [beat["name"] for beat in plain["beats"]] == ["shown"]
    assert "What a tail is." in run("acts", "my_acts.py:LongTail", "--fps", "2").output


def test_pieces_are_kept_until_the_file_or_what_it_imports_or_says_changes(folder: Path) -> None:
    name = "my_acts.py:Plain"
    result = run("film", name, *TINY)
    assert result.exit_code == 0, result.output
    assert (folder / "out" / "simple.mp4").exists()
    assert to_draw(name) == 0
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for path in (*folder.glob("*.py"), *folder.glob("*.toml")):
        (elsewhere / path.name).write_bytes(path.read_bytes())
    assert to_draw(str(elsewhere / "my_acts.py:Plain")) == 0
    for path, old, new in (
        (folder / "helpers.py", "1.0", "2.0"),
        (folder / "my_acts.py", "Of the class", "Of another"),
        (folder / "my_acts.en.toml", "Of the file", "Of another"),
    ):
        content = path.read_text(encoding="utf-8")
        path.write_text(content.replace(old, new), encoding="utf-8")
        assert to_draw(name) > 0
        path.write_text(content, encoding="utf-8")
        assert to_draw(name) == 0


def test_every_verb_for_acts_takes_them(folder: Path) -> None:
    for verb, made in (
        (("still", "my_acts.py:Plain", "--at", "shown", "--size", "128x72"), "simple-shown.png"),
        (("storyboard", "my_acts.py", "--size", "128x72"), "storyboard.png"),
        (("gif", "my_acts.py:Plain", "--width", "128", "--fps", "5"), "simple.gif"),
        (("deck", "my_acts.py", "bowl", *TINY), "base+long_tail+simple+bowl.html"),
        (("preview", "my_acts.py:LongTail", *TINY, "--no-open"), "preview/long_tail.mp4"),
    ):
        result = run(*verb)
        assert result.exit_code == 0, result.output
        assert (folder / "out" / made).exists()
    with Image.open(folder / "out" / "simple-shown.png") as still:
        assert len(set(still.convert("L").tobytes())) > 2


def test_an_act_travels_with_its_file(folder: Path) -> None:
    """A process that has no such file makes the same act."""
    (entry,) = (each for each in acts_in(Path("my_acts.py")) if each.name == "long_tail")
    brief = Brief(Dataset.synthetic())
    (folder / "call").write_bytes(pickle.dumps((entry, brief)))
    for path in (*folder.glob("*.py"), *folder.glob("*.toml")):
        path.unlink()
    script = (
        "import pickle; from functools import partial\n"
        "from pipeline.render.frames import probe; from pipeline.render.settings import RenderSettings\n"
        "entry, brief = pickle.load(open('call', 'rb'))\n"
        "made = probe(partial(entry.build, brief), RenderSettings(128, 72, fps=2))\n"
        "print([cue.text for cue in made.cues])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "['Of the base.', 'Of the file.']\n", done.stderr


@pytest.mark.parametrize("workers", ["0", "1"])
def test_an_error_is_told_by_the_lines_of_the_file(folder: Path, workers: str) -> None:
    (folder / "helpers.py").write_text("def SECONDS():\n    pass\n", encoding="utf-8")
    result = run("film", "my_acts.py:Plain", *TINY, "--workers", workers)
    assert result.exit_code == 1
    first, *lines = result.stderr.splitlines()
    assert first == "Error: my_acts.py:Plain failed:"
    assert lines[:2] == [
        f'  File "{folder / "my_acts.py"}", line 10, in construct',
        "    self.wait(SECONDS)",
    ]
    assert lines[-1].startswith("TypeError: ")
    assert str(ROOT) not in result.output
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("class A(:\n", ["line 1", "class A(:", "SyntaxError"]),
        ("import helpers\n\nhelpers.none\n", ["line 3", "helpers.none", "AttributeError"]),
        ("import no_such_module\n", ["line 1", "import no_such_module", "ModuleNotFoundError"]),
        ("raise SystemExit(3)\n", ["line 1", "raise SystemExit(3)"]),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_by_its_lines(
    source: str, says: list[str], folder: Path
) -> None:
    (folder / "my_acts.py").write_text(source, encoding="utf-8")
    result = run("film", "my_acts.py")
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Error: my_acts.py cannot be loaded:\n  File ")
    assert [part for part in says if part not in result.stderr] == []
    assert str(ROOT) not in result.output


@pytest.mark.parametrize(
    ("arguments", "changed", "says"),
    [
        (["film", "none.py:Corner"], "", ["'none.py' cannot be read"]),
        (["film", "my_acts.py:LongTale"], "", ["no act 'LongTale'", "'LongTail'"]),
        (["preview", "my_acts.py"], "", ["Base, LongTail, Plain"]),
        (["film", "my_acts.py"], "x = 1\n", ["has no act", "scenes.act.Act"]),
        (["film", "my_acts.py"], SOURCE.replace("LongTail", "Bowl"), ["my_acts.py:Bowl", "'bowl'"]),
        (["film", "my_acts.py"], SOURCE.replace("LongTail", "Simple"), ["Two acts", "'simple'"]),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    arguments: list[str], changed: str, says: list[str], folder: Path
) -> None:
    if changed:
        (folder / "my_acts.py").write_text(changed, encoding="utf-8")
    check_refused(run(*arguments), says)


@pytest.mark.parametrize("text", ["[base\n", "base = 1\n", "[base]\nfirst = 2\n"])
def test_captions_that_cannot_be_read_are_refused(text: str, folder: Path) -> None:
    (folder / "my_acts.en.toml").write_text(text, encoding="utf-8")
    check_refused(run("film", "my_acts.py"), ["my_acts.en.toml", "cannot be read"])


def test_a_file_of_ours_stands_for_our_act() -> None:
    (entry,) = acts_in(ROOT / "scenes" / "bowl.py")
    assert (entry.name, entry.file) == ("bowl", None)


@pytest.mark.faults
def test_workers_of_a_cluster_draw_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIDGE_WORKERS")
    result = run("film", "my_acts.py:LongTail", *TINY, "--cluster", "local:1")
    assert result.exit_code == 0, result.output
