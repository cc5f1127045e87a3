"""A caption changed in a file of words: that one, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from commands.studio import Chooser
from commands.words_edit import edit_caption
from pipeline.errors import SettingsError

FILE = """# My words.
[screen]
rss = "SSE"  # as my book has it

[captions.bowl]
# The beginning:
valley = "Look."

[captions.flip]
name = "Upside down."
"""


def texts(path: Path) -> dict[str, dict[str, str]]:
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["captions"])


def test_a_file_is_made_and_a_change_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    assert edit_caption(path, "bowl", "grow", 'λ "grows" \\ up.', "en") is None
    assert texts(path) == {"bowl": {"grow": 'λ "grows" \\ up.'}}
    assert edit_caption(path, "bowl", "grow", "It grows.", "en") == 'λ "grows" \\ up.'
    assert edit_caption(path, "bowl", "grow", None, "en") == "It grows."
    assert texts(path) == {"bowl": {}}


def test_everything_else_stays_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    path.write_text(FILE, encoding="utf-8")
    assert edit_caption(path, "bowl", "valley", "Look here.", "en") == "Look."
    assert path.read_text(encoding="utf-8") == FILE.replace("Look.", "Look here.")
    edit_caption(path, "bowl", "grow", "More.", "en")
    assert path.read_text(encoding="utf-8") == FILE.replace("Look.", "Look here.").replace(
        "# The beginning", 'grow = "More."\n# The beginning'
    )
    edit_caption(path, "trace", "title", "Go.", "en")
    assert path.read_text(encoding="utf-8").endswith('\n[captions.trace]\ntitle = "Go."\n')


@pytest.mark.parametrize(
    ("act", "key", "text"),
    [
        ("bowl", "valley", "A {blank} that nothing fills."),
        ("bowl", "valley", "Two\nlines."),
        ("bowl", "valley", "Letters of none of our fonts: \U0001f600"),
        ("bowl", "no_such_text", "Text."),
        ("no_such_act", "valley", "Text."),
        ("flip", "name", None),
    ],
)
def test_what_cannot_be_said_leaves_the_file_alone(
    tmp_path: Path, act: str, key: str, text: str | None
) -> None:
    path = tmp_path / "words.toml"
    content = FILE.replace('"Upside down."', '"""\\\n  Upside down."""')
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError):
        edit_caption(path, act, key, text, "en")
    assert path.read_text(encoding="utf-8") == content


def test_page_writes_to_the_chosen_file_or_to_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chooser = Chooser({"quality": "draft"})
    assert chooser.edit("bowl", "valley", "Look.") is None
    assert chooser.words[:2] == ("--words", "words.toml")
    assert chooser.edit("bowl", "valley", "Look here.") == "Look."
    assert texts(tmp_path / "words.toml") == {"bowl": {"valley": "Look here."}}
    mine = Chooser({"words": "mine.toml"})
    mine.edit("bowl", "valley", "Mine.")
    assert texts(tmp_path / "mine.toml") == {"bowl": {"valley": "Mine."}}
    with pytest.raises(SettingsError, match="already"):
        Chooser({}).edit("bowl", "valley", "Another's.")
    with pytest.raises(SettingsError, match="own file"):
        mine.edit("corner", "valley", "Text.")
