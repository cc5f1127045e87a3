"""Ranges of a film of several acts: nothing lost, nothing twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.render.film import Act, Film, check_range
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Cue, Timeline

lengths = st.lists(st.integers(1, 400), min_size=1, max_size=5)


def make(renderer: Any) -> Any:
    raise NotImplementedError


def acts(*n_frames: int, fps: int = 60) -> list[Act]:
    return [Act(f"act {i}", make, timeline=Timeline(n, fps=fps)) for i, n in enumerate(n_frames)]


def frames(film: Film) -> list[tuple[str, int]]:
    shown = [(shot.act.name, i) for shot in film.shots for i in range(shot.start, shot.stop)]
    drawn = [(chunk.act, i) for chunk in film.chunks() for i in range(chunk.start, chunk.stop)]
    assert drawn == shown
    return shown


@given(n_frames=lengths, fps=st.integers(1, 60))
def test_without_a_range_all_frames_are_shown(n_frames: list[int], fps: int) -> None:
    film = Film.of(acts(*n_frames), RenderSettings(fps=fps))
    assert frames(film) == [(f"act {i}", j) for i, n in enumerate(n_frames) for j in range(n)]
    assert len(film.span) == sum(n_frames)


@given(n_frames=lengths, fps=st.integers(1, 60), data=st.data())
def test_ranges_that_meet_share_no_frame_and_lose_none(
    n_frames: list[int], fps: int, data: st.DataObject
) -> None:
    film, settings = acts(*n_frames), RenderSettings(fps=fps)
    whole = frames(Film.of(film, settings))
    seconds = data.draw(st.floats(0, (len(whole) - 1) / fps))
    try:
        before = frames(Film.of(film, settings, last=seconds))
    except SettingsError:
        before = []  # the cut is at the very beginning
        assert seconds * fps < 1e-5
    assert before + frames(Film.of(film, settings, first=seconds)) == whole


@given(n_frames=lengths, fps=st.integers(1, 60), data=st.data())
def test_every_frame_of_a_range_lies_in_it(
    n_frames: list[int], fps: int, data: st.DataObject
) -> None:
    film, settings = acts(*n_frames), RenderSettings(fps=fps)
    whole = frames(Film.of(film, settings))
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))
    assert frames(Film.of(film, settings, start / fps, stop / fps)) == whole[start:stop]


def test_a_range_past_the_end_stops_there() -> None:
    film = Film.of(acts(60, 30), RenderSettings(fps=30), 1.5, 99)
    assert [(c.act.name, c.start, c.stop) for c in film.shots] == [
        ("act 0", 45, 60),
        ("act 1", 0, 30),
    ]


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (3.0, None, r"--from 3 is after the end: there are 3 s"),
        (2.0, 1.0, r"--from 2 is not before --to 1"),
        (1.0, 1.0, r"--from 1 is not before --to 1"),
        (None, 0.0, r"no frame"),
        (1.01, 1.02, r"no frame .* lasts 0.0333 s"),
        (-1.0, None, r"-1 is no point"),
        (None, float("nan"), r"nan is no point"),
        (float("inf"), None, r"inf is no point"),
    ],
)
def test_a_range_without_frames_is_told(first: float | None, last: float | None, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Film.of(acts(60, 30), RenderSettings(fps=30), first, last)


def test_what_is_wrong_with_any_film_is_told_without_one() -> None:
    check_range(None, None)
    check_range(0, 5)
    with pytest.raises(SettingsError, match="not before"):
        check_range(5, 5)


@pytest.mark.parametrize(("seconds", "frame"), [(0, 0), (0.99, 29), (1, 30), (1.99, 59), (2, 59)])
def test_a_still_is_the_frame_on_screen(seconds: float, frame: int) -> None:
    (act,) = acts(60, fps=30)
    assert act.frame_at(seconds) == frame


def test_there_is_no_still_after_the_end() -> None:
    (act,) = acts(60, fps=30)
    with pytest.raises(SettingsError, match=r"--at 2.1 is after the end: act 0 lasts 2 s"):
        act.frame_at(2.1)


texts = st.text(min_size=1, max_size=9)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    lengths = draw(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 400), texts), max_size=5))
    cues, now = [], 0
    for pause, length, text in lengths:
        cues.append(Cue(now + pause, now + pause + length, text))
        now = cues[-1].stop
    return Timeline(now + draw(st.integers(1, 50)), 60, tuple(cues))


@given(st.lists(timelines(), min_size=1, max_size=4), st.data())
def test_captions_and_chapters_of_a_frame_are_those_of_its_act(
    parts: list[Timeline], data: st.DataObject
) -> None:
    """Frame by frame, what a caption says is what the act of that frame says."""

    def said(cues: tuple[Cue, ...], n_frames: int) -> list[str]:
        return [
            next((cue.text for cue in cues if cue.start <= frame < cue.stop), "")
            for frame in range(n_frames)
        ]

    acts = [Act(f"{i}", make, title=f"{i}", timeline=part) for i, part in enumerate(parts)]
    frames = [text for part in parts for text in said(part.cues, part.n_frames)]
    titles = [act.title for act in acts for _ in range(act.n_frames)]
    start = data.draw(st.integers(0, len(frames) - 1))
    stop = data.draw(st.integers(start + 1, len(frames)))
    for shown in (range(len(frames)), range(start, stop)):
        film = Film(tuple(acts), RenderSettings(), shown)
        assert said(film.cues, len(shown)) == frames[shown.start : shown.stop]
        assert all(0 <= cue.start < cue.stop <= len(shown) for cue in film.cues)
        chapters = film.chapters
        assert [c.title for c in chapters for _ in range(c.start, c.stop)] == titles[
            shown.start : shown.stop
        ]
        assert [c.start for c in chapters] == [0, *(c.stop for c in chapters[:-1])]
