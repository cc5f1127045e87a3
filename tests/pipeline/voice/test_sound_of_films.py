"""The sound of a film: every line where its caption comes up, beside pictures that stay as they are."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.render.film import Act, Film, Shot
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Chapter, Cue, Timeline
from pipeline.video.join import join_segments
from pipeline.video.metadata import Metadata
from pipeline.video.sound import sample_of
from pipeline.voice.decode import read_sound
from pipeline.voice.lines import Line
from pipeline.voice.loudness import TRUE_PEAK, levelled, loudness, true_peak
from pipeline.voice.track import track_of
from pipeline.voice.voice import Voice
from pipeline.voice.wording import NOTHING_SAID
from tests.pipeline.video.test_join import segment
from tests.pipeline.voice.sounds import RATE, Samples, burst, place_of

LOOK = RenderSettings(width=96, height=64, fps=24)  # of which a packet of sound is no whole number


def line(id: str, seconds: float, seed: int, before: float = 0.0) -> Line:
    return Line(id, levelled(burst(seconds, seed)), before)


def act(name: str, n_frames: int, *cues: tuple[int, int, str]) -> Act:
    told = tuple(Cue(start, stop, key, key) for start, stop, key in cues)
    return Act(name, lambda renderer: renderer, timeline=Timeline(n_frames, LOOK.fps, told))


ACTS = (
    act("one", 170, (7, 60, "a"), (80, 150, "b")),
    act("two", 120, (0, 40, "a"), (50, 110, "silent")),
)
LINES = [line("one.a", 1.9, 1), line("one.b", 2.4, 2, before=0.31), line("two.a", 1.2, 3)]
VOICE = Voice(
    Path("recordings"), {each.id: each for each in LINES}, {}, (), Path("none"), {}, NOTHING_SAID
)
PLACES = {
    "one.a": sample_of(7, 24),
    "one.b": sample_of(80, 24) + round(0.31 * RATE),
    "two.a": sample_of(170, 24),
}


def film_file(folder: Path, film: Film, *, voice: Voice | None = VOICE) -> Path:
    track = None if voice is None else track_of(film.shots, voice, LOOK.fps)
    n = len(film.span)
    parts = [
        (segment(range(100, 100 + n // 2), LOOK), n // 2),
        (segment(range(n - n // 2), LOOK), n - n // 2),
    ]
    told = Metadata(
        "film",
        language="deu",
        captions=film.cues,
        chapters=(Chapter(0, 9, "1"), Chapter(9, n, "2")),
    )
    path = folder / f"{'silent' if voice is None else 'film'}.mp4"
    join_segments(parts, LOOK, path, told, track)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_file(tmp_path_factory.mktemp("film"), Film.of(ACTS, LOOK))


def heard_in(path: Path) -> Samples:
    return read_sound(path, 100)[0]


def test_every_line_is_heard_with_its_caption(film: Path) -> None:
    heard = heard_in(film)
    for each in LINES:
        assert abs(place_of(each.samples, heard) - PLACES[each.id]) <= 1
    silence = heard[sample_of(170 + 45, 24) :]
    assert np.abs(silence).max() < 1e-3


def test_a_film_is_as_loud_as_its_lines_and_leaves_room(film: Path) -> None:
    heard = heard_in(film)
    assert loudness(heard) == pytest.approx(-16.0, abs=1.0)  # moments half spoken count, too
    assert true_peak(heard) <= TRUE_PEAK


def test_the_track_says_what_it_is_and_ends_with_the_film(film: Path) -> None:
    with av.open(str(film)) as file:
        (sound,) = file.streams.audio
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", RATE, 2)
        assert sound.metadata["language"] == "deu"
        assert sound.start_time == 0
        packets = [packet for packet in file.demux(sound) if packet.size]
        bits = 8 * sum(packet.size for packet in packets) / (290 / 24)
        assert 30_000 < bits <= 1.1 * 192_000  # silence takes few
        assert float(file.duration / av.time_base) == pytest.approx(290 / 24, abs=1024 / RATE)
    left, right = read_sound(film, 100, 2)
    assert np.allclose(left, right, atol=1e-3)
    assert abs(len(left) - sample_of(290, 24)) < 1024


def test_the_sound_is_no_reason_to_touch_a_picture(film: Path, tmp_path: Path) -> None:
    def pictures(path: Path) -> list[tuple[int, bytes]]:
        with av.open(str(path)) as file:
            return [(packet.pts, bytes(packet)) for packet in file.demux(video=0) if packet.size]

    silent = film_file(tmp_path, Film.of(ACTS, LOOK), voice=None)
    assert pictures(film) == pictures(silent)
    with av.open(str(silent)) as file:
        assert not file.streams.audio


def test_a_part_of_a_film_has_its_part_of_the_lines(tmp_path: Path) -> None:
    """From the middle of one line, to the middle of another."""
    first, last = 100, 180
    film = Film.of(ACTS, LOOK, first / 24, last / 24)
    whole = track_of(Film.of(ACTS, LOOK).shots, VOICE, 24).block(0, sample_of(290, 24))
    part = track_of(film.shots, VOICE, 24).block(0, sample_of(last - first, 24))
    start = sample_of(first, 24)
    inner = slice(RATE // 10, len(part[0]) - RATE // 10)
    assert np.allclose(part[:, inner], whole[:, start : start + len(part[0])][:, inner], atol=1e-6)
    assert np.abs(part[:, :5]).max() < 0.01
    assert np.abs(part[:, -5:]).max() < 0.01
    assert not track_of(film.shots, VOICE, 24).block(sample_of(80, 24), sample_of(99, 24)).any()


def test_an_act_that_comes_twice_speaks_twice() -> None:
    shots = [Shot(ACTS[1], 0, 120, 0), Shot(ACTS[1], 0, 120, 120)]
    track = track_of(shots, VOICE, 24)
    assert [each.at for each in track.placed] == [0, sample_of(120, 24)]
    assert np.array_equal(track.block(0, RATE), track.block(5 * RATE, 6 * RATE))
