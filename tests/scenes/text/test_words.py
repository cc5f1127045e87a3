"""Words show what they are given, as it is, and take the room they say."""

from __future__ import annotations

import re
from contextvars import copy_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import FadeIn, Group

from pipeline.render.frames import probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from scenes.text import typesetting
from scenes.text.captions import caption_text, catalogue, languages, reading_seconds
from scenes.text.numerals import (
    Numerals,
    correlation_label,
    nice_ticks,
    number,
    whole,
    write_numbers,
)
from scenes.text.typesetting import measure, picture
from scenes.text.words import Words, caption_markup, label, verbatim
from scenes.theme import DARK, LIGHT, THEMES, Colour

INK = Colour("#ffffff")


def pixels(markup: str) -> np.ndarray:
    return picture(Words(markup, 1.0, INK).source(), 4.0, 0, 0)


@given(st.text(min_size=1, max_size=30))
def test_any_text_can_be_shown(text: str) -> None:
    width, height = measure(verbatim(text))
    assert np.isfinite(width)
    assert height > 0


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "$x^2$",
        "*bold*",
        "_under_",
        'say "no"',
        "back\\slash",
        "<b>b</b>",
        "@ref",
    ],
)
def test_markup_in_outside_text_is_shown_not_run(name: str) -> None:
    shown = measure(verbatim(name))
    one_by_one = sum(measure(verbatim(letter))[0] for letter in name if letter != " ")
    assert shown[0] == pytest.approx(one_by_one, rel=0.25), "not every character is there"


def test_a_broken_formula_of_ours_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        measure("$ unclosed")


def test_the_box_of_a_text_is_its_ink() -> None:
    made = pixels("HH")
    rows, columns = np.nonzero(made[..., 3] > 127)
    text = Words("HH", 1.0, INK)
    margin = typesetting.MARGIN * 4.0
    unit = typesetting.POINTS * 4.0
    assert rows.min() == pytest.approx(margin, abs=1.5)
    assert rows.max() + 1 == pytest.approx(margin + text.height * unit, abs=1.5)
    assert columns.max() + 1 == pytest.approx(margin + text.width * unit, abs=3.0)


def test_rewriting_keeps_the_lower_left_corner() -> None:
    text = Words("12.3", 0.5, INK).shift((1.0, 2.0, 0.0))
    corner = text.points[0].copy()
    text.write("1234.5")
    np.testing.assert_array_equal(text.points[0], corner)
    assert text.width > 0.5


def test_balanced_lines_are_as_many_and_about_as_long() -> None:
    long = "one two three four five six seven eight nine ten eleven twelve thirteen"
    loose = Words(long, 0.3, INK, width=6.0, align="center")
    tight = Words(long, 0.3, INK, width=6.0, align="center").balance()
    assert tight.height == pytest.approx(loose.height)
    assert tight.width < 0.85 * loose.width
    np.testing.assert_allclose(tight.get_center(), loose.get_center(), atol=1e-9)


def test_a_text_fades_and_scales_like_any_manim_object() -> None:
    text = Words("fade", 0.4, INK)
    animation = FadeIn(Group(text), scale=0.5)
    animation.begin()
    animation.interpolate(0.5)
    assert text.opacity == pytest.approx(0.5, abs=0.05)
    assert text.scale_now == pytest.approx(0.75, abs=0.05)
    animation.finish()
    assert text.opacity == 1.0
    assert text.scale_now == pytest.approx(1.0)


def test_a_quarter_pixel_moves_the_picture_by_a_quarter_pixel() -> None:
    source = Words("I", 1.0, INK).source()

    def middle(phase: int) -> float:
        alpha = picture(source, 4.0, phase, 0)[..., 3].astype(float)
        return float((alpha.sum(axis=0) * np.arange(alpha.shape[1])).sum() / alpha.sum())

    for phase in range(1, typesetting.PHASES):
        assert middle(phase) - middle(0) == pytest.approx(phase / typesetting.PHASES, abs=0.06)


def test_captions_colour_the_symbols_of_the_film() -> None:
    made = caption_markup("as λ grows, θ₁ and θ₂", DARK)
    for colour in (DARK.penalty, DARK.theta1, DARK.theta2):
        assert colour.hex in made


def test_captions_are_not_broken_within_an_equation() -> None:
    made = caption_markup("a hill around θ = 0, 6 % of it at λ = 3", DARK)
    assert "θ\u00a0=\u00a00, 6\u00a0% of" in made
    assert "\u00a0=\u00a03" in made


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_colour_of_text_stands_out(theme: object) -> None:
    for name in ("ink", "quiet", "theta1", "theta2", "minimum", "penalty"):
        colour = getattr(theme, name)
        assert colour.contrast(theme.background) >= 4.5, name  # type: ignore[attr-defined]


def test_contrast_is_that_of_the_standard() -> None:
    assert Colour("#000000").contrast(Colour("#ffffff")) == pytest.approx(21.0)
    assert Colour("#777777").contrast(Colour("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert set(THEMES) == {"dark", "light"}


def test_every_language_says_the_same_things_with_the_same_blanks() -> None:
    english = catalogue("en")
    for language in languages():
        theirs = catalogue(language)
        for act, texts in english.items():
            assert set(theirs[act]) == set(texts), (language, act)
            for key, text in texts.items():
                blanks = sorted(part.split("}")[0] for part in text.split("{")[1:])
                others = sorted(part.split("}")[0] for part in theirs[act][key].split("{")[1:])
                assert others == blanks, (language, act, key)


def test_words_are_typeset_as_their_language_wants() -> None:
    for language in languages():
        for act, texts in catalogue(language).items():
            for key, text in texts.items():
                where = (language, act, key)
                assert '"' not in text, where
                assert "..." not in text, where
                assert "  " not in text, where
                assert text == text.strip(" "), where
    german = [text for texts in catalogue("de").values() for text in texts.values()]
    assert not [text for text in german if "”" in text or " %" in text or "}%" in text]
    assert any("„ridge“" in text for text in german), "the name is explained"


def test_numbers_are_written_as_in_the_language_of_the_act() -> None:
    def said(language: str) -> list[str]:
        words = catalogue(language)["screen"]
        write_numbers(Numerals(words["point"], words["thousands"]))
        ticks = (*nice_ticks(-0.5, 0.5).labels, nice_ticks(0.0, 2e6).unit)
        return [number(-1234567.0), correlation_label(0.99), whole(1234567), *ticks]

    before = number(0.5)
    english, german = (copy_context().run(said, language) for language in ("en", "de"))
    assert english[:3] == ["−1.23 × 10⁶", "0.990", "1,234,567"]
    assert german[:3] == ["−1,23 × 10⁶", "0,990", "1\u202f234\u202f567"]
    assert [text.replace(".", ",") for text in english[3:]] == german[3:]
    assert number(0.5) == before == "0.500"


def test_an_act_writes_numbers_in_its_language_and_leaves_no_trace() -> None:
    made: list[Any] = []

    def factory(renderer: Any) -> Any:
        made.append(build_act("bowl", Brief(Dataset.synthetic(), language="de"), renderer))
        return made[0]

    probe(factory, RenderSettings(width=128, height=72, fps=2))
    shown = [part.markup for part in made[0].panel.get_family() if isinstance(part, Words)]
    assert any(re.search(r"\d,\d", text) for text in shown)
    assert not any(re.search(r"\d\.\d", text) for text in shown)
    assert number(0.5) == "0.500"


def test_an_unknown_language_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="en"):
        caption_text("xx", "bowl", "valley")


def test_long_captions_stay_longer() -> None:
    assert reading_seconds("short") >= 2.0
    assert reading_seconds("x" * 100) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (199.0, "199"),
        (4.0, "4.00"),
        (-0.4664, "−0.466"),
        (1234567.0, "1.23 × 10⁶"),
        (0.000123456, "1.23 × 10⁻⁴"),
        (9996.0, "1.00 × 10⁴"),
        (1234.0, "1234"),
        (99999.0, "1.00 × 10⁵"),
        (0.9996, "1.00"),
        (float("inf"), "∞"),
        (float("nan"), "–"),
        (1e-310, "1.00 × 10⁻³¹⁰"),
    ],
)
def test_numbers_read_well(value: float, text: str) -> None:
    assert number(value) == text


@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-9, 1e9),
    st.integers(-140, 140),
    st.integers(1, 4),
)
def test_ticks_lie_in_the_range_and_are_distinct(
    low: float, span: float, power: int, about: int
) -> None:
    scale = 10.0**power
    low, high = low * scale, (low + max(span, abs(low) * 1e-3)) * scale
    ticks = nice_ticks(low, high, about)
    slack = 1e-6 * (high - low)
    assert 2 <= len(ticks.values) <= 9
    assert all(low - slack <= value <= high + slack for value in ticks.values)
    assert len(set(ticks.labels)) == len(ticks.labels)
    for value, text in zip(ticks.values, ticks.labels, strict=True):
        written = float(text.replace("−", "-"))
        assert written * 10.0**ticks.exponent == pytest.approx(value, abs=slack)


def test_the_extent_of_a_text_is_its_ink_and_it_hangs_by_that() -> None:
    flat, tall = Words("HH", 1.0, INK), Words("$hat(theta)_1 / 2$", 1.0, INK)
    left, right, bottom, top = flat.extent()
    assert (left, bottom) == pytest.approx((0.0, 0.0), abs=0.06)
    assert (right, top) == pytest.approx((flat.width, flat.height), abs=0.06)
    assert tall.extent()[3] > tall.points[1, 1] + 0.1, "a fraction is higher than its box"
    assert tall.extent()[2] < tall.points[0, 1] - 0.1
    moved = tall.copy().scale(2.0).hang(3.0, -1.0)
    assert moved.extent()[0] == pytest.approx(3.0)
    assert moved.extent()[3] == pytest.approx(-1.0)
    assert moved.extent()[1] - 3.0 == pytest.approx(2.0 * (tall.extent()[1] - tall.extent()[0]))
    blank = Words(verbatim(" "), 1.0, INK).extent()
    assert (blank[0], blank[2]) == (blank[1], blank[3]), "a blank takes no room"


def test_labels_of_a_size_stand_on_one_line() -> None:
    made = [label(text, 40.0, INK) for text in ("nnn", "nxn ngn", "nÅn")]
    assert {picture.shape[0] for picture in made} == {80}
    lows = [np.flatnonzero(picture[:, :8, 3].max(axis=1) > 127).max() for picture in made]
    assert len(set(lows)) == 1, "the first letter ends at the same height"
    assert made[1].shape[1] > 1.5 * made[0].shape[1]
    assert all((picture[..., :3].max(axis=-1) <= picture[..., 3]).all() for picture in made)


@pytest.mark.parametrize("language", languages())
def test_sampling_spread_and_posterior_are_not_mixed_up(language: str) -> None:
    """How θ̂ scatters from sample to sample is one thing, what is believed of θ another."""
    for act, texts in catalogue(language).items():
        for key, text in texts.items():
            drawn_again = re.search("sampling|new data|simul|[Ss]tichprob", text)
            assert not (drawn_again and "osterior" in text), (act, key)


@pytest.mark.parametrize("text", ["0.712", "−2.72", "6.91 × 10⁻⁴", "1.23 × 10⁶", "∞", "39.0"])
def test_a_number_put_together_looks_like_one_that_is_set(text: str) -> None:
    source = Words(verbatim(text), 1.0, INK).source()
    ours = picture(source, 4.0, 1, 2).astype(int)
    # In brackets it is text like any other, which is set in one piece.
    theirs = picture(Words(f"#[{verbatim(text)}]", 1.0, INK).source(), 4.0, 1, 2).astype(int)
    height, width = np.minimum(ours.shape, theirs.shape)[:2]
    apart = np.abs(ours[:height, :width, 3] - theirs[:height, :width, 3])
    assert apart.mean() < 3.0
    assert ours[..., 3].sum() == pytest.approx(theirs[..., 3].sum(), rel=0.02)
    assert measure(source)[0] == pytest.approx(measure(f"#[{verbatim(text)}]")[0], abs=0.4)
