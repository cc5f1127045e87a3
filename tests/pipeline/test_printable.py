"""Names of anyone's columns, cut to a width: what tells them apart stays."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.printable import shown_apart

LONG = "Gross national product, "


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("short", "A"), ("short", "A")),
        ((f"{LONG}nominal", "Year"), ("Gross national pr…", "Year")),
        (
            (f"{LONG}nominal", f"{LONG}real, 1954"),
            ("Gross nat…, nominal", "Gross … real, 1954"),
        ),
    ],
)
def test_names_are_cut_where_they_are_alike(
    texts: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    cut = shown_apart(texts, 18)
    assert all(len(text) <= 18 for text in cut)
    assert len(set(cut)) == len(texts)
    for text, other in zip(cut, expected, strict=True):
        assert text[:4] == other[:4]
        assert text[-4:] == other[-4:]


@given(st.lists(st.text("ab ", min_size=1, max_size=60), min_size=2, max_size=2, unique=True))
def test_two_names_never_become_one(texts: list[str]) -> None:
    cut = shown_apart(texts, 12)
    assert len(set(cut)) == 2
    assert all(len(text) <= 12 for text in cut)


def test_many_names_of_one_stem_stay_apart() -> None:
    texts = [f"{LONG}{a} {b}" for a, b in itertools.product("xyz", ("1947", "1948"))]
    assert len(set(shown_apart(texts, 16))) == 6


def test_control_characters_are_escaped_before_they_are_measured() -> None:
    assert shown_apart(["a\x1b[31m"], 20) == ("a\\x1b[31m",)
