"""A Dask scheduler: its address, what encrypts the way to it, and a connection that waits for nobody long."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import reason
from pipeline.scratch import scratch_folder
from pipeline.work.heartbeats import Timeouts
from pipeline.work.workers import interrupts_blocked, thread_limits

_PROTOCOLS = ("tcp", "tls", "ucx", "ws", "wss")
_ENCRYPTED = ("tls", "wss")


def local_workers(address: str) -> int | None:
    """Return N of ``local:N``; None for the address of a scheduler.

    Raises
    ------
    SettingsError
        When it is neither.
    """
    kind, _, rest = address.partition(":")
    if kind == "local" and rest.isascii() and rest.isdigit() and 1 <= int(rest[:5]) <= 1024:
        return int(rest)
    with contextlib.suppress(ValueError):  # a port that is none, brackets that do not close
        parts = urlsplit(address)
        whole = f"{parts.scheme}://{parts.netloc}" == address and not set(" @\\%") & set(address)
        if whole and parts.scheme in _PROTOCOLS and parts.hostname and parts.port:
            return None
    raise SettingsError(
        f"--cluster {address!r} is no cluster: give the address of a Dask scheduler, like "
        "tcp://host:8786 or tcp://[::1]:8786, or local:N for N workers here."
    )


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
        self._check()
        files = {"tls_ca_file": self.ca, "tls_client_cert": self.cert, "tls_client_key": self.key}
        given = {name: str(path) for name, path in files.items() if path is not None}
        security = distributed.Security(**given, **({"require_encryption": True} if given else {}))
        try:
            context = security.get_connection_args("client")["ssl_context"]
        except OSError as error:
            raise SettingsError(
                f"The certificates of Dask's configuration cannot be used ({reason(error)}): give "
                "--tls-ca, --tls-cert and --tls-key."
            ) from error
        if context is None and address.startswith(_ENCRYPTED):
            raise SettingsError(
                f"{address} is encrypted: give --tls-ca, --tls-cert and --tls-key with it."
            )
        return security

    def _check(self) -> None:
        """Raise SettingsError for a file that is not what it is given as."""
        for name in (field.name for field in fields(self)):
            path = getattr(self, name)
            if path is not None and path.exists() and not path.is_file():
                raise SettingsError(f"--tls-{name} {path} is no file: give one in PEM format.")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            if self.ca is not None:
                context.load_verify_locations(self.ca)
        except OSError as error:
            raise _unusable(f"--tls-ca {self.ca}", error) from error
        if self.cert is None:
            return
        try:
            # Dask gives no password, and OpenSSL would ask for it at the terminal.
            context.load_cert_chain(self.cert, self.key, password=_no_password)
        except OSError as error:
            if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
                raise SettingsError(
                    f"--tls-key {self.key or self.cert} is not the key of --tls-cert {self.cert}: "
                    "give the one that the certificate was made with."
                ) from error
            key = "" if self.key is None else f", --tls-key {self.key}"
            raise _unusable(f"--tls-cert {self.cert}{key}", error) from error


def _unusable(what: str, error: OSError) -> SettingsError:
    return SettingsError(f"{what} cannot be used ({reason(error)}): give files in PEM format.")


def _no_password() -> NoReturn:
    raise SettingsError(
        "--tls-key is locked with a passphrase: give one without, as `openssl pkey -in KEY -out "
        "NEW` makes it."
    )


class Scheduler:
    """The connection to a Dask scheduler, or to a cluster of its own on this machine.

    Parameters
    ----------
    address : str
        Of the scheduler, or ``local:N``.
    tls : Tls
        For an encrypted cluster.
    timeouts : Timeouts
        How long it may take to answer.
    topic : str
        Of events that workers log.
    on_event : callable
        Called, in a thread of Dask's, with what they log under the topic.
    """

    def __init__(
        self,
        address: str,
        tls: Tls,
        timeouts: Timeouts,
        topic: str,
        on_event: Callable[[Any], None],
    ) -> None:
        self.address = address
        self._n_local = local_workers(address)
        self._tls = tls
        self._timeouts = timeouts
        self._topic = topic
        self._on_event = on_event
        self._cluster: Any = None
        self._client: Any = None
        self._id: str | None = None
        self._until_closed = contextlib.ExitStack()

    def open(self) -> None:
        """Connect to it.

        Raises
        ------
        SettingsError
            Without Dask, or with files for encryption that cannot be used.
        RenderError
            When no scheduler answers.
        """
        try:
            import distributed
        except ImportError as error:
            raise SettingsError(
                "--cluster needs Dask, which is not installed: run `make cluster`."
            ) from error
        _silence()
        security = self._tls.security(distributed, self.address)
        try:
            self._connect(distributed, security)
        except KeyboardInterrupt:
            self.close()
            raise
        except Exception as error:  # whatever it is that answers there in its own language
            self.close()
            raise RenderError(
                f"No Dask scheduler answers at {self.address} ({self._why(error)}): check the "
                "address and the --tls options, or start one with `dask scheduler`."
            ) from error

    def _connect(self, distributed: Any, security: Any) -> None:
        address, limit = self.address, self._timeouts.connect
        if self._n_local is not None:
            scratch = str(self._until_closed.enter_context(scratch_folder()))
            with interrupts_blocked():  # Ctrl-C is ours to see, not the workers'
                self._cluster = distributed.LocalCluster(
                    n_workers=self._n_local,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=None,
                    dashboard_address=":0",  # any port: another render may have the usual one
                    scheduler_kwargs={"local_directory": scratch},
                    local_directory=scratch,
                    env={**thread_limits(0), "TMPDIR": scratch},  # theirs goes with ours
                    silence_logs=logging.CRITICAL,  # they share our standard error
                )
            address = self._cluster.scheduler_address

        async def greet() -> str:
            scheduler = distributed.rpc(
                address, timeout=limit, connection_args=security.get_connection_args("client")
            )
            async with scheduler:
                answer = await asyncio.wait_for(scheduler.identity(n_workers=0), limit)
            return str(answer["id"])

        # Dask's client waits for ever for one that accepts a connection and says nothing.
        self._id = asyncio.run(greet())
        self._client = distributed.Client(
            address, security=security, timeout=limit, set_as_default=False
        )
        self._client.subscribe_topic(self._topic, lambda event: self._on_event(event[1]))

    def _why(self, error: Exception) -> str:
        said = first_line(error)
        if isinstance(error, TimeoutError) or said.startswith("Timed out"):
            return f"nothing in {self._timeouts.connect:g} s"
        known = isinstance(error, OSError | ImportError | RuntimeError)
        return said if known else "what answers is something else"

    def workers(self) -> dict[str, float]:
        """Return the addresses of workers, and when the scheduler last heard of each, by its clock.

        Raises
        ------
        TimeoutError
            When it does not answer.
        ConnectionError
            When it is gone, or another is in its place.
        """
        client = self._client
        try:
            answer = client.sync(
                client.scheduler.identity, n_workers=-1, callback_timeout=self._timeouts.tell
            )
        except TimeoutError:
            raise
        except (OSError, RuntimeError) as error:
            raise ConnectionError(first_line(error)) from error
        if answer["id"] != self._id:
            raise ConnectionError("it has been started anew")
        return {address: worker["last_seen"] for address, worker in answer["workers"].items()}

    def submit(self, address: str, message: bytes) -> Future[Any]:
        """Have a worker unpickle a message; the future is of what that gives.

        To cancel it, or to lose it, releases what the worker still holds.
        """
        client = self._client

        async def answer() -> Any:
            return await client.submit(pickle.loads, message, workers=[address], pure=False)

        return asyncio.run_coroutine_threadsafe(answer(), client.loop.asyncio_loop)

    def close(self) -> None:
        """End the connection, and the workers that are ours."""
        if self._cluster is not None:
            for nanny in list(self._cluster.workers.values()):
                # What a worker of ours is at is of no use any more: no need to let it finish.
                with contextlib.suppress(Exception):
                    nanny.process.process._process.kill()
        for closing in (self._client, self._cluster):
            if closing is not None:
                with contextlib.suppress(Exception):
                    closing.close(timeout=2)
        self._client = self._cluster = None
        self._until_closed.close()


def _silence() -> None:
    """What there is to say of lost workers and schedulers, we say."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        # Some parts of Dask have a level and a stream of their own, some speak through Tornado.
        if name.split(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def first_line(error: BaseException | None) -> str:
    """Return what an error says, in short."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
