"""Chunks cover what is asked for, weigh about the same, and lie where act and settings say."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.film import Act, Chunk, Film
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Timeline
from pipeline.work.chunks import SHORTEST, TARGET, chunk_costs, cuts, frame_costs


def make(renderer: Any) -> Any:
    raise NotImplementedError


@st.composite
def an_act(draw: st.DrawFn, name: str = "act") -> Act:
    n_frames = draw(st.integers(1, 3000))
    edges = sorted(draw(st.sets(st.integers(0, n_frames), max_size=8)))
    holds = tuple(zip(edges[::2], edges[1::2], strict=False))
    return Act(name, make, timeline=Timeline(n_frames, fps=60, holds=holds))


looks = st.builds(
    RenderSettings,
    width=st.sampled_from([96, 854, 1920, 3840]),
    height=st.sampled_from([96, 480, 1080, 2160]),
    fps=st.sampled_from([1, 10, 30, 60]),
)


@given(act=an_act(), look=looks)
def test_cuts_cover_the_act_in_pieces_that_are_not_empty(act: Act, look: RenderSettings) -> None:
    edges = cuts(act.timeline, look)
    assert edges[0] == 0
    assert edges[-1] == act.n_frames
    assert all(a < b for a, b in itertools.pairwise(edges))


@given(act=an_act(), look=looks)
def test_pieces_weigh_the_same_to_within_a_frame(act: Act, look: RenderSettings) -> None:
    edges, costs = cuts(act.timeline, look), frame_costs(act.timeline, look)
    weights = [sum(costs[a:b]) for a, b in itertools.pairwise(edges)]
    assert max(weights) - min(weights) <= 2 * max(costs) + 1e-5 * act.n_frames


@given(act=an_act(), look=looks)
def test_pieces_are_neither_short_nor_long(act: Act, look: RenderSettings) -> None:
    n_chunks = len(cuts(act.timeline, look)) - 1
    assert n_chunks == 1 or act.n_frames / n_chunks >= SHORTEST * look.fps
    weight = sum(frame_costs(act.timeline, look)) / n_chunks
    at_most = act.n_frames // (SHORTEST * look.fps)
    assert weight <= 1.5 * TARGET or n_chunks == max(1, at_most)


def test_a_frame_that_is_held_costs_less_than_one_that_moves() -> None:
    look = RenderSettings()
    act = Act("act", make, timeline=Timeline(100, fps=60, holds=((10, 20), (50, 51))))
    costs = frame_costs(act.timeline, look)
    moving = [i for i, cost in enumerate(costs) if cost == max(costs)]
    assert moving == [*range(11), *range(20, 100)]


@given(first=an_act("a"), second=an_act("b"), look=looks, data=st.data())
def test_a_range_is_covered_and_uses_the_chunks_of_the_whole(
    first: Act, second: Act, look: RenderSettings, data: st.DataObject
) -> None:
    acts = [first, second]
    whole = Film.of(acts, look).chunks()
    total = first.n_frames + second.n_frames
    start = data.draw(st.integers(0, total - 1))
    stop = data.draw(st.integers(start + 1, total))
    part = Film.of(acts, look, start / look.fps, stop / look.fps).chunks()

    def frames(chunks: tuple[Chunk, ...]) -> list[tuple[str, int]]:
        return [(c.act, i) for c in chunks for i in range(c.start, c.stop)]

    assert frames(part) == frames(whole)[start:stop]
    inner = part[1:-1]
    assert set(inner) <= set(whole)
    assert len(chunk_costs(part, acts, look)) == len(part)
    assert min(chunk_costs(part, acts, look)) > 0
