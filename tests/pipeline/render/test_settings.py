"""Settings are checked when they are made, and time is cut into frames without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.settings import (
    ASPECTS,
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    QUALITIES,
    RenderSettings,
    SettingsError,
    parse_size,
    settings_from,
)

sides = st.integers(MIN_SIDE // 2, MAX_SIDE // 2).map(lambda half: 2 * half)
rates = st.integers(1, 240)


@given(
    width=st.integers(-10, 9000),
    height=st.integers(-10, 9000),
    fps=st.integers(-2, 300),
    theme=st.sampled_from(["dark", "light", "", "Dark", "blue"]),
)
def test_exactly_the_possible_settings_are_accepted(
    width: int, height: int, fps: int, theme: str
) -> None:
    possible = (
        64 <= width <= 7680
        and 64 <= height <= 7680
        and width * height <= 7680 * 4320
        and width % 2 == height % 2 == 0
        and 1 <= fps <= 240
        and theme in {"dark", "light"}
    )
    if possible:
        RenderSettings(width, height, fps, theme)
    else:
        with pytest.raises(SettingsError, match=r"^[^\n]+\.$"):
            RenderSettings(width, height, fps, theme)


@given(width=sides, height=sides, cross=st.sampled_from("xX×"), blank=st.sampled_from(["", " "]))
def test_a_size_is_read_as_it_is_written(width: int, height: int, cross: str, blank: str) -> None:
    text = f"{blank}{width}{cross}{height}{blank}"
    if width * height <= MAX_PIXELS:
        assert parse_size(text) == (width, height)
    else:
        with pytest.raises(SettingsError, match="more pixels"):
            parse_size(text)


@given(st.text() | st.from_regex(r"[0-9]{0,30}[xX×,: ][0-9]{0,30}"))
def test_any_text_is_a_size_or_a_settings_error(text: str) -> None:
    try:
        width, height = parse_size(text)
    except SettingsError:
        return
    assert RenderSettings(width=width, height=height).size == (width, height)


@pytest.mark.parametrize(
    "text", ["1920", "1920x", "x1080", "1920x1080x3", "-2x4", "1e3x1e3", "١٢٨x١٢٨"]
)
def test_what_is_no_size_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="no frame size"):
        parse_size(text)


def test_an_odd_size_comes_with_the_even_one_next_to_it() -> None:
    with pytest.raises(SettingsError, match="1280x720"):
        parse_size("1281x721")


@pytest.mark.parametrize("name", QUALITIES)
def test_every_quality_can_be_made(name: str) -> None:
    named = QUALITIES[name]
    made = settings_from(name)
    assert (made.width, made.height, made.fps) == (named.width, named.height, named.fps)


def test_size_and_rate_replace_those_of_the_quality() -> None:
    made = settings_from("draft", size=(640, 640), fps=24, theme="light")
    assert made == RenderSettings(width=640, height=640, fps=24, theme="light")
    assert settings_from("draft", size=(640, 640)).fps == QUALITIES["draft"].fps


@given(fps=rates, frame=st.integers(0, 10**6))
def test_the_time_of_a_frame_leads_back_to_it(fps: int, frame: int) -> None:
    settings = RenderSettings(fps=fps)
    assert settings.frame_at(frame / fps) == frame
    assert settings.first_frame_from(frame / fps) == frame


@pytest.mark.parametrize(
    ("seconds", "fps", "frame"), [(0.29, 100, 29), (0.7, 30, 21), (1.1, 10, 11)]
)
def test_decimal_seconds_name_their_frame(seconds: float, fps: int, frame: int) -> None:
    settings = RenderSettings(fps=fps)
    assert settings.frame_at(seconds) == settings.first_frame_from(seconds) == frame


@given(fps=rates, seconds=st.floats(0, 10**4))
def test_a_moment_lies_in_its_frame(fps: int, seconds: float) -> None:
    settings = RenderSettings(fps=fps)
    shown, first = settings.frame_at(seconds), settings.first_frame_from(seconds)
    assert shown - 1e-5 <= seconds * fps <= shown + 1 + 1e-5
    assert first - 1 - 1e-5 <= seconds * fps <= first + 1e-5


@pytest.mark.parametrize("seconds", [-0.5, float("nan"), float("inf")])
def test_no_frame_lies_outside_time(seconds: float) -> None:
    with pytest.raises(SettingsError, match="no point in a film"):
        RenderSettings().frame_at(seconds)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_is_named_for_its_shorter_side_in_every_aspect(quality: str) -> None:
    named = QUALITIES[quality]
    for aspect in ASPECTS:
        made = settings_from(quality, aspect=aspect)
        across, up = ASPECTS[aspect]
        assert min(made.size) == named.height
        assert made.fps == named.fps
        # Sides are even, so 480 pixels by 16:9 are 853 and a third: 854.
        assert abs(made.width * up - made.height * across) < 2 * max(across, up)
    assert settings_from(quality, aspect="9:16", size=(128, 72)).size == (128, 72)
