"""Ranges of a film of several acts: nothing lost, nothing twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.render.plan import Act, Chunk, check_range, lay_out, still_of
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Timeline

lengths = st.lists(st.integers(1, 400), min_size=1, max_size=5)


def make(renderer: Any) -> Any:
    raise NotImplementedError


def acts(*n_frames: int) -> list[Act]:
    return [Act(f"act {i}", make, Timeline(n, fps=60)) for i, n in enumerate(n_frames)]


def frames(chunks: tuple[Chunk, ...]) -> list[tuple[str, int]]:
    return [(chunk.act, i) for chunk in chunks for i in range(chunk.start, chunk.stop)]


@given(n_frames=lengths, fps=st.integers(1, 60))
def test_without_a_range_all_frames_are_shown(n_frames: list[int], fps: int) -> None:
    chunks = lay_out(acts(*n_frames), RenderSettings(fps=fps))
    assert frames(chunks) == [(f"act {i}", j) for i, n in enumerate(n_frames) for j in range(n)]
    assert sum(chunk.n_frames for chunk in chunks) == sum(n_frames)


@given(n_frames=lengths, fps=st.integers(1, 60), data=st.data())
def test_ranges_that_meet_share_no_frame_and_lose_none(
    n_frames: list[int], fps: int, data: st.DataObject
) -> None:
    film, settings = acts(*n_frames), RenderSettings(fps=fps)
    whole = frames(lay_out(film, settings))
    seconds = data.draw(st.floats(0, (len(whole) - 1) / fps))
    try:
        before = frames(lay_out(film, settings, last=seconds))
    except SettingsError:
        before = []  # the cut is at the very beginning
        assert seconds * fps < 1e-5
    assert before + frames(lay_out(film, settings, first=seconds)) == whole


@given(n_frames=lengths, fps=st.integers(1, 60), data=st.data())
def test_every_frame_of_a_range_lies_in_it(
    n_frames: list[int], fps: int, data: st.DataObject
) -> None:
    film, settings = acts(*n_frames), RenderSettings(fps=fps)
    whole = frames(lay_out(film, settings))
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))
    assert frames(lay_out(film, settings, start / fps, stop / fps)) == whole[start:stop]


def test_a_range_past_the_end_stops_there() -> None:
    chunks = lay_out(acts(60, 30), RenderSettings(fps=30), 1.5, 99)
    assert [(c.act, c.start, c.stop) for c in chunks] == [("act 0", 45, 60), ("act 1", 0, 30)]


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
        lay_out(acts(60, 30), RenderSettings(fps=30), first, last)


def test_what_is_wrong_with_any_film_is_told_without_one() -> None:
    check_range(None, None)
    check_range(0, 5)
    with pytest.raises(SettingsError, match="not before"):
        check_range(5, 5)


@pytest.mark.parametrize(("seconds", "frame"), [(0, 0), (0.99, 29), (1, 30), (1.99, 59), (2, 59)])
def test_a_still_is_the_frame_on_screen(seconds: float, frame: int) -> None:
    (act,) = acts(60)
    assert still_of(act, RenderSettings(fps=30), seconds) == Chunk("act 0", make, frame, frame + 1)


def test_there_is_no_still_after_the_end() -> None:
    (act,) = acts(60)
    with pytest.raises(SettingsError, match=r"--at 2.1 is after the end: act 0 lasts 2 s"):
        still_of(act, RenderSettings(fps=30), 2.1)
