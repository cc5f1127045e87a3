"""`new-act` writes an act that runs, and leaves everything as it was where it cannot."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

import render
from commands.new_act import listed, write_all
from scenes import ACTS
from tests.refusals import check_refused

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a new act in it."""
    folder = tmp_path_factory.mktemp("project")
    for room in ("ridge_math", "scenes", "pipeline", "commands", "examples", "tests/scenes"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("render.py", "pyproject.toml", "tests/matrix.py"):
        shutil.copy(ROOT / name, folder / name)
    assert "wrote scenes/long_tail.py" in run(folder, "render.py", "new-act", "long_tail")
    return folder


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_act_is_drawn(project: Path) -> None:
    size = ("--size", "128x72", "--fps", "5", "--out", "stills")
    run(project, "render.py", "still", "long_tail", "--at", "grown", *size)
    (still,) = (project / "stills").glob("*.png")
    with Image.open(still) as image:
        assert image.size == (128, 72)
        assert len(set(image.convert("RGB").get_flattened_data())) > 100


@pytest.mark.slow
def test_the_tests_of_a_new_act_pass(project: Path) -> None:
    """Of its captions, its list and its look in one shape; `make test` has all the others."""
    said = run(
        *(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml"),
        *("-k", "long_tail and wide and en or long_tail and list or every_table"),
        *("tests/scenes/test_acts.py", "tests/scenes/test_layout_of_acts.py"),
    )
    (passed,) = re.findall(r"(\d+) passed", said)
    assert int(passed) >= 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bowl", "taken"),
        ("layout", "taken"),
        ("stage", "taken"),
        ("screen", "taken"),  # a table of the catalogue
        ("panel", "taken"),  # a class that the act itself needs
        ("numbers", "module of Python"),
        ("Corner", "small letters"),
        ("two words", "small letters"),
        ("../corner", "small letters"),
        ("1st", "small letters"),
        ("λ", "small letters"),
        ("_hidden", "small letters"),
        ("class", "small letters"),
        ("", "small letters"),
    ],
)
def test_names_that_cannot_be_are_refused(name: str, says: str, project: Path) -> None:
    check_refused(CliRunner().invoke(render.cli, ["new-act", "--", name]), [repr(name), says])


def test_the_place_in_the_film_must_be_one() -> None:
    result = CliRunner().invoke(render.cli, ["new-act", "corner", "--after", "loop"])
    check_refused(result, ["--after 'loop'", *(entry.name for entry in ACTS)])


@pytest.mark.parametrize("after", [None, "bowl", "recap"])
def test_it_is_listed_where_it_should_be(after: str | None) -> None:
    source = listed((ROOT / "scenes" / "__init__.py").read_text(encoding="utf-8"), "corner", after)
    room: dict[str, object] = {"__name__": "scenes"}
    exec(compile(source, "scenes", "exec", dont_inherit=True), room)
    names = [entry.name for entry in room["ACTS"]]  # type: ignore[attr-defined]
    before = [entry.name for entry in ACTS]
    assert names.index("corner") == (before.index(after) + 1 if after else len(before) - 1)
    assert [name for name in names if name != "corner"] == before


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    kept, fresh, folder = tmp_path / "kept", tmp_path / "fresh", tmp_path / "folder"
    kept.write_text("as it was", encoding="utf-8")
    folder.mkdir()
    (folder / "something").touch()  # no file can take its name
    with pytest.raises(Exception, match="folder"):
        write_all({fresh: "a", kept: "b", folder: "c"})
    assert kept.read_text(encoding="utf-8") == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "kept"]
