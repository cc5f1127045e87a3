"""Where a deck stops, and that its slides, one after the other, are the film."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.data import read_data
from commands.deck import numbers_line
from pipeline.deck.slides import captions_in, slides_of
from pipeline.render.film import Act
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Beat, Cue, Timeline
from scenes import ACTS, build_act
from scenes.act import CAPTION_FADE, CAPTION_GONE
from scenes.brief import Brief


def make(renderer: Any) -> Any:
    raise NotImplementedError


@st.composite
def an_act(draw: st.DrawFn, name: str) -> Act:
    n_frames = draw(st.integers(1, 200))
    edges = sorted(draw(st.sets(st.integers(0, n_frames), max_size=8)))
    cues = tuple(Cue(a, b, f"{name} {a}") for a, b in pairwise(edges))
    at = sorted(draw(st.lists(st.integers(0, n_frames), max_size=6)))
    numbers = st.sampled_from([None, {"lam": 1.0}, {"lam": 2.0}])
    beats = tuple(Beat(frame, f"beat {i}", draw(numbers)) for i, frame in enumerate(at))
    return Act(name, make, title=name.upper(), timeline=Timeline(n_frames, 10, cues, beats))


def told(numbers: dict[str, Any]) -> str:
    return f"λ = {numbers['lam']}"


ACTS_OF_THREE = st.tuples(*(an_act(name) for name in "abc"))


@given(acts=ACTS_OF_THREE)
def test_slides_one_after_the_other_are_the_film_but_for_how_it_ends(acts: tuple[Act, ...]) -> None:
    shown = [
        (span.act, frame)
        for slide in slides_of(acts, told)
        for span in slide.spans
        for frame in range(span.start, span.stop)
    ]
    film = [(act.name, frame) for act in acts for frame in range(act.n_frames)]
    assert shown == film[: len(shown)]
    left = len(film) - len(shown)
    assert left == acts[-1].n_frames - max(stop for stop, _ in acts[-1].stops)


@given(acts=ACTS_OF_THREE)
def test_every_beat_is_the_end_of_a_slide_with_its_name_and_numbers(acts: tuple[Act, ...]) -> None:
    ends = {(s.act, s.spans[-1].stop): s for s in slides_of(acts, told) if s.spans[-1].act == s.act}
    for act in acts:
        last_of = {beat.frame: beat for beat in act.timeline.beats if beat.frame > 0}
        for frame, beat in last_of.items():
            slide = ends[act.name, frame]
            assert (slide.name, slide.title) == (beat.name, act.title)
            assert slide.numbers == ((told(beat.numbers),) if beat.numbers else ())


@given(acts=ACTS_OF_THREE)
def test_every_caption_is_said_where_it_comes_up(acts: tuple[Act, ...]) -> None:
    slides = slides_of(acts, told)
    for act in acts:
        spans = [(s.spans[-1], s) for s in slides if s.act == act.name]
        for cue in act.timeline.cues:
            saying = [s for span, s in spans if span.start <= cue.start < span.stop]
            assert all(cue.text in slide.captions for slide in saying)
            assert saying or cue.start >= act.n_frames


def test_a_caption_that_stays_up_is_said_again_and_one_that_leaves_is_not() -> None:
    cues = (Cue(0, 10, "first"), Cue(12, 20, "second"))
    assert captions_in(cues, 0, 5) == ("first",)
    assert captions_in(cues, 5, 10) == ("first",)
    assert captions_in(cues, 9, 15) == ("second",)
    assert captions_in(cues, 10, 12) == ()


@given(act=an_act("a"))
def test_a_loop_is_one_slide_with_all_its_frames(act: Act) -> None:
    (slide,) = slides_of([replace(act, loops=True)], told)
    assert (slide.loops, slide.n_frames) == (True, act.n_frames)
    assert len(set(slide.numbers)) == len(slide.numbers)


@pytest.mark.parametrize("name", [entry.name for entry in ACTS])
def test_where_an_act_stops_nothing_moves_and_its_caption_is_there(name: str) -> None:
    """Acts that never hold still, since all of it keeps turning, may stop where nothing fades."""
    from pipeline.render.frames import probe

    look = RenderSettings(width=160, height=90, fps=30)
    brief = Brief(read_data())
    timeline = probe(partial(build_act, name, brief), look)
    assert timeline.beats
    for stop, beat in Act(name, make, timeline=timeline).stops:
        assert beat is not None, "an act ends as it leaves, not with something to be seen"
        shown = stop - 1
        held = [(a, b) for a, b in timeline.holds if a <= shown < b and b - a > 1]
        assert held or not timeline.holds, beat.name
        fading = [
            cue.text
            for cue in timeline.cues
            if cue.start <= shown < cue.start + CAPTION_FADE * look.fps
            or cue.stop <= shown < cue.stop + CAPTION_GONE * look.fps
        ]
        assert fading == [], beat.name


def test_numbers_are_written_as_in_the_pictures() -> None:
    numbers = {"lam": 0.0, "theta": [0.7123, -12.0], "rss": 12345.0, "condition_number": None}
    assert numbers_line(numbers) == (
        "At the best θ: λ = 0 · θ̂₁ = 0.712 · θ̂₂ = −12.0 · RSS = 1.23 × 10⁴ · κ(XᵀX + λI) = ∞"
    )
