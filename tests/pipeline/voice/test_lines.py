"""Recordings of any kind become lines of known length; what cannot be used is named by its id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import SettingsError
from pipeline.voice.lines import REST, Line, line_of, speech_in
from pipeline.voice.voice import read_voice, recordings
from tests.pipeline.voice.sounds import RATE, among_silence, burst, place_of, write_sound

SPOKEN = burst(1.5, 1)


def test_silence_around_a_line_goes_and_breath_stays(tmp_path: Path) -> None:
    start, stop = speech_in(among_silence(SPOKEN, 0.8, 1.2))
    assert start / RATE == pytest.approx(0.8 - 0.05, abs=0.011)
    assert stop / RATE == pytest.approx(2.3 + 0.12, abs=0.011)
    hiss = np.random.default_rng(2).normal(scale=1e-4, size=len(among_silence(SPOKEN, 0.8, 1.2)))
    noisy = (among_silence(SPOKEN, 0.8, 1.2) + hiss).astype(np.float32)
    assert speech_in(noisy) == (start, stop)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels"),
    [
        ("bowl.grow.wav", "pcm_s16le", 8_000, 1),
        ("bowl.grow.wav", "pcm_s24le", 96_000, 2),
        ("bowl.grow.flac", "flac", 44_100, 1),
        ("bowl.grow.mp3", "libmp3lame", 44_100, 2),
        ("bowl.grow.m4a", "aac", 48_000, 1),
        ("bowl.grow.ogg", "libopus", 48_000, 2),
    ],
)
def test_a_recording_of_any_kind_is_the_same_line(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int
) -> None:
    # What 8 kHz cannot hold is not in it, and 48 kHz is in none of these.
    slow = np.repeat(burst(1.5, 1, 2_000), rate // 2_000 + 1)[: round(1.5 * rate)]
    slow = np.convolve(slow, np.ones(rate // 1_000) / (rate // 1_000), "same").astype(np.float32)
    recorded = among_silence(slow, 0.5, 0.5, rate)
    stereo = np.stack([recorded, np.zeros_like(recorded)])  # as of one microphone
    path = write_sound(tmp_path / name, stereo if channels == 2 else recorded, rate, codec)
    line = line_of("bowl.grow", path)
    lossy = 0.1 if codec in ("libopus", "aac", "libmp3lame") else 0.03  # what rings is heard, too
    assert len(line.samples) / RATE == pytest.approx(1.5 + 0.05 + 0.12, abs=lossy)
    assert bool(line.note) == (rate == 8_000)


def test_a_line_lasts_for_whole_frames_the_last_in_part() -> None:
    line = Line("a.b", np.zeros(RATE, dtype=np.float32), before=0.5, after=0.25)
    assert line.n_frames(60) == 105
    assert Line("a.b", np.zeros(RATE + 1, dtype=np.float32), 0.5, 0.25).n_frames(60) == 106
    assert Line("a.b", np.zeros(RATE, dtype=np.float32)).n_frames(10) == 10 * (1 + REST) + 0.5


def test_lines_of_a_folder_are_those_of_the_acts_in_question(tmp_path: Path) -> None:
    for name in ("bowl.grow.wav", "bowl.sum.wav", "flip.ridge.wav", "notes.txt", "._bowl.x.wav"):
        write = (tmp_path / name).write_bytes if name[0] == "." or name[-3:] == "txt" else None
        write(b"?") if write else write_sound(tmp_path / name, SPOKEN)
    voice = read_voice(tmp_path, {"bowl"}, "en")
    assert sorted(voice.lines) == ["bowl.grow", "bowl.sum"]
    assert voice.unread == ("flip.ridge",)
    frames = voice.frames_of("bowl", 30)
    assert frames == {"grow": voice.lines["bowl.grow"].n_frames(30), "sum": frames["sum"]}
    assert voice.frames_of("flip", 30) == {}
    start = place_of(SPOKEN, voice.lines["bowl.grow"].samples)
    assert start == 0  # nothing was cut from what begins at once


def refusal(folder: Path) -> str:
    with pytest.raises(SettingsError) as refused:
        read_voice(folder, {"bowl"}, "en")
    (sentence,) = str(refused.value).splitlines()
    return sentence


def test_what_cannot_be_a_line_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bowl.grow.wav"
    path.write_bytes(b"")
    assert refusal(tmp_path) == f"bowl.grow: '{path}' cannot be read: it is no sound, or damaged."
    path.write_bytes(b"RIFF no sound at all")
    assert "bowl.grow: " in refusal(tmp_path)
    write_sound(path, np.zeros(1))
    assert "bowl.grow: nothing is heard" in refusal(tmp_path)
    write_sound(path, np.random.default_rng(1).normal(scale=1e-5, size=RATE))
    assert "bowl.grow: nothing is heard" in refusal(tmp_path)
    write_sound(path, np.zeros(8_000 * 3_600, dtype=np.float32), 8_000)
    assert (
        refusal(tmp_path) == f"bowl.grow: '{path}' cannot be read: it lasts longer than 10 minutes."
    )
    write_sound(tmp_path / "bowl.grow.flac", SPOKEN, codec="flac")
    assert "bowl.grow: there are two recordings of it" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "nowhere")


def test_what_a_telephone_has_recorded_is_told(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "bowl.grow.wav", burst(1.0, 1, 8_000), 8_000)
    assert line_of("bowl.grow", path).note.startswith(
        f"bowl.grow: {path} has 8000 samples a second"
    )


def test_what_was_too_loud_for_the_recorder_is_told(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "bowl.grow.wav", np.clip(40 * SPOKEN, -1, 1))
    assert line_of("bowl.grow", path).note.startswith(f"bowl.grow: {path} is clipped")
    assert recordings(tmp_path) == {"bowl.grow": path}
