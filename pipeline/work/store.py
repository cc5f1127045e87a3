"""Finished pieces of work, kept by content key: written whole, verified when read.

An entry is one file: a line that says what it is, the length and the SHA-256 digest of its content,
then the content. It is written under a temporary name, synced to the disk and renamed, so that a
reader finds all of it or nothing, whoever else writes the same entry at the same time. An entry
that is not what it says, whatever happened to it, counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from pipeline.errors import RenderError
from pipeline.outputs import reason

#: The first bytes of every entry; the number goes up when the layout changes.
MAGIC = b"ridge-film entry 1\n"
_HEADER = len(MAGIC) + 8 + 32
#: A temporary file older than this, in seconds, was left behind by a process that was killed.
_ABANDONED = 24 * 3600


def default_folder() -> Path:
    """Return the folder of the user's cache on this system, such as ~/.cache/ridge-film."""
    return platformdirs.user_cache_path("ridge-film", appauthor=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """How many entries there are, and their size in bytes."""

    n_entries: int
    n_bytes: int


class Store:
    """A folder of entries.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    warn : callable, optional
        Called with one sentence for an entry that is damaged, once for each.
    needed : bool
        Whether it is an error that something cannot be kept; else it is not kept, and that is all.
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

    def path(self, key: str) -> Path:
        """Return where the entry of this key is, or would be."""
        return self.folder / key[:2] / key

    def get(self, key: str) -> bytes | None:
        """Return the content kept under `key`, verified; None where there is none.

        What is read counts as used now, so that pruning takes it last.
        """
        path = self.path(key)
        try:
            entry = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._damaged(key, reason(error))
            return None
        content = memoryview(entry)[_HEADER:]
        fault = _fault(entry, content)
        if fault is not None:
            self._damaged(key, fault)
            return None
        self._used(path)
        return bytes(content)

    def has(self, key: str) -> bool:
        """Return whether there is an entry of this key that is whole by its length.

        What it takes to know does not depend on how large the entry is. That its content is what
        it was is seen by `get`. An entry asked for counts as used now, as in `get`.
        """
        path = self.path(key)
        try:
            with open(path, "rb") as file:
                header = file.read(_HEADER)
                length = os.fstat(file.fileno()).st_size - _HEADER
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            self._damaged(key, reason(error))
            return False
        fault = _misfit(header, length)
        if fault is not None:
            self._damaged(key, fault)
            return False
        self._used(path)
        return True

    def put(self, key: str, content: bytes) -> None:
        """Keep `content` under `key`; what was there is replaced as a whole.

        Raises
        ------
        RenderError
            When it cannot be written, and is needed; what was there stays.
        """
        path = self.path(key)
        temporary = path.with_name(f".{key}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(MAGIC + len(content).to_bytes(8, "big"))
                file.write(hashlib.sha256(content).digest())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError as error:
            if not self._needed:
                return
            raise RenderError(
                f"The cache {self.folder} could not be written ({reason(error)}): make room with "
                "`render.py cache --max-size`, choose another --cache-dir, or use --no-cache."
            ) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

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
                self._remove(path)
                total -= size
                removed = [removed[0] + 1, removed[1] + size]
        for path in self._files("*/.*.part"):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > _ABANDONED:
                    path.unlink()
        return Usage(*removed)

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """When each was last used, its size, and where it is."""
        for path in self._files("[0-9a-f][0-9a-f]/[0-9a-f]*"):
            with contextlib.suppress(OSError):  # another process may prune, too
                status = path.stat()
                yield status.st_mtime, status.st_size, path

    def _files(self, pattern: str) -> list[Path]:
        try:
            return list(self.folder.glob(pattern))
        except OSError:
            return []

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise RenderError(f"{path} could not be removed ({reason(error)}).") from error

    def _used(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            os.utime(path)

    def _damaged(self, key: str, why: str) -> None:
        if key not in self._told:
            self._told.add(key)
            self._warn(f"A cached piece is damaged ({why}) and is made again: {self.path(key)}")


def _fault(entry: bytes, content: memoryview) -> str | None:
    """What is wrong with an entry, if anything."""
    fault = _misfit(entry[:_HEADER], len(entry) - _HEADER)
    if fault is None and hashlib.sha256(content).digest() != entry[_HEADER - 32 : _HEADER]:
        return "its content has changed"
    return fault


def _misfit(header: bytes, length: int) -> str | None:
    """What is wrong with an entry, as far as its header and the length of its content tell."""
    if header[: len(MAGIC)] != MAGIC:
        return "it is something else"
    if length != int.from_bytes(header[len(MAGIC) : len(MAGIC) + 8], "big"):
        return "its length is wrong"
    return None
