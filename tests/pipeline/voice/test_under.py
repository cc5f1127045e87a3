"""Music under a voice: quiet, quieter while somebody speaks, and gone at the end."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import SettingsError
from pipeline.voice.loudness import levelled, loudness
from pipeline.voice.track import Placed, Track
from pipeline.voice.under import DUCK, LOUDNESS, read_under
from tests.pipeline.voice.sounds import RATE, burst, write_sound

LENGTH = 20 * RATE


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds, other on the left than on the right; so it comes two and a half times."""
    t = np.arange(8 * RATE) / RATE
    chords = np.stack([np.sin(2 * np.pi * 220 * t), 0.5 * np.sin(2 * np.pi * 330 * t)])
    return write_sound(tmp_path_factory.mktemp("music") / "music.wav", 0.9 * chords)


def decibels(samples: np.ndarray) -> float:
    return float(10 * np.log10((samples.astype(float) ** 2).mean()))


def test_music_is_as_loud_as_it_should_be_where_nobody_speaks(music: Path) -> None:
    alone = Track((), read_under(music, LENGTH)).block(0, LENGTH)
    assert loudness(alone[:, RATE : 16 * RATE]) == pytest.approx(LOUDNESS, abs=0.1)
    assert decibels(alone[0]) - decibels(alone[1]) == pytest.approx(20 * np.log10(2), abs=0.1)
    assert not alone[:, 0].any()
    assert np.abs(alone[:, -100:]).max() < 1e-3
    assert np.allclose(alone[:, 3 * RATE : 5 * RATE], alone[:, 11 * RATE : 13 * RATE], atol=1e-6)


def test_music_goes_down_before_a_line_and_comes_back_after_it(music: Path) -> None:
    under = read_under(music, LENGTH)
    line = Placed("a.b", 6 * RATE, levelled(burst(3.0, 1)))
    alone = Track((), under).block(0, LENGTH)
    ducked = Track((line,), under).block(0, LENGTH)
    ducked[:, line.at : line.at + len(line.samples)] -= line.samples

    def down(first: float, last: float) -> float:
        span = slice(round(first * RATE), round(last * RATE))
        return decibels(alone[:, span]) - decibels(ducked[:, span])

    assert down(6.0, 9.0) == pytest.approx(DUCK, abs=0.1)
    assert down(2.0, 5.6) == pytest.approx(0.0, abs=1e-6)
    assert down(10.0, 15.0) == pytest.approx(0.0, abs=1e-6)
    steps = [down(9.0 + i / 10, 9.1 + i / 10) for i in range(10)]
    assert steps == sorted(steps, reverse=True)
    # Block by block it is what it is at once, wherever blocks begin.
    track, edges = Track((line,), under), [0, 1000, 250_001, 300_000, 431_999, LENGTH]
    parts = [track.block(a, b) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts, axis=1), track.block(0, LENGTH))


def test_a_line_that_is_only_timed_ducks_nothing(music: Path) -> None:
    under = read_under(music, LENGTH)
    silent = Placed("a.b", 6 * RATE, np.zeros(RATE, dtype=np.float32))
    both = Track((silent,), under).block(0, LENGTH), Track((), under).block(0, LENGTH)
    assert np.array_equal(*both)


def test_silence_is_no_music(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "silence.wav", np.zeros(RATE))
    with pytest.raises(SettingsError, match=r"--under .*: nothing is heard in it"):
        read_under(path, LENGTH)
