"""Formats of animations: rates that files can hold, what is refused, what encoders are told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clip.encode import options_for
from pipeline.clip.formats import FORMATS, Animation, animation, frame_size
from pipeline.clip.rates import GIF_RATES, drawn_at, gif_rate, parse_rate, rate_text
from pipeline.errors import SettingsError
from pipeline.render.settings import RenderSettings

SIZE = (320, 180)
PALETTES = [name for name, made in FORMATS.items() if made.palette]
VIDEOS = [name for name, made in FORMATS.items() if not made.loops]


def asked(name: str, **given: Any) -> Animation:
    made, notes = animation(name, SIZE, **given)
    assert notes == ()
    return made


# --- rates ---------------------------------------------------------------------------------------


def test_rates_of_a_gif_last_whole_hundredths() -> None:
    assert [rate_text(rate) for rate in GIF_RATES] == [*"1245", "10", "12.5", "20", "25", "50"]
    assert all((100 / rate).denominator == 1 for rate in GIF_RATES)


@pytest.mark.parametrize(
    ("wanted", "held"),
    [("25", 25), ("12.5", 12.5), ("6.25", 6.25), ("30", 25), ("60", 50), ("15", 12.5), ("24", 25)],
)
def test_a_gif_holds_the_nearest_rate_and_says_so(wanted: str, held: float) -> None:
    rate = parse_rate(wanted)
    assert gif_rate(rate) == Fraction(held)
    made, notes = animation("gif", SIZE, rate=rate)
    assert made.rate == Fraction(held)
    assert len(notes) == (rate != held)
    assert all(f"{held:g} frames per second instead of {wanted}" in note for note in notes)
    assert animation("webp", SIZE, rate=rate) == (asked("webp", rate=rate), ())


@given(st.integers(1, 240), st.integers(1, 8))
def test_a_rate_is_drawn_exactly_by_leaving_frames_out(fps: int, every: int) -> None:
    rate = Fraction(fps, every)
    drawn, step = drawn_at(rate)
    assert Fraction(drawn, step) == rate
    if rate >= 1:
        text = rate_text(rate)
        if Fraction(text) == rate:
            assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "many", "0", "-5", "241", "1/0", "29.97", "nan", "1e99"])
def test_a_rate_that_cannot_be_is_one_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="frames per second") as raised:
        parse_rate(text)
    assert str(raised.value).count("\n") == 0


# --- what was asked for --------------------------------------------------------------------------


def test_a_format_fills_in_what_was_not_asked_for() -> None:
    gif = asked("gif")
    assert (gif.rate, gif.colours, gif.dither, gif.loop) == (25, 256, "none", 0)
    assert asked("webp", transparent=True).colours is None
    assert asked("apng", colours="all").colours is None
    assert asked("mp4").rate == 50
    assert asked("mp4").crf == FORMATS["mp4"].crf > 0


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("gif", {"transparent": True}, ["A GIF file", "webp", "mov"]),
        ("mp4", {"transparent": True}, ["An MP4 file", "webm"]),
        ("avif", {"colours": 64}, ["--colors", "avif", "gif"]),
        ("mp4", {"dither": "bayer"}, ["--dither", "mp4"]),
        ("gif", {"colours": "all"}, ["256", "webp"]),
        ("gif", {"colours": 3}, ["3 colours", "4 to 256"]),
        ("apng", {"colours": 257}, ["257 colours"]),
        ("webp", {"colours": 64, "transparent": True}, ["--colors", "--transparent"]),
        *((name, {"loop": 2}, [FORMATS[name].a_file, "--loop", "<video loop>"]) for name in VIDEOS),
    ],
)
def test_what_a_format_does_not_have_is_one_sentence(
    name: str, given: dict[str, Any], says: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        animation(name, SIZE, **given)
    assert all(part in str(raised.value) for part in says)
    assert str(raised.value).count("\n") == 0


def test_formats_are_written_as_people_write_them() -> None:
    written = {
        *("A GIF file", "A WebP file", "An APNG file", "An AVIF file"),
        *("An MP4 file", "A WebM file", "A MOV file"),
    }
    assert {made.a_file for made in FORMATS.values()} == written


@pytest.mark.parametrize(
    ("width", "aspect", "size"),
    [(640, "16:9", (640, 360)), (500, "16:9", (500, 282)), (360, "9:16", (360, 640))],
)
def test_frame_sizes_have_even_heights(width: int, aspect: str, size: tuple[int, int]) -> None:
    assert frame_size(width, aspect) == size


@pytest.mark.parametrize(
    ("aspect", "least", "most"), [("16:9", 112, 7680), ("9:16", 64, 4320), ("1:1", 64, 5760)]
)
def test_the_widths_that_can_be_are_named(aspect: str, least: int, most: int) -> None:
    for width in (least, most):
        RenderSettings(*frame_size(width, aspect))
    for width in (least - 1, most + 1, -5, 10**9):
        with pytest.raises(SettingsError, match=f"{aspect}, use {least} to {most}"):
            frame_size(width, aspect)


# --- what encoders are told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "forever", "once", "thrice"),
    [
        ("webp", "loop", "0", "1", "3"),
        ("apng", "plays", "0", "1", "3"),
    ],
)
def test_how_often_it_is_played_in_each_muxer_s_own_count(
    name: str, key: str, forever: str, once: str, thrice: str
) -> None:
    told = [options_for(asked(name, loop=n)).container[key] for n in (0, 1, 3)]
    assert told == [forever, once, thrice]


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_in_a_file_depends_on_the_machine_or_the_moment(name: str) -> None:
    made = asked(name)
    assert options_for(made).container["fflags"] == "+bitexact"
    stream = options_for(made).stream
    threads = [stream.get("threads"), stream.get("svtav1-params", "").removeprefix("lp=")]
    assert {n for n in threads if n} <= {"2"}


def test_alpha_is_asked_for_where_it_is_wanted() -> None:
    clear = asked("webm", transparent=True)
    assert clear.pixel_format == "yuva420p"
    assert options_for(clear).stream["auto-alt-ref"] == "0"
    assert "auto-alt-ref" not in options_for(asked("webm")).stream
    assert options_for(asked("mov", transparent=True)).stream["alpha_bits"] == "16"
    assert asked("mov").pixel_format == "yuv444p10le"


@pytest.mark.parametrize("name", PALETTES)
def test_few_colours_are_a_palette(name: str) -> None:
    few, many = asked(name, colours=64), asked(name)
    assert few.pixel_format == ("bgra" if name == "webp" else "pal8")
    assert few.grade_text == "64 colours"
    assert replace(few, colours=256) == many


@pytest.mark.parametrize("name", ["avif", "mp4", "webm"])
def test_the_quantiser_is_passed_on(name: str) -> None:
    made = replace(asked(name), crf=37)
    assert options_for(made).stream["crf"] == "37"
    assert made.grade_text == "crf 37"
