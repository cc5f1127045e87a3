"""An executor of Dask workers: on this machine, or on any machines that a Dask scheduler knows.

We give each worker one chunk at a time, ourselves: so one that joins late gets work at once, one that
differs from the others never gets any, and what a lost one was at goes to another. Segments come
back through Dask; no disk is shared.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import reason
from pipeline.work.cluster_worker import Sources, describe, packed, work
from pipeline.work.executor import Advanced, Began, Call, Ended, Listener, Losses, Task
from pipeline.work.keys import Machine, differences, this_machine
from pipeline.work.workers import interrupts_blocked, raised_elsewhere, thread_limits

#: Seconds between two looks at which workers there are.
_LOOK = 1.0
#: Seconds to wait for the scheduler, and for a segment that a worker has finished.
_CONNECT, _FETCH = 15.0, 60.0


@dataclass(frozen=True)
class Tls:
    """Files for an encrypted cluster: the authority's certificate, and ours with its key."""

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def security(self, distributed: Any, address: str) -> Any:
        """Return this for Dask; what is not given here, Dask's own configuration may give.

        Raises
        ------
        SettingsError
            When the files cannot be used, or the address needs them and there are none.
        """
        files = {"tls_ca_file": self.ca, "tls_client_cert": self.cert, "tls_client_key": self.key}
        given = {name: str(path) for name, path in files.items() if path is not None}
        security = distributed.Security(**given, **({"require_encryption": True} if given else {}))
        try:
            context = security.get_connection_args("client")["ssl_context"]
        except OSError as error:  # no such file, or it is no certificate
            paths = ", ".join(given.values())
            raise SettingsError(
                f"The certificates {paths} cannot be used ({reason(error)}): give --tls-ca, "
                "--tls-cert and --tls-key files in PEM format."
            ) from error
        if context is None and address.startswith(("tls:", "wss:")):
            raise SettingsError(
                f"{address} is encrypted: give --tls-ca, --tls-cert and --tls-key with it."
            )
        return security


def local_workers(address: str) -> int | None:
    """Return N of ``local:N``; None for the address of a scheduler.

    Raises
    ------
    SettingsError
        When it is neither.
    """
    kind, _, rest = address.partition(":")
    if kind == "local" and rest.isdigit() and 1 <= int(rest) <= 1024:
        return int(rest)
    if kind not in ("tcp", "tls", "ucx", "ws", "wss") or not rest.startswith("//"):
        raise SettingsError(
            f"--cluster {address!r} is no cluster: give the address of a Dask scheduler, like "
            "tcp://host:8786, or local:N for N workers here."
        )
    return None


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
    """

    def __init__(
        self,
        address: str,
        opengl: Callable[[], Mapping[str, str]],
        sources: Sources,
        tell: Callable[[str], None],
        tls: Tls | None = None,
    ) -> None:
        self._address = address
        self._n_local = local_workers(address)
        self._describe = packed(describe, opengl, sources)
        self._sources = sources
        self._tell = tell
        self._tls = tls or Tls()
        self._topic = f"ridge-film-{secrets.token_hex(8)}"
        self._words: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._machine: Machine | None = None
        self._known: dict[str, bool] = {}  # address → whether it may work
        self._asked: set[str] = set()  # what they are; no answer yet
        self._busy: dict[str, tuple[int, Any]] = {}  # address → its task, and the future of it
        self._looked = 0.0
        self._cluster: Any = None
        self._client: Any = None

    # -- coming and going ------------------------------------------------------------------------

    def __enter__(self) -> Cluster:
        try:
            import distributed
        except ImportError as error:
            raise SettingsError(
                "--cluster needs Dask, which is not installed: run `make cluster`."
            ) from error
        _silence()
        security = self._tls.security(distributed, self._address)
        try:
            self._client = self._connect(distributed, security)
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            self._close()
            raise RenderError(
                f"No Dask scheduler answers at {self._address} ({_first_line(error)}): check the "
                "address and the --tls options, or start one with `dask scheduler`."
            ) from error
        self._client.subscribe_topic(self._topic, self._heard)
        return self

    def _connect(self, distributed: Any, security: Any) -> Any:
        address = self._address
        if self._n_local is not None:
            with interrupts_blocked():  # Ctrl-C is ours to see, not the workers'
                self._cluster = distributed.LocalCluster(
                    n_workers=self._n_local,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=None,
                    dashboard_address=":0",  # any port: another render may have the usual one
                    env=thread_limits(0),
                    silence_logs=logging.CRITICAL,  # they share our standard error
                )
            address = self._cluster.scheduler_address
        return distributed.Client(
            address, security=security, timeout=_CONNECT, set_as_default=False
        )

    def __exit__(self, *error: object) -> None:
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(Exception):
            if self._busy:
                self._client.cancel([future for _, future in self._busy.values()], force=True)
        self._busy.clear()
        if self._cluster is not None:
            for nanny in list(self._cluster.workers.values()):
                # What a worker of ours is at is of no use any more: no need to let it finish.
                with contextlib.suppress(Exception):
                    nanny.process.process._process.kill()
        for closing in (self._client, self._cluster):
            if closing is not None:
                with contextlib.suppress(Exception):
                    closing.close(timeout=2)

    # -- who may work ----------------------------------------------------------------------------

    def machine(self) -> Machine:
        """Wait for the first worker that fits, and return what it and all others draw on."""
        told = False
        while self._machine is None:
            self._look()
            try:
                self._take(self._words.get(timeout=_LOOK))
            except queue.Empty:
                if not self._known and not told:
                    told = True
                    self._tell(f"Waiting for workers to join {self._address}.")
            if self._known and not any(self._known.values()) and not self._asked:
                raise RenderError(
                    f"No worker of {self._address} can be used: install there what is here, in the "
                    "same versions (`make setup` on the same revision)."
                )
        return self._machine

    def _look(self) -> list[str]:
        """See which workers there are, ask new ones what they are; return those that are gone."""
        if time.monotonic() - self._looked < _LOOK:
            return []
        try:
            present = set(self._client.scheduler_info()["workers"])
        except (OSError, TimeoutError, LookupError, RuntimeError) as error:
            raise RenderError(
                f"The Dask scheduler at {self._address} is gone: what is finished is kept, the "
                "same command goes on from there."
            ) from error
        self._looked = time.monotonic()
        for address in present - set(self._known) - self._asked:
            future = self._client.submit(
                pickle.loads, self._describe, workers=[address], pure=False
            )
            future.add_done_callback(partial(self._done, "described", address))
            self._asked.add(address)
        gone = (set(self._known) | self._asked) - present
        self._asked -= gone
        for address in gone:
            self._known.pop(address, None)
        return sorted(gone)

    def _done(self, kind: str, address: str, future: Any) -> None:
        self._words.put((kind, address, future))

    def _heard(self, event: tuple[float, Any]) -> None:
        self._words.put(("advanced", *event[1]))

    def _take(self, word: tuple[Any, ...]) -> None:
        """Take in what a worker says of itself."""
        if word[0] != "described":
            return
        _, address, future = word
        self._asked.discard(address)
        if future.status != "finished":
            self._refuse(address, _first_line(future.exception()))
            return
        machine, sources = future.result()
        wanted = self._machine or replace(this_machine({"renderer": "", "version": ""}))
        if self._machine is None:
            wanted = replace(wanted, renderer=machine.renderer)
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
        waiting, losses = deque(range(len(tasks))), Losses(tasks)

        def lose(address: str, reason: str) -> None:
            task, future = self._busy.pop(address)
            future.cancel()
            on_event(losses.count(address, task, reason))
            waiting.appendleft(task)

        while waiting or self._busy:
            for address in self._look():
                if address in self._busy:
                    lose(address, "is gone")
            for address in self._idle():
                if waiting:
                    task = waiting.popleft()
                    self._give(address, task, tasks[task].call)
                    on_event(Began(address, task))
            for kind, address, *value in self._next_words():
                if kind == "described":
                    self._take((kind, address, *value))
                elif address not in self._busy:
                    continue  # the last words of one that is gone
                elif kind == "advanced" and value[0] == self._busy[address][0]:
                    on_event(Advanced(address, *value))
                elif kind == "done" and value[0] is self._busy[address][1]:
                    task, future = self._busy[address]
                    result, reason = _result(future)
                    if reason is not None:
                        lose(address, reason)
                    else:
                        del self._busy[address]
                        on_event(Ended(address, task, result))

    def _idle(self) -> list[str]:
        return [
            address
            for address, fits in sorted(self._known.items())
            if fits and address not in self._busy
        ]

    def _give(self, address: str, task: int, call: Call) -> None:
        message = packed(work, call, self._topic, task)
        future = self._client.submit(pickle.loads, message, workers=[address], pure=False)
        self._busy[address] = (task, future)
        future.add_done_callback(partial(self._done, "done", address))

    def _next_words(self) -> Iterator[tuple[Any, ...]]:
        with contextlib.suppress(queue.Empty):
            yield self._words.get(timeout=_LOOK)
            while True:
                yield self._words.get_nowait()


def _result(future: Any) -> tuple[Any, str | None]:
    """What a task gave, or how its worker was lost."""
    if future.status == "finished":
        try:
            kind, *value = future.result(timeout=_FETCH)
        except (OSError, TimeoutError) as error:
            return None, f"did not hand over its segment ({_first_line(error)})"
        if kind == "raised":
            raise raised_elsewhere(*value)
        if kind == "memory":
            return None, "ran out of memory"
        return value[0], None
    why = type(future.exception()).__name__ if future.status == "error" else future.status
    return None, f"was lost ({why})"


def _silence() -> None:
    """What there is to say of lost workers and schedulers, we say."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        # Some parts of Dask have a level and a stream of their own, some speak through Tornado.
        if name.split(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _first_line(error: BaseException | None) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
