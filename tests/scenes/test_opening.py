"""The title of the film: a question, and what is given of title, author and data."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from pipeline.render.frames import draw_some, probe
from pipeline.render.settings import RenderSettings
from scenes import build_act
from scenes.brief import Brief
from scenes.text.captions import languages
from tests.scenes.conftest import PROBLEMS
from tests.scenes.seeing import SHAPES, see

FPS = 4


def first(problem: str = "default", shape: str = "wide", **given: str) -> str:
    """All that stands in the first frame."""
    brief = Brief(PROBLEMS[problem](), **given)
    seen = see("opening", brief, RenderSettings(*SHAPES[shape], fps=FPS), [0])
    return " ".join(text.markup for text in seen.sights[0].texts)


@pytest.mark.parametrize("language", languages())
def test_the_question_is_there_from_the_first_frame_and_ridge_stands_out(language: str) -> None:
    assert '#emph[#"' in first(language=language)


def test_title_author_and_data_are_shown_where_they_are_given() -> None:
    assert "·" not in first()
    assert "rows" not in first()
    assert '#"Regression II · Ada Lovelace"' in first(title="Regression II", author="Ada Lovelace")
    assert '#"Employed by GNP and Year, 16 rows"' in first("longley")


def test_it_takes_four_seconds_at_most_and_ends_where_the_film_begins() -> None:
    settings = RenderSettings(*SHAPES["wide"], fps=10)
    brief = Brief(PROBLEMS["default"]())
    opening = probe(partial(build_act, "opening", brief), settings)
    assert 3.5 <= opening.n_frames / 10 <= 4.0
    last, first = [], []
    draw_some(partial(build_act, "opening", brief), settings, [opening.n_frames - 1], last.append)
    draw_some(partial(build_act, "hook", brief), settings, [0], first.append)
    assert np.mean(last[0] != first[0]) < 0.02  # all but the last bit of the curve is drawn


def test_the_valley_takes_two_thirds_of_a_wide_frame_and_stays_in_it() -> None:
    settings = RenderSettings(*SHAPES["wide"], fps=FPS)
    seen = see("opening", Brief(PROBLEMS["default"]()), settings, range(0, 10, 2))
    for sight in seen.sights:
        (volume,) = sight.volumes
        frame = sight.layout.frame
        assert 0.62 < np.ptp(volume.surface[:, 0]) / frame.width < 0.78
        assert np.abs(volume.surface).max(axis=0)[1] < 0.5 * frame.height
