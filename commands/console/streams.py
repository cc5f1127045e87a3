"""Standard output and error that never end a run: closed, full, or of any encoding."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from pipeline.outputs import reason

#: What is passed on to the work when there is nothing else to complain of.
_FAILED = 1


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """Make stdout and stderr survive closed pipes and full disks; report a fault once, at the end.

    Whoever closes its end of a pipe, or has closed the stream before, wants to hear no more, and
    the work goes on without a word. What is lost because a disk is full somebody wanted: the work
    goes on, and then the exit code is 1.
    """
    _fill_in_closed()
    out, err = _Stream(1), _Stream(2)
    sys.stdout, sys.stderr = _text(out, sys.stdout), _text(err, sys.stderr)
    ending: SystemExit | None = None
    try:
        yield
    except SystemExit as end:
        ending = end
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if out.fault is not None:
        print(
            f"Error: Standard output could not be written ({reason(out.fault)}): make room where "
            "it goes, or send it elsewhere; the rest is done.",
            file=sys.stderr,
            flush=True,
        )
        if ending is None or not ending.code:
            ending = SystemExit(_FAILED)
    if ending is not None:
        raise ending


class _Stream(io.FileIO):
    """What is written to a descriptor; what it does not take is lost, and the first fault kept."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.fault: OSError | None = None

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if self.fault is None and error.errno != errno.EPIPE:
                self.fault = error
            return memoryview(data).nbytes


def _text(stream: _Stream, old: TextIO | None) -> TextIO:
    buffered = getattr(old, "line_buffering", False)
    return io.TextIOWrapper(
        io.BufferedWriter(stream),
        encoding=getattr(old, "encoding", "utf-8"),
        errors="backslashreplace",  # file names may be any bytes
        line_buffering=buffered or stream.fileno() == 2,
    )


def _fill_in_closed() -> None:
    """Have nothing in place of what is closed, lest a file of ours be taken for it."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, descriptor)
            if nothing != descriptor:
                os.close(nothing)
