"""Frames to animations: GIF, WebP, APNG, AVIF, MP4, WebM and MOV through PyAV, first generation."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from pipeline.alpha import bled
from pipeline.animation.formats import Animation
from pipeline.animation.palette import Painter, palette_of
from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import whole_file, write_failure
from pipeline.video.encode import EncoderOptions, has_encoder

if TYPE_CHECKING:
    from pipeline.animation.reel import Reel
    from pipeline.frames import Frame

_BT709 = 1  # ITU-T H.273
#: Pixel formats that are not Y'CbCr: nothing is lost on the way to them.
_EXACT = {"rgb24", "rgba", "bgra"}


def options_for(made: Animation, *, threads: int = 2) -> EncoderOptions:
    """Return what the encoder and the container are told, in FFmpeg's own names.

    Parameters
    ----------
    made : Animation
        What is to be encoded.
    threads : int
        Encoder threads; a number, so that the same animation is the same file on every machine.

    Notes
    -----
    Measured on the loop at 640x360, 25 frames per second, with SSIM against the lossless frames:

    - WebP without loss, from 256 colours: 1.36 MB at 0.996; WebP with loss at quality 90: 1.45 MB
      at 0.992, and with the fringes of halved colour on text. So colours are what WebP gives up.
    - H.264 without x264's macroblock tree, though that saves a fifth of the bytes at equal SSIM: with
      it, the same frames gave different files from one run to the next (PyAV 18.1, one in twenty).
    - AV1 at crf 30: a quarter of a megabyte; VP9 the same at crf 30, H.264 at crf 21.
    """
    stream: dict[str, str]
    container = {"fflags": "+bitexact"}  # no random identifiers, no version of the library
    match made.format.name:
        case "gif":
            stream = {}
            # What the file counts is how often it begins again; -1 leaves the count out.
            container["loop"] = str({0: 0, 1: -1}.get(made.loop, made.loop - 1))
        case "webp":
            stream = {"lossless": "1", "quality": "75", "compression_level": "4"}
            container["loop"] = str(made.loop)
        case "apng":
            stream = {"pred": "mixed" if made.colours is None else "none"}
            container["plays"] = str(made.loop)
        case "avif":
            stream = {"preset": "6", "crf": str(made.crf), "svtav1-params": f"lp={threads}"}
            container["loop"] = str(made.loop)
        case "webm":
            stream = {
                "deadline": "good",
                "cpu-used": "3",
                "row-mt": "1",
                "b": "0",
                "crf": str(made.crf),
                "threads": str(threads),
            }
            if made.transparent:
                stream["auto-alt-ref"] = "0"  # libvpx cannot look ahead with an alpha channel
        case "mov":
            stream = {
                "profile": "4444",
                "vendor": "apl0",
                "alpha_bits": "16" if made.transparent else "0",
                "threads": str(threads),
            }
        case _:
            stream = {
                "preset": "slow",
                "tune": "animation",
                "mbtree": "0",
                "crf": str(made.crf),
                "threads": str(threads),
                "chroma_sample_location": "center",
            }
            container["movflags"] = "+faststart"
    return EncoderOptions(stream, container)


def check_codec(made: Animation) -> None:
    """Raise SettingsError when this PyAV cannot make such a file."""
    if not has_encoder(made.format.codec):
        raise SettingsError(
            f"This PyAV lacks the encoder {made.format.codec}, so it makes no {made.format.name}: "
            "choose another --format, or install PyAV's own wheel with "
            "`pip install --force-reinstall --only-binary av av`."
        )


class AnimationWriter:
    """Encodes frames, one after the other, into one file.

    Parameters
    ----------
    path
        The file.
    made
        What it should be.
    palette
        Its colours, from `palette.palette_of`; None where all colours are kept.
    """

    def __init__(self, path: Path, made: Animation, palette: av.VideoFrame | None = None) -> None:
        check_codec(made)
        # SVT-AV1 writes to stderr what it does, unless told that only errors matter.
        os.environ.setdefault("SVT_LOG", "1")
        options = options_for(made)
        self._path = path
        self._made = made
        self._container = av.open(
            path, "w", format=made.format.container, container_options=options.container
        )
        stream = self._container.add_stream(
            made.format.codec, rate=made.rate, options=options.stream
        )
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = made.width, made.height
        stream.pix_fmt = made.pixel_format
        if made.pixel_format.startswith("yuv"):
            context = stream.codec_context
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = ColorRange.MPEG
        if made.format.name == "webm" and made.transparent:
            stream.metadata["alpha_mode"] = "1"  # how a WebM says that it has an alpha channel
        self._stream = stream
        self._painter = (
            Painter(palette, (made.width, made.height), made.dither) if palette else None
        )
        self._reformatter = VideoReformatter()
        self._last: Frame | None = None
        self._converted: av.VideoFrame | None = None
        self._n_bytes = 0
        self.n_frames = 0

    def write(self, frame: Frame) -> None:
        """Add one frame: uint8 RGBA, its opacity straight."""
        if self._converted is None or frame is not self._last:
            self._last, self._converted = frame, self._convert(frame)
        self._converted.pts = self.n_frames
        self._converted.time_base = 1 / self._made.rate
        self.n_frames += 1
        self._mux(self._stream.encode(self._converted))

    def close(self) -> None:
        """Complete the file."""
        self._mux(self._stream.encode())
        self._container.close()
        if self._path.stat().st_size < self._n_bytes:
            raise RenderError(f"{self._path} is shorter than what was written to it.")

    def abandon(self) -> None:
        """Let go of a file that is not to be completed."""
        with contextlib.suppress(av.FFmpegError, OSError):
            self._container.close()

    def _convert(self, frame: Frame) -> av.VideoFrame:
        wanted = self._made.pixel_format
        if self._painter is not None:
            painted = self._painter.painted(frame)
            return painted if wanted == "pal8" else painted.reformat(format=wanted)
        if wanted not in _EXACT and self._made.transparent:
            frame = bled(frame)
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), "rgba")
        if wanted in _EXACT:
            return picture.reformat(format=wanted)
        converted = self._reformatter.reformat(
            picture,
            format=wanted,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        # ProRes takes its tags from the frames.
        converted.color_primaries = converted.color_trc = _BT709
        return converted

    def _mux(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            self._n_bytes += packet.size
            self._container.mux_one(packet)


@contextlib.contextmanager
def open_animation(path: Path, made: Animation) -> Iterator[AnimationWriter]:
    """Give a writer whose file takes the name `path` when the block ends well.

    It is for formats that need no look at all frames beforehand; see `write_reel` for the others.

    Raises
    ------
    SettingsError
        When `path` cannot be written, or PyAV lacks the encoder.
    RenderError
        When encoding fails or the disk is full; `path` is then as it was.
    """
    with whole_file(path) as temporary, _failures(path):
        writer = AnimationWriter(temporary, made)
        try:
            yield writer
        except BaseException:
            writer.abandon()
            raise
        writer.close()


def encoded(reel: Reel, made: Animation, on_frame: Callable[[], None] = lambda: None) -> bytes:
    """Encode a reel, and return the file.

    Raises
    ------
    SettingsError
        When PyAV lacks the encoder.
    RenderError
        When encoding fails.
    """
    check_codec(made)
    palette = None if made.colours is None else palette_of(reel, made.colours)
    # A file, though it is read back at once: to put an index in front, FFmpeg opens it by name.
    with tempfile.TemporaryDirectory(prefix="ridge-film-") as folder, _failures(Path(folder)):
        path = Path(folder) / f"made{made.format.suffix}"
        writer = AnimationWriter(path, made, palette)
        try:
            for frame in reel.frames(bounce=made.bounce):
                writer.write(frame)
                on_frame()
        except BaseException:
            writer.abandon()
            raise
        writer.close()
        return path.read_bytes()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    RenderError
        When it cannot be written; `path` is then as it was.
    """
    with whole_file(path) as temporary:
        try:
            temporary.write_bytes(content)
        except OSError as error:
            raise write_failure(path, error) from error


@contextlib.contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Turn what goes wrong in FFmpeg into a sentence."""
    try:
        yield
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno and error.errno < 1000:
            raise write_failure(path, error) from error
        raise RenderError(f"{path} could not be encoded: {error.strerror}.") from error
    except OSError as error:
        raise write_failure(path, error) from error
