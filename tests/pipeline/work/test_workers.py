"""Worker processes do what they are given, are replaced when they die, and leave with us."""

from __future__ import annotations

import gc
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.work.executor import (
    MAX_ATTEMPTS,
    Advanced,
    Began,
    Ended,
    Event,
    Lost,
    SerialExecutor,
    Task,
)
from pipeline.work.heartbeats import Heartbeats, Timeouts
from pipeline.work.workers import Counting, Processes

OnFrame = Callable[[], None]
ROOT = Path(__file__).resolve().parents[3]


# Tasks are module functions, since a worker finds them by name.


def square(number: int, on_frame: OnFrame) -> int:
    for _ in range(number):
        on_frame()
    return number**2


def pid(on_frame: OnFrame) -> int:
    return os.getpid()


def settings(on_frame: OnFrame) -> dict[str, str | None]:
    names = ("LP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {"folder": tempfile.gettempdir(), **{name: os.environ.get(name) for name in names}}


def die(on_frame: OnFrame) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_unless(mark: Path, on_frame: OnFrame) -> str:
    """Die the first time, and not again."""
    if not mark.exists():
        mark.touch()
        die(on_frame)
    return "done"


def exhaust(mark: Path, on_frame: OnFrame) -> str:
    if not mark.exists():
        mark.touch()
        raise MemoryError
    return "done"


def fail(error: BaseException, on_frame: OnFrame) -> None:
    raise error


class UnpicklableError(Exception):
    def __init__(self) -> None:
        super().__init__("by no means")
        self.never = lambda: None


def fail_strangely(on_frame: OnFrame) -> None:
    raise UnpicklableError


def wait_for(mark: Path, on_frame: OnFrame) -> None:
    mark.touch()
    time.sleep(60)


def big(on_frame: OnFrame) -> bytes:
    return bytes(8_000_000)


def stop_unless(mark: Path, content: bytes, on_frame: OnFrame) -> int:
    """Stand still the first time, as a process does that was stopped by hand."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGSTOP)
    return len(content)


def hang_unless(mark: Path, on_frame: OnFrame) -> str:
    """Be at one frame for ever the first time, as a graphics driver may be."""
    if not mark.exists():
        wait_for(mark, on_frame)
    return "done"


class StopsInMidWord:
    """A result that stands still while it is sent, the first time."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, on_frame: OnFrame) -> bytes:
        if not self.mark.exists():
            self.mark.touch()
            (connection,) = (
                found
                for found in gc.get_objects()
                if isinstance(found, Connection) and found.writable
            )
            os.write(connection.fileno(), struct.pack("!i", 1_000_000) + bytes(1000))
            os.kill(os.getpid(), signal.SIGSTOP)
        return bytes(1000)


def tasks(*calls: Callable[[OnFrame], Any]) -> list[Task]:
    return [Task(f"task {i}", call) for i, call in enumerate(calls)]


def results(events: list[Event]) -> dict[int, Any]:
    return {event.task: event.result for event in events if isinstance(event, Ended)}


@pytest.mark.parametrize("executor", [SerialExecutor(), Processes(2)])
def test_every_task_is_done_and_told(executor: Any) -> None:
    heard: list[Event] = []
    with executor:
        executor.run(tasks(*(partial(square, n) for n in range(5))), heard.append)
        executor.run([], heard.append)
        assert results(heard) == {n: n**2 for n in range(5)}
        assert sorted(e.task for e in heard if isinstance(e, Began)) == list(range(5))
        executor.run(tasks(partial(square, 9)), heard.append)
        assert results(heard)[0] == 81


def test_the_serial_executor_tells_of_every_frame() -> None:
    heard: list[Event] = []
    with SerialExecutor() as executor:
        executor.run(tasks(partial(square, 3)), heard.append)
    assert heard == [
        Began("here", 0),
        *[Advanced("here", 0, 1)] * 3,
        Ended("here", 0, 9),
    ]


def test_workers_are_started_once_and_no_more_than_needed() -> None:
    heard: list[Event] = []
    with Processes(2) as executor:
        for _ in range(3):
            executor.run(tasks(*[pid] * 4), heard.append)
    pids = {event.result for event in heard if isinstance(event, Ended)}
    assert 1 <= len(pids) <= 2
    assert os.getpid() not in pids
    with Processes(64) as executor:
        executor.run(tasks(pid), heard.append)
        assert len(executor._workers) == 1


def test_one_worker_is_warm_before_there_is_a_task() -> None:
    heard: list[Event] = []
    with Processes(2, warm=("pipeline.errors",)) as executor:
        (first,) = executor._workers
        executor.run(tasks(pid), heard.append)
        assert first in executor._workers
        pids = {worker._process.pid for worker in executor._workers}
        assert len(executor._workers) == 2
    assert results(heard)[0] in pids


def test_a_worker_does_not_run_the_program_that_starts_it(tmp_path: Path) -> None:
    """One that does all its work at the top would go round for ever."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "print('runs')\n"
        "from functools import partial\n"
        "from pipeline.work.executor import Ended, Task\n"
        "from pipeline.work.workers import Processes\n"
        "from tests.pipeline.work.test_workers import square\n"
        "with Processes(1) as executor:\n"
        "    executor.run([Task('a square', partial(square, 7))],\n"
        "                 lambda event: isinstance(event, Ended) and print(event.result))\n"
        "print(__file__, __spec__)\n"
    )
    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.splitlines() == ["runs", "49", f"{program} None"]


def test_a_worker_keeps_its_temporary_files_and_its_libraries_to_itself() -> None:
    heard: list[Event] = []
    with Processes(2, threads=0) as executor:
        executor.run(tasks(settings, settings), heard.append)
        told = results(heard)
        assert all(Path(one["folder"]).is_dir() for one in told.values())
    assert told[0]["folder"] != told[1]["folder"]
    for one in told.values():
        assert one["LP_NUM_THREADS"] == os.environ.get("LP_NUM_THREADS", "0")
        assert one["OPENBLAS_NUM_THREADS"] == os.environ.get("OPENBLAS_NUM_THREADS", "1")
        assert not Path(one["folder"]).parent.exists()


def test_a_worker_that_dies_is_replaced_and_its_task_done_again(tmp_path: Path) -> None:
    heard: list[Event] = []
    with Processes(2) as executor:
        calls = [partial(die_unless, tmp_path / "a"), partial(exhaust, tmp_path / "b"), big]
        executor.run(tasks(*calls), heard.append)
    assert results(heard) == {0: "done", 1: "done", 2: bytes(8_000_000)}
    lost = {event.task: event for event in heard if isinstance(event, Lost)}
    assert set(lost) == {0, 1}
    assert lost[0].reason == "was ended by SIGKILL"
    assert lost[0].attempt == 1


def test_a_worker_that_stands_still_is_replaced_and_its_task_done_again(tmp_path: Path) -> None:
    heard: list[Event] = []
    content = bytes(4_000_000)  # more than a pipe holds: the next one waits until it is read
    calls = [
        partial(stop_unless, tmp_path / "a", content),
        partial(hang_unless, tmp_path / "b"),
        StopsInMidWord(tmp_path / "c"),
        partial(square, 3),
    ]
    with Processes(2, timeouts=Timeouts(look=0.05, lose=1.5)) as executor:
        executor.run(tasks(*calls), heard.append)
    assert results(heard) == {0: len(content), 1: "done", 2: bytes(1000), 3: 9}
    lost = [event for event in heard if isinstance(event, Lost)]
    assert {event.task for event in lost} >= {0, 1, 2}
    assert {event.reason for event in lost} == {"draws nothing any more"}


def test_silence_counts_only_while_we_look(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    silence = Heartbeats(Timeouts(look=1.0, tell=3.0, lose=10.0))
    silence.heard("a")
    for _ in range(2):
        now[0] += 3600.0  # we were stopped ourselves, or the machine asleep
        silence.look()
    assert silence.to_tell() == ["a"]
    assert silence.to_tell() == []
    assert not silence.is_too_long("a")
    for _ in range(3):
        now[0] += 2.0
        silence.look()
    assert silence.is_too_long("a")
    assert not silence.is_too_long("a", 2.0)
    silence.heard("a")
    assert not silence.is_long("a")
    silence.forget("a")
    silence.look()
    assert not silence.is_long("a")


def test_a_task_is_tried_three_times_at_most() -> None:
    heard: list[Event] = []
    with (
        Processes(2) as executor,
        pytest.raises(RenderError, match=r"^task 1 could not be finished: 3 .*SIGKILL.*goes on"),
    ):
        executor.run(tasks(partial(square, 2), die), heard.append)
    assert [event.attempt for event in heard if isinstance(event, Lost)] == [1, 2]
    assert len([e for e in heard if isinstance(e, Began) and e.task == 1]) == MAX_ATTEMPTS


@pytest.mark.parametrize("error", [SettingsError("a sentence"), RenderError("b"), ValueError("c")])
def test_what_a_task_raises_is_raised_here_at_once(error: Exception) -> None:
    heard: list[Event] = []
    with Processes(1) as executor, pytest.raises(type(error), match=str(error)) as raised:
        executor.run(tasks(partial(fail, error)), heard.append)
    assert "in a worker" in str(raised.value.__cause__)
    assert "in fail" in str(raised.value.__cause__)
    assert [type(event) for event in heard] == [Began]


def test_an_error_that_cannot_travel_comes_as_its_words() -> None:
    with (
        Processes(1) as executor,
        pytest.raises(RenderError, match="UnpicklableError: by no means"),
    ):
        executor.run(tasks(fail_strangely), lambda event: None)


def test_whoever_listens_may_stop_it_and_nobody_is_left(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    def on_event(event: Event) -> None:
        if isinstance(event, Ended):
            while not mark.exists():
                time.sleep(0.01)
            raise KeyboardInterrupt

    executor = Processes(2)
    with pytest.raises(KeyboardInterrupt), executor:
        executor.run(tasks(partial(wait_for, mark), pid), on_event)
    assert executor._workers == []


def test_frames_are_told_now_and_then() -> None:
    told: list[int] = []
    every = Counting(told.append, period=0.0)
    for _ in range(3):
        every()
    assert told == [1, 1, 1]
    seldom = Counting(told.append, period=3600.0)
    for _ in range(1000):
        seldom()
    assert told == [1, 1, 1]
