"""Pictures that are drawn: in memory, and in blocks in the store, from where they come back."""

from __future__ import annotations

import contextlib
import hashlib
import struct
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import RenderError
from pipeline.work.store import Kind, Store

#: Frames of an act that are kept as one entry.
BLOCK = 60
#: Bytes of pictures in memory; what was used longest ago goes first.
MOST = 700_000_000

_HEAD, _RUN = struct.Struct(">II"), struct.Struct(">IIfI")


@dataclass(frozen=True)
class Picture:
    """A picture, the frames [start, stop) that it is, and the seconds it took to draw."""

    start: int
    stop: int
    content: bytes
    seconds: float


def pack(pictures: tuple[Picture, ...]) -> bytes:
    """Serialise the pictures of a block."""
    parts = [_HEAD.pack(BLOCK, len(pictures))]
    for each in pictures:
        parts += [_RUN.pack(each.start, each.stop, each.seconds, len(each.content)), each.content]
    return b"".join(parts)


def unpack(packed: bytes) -> tuple[Picture, ...]:
    """Deserialise what `pack` has written.

    Raises
    ------
    ValueError
        For anything else.
    """
    try:
        block, count = _HEAD.unpack_from(packed)
        at, pictures = _HEAD.size, []
        for _ in range(count):
            start, stop, seconds, length = _RUN.unpack_from(packed, at)
            at += _RUN.size + length
            pictures.append(Picture(start, stop, packed[at - length : at], seconds))
    except struct.error as error:
        raise ValueError("it holds no pictures") from error
    if block != BLOCK or at != len(packed) or any(p.start >= p.stop for p in pictures):
        raise ValueError("it holds something else")
    return tuple(pictures)


PICTURES = Kind("pictures", pack, unpack)


class Pictures:
    """All pictures there are, by the key of their act and the number of their frame.

    Parameters
    ----------
    store
        Where blocks are kept.
    most
        Bytes in memory.
    """

    def __init__(self, store: Store, most: int = MOST) -> None:
        self._store = store
        self._most = most
        self._runs: OrderedDict[tuple[str, int], Picture] = OrderedDict()
        self._starts: dict[str, dict[int, int]] = {}
        self._n_bytes = 0

    def add(self, key: str, picture: Picture) -> None:
        """Keep a picture in memory."""
        place = key, picture.start
        if place in self._runs:
            self._n_bytes -= len(self._runs.pop(place).content)
        self._runs[place] = picture
        self._n_bytes += len(picture.content)
        starts = self._starts.setdefault(key, {})
        for frame in range(picture.start, picture.stop):
            starts[frame] = picture.start
        while self._n_bytes > self._most and len(self._runs) > 1:
            (old, _), gone = self._runs.popitem(last=False)
            self._n_bytes -= len(gone.content)
            for frame in range(gone.start, gone.stop):
                self._starts[old].pop(frame, None)

    def get(self, key: str, frame: int) -> Picture | None:
        """Return the picture of a frame, from memory, else from the store."""
        if (found := self._in_memory(key, frame)) is not None:
            self._runs.move_to_end((key, found.start))
            return found
        block = self._store.get(_entry(key, frame // BLOCK), PICTURES) or ()
        found = next((each for each in block if each.start <= frame < each.stop), None)
        others = (each for each in block if self._in_memory(key, each.start) is None)
        for each in (*others, *([found] if found else [])):  # the one asked for is the youngest
            self.add(key, each)
        return found

    def in_store(self, key: str, n_frames: int) -> Iterator[tuple[int, int]]:
        """Give the ranges of frames of an act that the store has."""
        for block in range(-(-n_frames // BLOCK)):
            if self._store.has(_entry(key, block), PICTURES):
                yield block * BLOCK, min(n_frames, (block + 1) * BLOCK)

    def of(self, key: str) -> list[Picture]:
        """Return the pictures of an act that are in memory."""
        return [self._runs[key, start] for start in sorted(set(self._starts.get(key, {}).values()))]

    def block(self, key: str, block: int, n_frames: int) -> tuple[Picture, ...] | None:
        """Return the pictures of a block, if all of them are in memory."""
        found: dict[int, Picture] = {}
        for frame in range(block * BLOCK, min(n_frames, (block + 1) * BLOCK)):
            each = self._in_memory(key, frame)
            if each is None:
                return None
            found[each.start] = each
        return tuple(found.values())

    def keep(self, key: str, block: int, pictures: tuple[Picture, ...]) -> None:
        """Write a block into the store; may be called in another thread.

        A store that cannot be written is no reason to stop: what is lost is drawn again next time.
        """
        with contextlib.suppress(RenderError):
            self._store.put(_entry(key, block), PICTURES, pictures)

    def _in_memory(self, key: str, frame: int) -> Picture | None:
        start = self._starts.get(key, {}).get(frame)
        return None if start is None else self._runs.get((key, start))


def _entry(key: str, block: int) -> str:
    return hashlib.sha256(f"{key} {block}".encode()).hexdigest()
