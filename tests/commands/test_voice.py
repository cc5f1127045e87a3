"""A film that waits for a voice, from the command line: what is drawn, and what is said of recordings."""

from __future__ import annotations

import json
import os
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
    assert spoken["frames"] == 33 + 3 + 9 + 47 != silent["frames"]
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
        assert made["frames"] == (first := 23 + 3 + 23) + 23
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
