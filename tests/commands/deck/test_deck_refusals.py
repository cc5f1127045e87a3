"""What a deck cannot be is one sentence, and leaves the old one as it was."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.commands.deck.made import LOOK, SHOWN, Made


def one_sentence(result: Result, code: int = 2) -> str:
    assert result.exit_code == code, result.output
    assert not isinstance(result.exception, RuntimeError)
    assert "Traceback" not in result.output
    return result.stderr.strip().splitlines()[-1]


def test_paper_has_no_voice(made: Made, tmp_path: Path) -> None:
    result = made.run("deck", "--to", "pdf", "--voice", str(tmp_path), "--out", str(tmp_path))
    assert "--voice" in one_sentence(result)


def test_what_the_presenter_of_manim_slides_needs_is_said(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("deck", "hook", "--to", "manim-slides", "--idle", "none", *LOOK)
    for there, says in ((None, True), (object(), False)):
        monkeypatch.setattr("commands.deck.find_spec", lambda name, there=there: there)
        result = made.run(*command, "--out", str(tmp_path))
        assert result.exit_code == 0, result.output
        assert ("manim-slides[pyside6]" in result.stdout) == says


def test_a_form_that_there_is_not(made: Made) -> None:
    assert "'html', 'pptx', 'pdf', 'manim-slides'" in one_sentence(
        made.run("deck", "--to", "keynote")
    )


def test_captions_have_no_file_in_a_deck(made: Made) -> None:
    said = one_sentence(made.run("deck", "--captions", "file"))
    assert "--captions burned or none" in said


@pytest.mark.parametrize("form", ["pptx", "manim-slides"])
def test_without_the_extra_there_is_a_page_and_a_remedy(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setitem(sys.modules, "manim_slides", None)
    monkeypatch.delitem(sys.modules, "manim_slides.config")
    here = ("--out", str(tmp_path))
    said = one_sentence(made.run("deck", *SHOWN, "--to", form, *LOOK, *here))
    assert "`make deck`" in said
    assert list(tmp_path.iterdir()) == []
    assert made.run("deck", *SHOWN, *LOOK, *here).exit_code == 0


def test_an_output_that_cannot_be_written(made: Made, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for form in ("html", "pptx", "manim-slides"):
        said = one_sentence(made.run("deck", "--to", form, "--out", str(tmp_path / "file")))
        assert "--out" in said
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["thesis.txt", "slides/talk.json", "slides/{deck}.json"])
@pytest.mark.parametrize("beside_a_deck", [True, False])
def test_what_somebody_has_put_into_its_folder_is_not_lost(
    made: Made, tmp_path: Path, name: str, beside_a_deck: bool
) -> None:
    folder = tmp_path / made.path("").name
    if beside_a_deck:
        shutil.copytree(made.path(""), folder)
    mine = folder / name.format(deck=folder.name)  # another talk, or changed notes of this one
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    said = one_sentence(
        made.run("deck", *SHOWN, "--to", "manim-slides", *LOOK, "--out", str(tmp_path))
    )
    assert "--out" in said
    assert name.partition("/")[0] in said
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("html", "pipeline.deck.page._embedded"),
        ("pptx", "pipeline.deck.office._finish"),
        ("manim-slides", "pipeline.deck.presentation.cut"),
    ],
)
def test_a_run_that_fails_leaves_the_old_deck(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, where: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    command = ("deck", *SHOWN, "--to", form, *LOOK, "--out", str(tmp_path))
    assert made.run(*command).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made.run(*command).exit_code == 0  # a deck may take the place of a deck
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    monkeypatch.setattr(where, full)
    assert "no space left" in one_sentence(made.run(*command), 1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == [
        made.path({"html": ".html", "pptx": ".pptx"}.get(form, "")).name
    ]


def test_a_dry_run_draws_and_writes_nothing(made: Made, tmp_path: Path) -> None:
    result = made.run("deck", "--dry-run", "--json", *LOOK, "--out", str(tmp_path / "out"))
    assert (result.exit_code, json.loads(result.stdout)["event"]) == (0, "plan")
    assert list(tmp_path.iterdir()) == []


def test_to_is_not_the_end_of_a_film(made: Made, tmp_path: Path) -> None:
    """`film --to` takes seconds: neither the environment nor a file may confuse the two."""
    config = tmp_path / "our.toml"
    config.write_text('deck-to = "pptx"\nto = 3\n', encoding="utf-8")
    command = ("deck", *SHOWN, "--json", *LOOK, "--out", str(tmp_path))
    last = [
        json.loads(result.stdout.splitlines()[-1])
        for result in (
            made.run(*command, RIDGE_TO="3"),
            made.run(*command, RIDGE_DECK_TO="pptx"),
            made.run(*command, "--config", str(config)),
        )
    ]
    assert [facts["to"] for facts in last] == ["html", "pptx", "pptx"]
    film = made.run(
        "film", SHOWN[0], "--json", *LOOK, "--config", str(config), "--out", str(tmp_path)
    )
    assert json.loads(film.stdout.splitlines()[-1])["frames"] == 30


def test_without_burnt_captions_the_notes_still_have_them(made: Made, tmp_path: Path) -> None:
    command = ("deck", SHOWN[0], "--captions", "none", "--idle", "none", "--json", *LOOK)
    facts = json.loads(made.run(*command, "--out", str(tmp_path)).stdout.splitlines()[-1])
    assert [s["notes"] for s in facts["slides"]] == [
        s["notes"] for s in made.slides if s["act"] == SHOWN[0]
    ]
