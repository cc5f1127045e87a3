"""One stream of pictures in one file, through PyAV: the part that all encoders of ours share."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from pipeline.errors import RenderError
from pipeline.render.alpha import bleed_alpha

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from pipeline.video.container import Container

# Codes of ITU-T H.273 for BT.709: primaries and matrix 1; transfer 1 as well, though frames are
# sRGB: that is how video for screens is tagged, and players show it as it was drawn.
_BT709 = 1

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
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = ColorRange.MPEG
        self._reformatter = VideoReformatter()
        self._n_bytes = 0
        self._last: Frame | None = None
        self._converted: av.VideoFrame | None = None
        self.n_frames = 0

    def encode(self, frame: Frame, starts_group: bool = False) -> None:
        """Add one frame: uint8 RGBA; see `VideoWriter.write`."""
        # A still picture comes as the same object again and again: convert it once.
        if self._converted is None or frame is not self._last:
            self._last, self._converted = frame, self._convert(frame)
        self._converted.pts = self.n_frames
        self._converted.time_base = 1 / self._rate
        self._converted.pict_type = PictureType.I if starts_group else PictureType.NONE
        self.n_frames += 1
        self._mux(self._stream.encode(self._converted))

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

    def _convert(self, frame: Frame) -> av.VideoFrame:
        """The frame as the codec takes it."""
        picture = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format="rgba")
        if not self._pixel_format.startswith("yuv"):
            return picture.reformat(format=self._pixel_format)
        if self._pixel_format.startswith("yuva"):
            picture = av.VideoFrame.from_numpy_buffer(bleed_alpha(frame), format="rgba")
        # RGB to Y'CbCr of BT.709 in video range, each value to within one step.
        converted = self._reformatter.reformat(
            picture,
            format=self._pixel_format,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        converted.color_primaries = converted.color_trc = _BT709  # ProRes takes them from here
        return converted

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            self._n_bytes += packet.size
            self._container.mux_one(packet)
