"""Sound from a file, whatever it was recorded with: 48 kHz, in one channel or two.

Blocks come one after the other, so that an hour of sound takes no memory that is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from pipeline.inputs import open_input, unreadable

if TYPE_CHECKING:
    import numpy.typing as npt

#: Samples a second, of all sound in here.
RATE = 48_000
#: What recordings may be called.
SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus")


def read_sound(path: Path, longest: float, n_channels: int = 1) -> npt.NDArray[np.float32]:
    """Return all sound in a file as samples between -1 and 1, of shape (n_channels, n).

    Of several channels, one is their mean.

    Raises
    ------
    SettingsError
        When it cannot be read, holds no sound, or lasts longer than so many seconds.
    """
    blocks, n = [], 0
    for block in sound_blocks(path, n_channels):
        blocks.append(block)
        n += block.shape[1]
        if n > longest * RATE:
            raise unreadable(path, f"it lasts longer than {longest / 60:g} minutes")
    if n == 0:
        raise unreadable(path, "there is no sound in it")
    return np.concatenate(blocks, axis=1)


def rate_of(path: Path) -> int:
    """Return how many samples a second a file was recorded with; raises as `sound_blocks`."""
    with _sound_in(path) as (_, stream):
        return int(stream.rate)


def read_parts(path: Path, spans: Sequence[tuple[float, float]]) -> list[npt.NDArray[np.float32]]:
    """Return the sound in seconds [start, stop) of a file, for each such span, as (n,) samples.

    What is after its end is left out. Only these parts are kept in memory.

    Raises
    ------
    SettingsError
        When it cannot be read, or holds no sound.
    """
    edges = [(round(start * RATE), round(stop * RATE)) for start, stop in spans]
    found: list[list[npt.NDArray[np.float32]]] = [[] for _ in spans]
    at, last = 0, max((stop for _, stop in edges), default=0)
    for block in sound_blocks(path, 1):
        for parts, (start, stop) in zip(found, edges, strict=True):
            if start < at + block.shape[1] and at < stop:
                parts.append(block[0, max(start - at, 0) : stop - at])
        at += block.shape[1]
        if at >= last:
            break
    return [np.concatenate([np.zeros(0, dtype=np.float32), *parts]) for parts in found]


def sound_blocks(path: Path, n_channels: int) -> Iterator[npt.NDArray[np.float32]]:
    """Decode a file block by block, each of shape (n_channels, n).

    Raises
    ------
    SettingsError
        When it cannot be read, or holds no sound.
    """
    with _sound_in(path) as (source, stream):
        yield from _resampled(source, stream, n_channels)


@contextmanager
def _sound_in(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open a file and its first stream of sound."""
    with open_input(path) as file:
        try:
            with av.open(file, "r") as source:
                if not source.streams.audio:
                    raise unreadable(path, "there is no sound in it")
                yield source, source.streams.audio[0]
        except av.FFmpegError as error:
            raise unreadable(path, "it is no sound, or damaged") from error


def _resampled(source: Any, stream: Any, n_channels: int) -> Iterator[npt.NDArray[np.float32]]:
    resampler = av.AudioResampler("fltp", "mono" if stream.channels == 1 else "stereo", RATE)
    for frame in chain(source.decode(stream), [None]):
        if frame is not None:
            frame.pts = None  # gaps between packets are no sound
        for each in resampler.resample(frame):
            block = each.to_ndarray().astype(np.float32, copy=False)
            if n_channels == 1:
                block = block.mean(axis=0, keepdims=True)
            yield np.broadcast_to(block, (n_channels, block.shape[1]))
