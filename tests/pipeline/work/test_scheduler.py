"""The address of a scheduler, and how it ends where there is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipeline.errors import RenderError, SettingsError
from pipeline.work.heartbeats import Timeouts
from pipeline.work.scheduler import Scheduler, Tls, local_workers

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("local:1", 1),
        ("local:64", 64),
        ("tcp://head:8786", None),
        ("tls://head:8786", None),
        ("tcp://[::1]:8786", None),
        ("tcp://10.0.0.1:1", None),
        ("tcp://head-1.site.example:65535", None),
        ("wss://head:443", None),
    ],
)
def test_an_address_is_a_scheduler_or_a_number_of_workers_here(
    address: str, expected: int | None
) -> None:
    assert local_workers(address) == expected


@pytest.mark.parametrize(
    "address",
    ["", "local", "local:", "local:0", "local:x", "local:1025", "local:" + "9" * 5000, "local:²"]
    + [
        "head:8786",
        "http://head:80",
        "TCP://head:80",
        "tcp:head:80",
        "tcp://",
        "tcp:///",
        "tcp://:80",
    ]
    + [f"tcp://head{end}" for end in ("", ":", ":0", ":notaport", ":99999", ":-1", ":80:80", ":²")]
    + [f"tcp://head:80{end}" for end in ("/", "/x", "?x", "#x", " ", "\n")]
    + ["tcp://me@head:80", "tcp://he ad:80", "tcp://head\t:80", " tcp://head:80"]
    + ["tcp://::1:8786", "tcp://[::1]", "tcp://[::1:80", "tcp://::1]:80", "tcp://[]:80"],
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(SettingsError, match=r"no cluster: give the address .*tcp://host:8786"):
        local_workers(address)


class Web(BaseHTTPRequestHandler):
    """A web server that takes anything for a bad request."""

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def closed() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield port


@contextmanager
def mute() -> Iterator[int]:
    """The system accepts connections, and nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def web() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def chatter(greeting: bytes) -> Iterator[int]:
    """A server that speaks first and hangs up, as mail and SSH do."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            try:
                while True:
                    with listener.accept()[0] as connection:
                        connection.sendall(greeting)
            except OSError:
                return

        thread = threading.Thread(target=greet)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


ELSE = {
    "closed": closed,
    "mute": mute,
    "web": web,
    "ssh": lambda: chatter(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "zeros": lambda: chatter(bytes(64)),
    "ones": lambda: chatter(b"\xff" * 64),
}


@pytest.mark.parametrize("kind", ELSE)
def test_what_is_no_scheduler_ends_in_one_sentence(
    kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with ELSE[kind]() as port:
        address = f"tcp://127.0.0.1:{port}"
        scheduler = Scheduler(address, Tls(), Timeouts(connect=0.5), "topic", print)
        with pytest.raises(RenderError, match=rf"^No Dask scheduler answers at {address} \(.+\): "):
            scheduler.open()
    assert capfd.readouterr() == ("", "")
