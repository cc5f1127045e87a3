"""Small files of text that a user names: regular ones, and pipes that were handed over on purpose.

Whatever else a name may lead to (a folder, a device, a named pipe that nobody fills) is refused at
once: nothing is read without end, and nothing waits for ever.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import SettingsError
from pipeline.outputs import reason
from pipeline.printable import shown

#: What the shell hands over: ``< file``, ``command |`` and ``<(command)``.
_HANDED_OVER = re.compile("/dev/stdin|/(?:dev|proc/self)/fd/([0-9]{1,9})")
#: Of a file of settings; nobody writes more of them by hand.
_MOST_BYTES = 4_000_000
_KINDS = {
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "it is a named pipe; hand it over as /dev/stdin",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
}


@contextlib.contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file, or a pipe that the shell handed over, for reading.

    Raises
    ------
    SettingsError
        When it cannot be opened, is of another kind, or cannot be read in the block.
    """
    try:
        with os.fdopen(_opened(path), "rb") as file:
            yield file
    except OSError as error:
        raise unreadable(path, reason(error)) from error


def read_text(path: Path) -> str:
    """Return the text of a small UTF-8 file, with or without a byte order mark.

    Raises
    ------
    SettingsError
        When it cannot be read, is no such text, or too large for one.
    """
    with open_input(path) as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise unreadable(path, f"it has more than {_MOST_BYTES // 10**6} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(path, "it is no text in UTF-8") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return the table in a TOML file; raises as `read_text`, and for what is no TOML."""
    table: dict[str, Any] = _parsed(path, tomllib.loads)
    return table


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; raises as `read_text`, and for what is no JSON."""
    return _parsed(path, json.loads)


def _parsed(path: Path, parse: Callable[[str], Any]) -> Any:
    text = read_text(path)
    try:
        return parse(text)
    except ValueError as error:
        raise unreadable(path, str(error)) from error
    except RecursionError as error:
        raise unreadable(path, "it is nested too deeply") from error


def unreadable(path: Path, why: str) -> SettingsError:
    """Return the sentence for an input that cannot be used."""
    return SettingsError(f"'{shown(str(path))}' cannot be read: {shown(why)}.")


def _opened(path: Path) -> int:
    """A descriptor that reads, or OSError, or SettingsError for another kind of file."""
    handed_over = _HANDED_OVER.fullmatch(str(path))
    if handed_over:
        descriptor = os.dup(int(handed_over[1] or 0))
    else:
        # Opening a named pipe would wait for who fills it, and reading some of /proc for news.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fault = _fault(descriptor, handed_over is not None)
    except OSError as error:
        fault = reason(error)
    if fault:
        os.close(descriptor)
        raise unreadable(path, fault)
    return descriptor


def _fault(descriptor: int, handed_over: bool) -> str:
    """Why nothing should be read from it; empty where all is well."""
    status = os.fstat(descriptor)
    kind = stat.S_IFMT(status.st_mode)
    if handed_over and kind in (stat.S_IFIFO, stat.S_IFSOCK):
        return ""
    if kind != stat.S_IFREG:
        terminal = os.isatty(descriptor)
        return "nothing is piped into it" if terminal else _KINDS.get(kind, "it is no file")
    if status.st_size == 0 and os.read(descriptor, 1):  # of /proc, where reading may wait for ever
        return "it is no file on a disk"
    return ""
