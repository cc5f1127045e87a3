"""Names of any language and length: isolated, told apart, and refused where no font has them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.text.captions import caption_text
from scenes.text.typesetting import POINTS, measure, missing_characters
from scenes.text.words import shortened, verbatim


def test_a_name_from_right_to_left_does_not_turn_its_sentence() -> None:
    text = caption_text("en", "twins", "table", y="Y", a="גובה 2 (m)", b="B", n="60")
    assert "explained by \u2068גובה 2 (m)\u2069 and B: a table" in text
    assert "\u2068" in verbatim(text)
    assert measure(verbatim("\u2068B\u2069")) == measure(verbatim("B"))


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("Größe, m²", ""),
        ("Ελλάδα", ""),
        ("жизнь", ""),
        ("טול", ""),
        ("身 a😀身", "身😀"),
        ("ḿ→∞", ""),
    ],
)
def test_what_no_font_has_is_named(name: str, missing: str) -> None:
    assert missing_characters(name) == missing


@pytest.mark.parametrize(
    ("names", "width", "shown"),
    [
        (("temperature in May", "temperature in June"), 6.0, ("temp…May", "temp…June")),
        (
            ("sensor_2019_of_the_left_bank", "sensor_2020_of_the_left_bank"),
            5.0,
            ("…20(19|20).*…",) * 2,
        ),
        (("height of the tree", "age of the tree"), 4.0, ("height.*…", "age.*…")),
        (("A", "B"), 4.0, ("A", "B")),
    ],
)
def test_long_names_that_begin_alike_keep_what_tells_them_apart(
    names: tuple[str, str], width: float, shown: tuple[str, str]
) -> None:
    cut = [shortened(name, 1.0, width, names) for name in names]
    assert len(set(cut)) == 2
    assert all(measure(verbatim(each))[0] <= width * POINTS for each in cut)
    for each, pattern in zip(cut, shown, strict=True):
        assert re.fullmatch(pattern.replace("temp…", "temp.*…"), each), cut


@given(st.text("ab ", min_size=1, max_size=40), st.text("ab ", max_size=40), st.floats(1.5, 12.0))
def test_a_shortened_name_fits_and_is_made_of_its_own_words(
    name: str, other: str, width: float
) -> None:
    cut = shortened(name, 1.0, width, (name, other))
    assert measure(verbatim(cut))[0] <= width * POINTS
    whole = " ".join(name.split())
    assert re.fullmatch(".*".join(re.escape(part) for part in cut.split("…")), whole)
