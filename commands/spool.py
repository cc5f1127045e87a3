"""Data from a pipe or standard input, spooled to a temporary file: they are read more than once."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import IO

import click

from pipeline.errors import SettingsError
from pipeline.outputs import temporary_failure
from pipeline.scratch import scratch_folder

#: So long a pipe may be without anyone at its other end.
PATIENCE = 1.0


def file_of(path: Path) -> tuple[Path, str]:
    """Return the file to read for ``--data``, and what to call it.

    That is the path itself, but a temporary copy of what comes from ``-``, a pipe, /dev/stdin or a
    shell's ``<(…)``. The copy goes when the command ends.

    Raises
    ------
    SettingsError
        If nothing comes through the pipe.
    RenderError
        If there is no room for the copy.
    """
    if str(path) == "-":
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            raise SettingsError(
                "--data - reads standard input, and nothing is piped into it: name the file, or "
                "pipe one in."
            )
        return _spooled(sys.stdin.buffer), "/dev/stdin"
    try:
        kind = path.stat().st_mode
    except (OSError, ValueError):
        return path, str(path)  # whoever reads it says what is wrong
    if stat.S_ISFIFO(kind):
        # Not to wait for a writer, where there is none.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:
            start = _wait_for_writer(pipe.fileno(), path)
            os.set_blocking(pipe.fileno(), True)
            return _spooled(pipe, start), str(path)
    through_descriptor = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    if stat.S_ISREG(kind) and through_descriptor and path.stat().st_size:
        real = Path(os.path.realpath(path))
        if real.exists():
            return real, str(path)
        with path.open("rb") as file:  # a file without a name, as shells make for here-documents
            return _spooled(file), str(path)
    return path, str(path)


def _wait_for_writer(pipe: int, path: Path) -> bytes:
    """Return the first byte that a pipe has at once, or nothing if its writer has yet to speak."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if start := os.read(pipe, 1):
                return start
        except BlockingIOError:  # somebody is there
            return b""
        time.sleep(0.02)
    raise SettingsError(
        f"--data {path} is a pipe, and nobody writes to it: name a file, or start what writes to it "
        "first."
    )


def _spooled(stream: IO[bytes], start: bytes = b"") -> Path:
    try:
        folder = click.get_current_context().with_resource(scratch_folder())
        with (folder / "data").open("wb") as file:
            file.write(start)
            shutil.copyfileobj(stream, file, 1 << 20)
    except OSError as error:
        raise temporary_failure(error) from error
    return folder / "data"
