"""Frames to files: MP4 through PyAV, encoded in a thread of its own, and PNG stills."""

import threading
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pipeline.errors import RenderError, SettingsError
from pipeline.render.settings import RenderSettings
from pipeline.video.container import MP4, Container
from pipeline.video.stream import INSTALL_PYAV, Encoder, EncoderOptions, has_encoder

if TYPE_CHECKING:
    from pipeline.render.frames import Frame


def encoder_options(
    settings: RenderSettings, target: Container = MP4, *, threads: int = 2
) -> EncoderOptions:
    """Return the encoder's options for these settings.

    Parameters
    ----------
    settings : RenderSettings
        Size and rate of the frames.
    target : Container
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
    Measured at 1080p60 on acts of the film; processor time and bytes at equal SSIM:

    - against x264's plain ``veryfast``, without B-frames and with a lookahead of 4: 0.65 of the
      time, 0.6 of the memory, 1.1 to 1.2 of the bytes. Encoding is what a render waits for. Files
      without B-frames also join at any frame without shifting time.
    - without the macroblock tree, and so without a lookahead: 0.95 of that time, 0.98 to 1.05 of the
      bytes. With the tree, the same frames gave other files in one run of several.
    - ``tune animation`` saves 3 % of the bytes for nothing.
    - ``subme 1``: 0.8 of the time, 1.09 of the bytes, and 1.1 without the tree; ``superfast``: 0.8 and
      1.3 to 1.5; no 8x8 partitions: 0.9 and 1.16; a diamond search: 0.98 and 1.04; no adaptive
      quantiser: 0.95 and 1.1; ``faster`` 1.7 and 0.9, ``medium`` 3 and 0.85. So ``veryfast``.
    - a constant quantiser, 23, without analysis of what is to come: 0.79 and 0.99, but the worst
      hundredth of the blocks falls to an SSIM of 0.94 where it is 0.965, and smooth slopes lose.
    - crf 23, which without the tree is what 16 is with it: the worst hundredth of the 8x8 blocks in
      which there is something keeps an SSIM of 0.96; at 24 it has 0.95.
    """
    if settings.transparent:
        raise SettingsError(
            f"A {target.suffix} file cannot be transparent: leave the background opaque."
        )
    return EncoderOptions(
        stream={
            "preset": "veryfast",
            "tune": "animation",
            "crf": "23",
            "bf": "0",
            "mbtree": "0",
            "rc-lookahead": "0",
            "sc_threshold": "0",
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


class VideoWriter:
    """Encodes frames to one file in a thread of its own, so that drawing goes on meanwhile.

    At most `queue_size` frames wait (a frame of 3840x2160 is 33 MB), then `write` does. What goes
    wrong in the thread is raised by the next `write`, or by `close`. Frames belong to the writer
    once written: do not draw into them again.

    As a context manager it closes when the block ends well, and abandons the file when it does not.
    In the place of a path, memory will do; `name` is what to call the file in an error.
    """

    def __init__(
        self,
        path: Path | BytesIO,
        settings: RenderSettings,
        target: Container = MP4,
        *,
        name: Path | str | None = None,
        threads: int = 2,
        queue_size: int = 2,
    ) -> None:
        self.n_frames = 0
        self._name = Path(name or str(path))
        self._shape = (settings.height, settings.width, 4)
        options = encoder_options(settings, target, threads=threads)
        if not has_encoder(target.codec):
            raise RenderError(f"PyAV lacks the encoder {target.codec}: {INSTALL_PYAV}.")
        self._encoder = Encoder(path, target, settings.size, Fraction(settings.fps), options)
        self._queue: Queue[tuple[Frame, bool] | None] = Queue(queue_size)
        self._error: BaseException | None = None
        self._abandoned = False
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)
        self._thread.start()

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self.abandon()

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
        if isinstance(self._error, av.FFmpegError) and not isinstance(self._error, OSError):
            raise RenderError(
                f"{self._name} could not be encoded: {self._error.strerror}."
            ) from self._error
        if self._error is not None:
            raise self._error


def png(frame: "Frame", *, transparent: bool = False) -> bytes:
    """Return one frame as a PNG in sRGB; without `transparent`, without alpha."""
    image = Image.fromarray(frame if transparent else np.ascontiguousarray(frame[..., :3]))
    tags = PngInfo()
    tags.add(b"sRGB", b"\0")  # perceptual intent, the usual one for pictures
    memory = BytesIO()
    image.save(memory, format="png", pnginfo=tags)
    return memory.getvalue()
