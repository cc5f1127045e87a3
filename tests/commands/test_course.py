"""What a lecturer sets for her course, as options and in a file: in every verb, and checked at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import render

#: Verbs that draw, or tell of what would be drawn.
DRAWING = ("film", "preview", "deck", "gif", "kit", "still", "storyboard", "acts", "explore")


def run(*words: str) -> Result:
    return CliRunner().invoke(render.cli, words, prog_name="render.py")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("verb", DRAWING)
def test_every_verb_that_draws_has_every_choice(verb: str) -> None:
    flags = {flag for param in render.cli.commands[verb].params for flag in param.opts}
    assert {"--lam"} <= flags


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--lam", "1e9"),
            "--lam 1e+09: λ = 1e+09 is nothing to be seen: name a λ from 0.0006 to 478",
        ),
        (("--lam", "gvc"), "'gvc' is no λ: give a number above 0, like 0.5, or gcv, loo"),
        (("--lam", "-1"), "'-1' is no λ"),
        (("--lam", "nan"), "'nan' is no λ"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(words: tuple[str, ...], told: str) -> None:
    result = run("acts", "bowl", "--fps", "1", *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_lam_stands_in_a_file_too() -> None:
    Path("course.toml").write_text("lam = 'loo'\nfps = 2\n")
    result = run("acts", "bowl", "--config", "course.toml", "--json")
    assert result.exit_code == 0, result.output
    (act,) = json.loads(result.stdout)["acts"]
    assert any("by leave-one-out" in caption["text"] for caption in act["captions"])
