"""Segments to one file with its metadata, without decoding or encoding a frame."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av

from pipeline.errors import RenderError
from pipeline.outputs import atomic_write
from pipeline.render.settings import RenderSettings
from pipeline.video.container import MP4
from pipeline.video.encode import encoder_options
from pipeline.video.metadata import (
    CaptionTrack,
    Metadata,
    add_metadata,
    container_options,
    turn_captions_off,
)
from pipeline.video.sound import Sound, SoundTrack

NOTHING_TOLD = Metadata()


class MismatchError(RenderError):
    """Segments were encoded with different options: they are not all of one film."""


def join_segments(
    segments: Iterable[tuple[bytes, int]],
    settings: RenderSettings,
    path: Path,
    metadata: Metadata = NOTHING_TOLD,
    sound: Sound | None = None,
) -> None:
    """Put segments one after the other into the MP4 file `path`, whole or not at all.

    Parameters
    ----------
    segments : iterable of (bytes, int)
        Each segment, an MP4 file of H.264 without B-frames, and the frames it must hold. Read one
        at a time.
    settings : RenderSettings
        What all of them were made with.
    path : Path
        The file to make.
    metadata : Metadata
        What it tells beside its pictures.
    sound : Sound or None
        What is heard, if anything.

    Raises
    ------
    RenderError
        When a segment has not the frames it must hold or was made with other options, or when the
        file cannot be written; `path` is then as it was.
    """
    options = {**encoder_options(settings, MP4).container, **container_options(settings)}
    with atomic_write(path) as temporary:
        try:
            with av.open(temporary, "w", format=MP4.container, container_options=options) as file:
                add_metadata(file, metadata, settings.fps)
                n_bytes = _Joiner(file, settings, metadata, sound).add_all(segments)
            if metadata.captions and not metadata.captions_on:
                turn_captions_off(temporary)
            # FFmpeg's writing is buffered: make sure that nothing was lost on the way to the file.
            if temporary.stat().st_size < n_bytes:
                raise RenderError(f"{path} is shorter than what was written to it.")
        except OSError:  # which some of FFmpeg's are
            raise
        except av.FFmpegError as error:
            raise RenderError(f"{path} could not be joined: {error.strerror}.") from error


class _Joiner:
    """Copies packets into one stream and counts them: each is one frame."""

    def __init__(
        self,
        file: av.container.OutputContainer,
        settings: RenderSettings,
        metadata: Metadata,
        sound: Sound | None,
    ) -> None:
        self._file = file
        self._settings = settings
        self._metadata = metadata
        self._heard = sound
        self._tick = Fraction(1, settings.fps)
        self._stream: Any = None
        self._sound: SoundTrack | None = None
        self._captions: CaptionTrack | None = None
        self._extradata: bytes | None = None
        self._n_frames = 0
        self._n_bytes = 0

    def add_all(self, segments: Iterable[tuple[bytes, int]]) -> int:
        """Add segments; return how many bytes of frames there were."""
        for number, (segment, n_frames) in enumerate(segments, start=1):
            before = self._n_frames
            self._add(segment, number)
            if self._n_frames - before != n_frames:
                raise RenderError(
                    f"Segment {number} holds {self._n_frames - before} frames instead of "
                    f"{n_frames}: empty the cache with `render.py cache --clear`."
                )
        if self._sound is not None:
            self._sound.finish(self._n_frames)
        if self._captions is not None:
            self._captions.finish(self._n_frames)
        return self._n_bytes

    def _add(self, segment: bytes, number: int) -> None:
        with av.open(BytesIO(segment), "r", format=MP4.container) as source:
            (video,) = source.streams.video
            if self._stream is None:
                self._stream = self._file.add_stream_from_template(video)
                self._stream.time_base = self._tick
                self._extradata = video.codec_context.extradata
                if self._heard is not None:
                    fps, language = self._settings.fps, self._metadata.language
                    self._sound = SoundTrack(self._file, self._heard, fps, language)
                if self._metadata.captions:
                    self._captions = CaptionTrack(self._file, self._metadata, self._settings)
                    self._captions.write()
            elif video.codec_context.extradata != self._extradata:
                # Size, colour and all else that a decoder is told once for the whole film.
                raise MismatchError(
                    f"Segment {number} was encoded with other options than the first: empty the "
                    "cache with `render.py cache --clear`."
                )
            for packet in source.demux(video):
                if packet.size:
                    self._mux(packet)

    def _mux(self, packet: Any) -> None:
        # Without B-frames a packet is decoded and shown at the same moment.
        packet.stream = self._stream
        packet.time_base = self._tick
        packet.pts = packet.dts = self._n_frames
        packet.duration = 1
        self._n_frames += 1
        self._n_bytes += packet.size
        self._file.mux_one(packet)
        if self._sound is not None:
            self._sound.write_until(self._n_frames)
