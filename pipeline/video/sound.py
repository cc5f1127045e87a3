"""The sound of a film as a track in its file: AAC, encoded while packets of pictures are joined."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

#: Samples a second, and bits.
RATE, BIT_RATE = 48_000, 192_000
CODEC = "aac"


class Sound(Protocol):
    """Sound under a film, from its first frame on."""

    def block(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        """Return samples [start, stop) between -1 and 1, of shape (2, n); silence after its end."""


def sample_of(frame: int, fps: int) -> int:
    """Return the sample at which a frame comes up."""
    return (2 * frame * RATE + fps) // (2 * fps)


class SoundTrack:
    """The sound of a film as a track in its file.

    Make it after the film's video stream, and before the first packet. The encoder needs samples
    before the first: they lie before the beginning, where a list of edits tells players to start.
    """

    def __init__(
        self, file: av.container.OutputContainer, sound: Sound, fps: int, language: str
    ) -> None:
        self._file = file
        self._sound = sound
        self._fps = fps
        stream: Any = file.add_stream(CODEC, rate=RATE, layout="stereo")
        stream.bit_rate = BIT_RATE
        stream.metadata["language"] = language
        self._stream = stream
        self._done = 0

    def write_until(self, frame: int) -> None:
        """Write what is heard before a frame comes up, as far as it fills a packet."""
        size = self._stream.codec_context.frame_size or 1024
        while self._done + size <= sample_of(frame, self._fps):
            self._encode(self._done + size)

    def finish(self, n_frames: int) -> None:
        """Write what is heard until the end of a film of so many frames."""
        self.write_until(n_frames)
        end = sample_of(n_frames, self._fps)
        if self._done < end:
            self._encode(end)
        self._mux(self._stream.encode(None))

    def _encode(self, until: int) -> None:
        block = np.ascontiguousarray(self._sound.block(self._done, until), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._done
        self._done = until
        self._mux(self._stream.encode(frame))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._file.mux_one(packet)
