"""Pictures of one moment, and what is said of the moment."""

from __future__ import annotations

import re

import pytest

from commands.pictures import moving_note
from pipeline.render.timeline import Timeline

FPS = 10
STILL = Timeline(100, FPS, holds=((10, 20), (30, 32), (40, 61), (80, 90)))


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (10, ""),
        (19, ""),
        (20, "something moves at 2 s; all stands still from 1 to 1.9 s and from 4 to 6 s."),
        (0, "something moves at 0 s; all stands still from 1 to 1.9 s."),
        (99, "something moves at 9.9 s; all stands still from 8 to 8.9 s."),
    ],
)
def test_a_moment_at_which_something_moves_is_told_with_better_ones(frame: int, told: str) -> None:
    assert moving_note(STILL, frame) == told


def test_times_that_are_told_are_within_the_hold() -> None:
    timeline = Timeline(400, 15, holds=((37, 61), (301, 333)))
    told = moving_note(timeline, 200)
    first, last = (float(time) for time in re.findall(r"from ([\d.]+) to ([\d.]+) s", told)[0])
    assert 37 <= round(first * 15, 6) <= round(last * 15, 6) <= 60
    assert moving_note(Timeline(100, 15), 50) == ""  # nothing is known of when it stands still
