"""Texts of someone's own go before those of the language, in all forms; and each beat has a note."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import scenes
from scenes import ACTS, LOOPS, OPENING
from scenes.text.captions import catalogue, languages
from scenes.text.notes import NOTES, notes
from scenes.text.wording import FORMS, Wording, base_of

SCENES = Path(scenes.__file__).parent


def test_a_change_goes_for_all_forms_but_those_that_are_changed_themselves() -> None:
    changed = Wording(
        "en", (("bowl", "grow", "It grows."), ("bowl", "grow_exact", "Flat no more."))
    )
    ours, mine = Wording("en").tables, changed.tables
    assert {key for key in mine["bowl"] if base_of(key, mine["bowl"]) == "grow"} == {
        "grow",
        "grow_exact",
    }
    assert changed.text("bowl", "grow") == "It grows."
    assert {table: texts for table, texts in mine.items() if table != "bowl"} == {
        table: texts for table, texts in ours.items() if table != "bowl"
    }
    assert "grow_round" in ours["bowl"]


@pytest.mark.parametrize("language", languages())
def test_every_beat_has_a_note(language: str) -> None:
    for entry in (OPENING, *ACTS):
        source = (SCENES / f"{entry.module.rpartition('.')[2]}.py").read_text()
        beats = set(re.findall(r'self\.beat\("(\w+)"\)', source))
        if entry.name == "recap":  # what it lists is a beat each, by the caption's key
            beats |= {"invertible", "condition", "error", "prediction", "error_somewhere"}
        told = notes(language)[NOTES + entry.name]
        assert {base_of(key, told) for key in told} == beats, entry.name
        assert all(key == base_of(key, told) or key.rpartition("_")[2] in FORMS for key in told)
    assert set(notes(language)[f"{NOTES}{LOOPS[0].name}"]) == {LOOPS[0].name}


@pytest.mark.parametrize("language", languages())
def test_a_note_says_more_than_the_caption(language: str) -> None:
    for table, texts in notes(language).items():
        said = set(catalogue(language)[table.removeprefix(NOTES)].values())
        for key, text in texts.items():
            assert not said & set(text.split("\n")), (table, key)
            assert len(text) > 60, (table, key)
            assert "{" not in text


def test_notes_are_the_same_in_every_language() -> None:
    keys = [{(table, key) for table in notes(x) for key in notes(x)[table]} for x in languages()]
    assert all(each == keys[0] for each in keys)


def test_a_note_is_true_of_the_data() -> None:
    wording = Wording("en")
    assert "no valley" in wording.note("valley", "floor", ("round",))
    assert wording.note("valley", "floor", ("gcv", "pinned")) == wording.note("valley", "floor")
    assert wording.note("valley", "nowhere") == ""
