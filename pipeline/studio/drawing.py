"""The drawing process: opens a film once, with the code as it is, and draws frames in the order asked.

An act is stepped forwards, and stays where it is when all that was asked for is drawn: frames that lie
ahead cost no more than stepping to them. For one that lies behind, the act begins anew, which takes a
tenth of a second or two.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from pipeline.studio.faults import Fault, fault_of
from pipeline.studio.showing import Bill, Showing, bill_of

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from pipeline.render.timeline import Timeline
    from pipeline.studio.seen import Sight

#: JPEG, colour at full resolution: a third of the time of PNG, and no ringing that one would see at
#: the size of a draft.
_QUALITY = 90


@dataclass(frozen=True)
class Order:
    """Frames of an act to be drawn, rising; with `measure`, it is stepped to its end as well.

    With `look`, it is told what is on screen, too.
    """

    number: int
    key: str
    frames: tuple[int, ...] = ()
    measure: bool = False
    look: bool = False


@dataclass(frozen=True)
class Offered:
    """Options that can be changed on screen, with what is chosen, for JSON; told before all else."""

    choices: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Opened:
    """The film is open; this is on it."""

    bill: Bill


@dataclass(frozen=True)
class Drawn:
    """A picture, the same for frames [start, stop), and the seconds it took to draw."""

    number: int
    key: str
    start: int
    stop: int
    picture: bytes
    seconds: float


@dataclass(frozen=True)
class Seen:
    """What is on screen at a frame."""

    key: str
    frame: int
    sight: Sight


@dataclass(frozen=True)
class Measured:
    """An act was stepped to its end."""

    number: int
    key: str
    timeline: Timeline


@dataclass(frozen=True)
class Done:
    """All that was asked for is drawn, or does not exist."""

    number: int


@dataclass(frozen=True)
class Failed:
    """The film could not be opened, or (with its key) an act could not be stepped on.

    Of a film that could not be opened, the files that it was to be made from.
    """

    fault: Fault
    number: int = 0
    key: str = ""
    watched: tuple[str, ...] = ()


Word = Offered | Opened | Drawn | Seen | Measured | Done | Failed


def serve(
    connection: Connection, folder: str, threads: int, opener: str, words: tuple[str, ...]
) -> None:
    """Open a film and draw what comes through the pipe until it is closed.

    Parameters
    ----------
    connection
        Orders in, words out.
    folder
        For temporary files.
    threads
        Threads that Mesa's software renderer may start.
    opener
        The module that returns the `Showing` for `words` (``open_film``), the options there are
        with what is chosen of them (``choices_of``), and the files that are named (``files_of``).
    words
        The options of the film, as on a command line.
    """
    from pipeline.work.workers import limit_threads

    for stop in (signal.SIGINT, signal.SIGHUP):  # whoever started us decides
        signal.signal(stop, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit_threads(threads)
    tempfile.tempdir = folder
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        watched: tuple[str, ...] = ()
        try:
            module = import_module(opener)
            watched = module.files_of(words)
            connection.send(Offered(module.choices_of(words)))
            showing: Showing = module.open_film(words)
            bill = bill_of(showing)
        except Exception as error:
            connection.send(Failed(fault_of(error), watched=watched))
            connection.recv()  # nothing can be asked for; the end of the pipe ends us
            return
        connection.send(Opened(bill))
        _draw(connection, showing, bill)


def _end_with_parent() -> None:
    """Go when the process that started us is gone, however it went, whatever an act is at."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _draw(connection: Connection, showing: Showing, bill: Bill) -> None:
    from pipeline.render.frames import run
    from pipeline.studio.live import LiveRenderer
    from pipeline.studio.seen import remember_places

    remember_places()
    scripts = dict(zip((act.key for act in bill.acts), showing.scripts, strict=True))
    desk = Desk(connection)
    while True:
        order = desk.take()
        script = scripts[order.key]
        renderer: list[LiveRenderer] = []

        def make(order: Order = order, renderer: list[LiveRenderer] = renderer) -> LiveRenderer:
            renderer.append(LiveRenderer(desk, order.key, showing.settings.fps))
            return renderer[0]

        try:
            scene = run(script.factory, showing.settings, make)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except MemoryError:
            os._exit(12)  # ENOMEM: a new process, with memory in order, tries again
        except Exception as error:
            at = renderer[0].frame_number if renderer else 0
            desk.fail(fault_of(error, script.name, at))
        else:
            if renderer[0].at_end:
                desk.measured(order.key, renderer[0].timeline(scene))


class Desk:
    """The order that is being worked on, and all that is said about it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._order: Order | None = None
        self._frames: deque[int] = deque()
        self._measure = False

    def take(self) -> Order:
        """Return the order to begin an act for; wait for one if there is none."""
        while self._order is None:
            self._accept(self._connection.recv())
        return self._order

    def still(self, key: str, at: int) -> bool:
        """Whether an act that stands before frame `at` has more to do; wait until that is known."""
        while self._connection.poll(0) or self._order is None:
            self._accept(self._connection.recv())
        return self._order.key == key and not (self._frames and self._frames[0] < at)

    def wants(self, frame: int) -> bool:
        """Whether a frame is to be drawn."""
        return bool(self._frames) and self._frames[0] == frame

    @property
    def looks(self) -> bool:
        """Whether it is asked what is on screen."""
        return self._order is not None and self._order.look

    def seen(self, key: str, frame: int, sight: Sight) -> None:
        """Say what is on screen."""
        self._connection.send(Seen(key, frame, sight))

    def drawn(self, start: int, stop: int, frame: Frame, seconds: float) -> None:
        """Say that frames [start, stop) are this picture."""
        if self._order is None:
            return
        picture = encoded(frame)
        said = Drawn(self._order.number, self._order.key, start, stop, picture, seconds)
        self._connection.send(said)
        while self._frames and self._frames[0] < stop:
            self._frames.popleft()
        self._look()

    def measured(self, key: str, timeline: Timeline) -> None:
        """Say how long an act is; what was wanted beyond its end does not exist."""
        number = self._order.number if self._order else 0
        self._connection.send(Measured(number, key, timeline))
        if self._order is not None and self._order.key == key:
            self._frames.clear()
            self._measure = False
            self._look()

    def fail(self, fault: Fault) -> None:
        """Say why an act cannot go on."""
        if self._order is not None:
            self._connection.send(Failed(fault, self._order.number, self._order.key))
            self._order = None
            self._frames.clear()

    def _accept(self, order: Order) -> None:
        self._order = order
        self._frames = deque(order.frames)
        self._measure = order.measure
        self._look()

    def _look(self) -> None:
        if self._order is not None and not self._frames and not self._measure:
            self._connection.send(Done(self._order.number))
            self._order = None


def encoded(frame: Frame) -> bytes:
    """Return a frame as JPEG."""
    from PIL import Image

    height, width = frame.shape[:2]
    memory = io.BytesIO()
    picture = Image.frombuffer("RGBX", (width, height), frame, "raw", "RGBX", 0, 1)
    picture.save(memory, "JPEG", quality=_QUALITY, subsampling=0)
    return memory.getvalue()
