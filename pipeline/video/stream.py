"""One stream of pictures in one file, through PyAV: the part that all encoders of ours share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.video.frame import PictureType
from av.video.reformatter import ColorRange

from pipeline.errors import RenderError
from pipeline.video.convert import BT709, Converter
from pipeline.video.skipped import CYCLE, can_skip, skipped_pictures

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from pipeline.video.container import Container

#: A picture that stands is encoded so many times more, which refines it; all that x264 would add after that
#: is less than 1 dB of PSNR, from 53 dB, measured at 1080p.
SETTLED = 4

INSTALL_PYAV = "install PyAV's own wheel with `pip install --force-reinstall --only-binary av av`"


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """What PyAV is told: options of the codec and of the container, in FFmpeg's own names."""

    stream: dict[str, str]
    container: dict[str, str]


def has_encoder(name: str) -> bool:
    """Return whether PyAV can encode with the codec of this name."""
    try:
        return av.Codec(name, "w").is_encoder
    except ValueError:
        return False


class Encoder:
    """Encodes frames, one after the other, into one file or into memory.

    Where a frame is written again and again, and the codec allows it, the encoder sees the first
    `SETTLED` of them, and of the others only as many as do not make up a cycle of skipped pictures.

    Parameters
    ----------
    path
        The file.
    target
        The kind of file.
    size, rate
        Width and height of the frames, and how many there are a second.
    options
        For the codec and the container.
    pixel_format
        What the codec is given, if not what is usual for the target.
    """

    def __init__(
        self,
        path: Path | BytesIO,
        target: Container,
        size: tuple[int, int],
        rate: Fraction,
        options: EncoderOptions,
        pixel_format: str | None = None,
    ) -> None:
        self._path = path
        self._rate = rate
        self._container = av.open(
            path, "w", format=target.container, container_options=options.container
        )
        stream = self._container.add_stream(target.codec, rate=rate, options=options.stream)
        assert isinstance(stream, av.VideoStream), f"{target.codec} makes no video"
        self._stream = stream
        stream.width, stream.height = size
        stream.pix_fmt = self._pixel_format = pixel_format or target.pixel_format
        if self._pixel_format.startswith("yuv"):
            context = stream.codec_context
            context.color_primaries = context.color_trc = context.colorspace = BT709
            context.color_range = ColorRange.MPEG
        # x264 copies what it is given before `encode` returns.
        self._converter = Converter(self._pixel_format, patching=target.codec == "libx264")
        self._size, self._options = size, options
        self._skips = can_skip(target.codec, options)
        self._group = int(options.stream.get("g", 0))
        self._n_bytes = 0
        self.n_frames = 0
        self._last: Frame | None = None
        self._n_held = self._n_waiting = 0
        self._n_of_group = 0
        self._n_muxed = 0
        #: Places in the group of skipped pictures, by the number of the first of them.
        self._skipped: dict[int, range] = {}

    def encode(self, frame: Frame, starts_group: bool = False) -> None:
        """Add one frame: uint8 RGBA; see `VideoWriter.write`."""
        if self._skips:
            # x264 itself counts only what it sees.
            starts_group |= self._n_of_group + self._n_waiting >= self._group
            if frame is self._last and not starts_group:
                self._n_held += 1
                if self._n_held > SETTLED:
                    self._n_waiting += 1
                    return
            else:
                self._encode_waiting()
                self._last, self._n_held = frame, 0
        self._encode(frame, starts_group)

    def _encode(self, frame: Frame, starts_group: bool = False) -> None:
        converted = self._converter.converted(frame)
        converted.pts = self.n_frames
        converted.time_base = 1 / self._rate
        converted.pict_type = PictureType.I if starts_group else PictureType.NONE
        self._n_of_group = 1 if starts_group else self._n_of_group + 1
        self.n_frames += 1
        self._mux(self._stream.encode(converted))

    def _encode_waiting(self) -> None:
        """The last frame, as often as it waits: whole cycles by skipped pictures, which cost nothing."""
        n_skipped = self._n_waiting // CYCLE * CYCLE
        if n_skipped:
            self._skipped[self.n_frames] = range(self._n_of_group, self._n_of_group + n_skipped)
            self._n_of_group += n_skipped
            self.n_frames += n_skipped
            self._mux(())  # x264 may be done with all before them
        for _ in range(self._n_waiting - n_skipped):
            assert self._last is not None
            self._encode(self._last)
        self._n_waiting = 0

    def finish(self) -> None:
        """Complete the file."""
        self._encode_waiting()
        self._mux(self._stream.encode())
        self._container.close()
        # FFmpeg's writing is buffered: make sure that nothing was lost on the way to the file.
        if isinstance(self._path, Path) and self._path.stat().st_size < self._n_bytes:
            raise RenderError(f"{self._path} is shorter than what was written to it.")

    def discard(self) -> None:
        """Let go of a file that is not to be completed."""
        with contextlib.suppress(av.FFmpegError, OSError):
            self._container.close()

    def _mux(self, packets: Iterable[av.Packet[av.VideoStream]]) -> None:
        """Write packets, and the skipped pictures whose turn has come."""
        self._mux_skipped()
        for packet in packets:
            self._mux_one(packet)
            self._mux_skipped()

    def _mux_skipped(self) -> None:
        for place in self._skipped.pop(self._n_muxed, ()):
            pictures = skipped_pictures(self._options, self._size, self._rate)
            packet = av.Packet(pictures[place % CYCLE])
            packet.stream, packet.time_base = self._stream, 1 / self._rate
            packet.pts = packet.dts = self._n_muxed
            self._mux_one(packet)

    def _mux_one(self, packet: av.Packet[Any]) -> None:
        self._n_bytes += packet.size
        self._n_muxed += 1
        self._container.mux_one(packet)
