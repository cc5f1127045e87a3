"""A cache of finished work by content key: written atomically, verified when read.

An entry is one file: a line that says what it is, its kind, its key, the length of its content, a
SHA-256 digest of all this and the content, then the content. It is written in a staging folder,
synced to the disk and renamed, so that a reader finds all of it or nothing, whoever else writes the
same entry at the same time. An entry that is not exactly what was asked for, whatever happened to
it, counts as missing: one under another's name, one that holds something else, a folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

import platformdirs

from pipeline.errors import RenderError
from pipeline.outputs import reason, temporary_failure
from pipeline.scratch import is_scratch, staging_folder, sweep

#: The first bytes of every entry; the number goes up when the layout changes.
MAGIC = b"ridge-film entry 2\n"
_KIND, _DIGEST = 16, 32
#: Bytes before the content: what an entry is, its kind, its key, its length, and the digest.
HEADER = len(MAGIC) + _KIND + 32 + 8 + _DIGEST


def default_folder() -> Path:
    """Return the folder of the user's cache on this system, such as ~/.cache/ridge-film."""
    return platformdirs.user_cache_path("ridge-film", appauthor=False)


T = TypeVar("T")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of cache entry: its name, and how its value is packed and unpacked.

    Attributes
    ----------
    name : str
        Up to 16 ASCII letters.
    pack, unpack : callable
        From what it holds to bytes, and back; `unpack` raises ValueError, with what is wrong, for
        everything that `pack` does not make.
    """

    name: str
    pack: Callable[[T], bytes]
    unpack: Callable[[bytes], T]


@dataclass(frozen=True, slots=True)
class Usage:
    """How many entries there are, and their size in bytes."""

    n_entries: int
    n_bytes: int


class Store:
    """A folder of cache entries.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    warn : callable, optional
        Called with one sentence for an entry that is damaged, once for each.
    needed : bool
        Whether it is an error that something cannot be kept; else it is kept in memory.
    """

    def __init__(
        self,
        folder: Path,
        warn: Callable[[str], None] = lambda sentence: None,
        *,
        needed: bool = True,
    ) -> None:
        self.folder = folder
        self._warn = warn
        self._needed = needed
        self._told: set[str] = set()
        self._in_memory: dict[str, bytes] = {}

    def path(self, key: str) -> Path:
        """Return where the entry of this key is, or would be."""
        return self.folder / key[:2] / key

    def get(self, key: str, kind: Kind[T]) -> T | None:
        """Return what is kept under `key`, verified; None where there is no such thing.

        What is read counts as used now, so that pruning takes it last.
        """
        if key in self._in_memory:
            return kind.unpack(self._in_memory[key])
        try:
            with self._open(key) as file:
                head = _checked(file, key, kind)
                content = file.read()
            if _digest(head, content) != head[-_DIGEST:]:
                raise ValueError("its content has changed")
            kept = kind.unpack(content)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except RecursionError:
            self._damaged(key, ValueError("it is nested too deeply"))
            return None
        except (OSError, ValueError) as error:
            self._damaged(key, error)
            return None
        self._used(key)
        return kept

    def has(self, key: str, kind: Kind[T]) -> bool:
        """Return whether there is an entry of this key and kind that is whole by its length.

        What it takes to know does not depend on how large the entry is. That its content is what
        it was is seen by `get`. An entry asked for counts as used now, as in `get`.
        """
        try:
            with self._open(key) as file:
                _checked(file, key, kind)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except (OSError, ValueError) as error:
            self._damaged(key, error)
            return False
        self._used(key)
        return True

    def put(self, key: str, kind: Kind[T], value: T) -> None:
        """Keep something under `key`; what was there, be it a folder, is replaced as a whole.

        Raises
        ------
        RenderError
            When it cannot be written, and is needed; what was there stays.
        """
        path, content = self.path(key), kind.pack(value)
        head = _head(key, kind, len(content))
        try:
            _clear(path.parent)
            path.parent.mkdir(parents=True, exist_ok=True)
            with staging_folder(self.folder) as staging:
                with open(staging / key, "wb") as file:
                    file.write(head + _digest(head, content))
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                if path.is_dir():
                    _remove(path)
                os.replace(staging / key, path)
        except OSError as error:
            if not self._needed:
                self._in_memory[key] = content
                return
            if is_scratch(self.folder):
                raise temporary_failure(error) from error
            raise RenderError(
                f"The cache {self.folder} could not be written ({reason(error)}): make room with "
                "`render.py cache --max-size`, choose another --cache-dir, or use --no-cache."
            ) from error

    def discard(self, key: str, why: str) -> None:
        """Remove an entry that turned out to be of no use."""
        self._damaged(key, ValueError(why))
        with contextlib.suppress(OSError):
            _remove(self.path(key))

    def usage(self) -> Usage:
        """Return what is kept."""
        sizes = [size for _, size, _ in self._entries()]
        return Usage(len(sizes), sum(sizes))

    def prune(self, *, older_than: float | None = None, max_bytes: int | None = None) -> Usage:
        """Remove what was not used for `older_than` seconds, then the oldest beyond `max_bytes`.

        Harmless to a render that goes on: what it still needs, it draws again.

        Returns
        -------
        Usage
            What was removed.

        Raises
        ------
        RenderError
            When a file cannot be removed.
        """
        now = time.time()
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        removed = [0, 0]
        for used, size, path in entries:
            expired = older_than is not None and now - used > older_than
            if expired or (max_bytes is not None and total > max_bytes):
                try:
                    _remove(path)
                except OSError as error:
                    raise RenderError(f"{path} could not be removed ({reason(error)}).") from error
                total -= size
                removed = [removed[0] + 1, removed[1] + size]
        sweep(self.folder)
        return Usage(*removed)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """When each was last used, its size, and where it is."""
        for path in self._files("[0-9a-f][0-9a-f]/[0-9a-f]*"):
            with contextlib.suppress(OSError):  # another process may prune, too
                status = path.lstat()
                yield status.st_mtime, status.st_size, path

    def _files(self, pattern: str) -> list[Path]:
        try:
            return list(self.folder.glob(pattern))
        except OSError:
            return []

    def _open(self, key: str) -> BinaryIO:
        """Open an entry for reading: a file, without waiting for a writer of what is none."""
        descriptor = os.open(self.path(key), os.O_RDONLY | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ValueError("it is no file")
        return open(descriptor, "rb")

    def _used(self, key: str) -> None:
        with contextlib.suppress(OSError):
            os.utime(self.path(key))

    def _damaged(self, key: str, error: OSError | ValueError) -> None:
        if key not in self._told:
            self._told.add(key)
            why = reason(error) if isinstance(error, OSError) else error
            self._warn(f"A cached piece is damaged ({why}) and is made again: {self.path(key)}")


def _head(key: str, kind: Kind[T], length: int) -> bytes:
    """What stands before the digest."""
    named = kind.name.encode("ascii").ljust(_KIND, b"\0")
    return MAGIC + named + bytes.fromhex(key) + length.to_bytes(8, "big")


def _digest(head: bytes, content: bytes) -> bytes:
    digest = hashlib.sha256(head[: HEADER - _DIGEST])
    digest.update(content)
    return digest.digest()


def _checked(file: BinaryIO, key: str, kind: Kind[T]) -> bytes:
    """Read what stands before the content; raise ValueError where it is not what it should be."""
    head = file.read(HEADER)
    length = os.fstat(file.fileno()).st_size - HEADER
    if head[: len(MAGIC)] != MAGIC:
        raise ValueError("it is something else")
    wanted = _head(key, kind, max(length, 0))
    if head[: HEADER - _DIGEST - 8] != wanted[:-8]:
        raise ValueError("it is of another key")
    if length < 0 or head[: HEADER - _DIGEST] != wanted:
        raise ValueError("its length is wrong")
    return head


def _clear(folder: Path) -> None:
    """Remove what is in the place of a folder and is none; never one that another process makes."""
    if os.path.lexists(folder) and not folder.is_dir():
        with contextlib.suppress(OSError):  # a folder by now
            folder.unlink()


def _remove(path: Path) -> None:
    """Remove what is in the place of an entry, whatever it is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
