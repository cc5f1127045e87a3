"""A film is the frames of its acts, whoever draws them, in whatever chunks, from cache or anew."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import manim
import numpy as np
import pytest

from pipeline.errors import RenderError
from pipeline.render import service as services
from pipeline.render.film import Act, Chunk, Film, Script
from pipeline.render.frames import Frame
from pipeline.render.plan import Deliverable, Plan, Watcher
from pipeline.render.service import RenderService
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Cue, Timeline
from pipeline.video.metadata import Metadata
from pipeline.work import chunks
from pipeline.work.executor import Ended, Event, Executor, SerialExecutor
from pipeline.work.keys import Machine
from pipeline.work.store import HEADER, Kind, Store
from pipeline.work.workers import Processes

SETTINGS = RenderSettings(width=128, height=72, fps=10)


class Rising(manim.Scene):
    """Grey from black to white in two seconds; the grey of a frame tells its number."""

    def construct(self) -> None:
        square = manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#000000")
        self.add(square)
        self.play(square.animate(rate_func=manim.linear).set_fill("#ffffff"), run_time=2)


class Still(manim.Scene):
    """Half a second of blue."""

    def construct(self) -> None:
        self.add(manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#0000ff"))
        self.wait(0.5)


class Restless(manim.Scene):
    """An act whose length is another every time, which no act may be."""

    n_runs = 0

    def construct(self) -> None:
        Restless.n_runs += 1
        self.wait(Restless.n_runs)


def rising(renderer: Any) -> manim.Scene:
    return Rising(renderer=renderer)


def still(renderer: Any) -> manim.Scene:
    return Still(renderer=renderer)


class Held(manim.Scene):
    """Blue for a second, and once more."""

    def construct(self) -> None:
        self.add(manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#0000ff"))
        self.wait(1)
        self.wait(1)


def held_still(renderer: Any) -> manim.Scene:
    return Held(renderer=renderer)


def restless(renderer: Any) -> manim.Scene:
    return Restless(renderer=renderer)


SCRIPTS = [
    Script("rising", rising, "rising 1", "Rising"),
    Script("still", still, "still 1", "Still"),
]
MACHINE = Machine({"numpy": "2"}, "none", "")


class Notes(Watcher):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.drawn: list[Chunk] = []

    def on_event(self, event: Event, part: Chunk) -> None:
        if isinstance(event, Ended):
            self.drawn.append(part)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def service(tmp_path: Path, told: list[str]) -> RenderService:
    return RenderService(SerialExecutor(), Store(tmp_path / "cache", told.append), MACHINE)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of about six frames."""
    monkeypatch.setattr(chunks, "TARGET", 0.02)
    monkeypatch.setattr(chunks, "SHORTEST", 0.5)


def plan(
    service: RenderService,
    first: float | None = None,
    last: float | None = None,
    scripts: Sequence[Script] = SCRIPTS,
) -> Plan:
    return service.plan(Film.of(service.measure(scripts, SETTINGS), SETTINGS, first, last))


def render(
    service: RenderService, path: Path, *args: Any, **options: Any
) -> tuple[Deliverable, Notes]:
    notes = Notes()
    return service.render(plan(service, *args, **options), path, notes), notes


def pictures(path: Path) -> list[np.ndarray]:
    with av.open(path) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


def greys(path: Path) -> list[float]:
    with av.open(path) as container:
        return [
            float(frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]


def test_acts_are_as_long_as_their_plays_and_are_stepped_through_once(
    service: RenderService,
) -> None:
    acts = service.measure(SCRIPTS, SETTINGS)
    assert [(act.name, act.n_frames) for act in acts] == [("rising", 20), ("still", 5)]
    assert acts[1].timeline.holds == ((0, 5),)

    class Nobody(SerialExecutor):
        def run(self, tasks: Any, on_event: Any) -> None:
            assert not tasks

    assert RenderService(Nobody(), service.store, MACHINE).measure(SCRIPTS, SETTINGS) == acts


def test_a_video_holds_the_acts_in_order(service: RenderService, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    made, notes = render(service, path)
    assert (made.path, made.acts, made.n_frames) == (path, ("rising", "still"), 25)
    assert made.n_bytes == path.stat().st_size
    assert made.n_cached == 0
    assert sum(part.n_frames for part in notes.drawn) == 25
    shades = greys(path)
    assert len(shades) == 25
    assert np.all(np.diff(shades[:20]) > 0)
    assert np.ptp(shades[20:]) < 2


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("workers", [1, 3])
def test_workers_make_the_same_file(service: RenderService, tmp_path: Path, workers: int) -> None:
    render(service, tmp_path / "here.mp4")
    with Processes(workers) as executor:
        apart = RenderService(executor, Store(tmp_path / "other"), MACHINE)
        _, notes = render(apart, tmp_path / "there.mp4")
    assert len(notes.drawn) > 3
    assert (tmp_path / "here.mp4").read_bytes() == (tmp_path / "there.mp4").read_bytes()


@pytest.mark.usefixtures("small_chunks")
def test_what_is_finished_is_not_drawn_again(service: RenderService, tmp_path: Path) -> None:
    _, first = render(service, tmp_path / "1.mp4")
    made, second = render(service, tmp_path / "2.mp4")
    assert second.drawn == []
    assert made.n_cached == 25
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()
    # A part of the film needs only the ends of the range.
    _, part = render(service, tmp_path / "3.mp4", 0.3, 2.2)
    edges = {0, *(chunk.stop for chunk in first.drawn if chunk.act == "rising")}
    assert 0 < len(part.drawn) <= 2
    assert all(chunk.start not in edges or chunk.stop not in edges for chunk in part.drawn)


@pytest.mark.usefixtures("small_chunks")
def test_labels_cost_no_drawing_and_come_out_the_same(
    service: RenderService, tmp_path: Path
) -> None:
    """A film from the cache is the file that a film drawn anew is, whatever it tells."""
    acts = service.measure(SCRIPTS, SETTINGS)
    chapters = Film.of(acts, SETTINGS, 0.5).chapters
    assert [(c.start, c.stop) for c in chapters] == [(0, 15), (15, 20)]
    metadata = Metadata("θ̂(λ)", "Ada", "deu", chapters, (Cue(0, 3, "λ"), Cue(10, 18, "wächst")))
    for name, told in (("bare", None), ("told", metadata), ("again", metadata)):
        notes = Notes()
        service.render(plan(service, 0.5), tmp_path / f"{name}.mp4", notes, told)
        assert bool(notes.drawn) == (name == "bare")
    made = {name: tmp_path / f"{name}.mp4" for name in ("bare", "told", "again")}
    assert made["told"].read_bytes() == made["again"].read_bytes()
    assert np.array_equal(pictures(made["told"]), pictures(made["bare"]))
    with av.open(made["told"]) as film:
        assert [c["end"] * c["time_base"] for c in film.chapters()] == [1.5, 2.0]
        assert film.streams.subtitles[0].duration == film.duration * 10_000 / 1_000_000
    with Processes(2) as executor:
        apart = RenderService(executor, Store(tmp_path / "other"), MACHINE)
        apart.render(plan(apart, 0.5), tmp_path / "there.mp4", None, metadata)
    assert (tmp_path / "there.mp4").read_bytes() == made["told"].read_bytes()


@pytest.mark.usefixtures("small_chunks")
def test_an_edited_act_is_drawn_again_alone(service: RenderService, tmp_path: Path) -> None:
    render(service, tmp_path / "1.mp4")
    edited = [SCRIPTS[0], Script("still", still, "still 2")]
    made, notes = render(service, tmp_path / "2.mp4", scripts=edited)
    assert {chunk.act for chunk in notes.drawn} == {"still"}
    assert made.n_cached == 20


@pytest.mark.usefixtures("small_chunks")
def test_a_film_that_failed_goes_on_where_it_was(service: RenderService, tmp_path: Path) -> None:
    class FailingError(Exception):
        pass

    class Failing(Notes):
        def on_event(self, event: Event, part: Chunk) -> None:
            super().on_event(event, part)
            if len(self.drawn) == 2:
                raise FailingError

    watcher, path = Failing(), tmp_path / "film.mp4"
    with pytest.raises(FailingError):
        service.render(plan(service), path, watcher)
    assert not path.exists()
    _, rest = render(service, path)
    assert len(watcher.drawn) == 2
    assert not set(watcher.drawn) & set(rest.drawn)
    assert len(pictures(path)) == 25


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("damage", ["cut", "flip", "remove"])
def test_a_damaged_piece_is_made_again_and_told(
    service: RenderService, told: list[str], tmp_path: Path, damage: str
) -> None:
    render(service, tmp_path / "1.mp4")
    victim = plan(service).keys[1]
    entry = service.store.path(victim)
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 4
    if damage == "remove":
        entry.unlink()
    else:
        entry.write_bytes(content if damage == "flip" else content[:-9])
    made, notes = render(service, tmp_path / "2.mp4")
    assert len(notes.drawn) == 1
    assert made.n_cached == 25 - notes.drawn[0].n_frames
    assert len(told) == (damage != "remove")
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()


class Emptying(Executor):
    """An executor in whose back somebody empties the cache, as often as is said."""

    def __init__(self, store: Store, times: int) -> None:
        self.store, self.times = store, times

    def run(self, tasks: Any, on_event: Any) -> None:
        SerialExecutor().run(tasks, on_event)
        if self.times and tasks:
            self.times -= 1
            self.store.prune(max_bytes=0)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("times", [1, 2])
def test_what_is_pruned_in_the_middle_is_made_again(
    service: RenderService, tmp_path: Path, times: int
) -> None:
    _, first = render(service, tmp_path / "1.mp4")
    acts = service.measure(SCRIPTS, SETTINGS)
    service.store.prune(max_bytes=0)
    before = plan(service)
    assert len(before.missing) == len(first.drawn) > 3
    emptied = RenderService(Emptying(service.store, times), service.store, MACHINE)
    notes = Notes()
    made = emptied.render(before, tmp_path / "2.mp4", notes)
    assert len(notes.drawn) == (1 + times) * len(first.drawn)
    assert (made.n_cached, set(made.drawn)) == (0, set(first.drawn))
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()
    assert service.measure(SCRIPTS, SETTINGS) == acts


@pytest.mark.usefixtures("small_chunks")
def test_what_was_cached_when_planned_and_then_is_gone_is_made_again(
    service: RenderService, tmp_path: Path
) -> None:
    render(service, tmp_path / "1.mp4")
    before = plan(service)
    assert before.missing == ()
    service.store.prune(max_bytes=0)
    notes = Notes()
    made = service.render(before, tmp_path / "2.mp4", notes)
    assert sorted(map(str, notes.drawn)) == sorted(map(str, before.chunks))
    assert made.n_cached == 0
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()


@pytest.mark.usefixtures("small_chunks")
def test_a_plan_reads_no_piece_and_still_no_damage_goes_unseen(
    service: RenderService, told: list[str], tmp_path: Path
) -> None:
    render(service, tmp_path / "1.mp4")
    damaged = plan(service).keys
    for key in damaged:
        entry = service.store.path(key)
        content = bytearray(entry.read_bytes())
        content[-1] ^= 1
        entry.write_bytes(content)

    class Hasty(Store):
        def get(self, key: str, kind: Kind[Any]) -> Any:
            assert key not in damaged, "a piece was read to learn that it is there"
            return super().get(key, kind)

    hasty = RenderService(SerialExecutor(), Hasty(service.store.folder), MACHINE)
    assert plan(hasty).n_missing == 0
    made, notes = render(service, tmp_path / "2.mp4")
    assert len(notes.drawn) == len(told) == len(damaged) > 3
    assert made.n_cached == 0
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("times", [0, 2])
def test_the_pace_is_that_of_one_render_however_many_rounds_it_took(
    service: RenderService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """By a clock by which every chunk takes three times as long as planned."""
    before = plan(service)
    now = 0.0

    class Slow(Emptying):
        def run(self, tasks: Any, on_event: Any) -> None:
            def slowly(event: Event) -> None:
                nonlocal now
                if isinstance(event, Ended):
                    now += 3 * costs[tasks[event.task].name]
                on_event(event)

            super().run(tasks, slowly)

    costs = {str(part): cost for part, cost in zip(before.chunks, before.costs, strict=True)}
    monkeypatch.setattr(services._Clock.__init__, "__defaults__", (lambda: now,))
    RenderService(Slow(service.store, times), service.store, MACHINE).render(
        before, tmp_path / "film.mp4"
    )
    after = plan(service)
    assert after.costs == pytest.approx([3 * cost for cost in before.costs])


def test_an_act_that_is_shown_twice_is_drawn_once(service: RenderService, tmp_path: Path) -> None:
    made, notes = render(service, tmp_path / "film.mp4", scripts=[SCRIPTS[1], *SCRIPTS])
    assert [part.act for part in notes.drawn] == ["rising", "still"]
    assert (made.n_frames, made.n_cached) == (30, 5)
    assert len(pictures(made.path)) == 30


def test_a_cache_that_keeps_nothing_is_told(tmp_path: Path) -> None:
    class Forgetful(Store):
        def get(self, key: str, kind: Kind[Any]) -> Any:
            return None

        def has(self, key: str, kind: Kind[Any]) -> bool:
            return False

    service = RenderService(SerialExecutor(), Forgetful(tmp_path / "cache"), MACHINE)
    with pytest.raises(RenderError, match=r"does not keep .* --cache-dir"):
        render(service, tmp_path / "film.mp4", scripts=SCRIPTS[1:])
    assert not (tmp_path / "film.mp4").exists()


@pytest.mark.usefixtures("small_chunks")
def test_a_range_is_cut_out_of_the_whole(service: RenderService, tmp_path: Path) -> None:
    render(service, tmp_path / "whole.mp4")
    made, _ = render(service, tmp_path / "cut.mp4", 1.2, 2.3)
    assert made.n_frames == 11
    assert np.allclose(greys(tmp_path / "cut.mp4"), greys(tmp_path / "whole.mp4")[12:23], atol=2)


def test_a_plan_says_what_it_will_cost(service: RenderService, tmp_path: Path) -> None:
    before = plan(service)
    assert (before.n_frames, before.n_missing, before.n_cached) == (25, 25, 0)
    assert all(cost > 0 for cost in before.costs)
    assert all(a.stop == b.start for a, b in pairwise(before.chunks) if a.act == b.act)
    render(service, tmp_path / "film.mp4")
    after = plan(service)
    assert after.keys == before.keys
    assert after.n_missing == 0
    assert after.costs != before.costs  # this machine is known now


def test_a_still_is_that_frame_of_the_video(service: RenderService, tmp_path: Path) -> None:
    act, *_ = service.measure(SCRIPTS, SETTINGS)
    (picture,) = service.stills([(act, act.frame_at(1.5), SETTINGS)])
    around = service.plan(Film((act,), SETTINGS, range(14, 17)))
    service.render(around, tmp_path / "around.mp4")
    before, there, after = greys(tmp_path / "around.mp4")
    assert picture.shape == (72, 128, 4)
    grey = float(picture[..., :3].mean())
    assert abs(grey - there) < 2 < min(grey - before, after - grey)


# --- frames without loss -------------------------------------------------------------------------


def drawn_directly(act: Act, frames: Sequence[int]) -> list[Frame]:
    """One after the other, as the renderer gives them."""
    from pipeline.render.frames import draw_some

    made: list[Frame] = []
    draw_some(act.factory, SETTINGS, frames, made.append)
    return made


@pytest.fixture
def small_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries of few frames, so that what is held is cut, too."""
    monkeypatch.setattr(services, "LOSSLESS_TARGET", 0.02)
    monkeypatch.setattr(chunks, "SHORTEST", 0.2)


@pytest.mark.usefixtures("small_buffers")
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("span", [range(20), range(3, 17)])
def test_frames_are_those_of_the_act_and_are_drawn_once(
    service: RenderService, nth: int, span: range
) -> None:
    acts = service.measure(SCRIPTS, SETTINGS)
    film = Film((acts[0],), SETTINGS, span).every(nth)
    notes, again = Notes(), Notes()
    (first,) = service.frames([film], notes)
    assert len(notes.drawn) > 1
    (second,) = service.frames([film], again)
    assert again.drawn == []
    wanted = drawn_directly(acts[0], span[::nth])
    for buffer in (first, second):
        assert len(buffer) == len(wanted)
        assert all(map(np.array_equal, buffer.frames(), wanted))


@pytest.mark.usefixtures("small_buffers")
def test_a_picture_that_is_held_is_one_object_wherever_it_is_cut(
    service: RenderService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What encoders do with a picture depends on whether it is the one before."""
    held = Script("held", held_still, "held 1")
    (act,) = service.measure([held], SETTINGS)
    film = Film.of([act], SETTINGS)
    monkeypatch.setattr(services, "LOSSLESS_TARGET", 0.0065)
    assert len(film.chunks(0.0065)) > 2
    (buffer,) = service.frames([film])
    frames = list(buffer.frames())
    assert len({id(frame) for frame in frames}) == 2
    assert [frame is frames[0] for frame in frames] == [True] * 10 + [False] * 10
    assert np.array_equal(frames[0], frames[-1])  # drawn anew, and nothing has moved


@pytest.mark.usefixtures("small_buffers")
def test_films_are_drawn_together_and_every_executor_draws_the_same(
    service: RenderService, tmp_path: Path
) -> None:
    acts = service.measure(SCRIPTS, SETTINGS)
    films = [Film.of([act], SETTINGS) for act in acts]
    here = service.frames(films)
    with Processes(2) as executor:
        there = RenderService(executor, Store(tmp_path / "other"), MACHINE).frames(films)
    assert [len(buffer) for buffer in here] == [20, 5]
    assert [buffer.pack() for buffer in here] == [buffer.pack() for buffer in there]


@pytest.mark.usefixtures("small_buffers")
@pytest.mark.parametrize("damage", ["cut", "other size", "other frames", "no frames"])
def test_damaged_frames_are_drawn_again(
    service: RenderService, told: list[str], damage: str
) -> None:
    (act, *_) = service.measure(SCRIPTS, SETTINGS)
    film = Film.of([act], SETTINGS)
    (before,) = service.frames([film])
    key = service.plan_frames(film).keys[0]
    kept = service.store.path(key).read_bytes()[HEADER:]
    more = kept[:12] + 2 * kept[12:]
    forged = {"other size": bytes(12) + kept[12:], "other frames": more, "no frames": b"x" * 99}
    if damage == "cut":
        service.store.path(key).write_bytes(kept[:-1])
    else:
        service.store.put(key, Kind("frames", bytes, bytes), forged[damage])
    notes = Notes()
    (after,) = service.frames([film], notes)
    assert len(notes.drawn) == len(told) == 1
    assert after.pack() == before.pack()


@pytest.mark.parametrize("executor", [SerialExecutor(), Processes(1)])
def test_an_act_of_another_length_than_planned_is_refused(
    executor: Executor, tmp_path: Path
) -> None:
    with executor:
        service = RenderService(executor, Store(tmp_path / "cache"), MACHINE)
        act = Act("restless", restless, "restless", timeline=Timeline(35, SETTINGS.fps))
        wrong = service.plan(Film.of([act], SETTINGS))
        with pytest.raises(RenderError, match=r"restless drew \d+ frames where 35 were planned"):
            service.render(wrong, tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()
