"""A studio from its first moment to Ctrl-C: fork server, session, watcher, address."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from pipeline.errors import SettingsError
from pipeline.outputs import reason
from pipeline.scratch import scratch_folder
from pipeline.studio.choosing import Chooser
from pipeline.studio.server import app_of
from pipeline.studio.session import Session
from pipeline.studio.watch import watch
from pipeline.work.store import Store

#: More drawing processes than this would not be quicker at a draft's size.
MOST_DRAWERS = 4


@dataclass(frozen=True)
class Studio:
    """What a studio is to show, and where.

    Attributes
    ----------
    opener, chooser
        What is opened in drawing processes, and with which options; see `pipeline.studio.drawing.serve`.
    store
        Where pictures are kept.
    sources
        Folders of sources: when something changes in them, the film is opened anew.
    n_drawers
        Drawing processes.
    program
        The words that begin a command line, such as Python and ``render.py``.
    port
        Of the address; 0 is any.
    voice
        Where recordings of lines are kept, if the page may make some.
    """

    opener: str
    chooser: Chooser
    store: Store
    sources: Sequence[Path]
    n_drawers: int
    program: Sequence[str]
    port: int = 0
    voice: Path | None = None


def serve_studio(studio: Studio, began: Callable[[str], None]) -> None:
    """Answer at an address that only this machine has, until Ctrl-C.

    `began` is called with the address once it answers.

    Raises
    ------
    SettingsError
        When the port is taken.
    """
    listener = _listener(studio.port)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # that a page has gone is no news
    with scratch_folder() as folder:
        asyncio.run(_serve(studio, listener, folder, began))


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise SettingsError(
            f"--port {port} cannot be used ({why}): name another, or leave it out for any."
        ) from None
    return listener


async def _serve(
    studio: Studio, listener: socket.socket, folder: Path, began: Callable[[str], None]
) -> None:
    ended = asyncio.Event()
    session = Session(
        studio.opener,
        studio.chooser,
        studio.store,
        folder,
        min(studio.n_drawers, MOST_DRAWERS),
        studio.program,
    )
    session.open()
    token = secrets.token_urlsafe(16)
    config = uvicorn.Config(
        app_of(session, token, studio.voice),
        log_level="critical",
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    server = _Server(config)

    def end() -> None:
        ended.set()
        session.close()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, end)
    watching = asyncio.ensure_future(watch(session, studio.sources, ended))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/{token}/"
    loop.call_soon(began, address)
    try:
        await server.serve(sockets=[listener])
    finally:
        end()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


class _Server(uvicorn.Server):
    """What a signal means is ours to say."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield
