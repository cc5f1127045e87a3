"""Frames to files: MP4 through PyAV, encoded in a thread of its own, and PNG stills."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import whole_file, write_failure
from pipeline.settings import RenderSettings

if TYPE_CHECKING:
    from pipeline.frames import Frame

# Codes of ITU-T H.273 for BT.709: primaries and matrix 1; transfer 1 as well, though frames are
# sRGB: that is how video for screens is tagged, and players show it as it was drawn.
_BT709 = 1


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of video file: what it is called, its container and its codec."""

    suffix: str
    container: str
    codec: str
    pixel_format: str
    #: Whether the index goes to the front, so that a browser plays the file while it loads.
    fast_start: bool = True


MP4 = Target(suffix=".mp4", container="mp4", codec="libx264", pixel_format="yuv420p")
#: A part of an MP4 file: it is joined, not played.
SEGMENT = replace(MP4, fast_start=False)


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """What PyAV is told: options of the codec and of the container, in FFmpeg's own names."""

    stream: dict[str, str]
    container: dict[str, str]


def encoder_options(
    settings: RenderSettings, target: Target = MP4, *, threads: int = 2
) -> EncoderOptions:
    """Return the encoder's options for these settings.

    Parameters
    ----------
    settings : RenderSettings
        Size and rate of the frames.
    target : Target
        Kind of file.
    threads : int
        Encoder threads. Each costs 70 MB at 3840x2160; two keep up with drawing. Never "as many as
        there are": the same film should be the same file on every machine.

    Raises
    ------
    SettingsError
        When the target cannot hold what the settings ask for.

    Notes
    -----
    Measured at 1080p60 on an act of the film and on flat art with iso-lines, captions and a turning
    surface; processor time and bytes at equal SSIM:

    - against x264's plain ``veryfast``, without B-frames and with a lookahead of 4: 0.65 of the
      time, 0.6 of the memory, 1.1 to 1.2 of the bytes. Encoding is what a render waits for. Files
      without B-frames also join at any frame without shifting time.
    - ``tune animation`` then saves 3 % of the bytes for nothing.
    - ``superfast`` with the same: 0.8 of the time, 1.3 to 1.5 of the bytes; ``faster`` 1.7 and
      0.9, ``medium`` 3 and 0.85. So ``veryfast``.
    - crf 16: the worst hundredth of the 8x8 blocks keeps an SSIM of 0.95; at 18 it has 0.93, at
      20 0.90, and thin lines soften.
    """
    if settings.transparent:
        raise SettingsError(
            f"A {target.suffix} file cannot be transparent: leave the background opaque."
        )
    return EncoderOptions(
        stream={
            "preset": "veryfast",
            "tune": "animation",
            "crf": "16",
            "bf": "0",
            "rc-lookahead": "4",
            # Each group of pictures stands alone, so that files join without encoding again and
            # players seek to within two seconds.
            "g": str(2 * settings.fps),
            "flags": "+cgop",
            "threads": str(threads),
            "thread_type": "frame",
            # The conversion averages 2x2 pixels, which puts their colour in the centre.
            "chroma_sample_location": "center",
        },
        container={"movflags": "+faststart"} if target.fast_start else {},
    )


def has_encoder(name: str) -> bool:
    """Return whether PyAV can encode with the codec of this name."""
    try:
        return av.Codec(name, "w").is_encoder
    except ValueError:
        return False


class VideoWriter:
    """Encodes frames to one file in a thread of its own, so that drawing goes on meanwhile.

    At most `queue_size` frames wait (a frame of 3840x2160 is 33 MB), then `write` does. What goes
    wrong in the thread is raised by the next `write`, or by `close`. Frames belong to the writer
    once written: do not draw into them again.

    Use `open_video`, which makes the file appear whole or not at all. In the place of a path, memory
    will do; `name` is what to call the file in an error.
    """

    def __init__(
        self,
        path: Path | BytesIO,
        settings: RenderSettings,
        target: Target = MP4,
        *,
        name: Path | str | None = None,
        threads: int = 2,
        queue_size: int = 2,
    ) -> None:
        self.n_frames = 0
        self._name = Path(name or str(path))
        self._shape = (settings.height, settings.width, 4)
        self._encoder = _Encoder(path, settings, target, threads)
        self._queue: Queue[tuple[Frame, bool] | None] = Queue(queue_size)
        self._error: BaseException | None = None
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)
        self._thread.start()

    def write(self, frame: "Frame", *, starts_group: bool = False) -> None:
        """Add one frame: uint8 RGBA of shape (height, width, 4), its alpha ignored.

        A frame that starts a group of pictures needs none before it: the video can be parted there.
        """
        if frame.shape != self._shape or frame.dtype != np.uint8:
            raise ValueError(
                f"a frame is {frame.dtype} {frame.shape}, but {self._shape} uint8 is due"
            )
        self._raise_error()
        self._queue.put((frame, starts_group))
        self.n_frames += 1
        self._raise_error()  # while `put` waited, the thread may have failed

    def close(self) -> None:
        """Encode what waits, complete the file, and raise what went wrong."""
        self._stop()
        self._raise_error()

    def abandon(self) -> None:
        """Stop as soon as possible and raise nothing; the file is not usable."""
        self._abandoned = True
        self._stop()

    def _stop(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        frames = self._waiting_frames()
        try:
            for frame, starts_group in frames:
                if self._abandoned:
                    break
                self._encoder.encode(frame, starts_group)
            if self._abandoned:
                self._encoder.discard()
            else:
                self._encoder.finish()
        except BaseException as error:
            self._error = error
            self._encoder.discard()
        # After a failure, too, the queue is emptied, so that nobody waits for room in it for ever.
        for _ in frames:
            pass

    def _waiting_frames(self) -> "Iterator[tuple[Frame, bool]]":
        while (waiting := self._queue.get()) is not None:
            yield waiting

    def _raise_error(self) -> None:
        if isinstance(self._error, OSError):
            raise write_failure(self._name, self._error) from self._error
        if isinstance(self._error, av.FFmpegError):
            raise RenderError(
                f"{self._name} could not be encoded: {self._error.strerror}."
            ) from self._error
        if self._error is not None:
            raise self._error


@contextlib.contextmanager
def open_video(
    path: Path, settings: RenderSettings, target: Target = MP4, *, threads: int = 2
) -> Iterator[VideoWriter]:
    """Give a `VideoWriter` whose file takes the name `path` when the block ends well.

    Raises
    ------
    SettingsError
        When `path` cannot be written or cannot hold what the settings ask for.
    RenderError
        When encoding fails or the disk is full; `path` is then as it was.
    """
    with whole_file(path) as temporary:
        writer = VideoWriter(temporary, settings, target, name=path, threads=threads)
        try:
            yield writer
            writer.close()
        except BaseException:
            writer.abandon()
            raise


def write_png(path: Path, frame: "Frame", *, transparent: bool = False) -> None:
    """Write one frame as a PNG in sRGB; without `transparent`, without alpha.

    Raises
    ------
    RenderError
        When the file cannot be written; `path` is then as it was.
    """
    image = Image.fromarray(frame if transparent else np.ascontiguousarray(frame[..., :3]))
    tags = PngInfo()
    tags.add(b"sRGB", b"\0")  # perceptual intent, the usual one for pictures
    with whole_file(path) as temporary:
        try:
            image.save(temporary, format="png", pnginfo=tags)
        except OSError as error:
            raise write_failure(path, error) from error


class _Encoder:
    """One video stream in one file; the writer's thread is its only user once it is made."""

    def __init__(
        self, path: Path | BytesIO, settings: RenderSettings, target: Target, threads: int
    ) -> None:
        options = encoder_options(settings, target, threads=threads)
        if not has_encoder(target.codec):
            raise RenderError(
                f"PyAV lacks the encoder {target.codec}: install PyAV's own wheel with "
                "`pip install --force-reinstall --only-binary av av`."
            )
        self._container = av.open(
            path, "w", format=target.container, container_options=options.container
        )
        self._path = path
        stream = self._container.add_stream(
            target.codec, rate=Fraction(settings.fps), options=options.stream
        )
        assert isinstance(stream, av.VideoStream), f"{target.codec} makes no video"
        self._stream = stream
        self._stream.width, self._stream.height = settings.size
        self._stream.pix_fmt = target.pixel_format
        context = self._stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = ColorRange.MPEG
        self._reformatter = VideoReformatter()
        self._n_frames = 0
        self._n_bytes = 0
        self._last: Frame | None = None
        self._converted: av.VideoFrame | None = None

    def encode(self, frame: "Frame", starts_group: bool = False) -> None:
        # A still picture comes as the same object again and again: convert it once.
        if self._converted is None or frame is not self._last:
            self._last, self._converted = frame, self._convert(frame)
        self._converted.pts = self._n_frames
        self._converted.pict_type = PictureType.I if starts_group else PictureType.NONE
        self._n_frames += 1
        self._mux(self._stream.encode(self._converted))

    def finish(self) -> None:
        self._mux(self._stream.encode())
        self._container.close()
        # FFmpeg's writing is buffered: make sure that nothing was lost on the way to the file.
        if isinstance(self._path, Path) and self._path.stat().st_size < self._n_bytes:
            raise RenderError(f"{self._path} is shorter than what was written to it.")

    def discard(self) -> None:
        with contextlib.suppress(av.FFmpegError, OSError):
            self._container.close()

    def _convert(self, frame: "Frame") -> av.VideoFrame:
        """RGBA to Y'CbCr of BT.709 in video range, each value to within one step."""
        return self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame), format="rgba"),
            format=self._stream.pix_fmt,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )

    def _mux(self, packets: "list[av.Packet[av.VideoStream]]") -> None:
        for packet in packets:
            self._n_bytes += packet.size
            self._container.mux_one(packet)
