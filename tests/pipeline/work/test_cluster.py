"""A cluster does what worker processes do, and only with workers that draw as we do."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.work.cluster import Cluster
from pipeline.work.cluster_worker import Sources, packed
from pipeline.work.executor import Ended, Event, Task
from pipeline.work.keys import Machine

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SOURCES = Sources(("pipeline.video.segment",), ("pipeline",))

OnFrame = Callable[[], None]


def renderer() -> dict[str, str]:
    return {"renderer": "pencil", "version": "2"}


def no_renderer() -> dict[str, str]:
    raise RuntimeError("no EGL here\nand more of it")


def square(number: int, on_frame: OnFrame) -> int:
    on_frame()
    return number**2


def fail(on_frame: OnFrame) -> None:
    raise RenderError("the disk of this act is flat")


def exhaust(mark: Path, on_frame: OnFrame) -> str:
    if not mark.exists():
        mark.touch()
        raise MemoryError
    return "done"


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def cluster(told: list[str]) -> Iterator[Cluster]:
    with Cluster("local:2", renderer, SOURCES, told.append) as executor:
        yield executor


def tasks(*calls: Callable[[OnFrame], Any]) -> list[Task]:
    return [Task(f"task {i}", call) for i, call in enumerate(calls)]


def test_workers_say_what_they_draw_on(cluster: Cluster) -> None:
    machine = cluster.machine()
    assert machine.renderer == "pencil, 2"
    assert "numpy" in machine.versions


def test_every_task_is_done_and_what_fails_is_told(cluster: Cluster, tmp_path: Path) -> None:
    heard: list[Event] = []
    calls = [*(partial(square, n) for n in range(5)), partial(exhaust, tmp_path / "mark")]
    cluster.run(tasks(*calls), heard.append)
    results = {event.task: event.result for event in heard if isinstance(event, Ended)}
    assert results == {**{n: n**2 for n in range(5)}, 5: "done"}
    assert [type(e).__name__ for e in heard].count("Lost") == 1
    with pytest.raises(RenderError, match="the disk of this act is flat") as raised:
        cluster.run(tasks(fail), heard.append)
    assert "in fail" in str(raised.value.__cause__)


def answer(result: Any = None, error: Exception | None = None) -> Future[Any]:
    """What comes back from a worker that was asked what it is."""
    future: Future[Any] = Future()
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
    return future


def test_a_worker_that_differs_is_refused_with_the_difference(cluster: Cluster) -> None:
    told: list[str] = []
    ours = cluster.machine()
    executor = Cluster("tcp://head:1", renderer, SOURCES, told.append)
    digest = SOURCES.digest()
    old = Machine({**ours.versions, "numpy": "1.0"}, ours.renderer, ours.sources)
    answers = {
        "a": answer((old, digest)),
        "b": answer((ours, digest)),
        "c": answer((replace(ours, renderer="a GPU"), digest)),
        "d": answer((ours, "edited")),
        "e": answer(error=ModuleNotFoundError("No module named 'pipeline'")),
    }
    for address, said in answers.items():
        executor._asked[address] = said
        executor._take("described", address, said)
    assert executor.machine() == ours
    assert [address for address in executor._known if executor._can_work(address)] == ["b"]
    numpy = ours.versions["numpy"]
    assert told == [
        f"Worker a is not used: it has numpy 1.0 instead of {numpy}.",
        "Worker c is not used: it has OpenGL by a GPU instead of pencil, 2.",
        "Worker d is not used: it has other sources of the film.",
        "Worker e is not used: No module named 'pipeline'.",
    ]


def test_where_no_worker_fits_it_ends() -> None:
    told: list[str] = []
    with (
        Cluster("local:1", no_renderer, SOURCES, told.append) as executor,
        pytest.raises(RenderError, match=r"No worker of local:1 can be used"),
    ):
        executor.machine()
    assert told[-1].endswith("is not used: no EGL here.")


def test_nobody_between_us_and_the_workers_needs_our_code() -> None:
    message = packed(square, 3, lambda_free)
    assert pickle.loads(message) == 9


def lambda_free() -> None:
    """A callback with a name, which travels."""


def test_without_dask_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    executor = Cluster("tcp://head:8786", renderer, SOURCES, print)
    with pytest.raises(SettingsError, match="run `make cluster`"):
        executor.__enter__()
