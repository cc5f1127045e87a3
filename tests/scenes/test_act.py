"""What every act is given by its base: captions by kind of data, a hand-over, updaters that keep time."""

from __future__ import annotations

from typing import Any

import manim
import numpy as np
import pytest

from pipeline.render.frames import NOTHING, FrameRenderer, draw, run
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.act import Act
from scenes.brief import Brief
from scenes.landscape_act import LandscapeAct
from scenes.text.captions import catalogue

SMALL = RenderSettings(128, 72, fps=10)
DATA = Dataset.synthetic(n_samples=30, seed=3)


def played(act: type[Act], data: Dataset = DATA) -> Any:
    """The act after its last frame."""

    def factory(renderer: Any) -> Act:
        return act(Brief(data), renderer=renderer)

    return run(factory, SMALL, lambda: FrameRenderer(NOTHING, lambda frame: None, SMALL.fps))


class Said(Act):
    """An act that says one thing of the catalogue of `bowl`."""

    name = "bowl"

    def construct(self) -> None:
        self.say("grow")


@pytest.mark.parametrize(
    ("correlation", "key"), [(0.99, "grow"), (0.0, "grow_round"), (1.0, "grow_exact")]
)
def test_a_caption_is_that_of_the_kind_of_data(correlation: float, key: str) -> None:
    said = played(Said, Dataset.synthetic(correlation=correlation))
    assert [cue.text for cue in said.cues] == [catalogue("en")["bowl"][key]]


def test_a_kind_without_a_caption_of_its_own_has_the_plain_one() -> None:
    class Pinned(Said):
        kind = "nameless"  # the catalogue has no caption of this kind

    assert [cue.text for cue in played(Pinned).cues] == [catalogue("en")["bowl"]["grow"]]


@pytest.mark.parametrize("size", [(128, 72), (96, 72), (72, 72), (72, 128)])
def test_a_caption_of_ones_own_that_is_long_keeps_to_its_place(size: tuple[int, int]) -> None:
    """The longest that `--words` takes is set smaller, never over the picture."""
    told = []

    class Told(Said):
        def _set_caption(self, text: str, size: float) -> Any:
            told.append((super()._set_caption(text, size), self))
            return told[-1][0]

    texts = ("Now λ grows.", ("a longer word or two, " * 10)[:200])
    for text in texts:
        brief = Brief(DATA, changes=(("bowl", "grow", text),))
        run(
            lambda renderer, brief=brief: Told(brief, renderer=renderer),
            RenderSettings(*size, fps=10),
            lambda: FrameRenderer(NOTHING, lambda frame: None, 10),
        )
    (short, act), (long, _) = told
    body, box = act.theme.body * act.layout.frame.height, act.layout.caption
    assert short.size == pytest.approx(body)
    assert 0.7 * body < long.size < body
    assert box.bottom <= long.extent()[2] + 1e-9
    assert long.extent()[3] < box.top + 0.1 * box.height


class Untidy(LandscapeAct):
    """An act that leaves the landscape as it pleases, with other labels and things around it."""

    name = "bowl"

    def construct(self) -> None:
        land = self.land
        self.arrive()
        self.say("grow", manim.FadeOut(*land.labels))
        land.turn(50, 20, land.lam.to(1.0), land.flip.to(-1.0), run_time=0.5)
        land.height_labels = land.heights(penalised=True)
        self.play(manim.FadeIn(*land.labels), manim.FadeIn(manim.Square()), run_time=0.3)
        self.wait(0.2)
        self.hand_over()


def test_an_act_hands_over_the_picture_it_began_with() -> None:
    drawn: list[np.ndarray] = []
    draw(lambda renderer: Untidy(Brief(DATA), renderer=renderer), SMALL, 0, None, drawn.append)

    def apart(one: np.ndarray, other: np.ndarray) -> float:
        return float((np.abs(one.astype(int) - other.astype(int)).max(axis=-1) > 40).mean())

    assert max(apart(drawn[0], each) for each in drawn) > 0.1
    assert apart(drawn[0], drawn[-1]) < 0.02  # but for the last step of what fades in


class Updated(Act):
    """Three squares by updaters: one follows a tracker, one goes by time, one fades in meanwhile."""

    name = "bowl"
    rate = 2.0

    def construct(self) -> None:
        tracker = manim.ValueTracker(0.0)
        self.follower, self.clock = manim.Square(0.5), manim.Square(0.5)
        self.follower.add_updater(lambda square: square.set_x(tracker.get_value()))
        self.clock.add_updater(lambda square, dt: square.shift((0.0, self.rate * dt, 0.0)))
        self.add(tracker, self.follower, self.clock)
        self.places: list[tuple[int, float, float]] = []
        self.add_updater(lambda dt: self.note_places())
        self.play(tracker.animate(rate_func=manim.linear).set_value(1.0), run_time=1.0)
        self.wait(1.0)
        self.play(manim.FadeIn(manim.Circle()), run_time=0.5)

    def note_places(self) -> None:
        self.places.append((self.frame, self.follower.get_x(), self.clock.get_y()))


def test_updaters_are_called_at_every_frame_as_in_manim() -> None:
    act = played(Updated)
    assert act.frame == 25
    places = {frame: (x, y) for frame, x, y in act.places}
    for frame in range(10):
        assert places[frame][0] == pytest.approx(frame / 10)
    assert places[15][0] == pytest.approx(1.0)
    # Manim hands out no time between the last frame of a play and the first of the next.
    for frame, plays_before in ((9, 0), (19, 1), (24, 2)):
        assert places[frame][1] == pytest.approx(Updated.rate * (frame - plays_before) / 10)


def test_what_follows_for_several_objects_is_called_once_a_frame() -> None:
    called = []

    class Followed(Act):
        def construct(self) -> None:
            for square in (manim.Square(), manim.Square()):
                self.add(square)
                self.follow(square, self.place)
            called.clear()
            self.play(manim.Rotate(self.mobjects[0]), run_time=0.5)

        def place(self) -> None:
            called.append(self.frame)

    draw(lambda renderer: Followed(Brief(DATA), renderer=renderer), SMALL, 0, None, lambda _: None)
    assert called == [0, 0, 1, 2, 3, 4], "as the play begins, and then once a frame"


def test_frames_with_updaters_are_the_same_in_any_piece() -> None:
    def frames(start: int, stop: int | None) -> list[np.ndarray]:
        drawn: list[np.ndarray] = []
        draw(
            lambda renderer: Updated(Brief(DATA), renderer=renderer),
            SMALL,
            start,
            stop,
            lambda frame: drawn.append(np.array(frame)),
        )
        return drawn

    whole = frames(0, None)
    pieces = [*frames(0, 7), *frames(7, 18), *frames(18, None)]
    assert len(whole) == len(pieces) == 25
    assert all(np.array_equal(one, other) for one, other in zip(whole, pieces, strict=True))
    assert not np.array_equal(whole[3], whole[8])
    assert not np.array_equal(whole[12], whole[18])


# --- a voice ------------------------------------------------------------------------------------


class Speaking(Act):
    """Two lines with a move and a hold each, and a last one that nothing waits for."""

    name = "bowl"
    captions = {"one": "One.", "two": "Two.", "three": "Three."}  # noqa: RUF012
    most = 1.5

    def construct(self) -> None:
        square = manim.Square(0.5)
        self.say("one", manim.FadeIn(square), run_time=0.5)
        self.play(square.animate.shift((1.0, 0.0, 0.0)), run_time=self.paced(2.0, self.most))
        self.hold()
        self.beat("one")
        self.say("two")
        self.play(square.animate.shift((1.0, 0.0, 0.0)), run_time=1.0)
        self.say("three")


def spoken(frames: dict[str, int], act: type[Act] = Speaking, captions: bool = True) -> Any:
    brief = Brief(DATA, captions=captions, spoken=frames)

    def factory(renderer: Any) -> Act:
        return act(brief, renderer=renderer)

    return run(factory, SMALL, lambda: FrameRenderer(NOTHING, lambda frame: None, SMALL.fps))


def lengths(act: Any) -> dict[str, int]:
    """Frames of each caption; all but the last take three more to go."""
    return {cue.key: cue.stop - cue.start for cue in act.cues}


@pytest.mark.parametrize("captions", [True, False])
def test_captions_stay_for_their_lines_to_the_frame(captions: bool) -> None:
    act = spoken({"one": 77, "two": 41, "three": 23}, captions=captions)
    assert lengths(act) == {"one": 77, "two": 41, "three": 23}
    assert act.beats[0].frame == 77


def test_a_move_keeps_its_time_where_the_line_is_shorter() -> None:
    silent, short = spoken({}), spoken({"one": 12, "two": 3, "three": 1})
    assert lengths(short)["one"] == 5 + 20 + 6  # fade, move, and the least hold
    assert lengths(short)["two"] == lengths(silent)["two"]
    assert lengths(short)["three"] == lengths(silent)["three"]
    assert lengths(silent)["one"] == 5 + 20 + 6  # which is longer than two seconds


@pytest.mark.parametrize(("line", "moves"), [(20, 20), (36, 25), (60, 30), (600, 30)])
def test_a_move_stretches_with_its_line_within_bounds(line: int, moves: int) -> None:
    act = spoken({"one": line})
    (move,) = [stop for stop, _ in [(act.renderer.holds[0][0], 0)]]
    assert move - 5 == moves


def test_nothing_is_longer_where_nobody_speaks() -> None:
    other = spoken({"nobody": 900})
    assert other.cues == spoken({}).cues
    assert other.frame == spoken({}).frame
