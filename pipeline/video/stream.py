"""One stream of pictures in one file, through PyAV: the part that all encoders of ours share."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.video.frame import PictureType
from av.video.reformatter import ColorRange

from pipeline.errors import RenderError
from pipeline.video.convert import BT709, Converter

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from pipeline.video.container import Container

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
        self._n_bytes = 0
        self.n_frames = 0

    def encode(self, frame: Frame, starts_group: bool = False) -> None:
        """Add one frame: uint8 RGBA; see `VideoWriter.write`."""
        converted = self._converter.converted(frame)
        converted.pts = self.n_frames
        converted.time_base = 1 / self._rate
        converted.pict_type = PictureType.I if starts_group else PictureType.NONE
        self.n_frames += 1
        self._mux(self._stream.encode(converted))

    def finish(self) -> None:
        """Complete the file."""
        self._mux(self._stream.encode())
        self._container.close()
        # FFmpeg's writing is buffered: make sure that nothing was lost on the way to the file.
        if isinstance(self._path, Path) and self._path.stat().st_size < self._n_bytes:
            raise RenderError(f"{self._path} is shorter than what was written to it.")

    def discard(self) -> None:
        """Let go of a file that is not to be completed."""
        with contextlib.suppress(av.FFmpegError, OSError):
            self._container.close()

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            self._n_bytes += packet.size
            self._container.mux_one(packet)
