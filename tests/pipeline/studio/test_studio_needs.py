"""The order in which a studio has frames drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.studio.needs import KEPT, MISSING, ORDERED, SPAN, SPARSE, Strip, next_need, under


def strip(key: str, n_frames: int) -> Strip:
    return Strip(key, bytearray(n_frames), measured=True)


def drawn_in_order(strips: list[Strip], place: int, frame: int) -> list[tuple[int, int]]:
    """Draw whatever is needed most until nothing is; return frames by act, in order."""
    order = []
    while (need := next_need(strips, place, frame)) is not None:
        assert need.frames
        assert list(need.frames) == sorted(set(need.frames))
        for each in need.frames:
            assert strips[need.place].marks[each] == MISSING
            strips[need.place].mark(each, each + 1, KEPT)
            order.append((need.place, each))
    return order


def test_playhead_comes_first_then_what_follows_it_then_a_few_everywhere_then_the_rest() -> None:
    strips = [strip("a", 300), strip("b", 500)]
    order = drawn_in_order(strips, 1, 200)
    assert order[0] == (1, 200)
    assert order[:120] == [(1, i) for i in range(200, 320)]
    few = order[120 : 120 + 30]
    assert {i for place, i in few if place == 0} >= set(range(0, 300, SPARSE))
    assert sorted(order) == [(0, i) for i in range(300)] + [(1, i) for i in range(500)]


def test_what_is_played_next_goes_on_in_the_next_act() -> None:
    strips = [strip("a", 50), strip("b", 500)]
    assert drawn_in_order(strips, 0, 40)[:60] == [
        *((0, i) for i in range(40, 50)),
        *((1, i) for i in range(50)),
    ]


def test_acts_are_measured_before_frames_are_drawn_that_nobody_looks_at() -> None:
    strips = [strip("a", 50), Strip("b"), Strip("c")]
    first = next_need(strips, 0, 7)
    assert first is not None
    assert (first.place, first.frames[0], first.urgent) == (0, 7, True)
    strips[0].mark(7, 50, KEPT)
    second = next_need(strips, 0, 7)
    assert second is not None
    assert (second.place, second.frames[:3], second.measure) == (1, (0, SPARSE, 2 * SPARSE), True)
    strips[1].lengthen(1)
    strips[1].mark(0, 1, KEPT)  # what is there is not drawn again
    assert next_need(strips, 0, 7).frames[0] == SPARSE  # type: ignore[union-attr]
    third = next_need(strips, 0, 7, measuring={1})
    assert third is not None
    assert (third.place, third.measure) == (2, True)


def test_playhead_in_an_act_of_unknown_length_is_drawn_while_it_is_measured() -> None:
    need = under([Strip("a")], 0, 31)
    assert need is not None
    assert (need.frames, need.measure, need.urgent) == ((31,), True, True)


def test_nothing_is_asked_for_twice_or_beyond_where_an_act_fails() -> None:
    strips = [strip("a", 90)]
    strips[0].broken = 60
    strips[0].mark(10, 20, ORDERED)
    assert under(strips, 0, 15) is None
    assert under(strips, 0, 60) is None
    assert drawn_in_order(strips, 0, 0) == [(0, i) for i in (*range(10), *range(20, 60))]


def test_orders_are_taken_back_but_not_what_they_brought() -> None:
    one = strip("a", 10)
    one.mark(0, 6, ORDERED)
    one.mark(2, 4, KEPT)
    one.release(range(6))
    assert list(one.marks) == [MISSING] * 2 + [KEPT] * 2 + [MISSING] * 6


@given(
    lengths=st.lists(st.integers(1, 150), min_size=1, max_size=4),
    data=st.data(),
)
def test_everything_is_drawn_once_in_short_orders(lengths: list[int], data: st.DataObject) -> None:
    strips = [strip(str(i), length) for i, length in enumerate(lengths)]
    place = data.draw(st.integers(0, len(lengths) - 1))
    frame = data.draw(st.integers(0, lengths[place] - 1))
    order = drawn_in_order(strips, place, frame)
    assert order[0] == (place, frame)
    assert sorted(order) == [(i, k) for i, length in enumerate(lengths) for k in range(length)]
    again = [strip(str(i), length) for i, length in enumerate(lengths)]
    need = next_need(again, place, frame)
    assert need is not None
    assert len(need.frames) <= SPAN


def test_everyone_goes_on_in_an_act_of_her_own() -> None:
    strips = [strip(name, 400) for name in "abc"]
    for each in strips:
        each.mark(0, 400, KEPT)
    strips[0].mark(200, 400, MISSING)
    strips[1].mark(100, 400, MISSING)
    strips[2].mark(300, 400, MISSING)
    for each in strips:
        each.marks[::SPARSE] = bytes([KEPT]) * len(each.marks[::SPARSE])
    where = {
        "on": next_need(strips, 0, 0, at=(1, 250)),
        "elsewhere": next_need(strips, 0, 0, taken={0}),
        "together": next_need(strips, 0, 0, taken={0, 1, 2}),
    }
    assert {name: (need.place, need.frames[0]) for name, need in where.items() if need} == {
        "on": (1, 250),
        "elsewhere": (1, 100),
        "together": (0, 200),
    }
