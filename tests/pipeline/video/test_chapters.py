"""Chapters are the acts that are shown, and a list of them is one that video sites take."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.timeline import Chapter
from pipeline.video.captions import one_line
from pipeline.video.chapters import (
    SiteChapters,
    chapters_path,
    site_chapters,
)
from scenes import ACTS, LOOPS
from scenes.text.captions import catalogue, languages


def chapters_of(*lengths: int) -> tuple[Chapter, ...]:
    ends = accumulate(lengths)
    return tuple(
        Chapter(end - length, end, f"Act {i}")
        for i, (end, length) in enumerate(zip(ends, lengths, strict=True))
    )


def seconds(stamp: str) -> int:
    """A stamp read as a site reads it."""
    total = 0
    for part in stamp.split(":"):
        total = total * 60 + int(part)
    return total


@given(st.lists(st.integers(1, 2500), min_size=1, max_size=9), st.sampled_from([1, 24, 30, 60]))
def test_a_list_is_one_that_sites_take_or_none(lengths: list[int], fps: int) -> None:
    chapters = chapters_of(*lengths)
    made = site_chapters(chapters, fps)
    lines = [line.split(" ", 1) for line in made.text.splitlines()]
    if not lines:
        # Not enough are long enough; as they begin with whole seconds, one may seem a second longer.
        assert sum(length >= 11 * fps for length in lengths) < 3
        return
    stamps = [seconds(stamp) for stamp, _ in lines]
    ends = [*stamps[1:], sum(lengths) / fps]
    assert len(lines) >= 3
    assert stamps[0] == 0
    assert all(end - begin >= 10 for begin, end in zip(stamps, ends, strict=True))
    # Every act is in the list, in order, or told to be left out.
    titles = [title for _, title in lines]
    assert sorted([*titles, *made.left_out]) == [c.title for c in chapters]
    assert titles == sorted(titles)
    begins = {c.title: c.start / fps for c in chapters}
    for begin, title in zip(stamps[1:], titles[1:], strict=True):
        assert begin <= begins[title] < begin + 1


def test_a_list_is_written_as_people_write_times() -> None:
    made = site_chapters(chapters_of(11 * 30 + 29, 3600 * 30, 59 * 30, 600), 30)
    assert made.text == "0:00 Act 0\n0:11 Act 1\n1:00:11 Act 2\n1:01:10 Act 3\n"


@pytest.mark.parametrize(
    ("lengths", "text", "left_out"),
    [
        ((10, 10, 10), "0:00 Act 0\n0:10 Act 1\n0:20 Act 2\n", ()),
        # Too short: its seconds go to the one before …
        ((10, 10, 9, 10), "0:00 Act 0\n0:10 Act 1\n0:29 Act 3\n", ("Act 2",)),
        ((10, 10, 10, 3), "0:00 Act 0\n0:10 Act 1\n0:20 Act 2\n", ("Act 3",)),
        # … and at the beginning of the film to the one after.
        ((3, 4, 10, 10, 10), "0:00 Act 2\n0:17 Act 3\n0:27 Act 4\n", ("Act 0", "Act 1")),
        ((10, 10, 9), "", ("Act 2",)),
        ((10, 10), "", ()),
        ((100,), "", ()),
    ],
)
def test_what_is_too_short_belongs_to_its_neighbour(
    lengths: tuple[int, ...], text: str, left_out: tuple[str, ...]
) -> None:
    made = site_chapters(chapters_of(*lengths), 1)
    assert (made.text, made.left_out) == (text, left_out)


@pytest.mark.parametrize("language", languages())
def test_titles_are_such_that_sites_take_them(language: str) -> None:
    named = catalogue(language)
    titles = [named[name]["title"] for name in ("film", *(entry.name for entry in (*ACTS, *LOOPS)))]
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert title == one_line(title)
        assert 0 < len(title) <= 50
        assert not set("<>{}") & set(title)  # no site takes angle brackets; nothing is filled in
    # ISO 639-2 as MP4 wants it: three small letters.
    assert re.fullmatch("[a-z]{3}", named["film"]["language"])


def test_a_list_has_the_name_of_its_film(tmp_path: Path) -> None:
    names = ["film", "bowl-1.5s-3s", "bowl+flip-20s-end", "film-0s-5s"]
    paths = [chapters_path(tmp_path / f"{name}.mp4") for name in names]
    assert [path.name for path in paths] == [f"{name}.chapters.txt" for name in names]
    made = SiteChapters(((0, "θ̂"), (10, "λ"), (20, "„so“")), ())
    assert made.text == "0:00 θ̂\n0:10 λ\n0:20 „so“\n"
