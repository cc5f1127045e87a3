"""Frames to animations: GIF, WebP, APNG, AVIF, MP4, WebM and MOV through PyAV, first generation."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av

from pipeline.clip.formats import Animation
from pipeline.clip.gif import GifWriter
from pipeline.clip.palette import Painter, palette_of
from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import atomic_write, temporary_failure
from pipeline.scratch import scratch_folder
from pipeline.video.convert import Converter
from pipeline.video.stream import INSTALL_PYAV, Encoder, EncoderOptions, has_encoder

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from pipeline.render.lossless import FrameBuffer

#: Of an encoder; a number, so that the same animation is the same file on every machine.
_THREADS = 2


def options_for(spec: Animation) -> EncoderOptions:
    """Return the options of encoder and container, in FFmpeg's own names.

    Notes
    -----
    GIF has a writer of its own, `gif.GifWriter`. The others were measured on the loop at 640x360, 25
    frames per second, with SSIM against the lossless frames:

    - WebP without loss, from 256 colours: 1.36 MB at 0.996; WebP with loss at quality 90: 1.45 MB
      at 0.992, and with the fringes of halved colour on text. So colours are what WebP gives up.
    - H.264 without x264's macroblock tree, though that saves a fifth of the bytes at equal SSIM: with
      it, the same frames gave different files from one run to the next (PyAV 18.1, one in twenty).
    - AV1 at crf 30: a quarter of a megabyte; VP9 the same at crf 30, H.264 at crf 21.
    """
    stream: dict[str, str]
    container = {"fflags": "+bitexact"}  # no random identifiers, no version of the library
    match spec.format.name:
        case "webp":
            stream = {"lossless": "1", "quality": "75", "compression_level": "4"}
            container["loop"] = str(spec.loop)
        case "apng":
            stream = {"pred": "mixed" if spec.colours is None else "none"}
            container["plays"] = str(spec.loop)
        case "avif":
            stream = {"preset": "6", "crf": str(spec.crf), "svtav1-params": f"lp={_THREADS}"}
            container["loop"] = str(spec.loop)
        case "webm":
            stream = {
                "deadline": "good",
                "cpu-used": "3",
                "row-mt": "1",
                "b": "0",
                "crf": str(spec.crf),
                "threads": str(_THREADS),
            }
            if spec.transparent:
                stream["auto-alt-ref"] = "0"  # libvpx cannot look ahead with an alpha channel
        case "mov":
            stream = {
                "profile": "4444",
                "vendor": "apl0",
                "alpha_bits": "16" if spec.transparent else "0",
                "threads": str(_THREADS),
            }
        case _:
            stream = {
                "preset": "slow",
                "tune": "animation",
                "mbtree": "0",
                "crf": str(spec.crf),
                "threads": str(_THREADS),
                "chroma_sample_location": "center",
            }
    if spec.format.container in ("mp4", "mov") and spec.format.fast_start:
        container["movflags"] = "+faststart"
    return EncoderOptions(stream, container)


def check_codec(spec: Animation) -> None:
    """Raise SettingsError when this PyAV cannot make such a file."""
    if not has_encoder(spec.format.codec):
        raise SettingsError(
            f"This PyAV lacks the encoder {spec.format.codec}, so it makes no {spec.format.name}: "
            f"choose another --format, or {INSTALL_PYAV}."
        )


class AnimationWriter(Encoder):
    """Encodes frames, one after the other, into one file.

    Parameters
    ----------
    path
        The file.
    spec
        What it should be.
    palette
        Its colours, from `palette.palette_of`; None where all colours are kept.
    """

    def __init__(self, path: Path, spec: Animation, palette: av.VideoFrame | None = None) -> None:
        # SVT-AV1 writes to stderr what it does, unless told that only errors matter.
        os.environ.setdefault("SVT_LOG", "1")
        size = (spec.width, spec.height)
        super().__init__(path, spec.format, size, spec.rate, options_for(spec), spec.pixel_format)
        if spec.format.name == "webm" and spec.transparent:
            self._stream.metadata["alpha_mode"] = "1"  # how a WebM says that it is transparent
        if palette:
            self._converter = _Painted(spec.pixel_format, Painter(palette, size, spec.dither))


class _Painted(Converter):
    """Frames in the colours of a palette."""

    def __init__(self, pixel_format: str, painter: Painter) -> None:
        super().__init__(pixel_format)
        self._painter = painter

    def _whole(self, frame: Frame) -> av.VideoFrame:
        painted = self._painter.painted(frame)
        return (
            painted if self.pixel_format == "pal8" else painted.reformat(format=self.pixel_format)
        )


def write_animation(
    path: Path, buffer: FrameBuffer, spec: Animation, on_frame: Callable[[], None]
) -> None:
    """Encode a buffer into a file, whole or not at all.

    Raises
    ------
    SettingsError
        When `path` cannot be written, or PyAV lacks the encoder.
    RenderError
        When encoding fails or the disk is full; `path` is then as it was.
    """
    check_codec(spec)
    with atomic_write(path) as temporary, _encoding(path):
        _encode(temporary, buffer, spec, on_frame)


def encoded(
    buffer: FrameBuffer,
    spec: Animation,
    on_frame: Callable[[], None] = lambda: None,
    path: Path | None = None,
) -> bytes:
    """Encode a buffer in memory, and return the file; `path` is what to call it in an error.

    Raises
    ------
    SettingsError
        When PyAV lacks the encoder.
    RenderError
        When encoding fails, or the folder for temporary files is full.
    """
    check_codec(spec)
    # A file, though it is read back at once: to put an index in front, FFmpeg opens it by name.
    with trial_folder(path or Path(f"The {spec.format.name}")) as folder:
        file = folder / f"animation{spec.format.suffix}"
        _encode(file, buffer, spec, on_frame)
        return file.read_bytes()


@contextlib.contextmanager
def trial_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder for trial encodings of `path`; errors in it name `path`."""
    try:
        with scratch_folder() as folder, _encoding(path):
            yield folder
    except OSError as error:
        raise temporary_failure(error) from error


def _encode(file: Path, buffer: FrameBuffer, spec: Animation, on_frame: Callable[[], None]) -> None:
    writer: AnimationWriter | GifWriter
    if spec.format.name == "gif":
        writer = GifWriter(file, spec)
    else:
        palette = None if spec.colours is None else palette_of(buffer, spec.colours)
        writer = AnimationWriter(file, spec, palette)
    try:
        for frame in buffer.frames(bounce=spec.bounce):
            writer.encode(frame)
            on_frame()
        writer.finish()
    except BaseException:
        writer.discard()
        raise


@contextlib.contextmanager
def _encoding(path: Path) -> Iterator[None]:
    """Turn what goes wrong in FFmpeg, but not on the disk, into a sentence about `path`."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        if isinstance(error, OSError) and not (error.errno and error.errno >= 1000):
            raise
        raise RenderError(f"{path} could not be encoded: {error.strerror}.") from error
