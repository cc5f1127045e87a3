"""The search for the best that fits: never over the limit, few trials, and what it gives up first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clip.fitting import (
    COLOURS,
    MIN_SIMILARITY,
    MIN_WIDTH,
    Candidate,
    Found,
    Trial,
    candidates,
    search,
)
from pipeline.clip.formats import FORMATS, Animation, animation

NAMES = [name for name in FORMATS if name != "mov"]
AT_MOST = 6


def largest(name: str, width: int = 960) -> Animation:
    return animation(name, (width, 2 * round(width * 9 / 32)))[0]


@cache
def combinations_of(name: str) -> tuple[Candidate, ...]:
    return candidates(largest(name))


class World:
    """What encodings come to: not quite what is predicted, by another power for every lever."""

    def __init__(
        self, scale: float, bends: tuple[float, float, float] = (1.0, 0.0, 0.0), least: float = 1.0
    ) -> None:
        self.scale, self.bends, self.least = scale, bends, least
        self.tried: list[Animation] = []

    def size(self, one: Candidate) -> int:
        all_of_it, wide, fast = self.bends
        bent = (one.spec.width / 640) ** wide * (float(one.spec.rate) / 25) ** fast
        return int(self.scale * one.weight**all_of_it * bent)

    def search(self, combinations: Sequence[Candidate], limit: int, *at_most: int) -> Found:
        wanted = search(combinations, limit, *at_most)
        spec = next(wanted)
        while True:
            try:
                spec = wanted.send(self.attempt(spec))
            except StopIteration as end:
                found: Found = end.value
                return found

    def attempt(self, made: Animation) -> Trial:
        self.tried.append(made)
        (one,) = [one for one in combinations_of(made.format.name) if one.spec == made]
        return Trial(made, bytes(self.size(one)), self.least)


worlds = st.builds(
    World,
    st.floats(100, 50_000),
    st.tuples(st.floats(0.8, 1.25), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)),
)


@given(st.sampled_from(NAMES), worlds, st.integers(10, 100_000))
def test_it_is_never_over_the_limit_and_takes_few_trials(
    name: str, world: World, limit: int
) -> None:
    combinations = combinations_of(name)
    found = world.search(combinations, limit, AT_MOST)
    assert len(world.tried) == len(set(world.tried)) == found.n_trials <= AT_MOST
    if found.best is not None:
        assert len(found.best.content) <= limit
        return
    # If it gave up, it had tried the lightest there is.
    lightest = min(combinations, key=lambda one: one.weight)
    assert lightest.spec in world.tried
    assert found.smallest.spec in world.tried


@given(st.sampled_from(NAMES), worlds, st.floats(0.05, 1.0))
def test_what_it_finds_is_nearly_the_best_there_is(name: str, world: World, share: float) -> None:
    """Against trying every combination: what it gives up in vain is little."""
    combinations = combinations_of(name)
    limit = int(share * world.size(combinations[0]))
    found = world.search(combinations, limit, AT_MOST)
    fitting = [one for one in combinations if world.size(one) <= limit]
    if not fitting:
        assert found.best is None
        return
    assert found.best is not None
    (chosen,) = [one for one in combinations if one.spec == found.best.spec]
    assert chosen.loss <= fitting[0].loss + 0.02


def test_what_fits_at_once_is_taken_at_once() -> None:
    world, combinations = World(1000.0), combinations_of("gif")
    found = world.search(combinations, 2 * world.size(combinations[0]))
    assert found.best is not None
    assert (found.best.spec, found.n_trials) == (combinations[0].spec, 1)


def test_a_picture_too_far_from_what_was_drawn_is_not_acceptable() -> None:
    world = World(1000.0, least=MIN_SIMILARITY - 0.01)
    found = world.search(combinations_of("gif"), 10**7)
    assert found.best is None
    assert found.smallest.similarity < MIN_SIMILARITY


@pytest.mark.parametrize("name", NAMES)
def test_combinations_go_from_the_best_down_and_keep_the_shape(name: str) -> None:
    asked = largest(name)
    combinations = combinations_of(name)
    assert combinations[0].spec == asked
    losses = [one.loss for one in combinations]
    assert losses == sorted(losses)
    assert len({one.spec for one in combinations}) == len(combinations)
    for one in combinations:
        made = one.spec
        assert MIN_WIDTH <= made.width <= asked.width
        assert made.rate <= asked.rate
        assert abs(made.height - made.width * 9 / 16) <= 1.0
        assert made.height % 2 == 0
    assert {one.spec.colours for one in combinations} <= {None, *COLOURS}


@pytest.mark.parametrize("kept", ["width", "rate", "grade"])
def test_what_was_asked_for_is_kept(kept: str) -> None:
    asked = animation("gif", (500, 282), rate=Fraction(20), colours=100)[0]
    made = [one.spec for one in candidates(asked, frozenset([kept]))]
    seen = {
        "width": {one.width for one in made},
        "rate": {one.rate for one in made},
        "grade": {one.colours for one in made},
    }
    assert {name for name, values in seen.items() if len(values) == 1} == {kept}
    assert candidates(asked, frozenset(seen))[0].spec == asked
    assert len(candidates(asked, frozenset(seen))) == 1


def test_a_small_picture_is_not_made_smaller() -> None:
    assert {one.spec.width for one in candidates(largest("gif", 160))} == {160}


def test_less_weighs_less_and_loses_more() -> None:
    """Along each lever, the others held: the model is what the search relies on."""
    by_made = {one.spec: one for one in candidates(largest("gif"))}

    def steps(key: str) -> list[tuple[Candidate, Candidate]]:
        out = []
        for made, one in by_made.items():
            for other_made, other in by_made.items():
                differ = [
                    k
                    for k in ("width", "rate", "colours")
                    if getattr(made, k) != getattr(other_made, k)
                ]
                if differ == [key] and getattr(other_made, key) < getattr(made, key):
                    out.append((one, other))
        return out

    for key in ("width", "rate", "colours"):
        assert steps(key)
        assert all(less.loss > more.loss and less.weight < more.weight for more, less in steps(key))
