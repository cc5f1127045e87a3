"""Sound from a file, whatever it was recorded with: 48 kHz, in one channel or two.

Blocks come one after the other, so that an hour of sound takes no memory that is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def sound_blocks(path: Path, n_channels: int) -> Iterator[npt.NDArray[np.float32]]:
    """Decode a file block by block, each of shape (n_channels, n).

    Raises
    ------
    SettingsError
        When it cannot be read, or holds no sound.
    """
    with open_input(path) as file:
        try:
            with av.open(file, "r") as source:
                if not source.streams.audio:
                    raise unreadable(path, "there is no sound in it")
                yield from _resampled(source, source.streams.audio[0], n_channels)
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
