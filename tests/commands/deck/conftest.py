"""The decks that tests look at, made once in each form."""

from __future__ import annotations

import json

import pytest

from commands.deck import FORMS
from tests.commands.deck.made import LOOK, SHOWN, Made


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Tests must not write to it."""
    made = Made(tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("cache"), {})
    common = (*LOOK, "--out", str(made.folder), "--json")
    assert made.run("film", *SHOWN, *common).exit_code == 0
    for form in FORMS:
        result = made.run("deck", *SHOWN, "--to", form, "--no-live", *common)
        assert result.exit_code == 0, result.output
        made.facts[form] = json.loads(result.stdout.splitlines()[-1])
    return made
