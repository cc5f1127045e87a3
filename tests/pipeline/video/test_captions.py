"""Caption files say what the film says, to the frame, whatever names the data bring."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import srt
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.render.timeline import Cue
from pipeline.video.captions import srt as as_srt
from pipeline.video.captions import vtt as as_vtt
from pipeline.video.captions import write_captions

TIMING = re.compile(r"(\d\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d\d+):(\d\d):(\d\d)\.(\d{3})")
RATES = (1, 15, 24, 25, 30, 50, 60, 240)

texts = st.text(min_size=1, max_size=40).filter(
    lambda text: "".join(c for c in text if c.isprintable()).strip()
)


@dataclass(frozen=True)
class Read:
    """A caption as a reader sees it, in whole milliseconds."""

    start: int
    stop: int
    text: str


def read_vtt(source: str) -> list[Read]:
    """A strict reader of WebVTT: header, then blocks of one timing line and one line of text."""
    header, *blocks = source.removesuffix("\n").split("\n\n")
    assert header == "WEBVTT" or (header, blocks) == ("WEBVTT\n", [])
    captions = []
    for block in blocks:
        timing, text = block.strip("\n").split("\n")
        numbers = TIMING.fullmatch(timing)
        assert numbers, timing
        h, m, s, ms, *rest = (int(number) for number in numbers.groups())
        assert max(m, s, rest[1], rest[2]) < 60
        assert "<" not in text
        assert ">" not in text
        assert "&" not in re.sub(r"&(amp|lt|gt);", "", text)
        stop = ((rest[0] * 60 + rest[1]) * 60 + rest[2]) * 1000 + rest[3]
        captions.append(Read(((h * 60 + m) * 60 + s) * 1000 + ms, stop, html.unescape(text)))
    return captions


def read_srt(source: str) -> list[Read]:
    made = list(srt.parse(source))
    assert [caption.index for caption in made] == list(range(1, len(made) + 1))
    second = timedelta(milliseconds=1)
    return [Read(c.start // second, c.end // second, c.content.replace("\u2060", "")) for c in made]


cues_of_films = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 400), texts).map(
        lambda drawn: Cue(drawn[0], drawn[0] + drawn[1], drawn[2])
    ),
    max_size=9,
)


@given(cues_of_films, st.sampled_from(RATES))
def test_both_formats_are_read_back_as_they_were(cues: list[Cue], fps: int) -> None:
    for captions in (read_srt(as_srt(cues, fps)), read_vtt(as_vtt(cues, fps))):
        assert len(captions) == len(cues)
        for caption, cue in zip(captions, cues, strict=True):
            assert " ".join(caption.text.split()) == " ".join(
                "".join(c if c.isprintable() else " " for c in cue.text).split()
            )
            # To the frame: on at the first frame of the caption and at no frame before it.
            for frame, shown in ((cue.start, caption.start), (cue.stop, caption.stop)):
                moment = Fraction(shown, 1000)
                assert Fraction(frame - 1, fps) < moment <= Fraction(frame, fps)


def test_what_players_take_for_tags_is_shown_as_it_is() -> None:
    cues = (Cue(0, 30, "<b>A</b> & {\\an8} --> B, λ = σ² ∕ τ²,\u00a0“so”\n\nnext"),)
    text = as_srt(cues, 30)
    assert "<b>" not in text
    assert "{\\an8}" not in text
    assert text.count("-->") == 1
    expected = "<b>A</b> & {\\an8} --> B, λ = σ² ∕ τ²,\u00a0“so” next"
    assert read_srt(text) == read_vtt(as_vtt(cues, 30)) == [Read(0, 1000, expected)]


def test_a_long_film_has_hours() -> None:
    cue = (Cue(60 * (3600 * 2 + 61) + 1, 60 * (3600 * 100) + 2, "late"),)
    assert "02:01:01,016 --> 100:00:00,033" in as_srt(cue, 60)
    assert "02:01:01.016 --> 100:00:00.033" in as_vtt(cue, 60)


def test_files_stand_beside_the_film_and_hold_utf8(tmp_path: Path) -> None:
    cues = (Cue(0, 60, "„θ₁“"),)
    made = write_captions(tmp_path / "new" / "film.mp4", cues, 30)
    assert [path.name for path in made] == ["film.srt", "film.vtt"]
    assert made[0].read_bytes() == as_srt(cues, 30).encode("utf-8")
    assert made[1].read_bytes() == as_vtt(cues, 30).encode("utf-8")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["film.srt", "film.vtt"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError):
        write_captions(tmp_path / "file" / "film.mp4", cues, 30)
