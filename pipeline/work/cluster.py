"""An executor of Dask workers: on this machine, or on any machines that a Dask scheduler knows.

We give each worker one chunk at a time, ourselves: so one that joins late gets work at once, one that
differs from the others never gets any, and what a lost or silent one was at goes to another. Segments
come back through Dask; no disk is shared. Two that draw the same chunk draw the same pixels, so it
does no harm where one that was silent finishes after all.
"""

from __future__ import annotations

import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import Any

from pipeline.errors import RenderError
from pipeline.work.cluster_worker import Sources, describe, packed, work
from pipeline.work.executor import Advanced, Began, Call, Ended, Listener, Losses, Task, waited_for
from pipeline.work.heartbeats import Heartbeats, Timeouts
from pipeline.work.keys import Machine, differences, this_machine
from pipeline.work.scheduler import Scheduler, Tls, first_line
from pipeline.work.workers import raised_elsewhere

#: Whose silence is counted where there is no worker that could work.
_ANYBODY = ""


class Cluster:
    """An executor of Dask workers.

    Parameters
    ----------
    address : str
        Of the scheduler, or ``local:N``.
    opengl : callable
        Describes a worker's OpenGL renderer; it is run there.
    sources : Sources
        What workers must have as we have it.
    tell : callable
        Called with a sentence for every worker that is refused, and while there is none.
    tls : Tls
        For an encrypted cluster.
    timeouts : Timeouts
        How long others may be silent.
    """

    def __init__(
        self,
        address: str,
        opengl: Callable[[], Mapping[str, str]],
        sources: Sources,
        tell: Callable[[str], None],
        tls: Tls | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._topic = f"ridge-film-{secrets.token_hex(8)}"
        self._words: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._scheduler = Scheduler(
            address,
            tls or Tls(),
            self._timeouts,
            self._topic,
            lambda word: self._words.put(("advanced", *word)),
        )
        self._address = address
        self._describe = packed(describe, opengl, sources)
        self._sources = sources
        self._tell = tell
        self._machine: Machine | None = None
        self._known: dict[str, bool] = {}  # address → whether it may work
        self._asked: dict[str, Future[Any]] = {}  # what they are; no answer yet
        self._busy: dict[str, tuple[int, Future[Any]]] = {}  # address → its task, and the result
        self._seen: dict[str, float] = {}  # address → when the scheduler last heard of it
        self._silence = Heartbeats(self._timeouts)  # of workers as the scheduler hears them
        self._drawing = Heartbeats(self._timeouts)  # of workers that draw
        self._looked = self._unanswered = 0.0
        self._connected = True

    def __enter__(self) -> Cluster:
        self._scheduler.open()
        self._silence.heard(_ANYBODY)
        return self

    def __exit__(self, *error: object) -> None:
        self._cancel()
        self._scheduler.close()

    # -- who may work ----------------------------------------------------------------------------

    def machine(self) -> Machine:
        """Wait for the first worker that fits, and return what it and all others draw on."""
        while self._machine is None:
            self._look()
            for word in waited_for(self._words, self._timeouts.look):
                self._take(*word)
            if self._known and not any(self._known.values()) and not self._asked:
                raise RenderError(
                    f"No worker of {self._address} can be used: install there what is here, in the "
                    "same versions (`make setup` on the same revision)."
                )
        return self._machine

    def _look(self) -> bool:
        """See which workers there are, and ask new ones what they are.

        Return False when the scheduler was gone, and all that was asked of its workers with it.
        """
        if self._connected and time.monotonic() - self._looked < self._timeouts.look:
            return True
        try:
            if not self._connected:
                raise ConnectionError
            seen = self._scheduler.workers()
        except TimeoutError:
            if not self._unanswered:
                self._tell(f"The Dask scheduler at {self._address} does not answer: waiting.")
            self._wait(self._timeouts.tell)
            return True
        except ConnectionError:
            self._reopen()
            return False
        self._looked, self._unanswered = time.monotonic(), 0.0
        self._silence.look()
        self._drawing.look()
        for address in set(self._seen) - set(seen):
            self._known.pop(address, None)
            self._asked.pop(address, None)
            self._silence.forget(address)
        for address, at in seen.items():
            if self._seen.get(address) != at:
                self._silence.heard(address)
            if address not in self._known and address not in self._asked:
                answer = self._scheduler.submit(address, self._describe)
                self._asked[address] = answer
                self._listen("described", address, answer)
        self._seen = seen
        if any(map(self._can_work, self._known)):
            self._silence.heard(_ANYBODY)
        for who in self._silence.to_tell():
            if who == _ANYBODY:
                self._tell(f"Waiting for workers to join {self._address}.")
            else:
                self._tell(f"Worker {who} does not answer.")
        return True

    def _wait(self, seconds: float) -> None:
        """Take so many more seconds of the scheduler's silence; raise RenderError when it is enough."""
        self._unanswered += seconds
        if self._unanswered >= self._timeouts.give_up:
            raise RenderError(
                f"The Dask scheduler at {self._address} is gone: what is finished is kept, the "
                "same command goes on from there."
            )

    def _reopen(self) -> None:
        """Wait until there is a scheduler again; what the old one knew is lost."""
        self._tell(f"The Dask scheduler at {self._address} is gone: waiting for it to come back.")
        self._cancel()
        for known in (self._known, self._asked, self._seen):
            known.clear()
        self._silence = Heartbeats(self._timeouts)
        self._silence.heard(_ANYBODY)
        self._connected = True
        while True:
            self._scheduler.close()
            began = time.monotonic()
            try:
                self._scheduler.open()
            except RenderError:
                self._wait(time.monotonic() - began)
            else:
                return

    def _listen(self, kind: str, address: str, answer: Future[Any]) -> None:
        answer.add_done_callback(lambda answer: self._words.put((kind, address, answer)))

    def _take(self, kind: str, address: str, *value: Any) -> None:
        """Take in what a worker says of itself."""
        if kind != "described" or self._asked.get(address) is not value[0]:
            return
        answer = self._asked.pop(address)
        try:
            machine, sources = answer.result()
        except CancelledError:  # the way to it is lost: it is asked again
            return
        except Exception as error:
            self._refuse(address, first_line(error))
            return
        ours = this_machine({"renderer": "", "version": ""})
        wanted = self._machine or replace(ours, renderer=machine.renderer)
        told = differences(machine, wanted)
        if sources != self._sources.digest():
            told.append("other sources of the film")
        if told:
            self._refuse(address, f"it has {'; '.join(told)}")
            return
        self._machine, self._known[address] = wanted, True

    def _refuse(self, address: str, why: str) -> None:
        self._known[address] = False
        self._tell(f"Worker {address} is not used: {why}.")

    # -- work ------------------------------------------------------------------------------------

    def run(self, tasks: Sequence[Task], on_event: Listener) -> None:
        """Do the tasks; see `Executor.run`."""
        self._busy.clear()  # what an earlier run was at when it was ended
        waiting, losses = deque(range(len(tasks))), Losses(tasks)

        def lose(address: str, why: str | None, *, hangs: bool = False) -> None:
            task, answer = self._busy.pop(address)
            answer.cancel()
            if not hangs:
                self._drawing.forget(address)
            if why is not None:
                on_event(losses.count(address, task, why))
            waiting.appendleft(task)

        while waiting or self._busy:
            same = self._look()
            for address, (task, _) in list(self._busy.items()):
                if not same:
                    lose(address, None)  # no fault of the worker or of its task
                elif address not in self._known:
                    lose(address, "is gone")
                elif self._silence.is_too_long(address):
                    lose(address, "does not answer")
                elif self._drawing.is_too_long(address, losses.patience(task)):
                    lose(address, "draws nothing any more", hangs=True)
            for address in sorted(self._known):
                if waiting and address not in self._busy and self._can_work(address):
                    task = waiting.popleft()
                    self._give(address, task, tasks[task].call)
                    on_event(Began(address, task))
            for kind, address, *value in waited_for(self._words, self._timeouts.look):
                if kind == "described":
                    self._take(kind, address, *value)
                elif address not in self._busy:
                    if kind == "advanced":
                        self._drawing.forget(address)  # whatever it was at, it draws
                elif kind == "advanced":
                    self._drawing.heard(address)
                    if value[0] == self._busy[address][0]:
                        on_event(Advanced(address, *value))
                elif value[0] is self._busy[address][1]:
                    try:
                        result, why = _result(value[0])
                    except CancelledError:
                        self._connected = False
                        continue
                    if why is not None:
                        lose(address, why)
                    else:
                        self._drawing.forget(address)
                        on_event(Ended(address, self._busy.pop(address)[0], result))

    def _can_work(self, address: str) -> bool:
        """Whether a worker fits, and neither is silent nor hangs."""
        hangs = address not in self._busy and self._drawing.is_long(address)
        return self._known[address] and not self._silence.is_long(address) and not hangs

    def _give(self, address: str, task: int, call: Call) -> None:
        answer = self._scheduler.submit(address, packed(work, call, self._topic, task))
        self._busy[address] = (task, answer)
        self._drawing.heard(address)
        self._listen("done", address, answer)

    def _cancel(self) -> None:
        """Want no answer any more."""
        for answer in (*self._asked.values(), *(answer for _, answer in self._busy.values())):
            answer.cancel()


def _result(answer: Future[Any]) -> tuple[Any, str | None]:
    """What a task gave, or how its worker was lost."""
    try:
        kind, *value = answer.result()
    except CancelledError:  # the way to it is lost, not the worker
        raise
    except Exception as error:
        return None, f"was lost ({type(error).__name__})"
    if kind == "raised":
        raise raised_elsewhere(*value)
    return (None, "ran out of memory") if kind == "memory" else (value[0], None)
