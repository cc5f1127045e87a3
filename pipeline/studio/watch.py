"""What is watched: our sources, and the files that a film is made from."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change, DefaultFilter, awatch

if TYPE_CHECKING:
    from pipeline.studio.session import Session

#: Milliseconds that all changes of one save must fall into.
_TOGETHER, _STEP = 60, 15


class Sources(DefaultFilter):
    """Lets through what may change a picture: not caches, hidden files and copies of editors."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a changed file counts."""
        name = Path(path).name
        return (
            not name.startswith(".") and not name.endswith("~") and super().__call__(change, path)
        )


#: Of a file that is not there, or is a folder.
_ABSENT = b""


async def watch(session: Session, sources: Sequence[Path], ended: asyncio.Event) -> None:
    """Open the film anew whenever something it is made of has changed."""
    others: asyncio.Task[None] | None = None
    watched: frozenset[Path] = frozenset()

    def follow(files: Iterable[str]) -> None:
        nonlocal others, watched
        now = frozenset(map(Path, files))
        if now != watched:
            watched = now
            if others is not None:
                others.cancel()
            others = asyncio.ensure_future(_watch_files(session, watched, ended)) if now else None

    session.on_files.append(follow)
    try:
        known = _Known(sources)
        async for changes in awatch(
            *sources, watch_filter=Sources(), debounce=_TOGETHER, step=_STEP, stop_event=ended
        ):
            if known.differ(path for _, path in changes):
                session.open()
    finally:
        if others is not None:
            others.cancel()


async def _watch_files(session: Session, files: frozenset[Path], ended: asyncio.Event) -> None:
    """Watch single files: their folders, since editors put a new file in the place of the old."""
    known = _Known(files)
    folders = {path.parent for path in files if path.parent.is_dir()}

    def is_one(change: Change, path: str) -> bool:
        return Path(path) in files

    async for changes in awatch(
        *folders,
        watch_filter=is_one,
        debounce=_TOGETHER,
        step=_STEP,
        recursive=False,
        stop_event=ended,
    ):
        if known.differ(path for _, path in changes):
            session.open()


class _Known:
    """What was in files when it was last looked at: a save that changes nothing is none."""

    def __init__(self, places: Iterable[Path]) -> None:
        self._digests: dict[str, bytes] = {}
        for place in places:
            for path in place.rglob("*") if place.is_dir() else (place,):
                if path.is_file() and "__pycache__" not in path.parts:
                    self._digests[str(path)] = _digest(path)

    def differ(self, paths: Iterable[str]) -> bool:
        """Whether one of these files holds something else than it did."""
        changed = False
        for path in paths:
            now = _digest(Path(path))
            if self._digests.get(path, _ABSENT) != now:
                self._digests[path] = now
                changed = True
        return changed


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return _ABSENT
