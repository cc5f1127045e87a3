"""A film that waits for a voice, from the command line: what is drawn, and what is said of recordings."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result

import render
from pipeline.voice.decode import read_sound
from tests.pipeline.voice.sounds import RATE, burst, place_of, write_sound

TINY = ("--size", "64x64", "--fps", "10", "--captions", "file")
ACTS = """
from manim import Square
from scenes.act import Act

class First(Act):
    '''Says two things.'''
    captions = {"one": "The first thing.", "two": "The second thing."}

    def construct(self):
        self.square = Square(1)
        self.say("one")
        self.play(self.square.animate.shift((1, 0, 0)), run_time=1)
        self.hold()
        self.beat("one")
        self.say("two")
        self.hold()

class Second(Act):
    '''Says one thing.'''
    captions = {"three": "The third thing."}

    def construct(self):
        self.say("three")
        self.hold()
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RIDGE_WORKERS", "0")
    Path("talk.py").write_text(ACTS, encoding="utf-8")
    Path("voice").mkdir()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, arguments, prog_name="render.py")


def record(id: str, seconds: float, seed: int = 1) -> None:
    write_sound(Path("voice") / f"{id}.wav", burst(seconds, seed))


def film(
    *arguments: str, verb: str = "film", acts: str = "talk.py"
) -> tuple[dict[str, Any], list[str]]:
    """What was made, and what was noted of the voice."""
    result = run(verb, acts, *TINY, "--json", *arguments)
    assert result.exit_code == 0, result.output
    notes = [line for line in result.stderr.splitlines() if "chapters" not in line]
    return json.loads(result.stdout.splitlines()[-1]), notes


def cues() -> list[tuple[float, float]]:
    """The captions beside the film, in seconds."""
    lines = Path("out/first+second.srt").read_text(encoding="utf-8").splitlines()
    times = [line.split(" --> ") for line in lines if "-->" in line]
    return [(_seconds(start), _seconds(stop)) for start, stop in times]


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.replace(",", ".").split(":")
    return 3600 * int(hours) + 60 * int(minutes) + float(seconds)


def test_a_film_waits_for_recordings_and_plays_them() -> None:
    silent, _ = film()
    before = cues()
    for seed, (id, seconds) in enumerate(
        {"first.one": 3.02, "first.two": 0.5, "second.three": 4.4}.items()
    ):
        record(id, seconds, seed)
    spoken, notes = film("--voice", "voice")
    assert notes == []
    after = cues()
    # 3.02 and 0.25 s of rest are 33 frames; 0.5 s are fewer than the caption takes to come up and stand.
    assert [round(10 * (stop - start)) for start, stop in after] == [33, 9, 47]
    assert round(10 * (before[0][1] - before[0][0])) == 20
    assert spoken["frames"] == 33 + 2 + 9 + 47 != silent["frames"]
    heard = read_sound(Path(spoken["path"]), 100)[0]
    for seed, (start, _) in enumerate(after):
        sound = burst([3.02, 0.5, 4.4][seed], seed)
        assert abs(place_of(sound, heard) - start * RATE) < RATE / 60  # a frame, at most


def test_a_recording_redraws_its_act_only_and_only_where_it_is_of_another_length() -> None:
    for seed, id in enumerate(("first.one", "first.two", "second.three")):
        record(id, 2.0, seed)
    made, _ = film("--voice", "voice")
    assert made["frames_from_cache"] == 0
    with av.open(made["path"]) as file:
        assert made["frames"] == (first := 23 + 2 + 23) + 23
        pictures = [bytes(packet) for packet in file.demux(video=0)]
    record("first.one", 1.99, 7)  # another take: 23 frames, as before
    again, _ = film("--voice", "voice")
    assert again["frames_from_cache"] == again["frames"] == made["frames"]
    with av.open(again["path"]) as file:
        assert [bytes(packet) for packet in file.demux(video=0)] == pictures
    assert place_of(burst(1.99, 7), read_sound(Path(again["path"]), 100)[0]) < RATE / 60
    record("second.three", 2.6, 8)
    longer, _ = film("--voice", "voice")
    assert longer["frames_from_cache"] == first
    assert longer["frames"] == made["frames"] + 6


def test_what_is_missing_and_what_belongs_to_nothing_is_told() -> None:
    record("first.one", 1.0)
    record("first.tow", 1.0)
    record("frist.two", 1.0)
    record("bowl.grow", 1.0)  # of the film; not of these acts
    write_sound(Path("voice/second.three.wav"), np.clip(50 * burst(1.0, 3), -1, 1))
    _, told = film("--voice", "voice")
    assert len(told) == 4
    assert "second.three: voice/second.three.wav is clipped" in told[0]
    assert "1 of 3 captions has no recording in voice and is silent: first.two." in told[1]
    assert told[2] == "Note: first.tow: no caption has that name: did you mean 'first.two'?"
    assert told[3] == "Note: frist.two: no caption has that name: did you mean 'first.two'?"


def test_a_folder_without_recordings_makes_the_film_without_sound() -> None:
    made, (note,) = film("--voice", "voice", verb="preview", acts="talk.py:Second")
    assert note.startswith("Note: 1 of 1 captions has no recording in voice")
    with av.open(made["path"]) as file:
        assert not file.streams.audio


@pytest.mark.parametrize("content", [b"", b"no sound"])
def test_a_recording_that_cannot_be_used_ends_the_run(content: bytes) -> None:
    Path("voice/first.one.wav").write_bytes(content)
    result = run("film", "talk.py", *TINY, "--voice", "voice")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: first.one: 'voice/first.one.wav' cannot be read")
    assert not Path("out").exists()
    assert run("film", "talk.py", *TINY, "--voice", "nowhere").exit_code == 2


# --- scripts, and texts that change ----------------------------------------------------------------


def script(*arguments: str) -> tuple[str, str]:
    """What is written to read from, and to edit."""
    result = run("voice", "script", "talk.py", *TINY, "--out", "voice", *arguments)
    assert result.exit_code == 0, result.output
    read, edit = re.findall(r"\S+script\S+\.(?:md|toml)", result.stdout)
    return Path(read).read_text(encoding="utf-8"), Path(edit).read_text(encoding="utf-8")


def test_a_script_has_every_line_with_its_time_and_what_is_seen() -> None:
    read, edit = script()
    assert "## First (first), 0:04" in read
    assert "**first.one** · 2.0 s from 0:00\n\n> The first thing.\n\n" in read
    assert "Moves for 1.0 s. Complete by then: one." in read
    assert "**second.three** · 2.0 s from 0:04\n\n> The third thing." in read
    assert '# first.two = "The second thing."  # 2.0 s' in edit.splitlines()
    assert tomllib.loads(edit) == {"voice": {}, "pronounce": {}}
    german, _ = script("--lang", "de")
    assert "Bewegung: 1,0 s. Vollständig ist dann: one." in german


def test_what_has_been_edited_stays_when_a_script_is_written_again() -> None:
    script()
    Path("voice/script.en.toml").write_text(
        '[voice]\nfirst.one = "More \\"than\\" λ."\nfirst.two = { before = 0.5, after = 1 }\n'
        'second.three = ""\nsecond.gone = "x"\n[pronounce]\n"λ" = "lamb"\n',
        encoding="utf-8",
    )
    read, edit = script()
    again = tomllib.loads(edit)
    assert again["voice"]["first"] == {"one": 'More "than" λ.', "two": {"before": 0.5, "after": 1}}
    assert again["voice"]["second"] == {"three": "", "gone": "x"}
    assert again["pronounce"] == {"λ": "lamb"}
    assert "No caption of these acts has these names any more." in edit
    assert '> More "than" λ.' in read
    assert "> (silent)" in read


def test_a_script_asks_for_rest_and_for_silence() -> None:
    for id in ("first.one", "first.two", "second.three"):
        record(id, 1.0)
    Path("voice/script.en.toml").write_text(
        'voice.first.two = { before = 0.5, after = 1.5 }\nvoice.second.three = ""\n'
        'voice.first.tow = "?"',
        encoding="utf-8",
    )
    made, notes = film("--voice", "voice")
    assert notes == ["Note: first.tow: no caption has that name: did you mean 'first.two'?"]
    (_, (start, stop), silent) = cues()
    assert stop - start == pytest.approx(3.0, abs=0.001)
    assert silent[1] - silent[0] == pytest.approx(2.0, abs=0.001)  # as long as it takes to read
    heard = read_sound(Path(made["path"]), 100)[0]
    assert abs(place_of(burst(1.0, 1), heard[round(start * RATE) :]) - RATE // 2) < RATE / 60
    assert np.abs(heard[round(silent[0] * RATE) :]).max() < 1e-3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[voice]\nfirst = 3", "script.en.toml: write first as act.key"),
        ("[voice]\nfirst.one = 3", "first.one: voice/script.en.toml must give it a text"),
        ("[voice]\nfirst.one = { txt = 'x' }", "first.one: voice/script.en.toml must give it"),
        ("[voice]\nfirst.one = { after = -1 }", "first.one: after is -1 s"),
        ("[voice]\nfirst.one = { after = true }", "first.one: voice/script.en.toml must give it"),
        ("[vocie]", "'vocie' is no table of a script"),
        ("[pronounce]\nRSS = 3", "'RSS' is pronounced as no text"),
        ("[voice", "cannot be read"),
    ],
)
def test_a_script_that_says_nothing_is_refused_in_a_sentence(text: str, says: str) -> None:
    Path("voice/script.en.toml").write_text(text, encoding="utf-8")
    result = run("film", "talk.py", *TINY, "--voice", "voice")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert says in result.stderr


def test_lines_of_another_language_are_told_at_once() -> None:
    keys = [f"line_{i}" for i in range(6)]
    says = "".join(f"        self.say({key!r})\n" for key in keys)
    for text in ("One", "Eins"):
        Path("talk.py").write_text(
            "from scenes.act import Act\n\nclass Many(Act):\n"
            f"    captions = {dict.fromkeys(keys, text)}\n\n    def construct(self):\n{says}",
            encoding="utf-8",
        )
        for key in keys:
            if text == "One":
                record(f"many.{key}", 0.5)
        _, notes = film("--voice", "voice", "--dry-run" if text == "Eins" else "--no-cache")
    (note,) = notes
    assert note.startswith("Note: 6 lines were recorded from other texts than those of now")


def test_a_text_that_has_changed_since_it_was_recorded_is_told() -> None:
    for id in ("first.one", "first.two", "second.three"):
        record(id, 1.0)
    assert film("--voice", "voice")[1] == []
    assert film("--voice", "voice")[1] == []
    Path("talk.py").write_text(ACTS.replace("The third", "The last"), encoding="utf-8")
    changed = [
        "Note: second.three: it was recorded when its text was “The third thing.”; "
        "now it is “The last thing.”."
    ]
    assert film("--voice", "voice")[1] == changed
    assert film("--voice", "voice")[1] == changed  # until it is recorded anew
    record("second.three", 1.0, 9)
    assert film("--voice", "voice")[1] == []
    Path("voice/voice.json").write_text("{}", encoding="utf-8")
    result = run("film", "talk.py", *TINY, "--voice", "voice")
    assert result.exit_code == 2
    assert (
        "voice/voice.json' cannot be read: it is not as render.py has written it" in result.stderr
    )


# --- beside the film -------------------------------------------------------------------------------


def test_what_is_spoken_stands_beside_the_film_where_it_is_not_the_caption() -> None:
    for id in ("first.one", "second.three"):
        record(id, 1.0)
    made, _ = film("--voice", "voice")
    assert not any("spoken" in path for path in made["captions"])
    Path("voice/script.en.toml").write_text('voice.second.three = "More."', encoding="utf-8")
    Path("voice/voice.json").unlink()
    made, _ = film("--voice", "voice")
    assert "out/first+second.spoken.srt" in made["captions"]
    spoken = Path("out/first+second.spoken.srt").read_text(encoding="utf-8")
    lines = spoken.splitlines()
    assert [lines[2], lines[6]] == ["The first thing.", "More."]
    (one, _, three) = cues()
    times = [line.split(" --> ")[0] for line in lines if "-->" in line]
    assert [_seconds(time) for time in times] == [one[0], three[0]]


def test_music_lies_under_a_film_with_a_voice_or_without() -> None:
    t = np.arange(2 * RATE) / RATE
    write_sound(Path("music.wav"), np.stack([np.sin(440 * t), np.sin(550 * t)]))
    made, notes = film("--under", "music.wav")
    assert notes == []
    (left, right) = read_sound(Path(made["path"]), 100, 2)
    assert np.abs(left - right).max() > 0.01
    record("first.one", 2.0)
    spoken, _ = film("--under", "music.wav", "--voice", "voice")
    heard = read_sound(Path(spoken["path"]), 100)[0]
    assert place_of(burst(2.0, 1), heard) < RATE / 60
    result = run("film", "talk.py", *TINY, "--under", "nothing.wav")
    assert result.exit_code == 2
    assert "nothing.wav' cannot be read" in result.stderr
