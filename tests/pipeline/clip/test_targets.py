"""The table of targets: ours says what it rests on, a user's own is checked."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clip.formats import FORMATS
from pipeline.clip.targets import find_target, targets_of
from pipeline.errors import SettingsError
from pipeline.sizes import bytes_text, parse_bytes


def test_every_entry_of_ours_says_how_sure_it_is_from_where_and_when() -> None:
    places = targets_of()
    assert {"github", "x", "dev", "substack", "email"} <= set(places)
    for place in places.values():
        assert place.sure
        assert place.source.startswith("https://")
        assert place.checked > datetime.date(2026, 1, 1)
        assert place.width is None or place.width >= 320
        assert set(place.formats) <= set(FORMATS)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("5MB", 5_000_000),
        ("1.5 MB", 1_500_000),
        ("800kB", 800_000),
        ("800 KB", 800_000),
        ("16MiB", 16 * 2**20),
        ("120000", 120_000),
        ("2gb", 2_000_000_000),
        ("500M", 500_000_000),
        ("1T", 10**12),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "0MB", "five", "5 apples", "-5MB", "1e9", "5.MB", "MB"])
def test_no_size_is_one_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="no size of a file"):
        parse_bytes(text)


@pytest.mark.parametrize("text", ["5", " 1.5 ", "999"])
def test_a_unit_that_is_forgotten_is_asked_for(text: str) -> None:
    with pytest.raises(SettingsError, match=f"lacks a unit: write it like {text.strip()}MB"):
        parse_bytes(text)
    assert parse_bytes(f"{text}B") == int(float(text))


@given(st.integers(0, 10**11))
def test_a_size_in_words_is_right_to_three_digits(size: int) -> None:
    text = bytes_text(size)
    if size < 999:
        assert text == f"{size} bytes"
    else:
        assert parse_bytes(text) == pytest.approx(size, rel=0.0051)


def test_a_table_of_one_s_own_adds_and_replaces(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[blog]\nmax_size = "3MB"\nwidth = 720\nformats = ["webp"]\nchecked = 2026-02-03\n'
        '[email]\nmax_size = "400kB"\n',
        encoding="utf-8",
    )
    blog, email = find_target("blog", own), find_target("email", own)
    assert (blog.max_bytes, blog.width, blog.formats) == (3_000_000, 720, ("webp",))
    assert (email.max_bytes, email.width, email.formats) == (400_000, None, tuple(FORMATS))
    assert find_target("github", own) == find_target("github")


@pytest.mark.parametrize(
    ("name", "says"), [("githb", ["'github'"]), ("qqq", ["choose from", "email", "x-mobile"])]
)
def test_an_unknown_target_is_one_sentence(name: str, says: list[str]) -> None:
    with pytest.raises(SettingsError) as raised:
        find_target(name)
    assert all(part in str(raised.value) for part in (name, *says))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("= 3", ["cannot be read"]),
        ("blog = 3", ["'blog'", "[name]"]),
        ("[blog]\nwidth = 700", ["'blog'", "max_size"]),
        ('[blog]\nmax_size = "big"', ["'blog'", "'big'"]),
        ('[blog]\nmax_size = "1MB"\nwidth = "700"', ["'blog'", "width"]),
        ('[blog]\nmax_size = "1MB"\nformats = ["jpeg"]', ["'blog'", "gif, webp"]),
        ('[blog]\nmax_size = "1MB"\nsize = 3', ["'blog'", "'size'", "max_size"]),
        ('[blog]\nmax_size = "1MB"\nchecked = "today"', ["'blog'", "date"]),
    ],
)
def test_a_bad_table_is_one_sentence(text: str, says: list[str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        find_target("blog", own)
    assert all(part in str(raised.value) for part in ("own.toml", *says))
    assert str(raised.value).count("\n") == 0


def test_a_table_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: no such file"):
        find_target("blog", tmp_path / "none.toml")
