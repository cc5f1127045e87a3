"""Metadata of an MP4 file: title, author, chapters, and captions as a track.

All of it is put around the packets of a film while they are joined, so nothing is decoded, and
nothing of it depends on when or where the film was made: the same film is the same file.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import av

from pipeline.video.captions import one_line

if TYPE_CHECKING:
    from pipeline.render.settings import RenderSettings
    from pipeline.render.timeline import Chapter, Cue

#: The length of a caption is written in two bytes, that of a chapter's title in one.
_LONGEST_CAPTION, _LONGEST_TITLE = 0xFFFF, 0xFF
# How captions look where a player leaves that to the file: white, in the middle below. FFmpeg reads
# it in this form and writes it as a tx3g box (3GPP TS 26.245), whose fonts are to be called
# Serif, Sans-Serif or Monospace.
_PLAY_HEIGHT = 288
_STYLE = f"""[Script Info]
ScriptType: v4.00+
PlayResY: {_PLAY_HEIGHT}

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, BackColour, Alignment
Style: Default,Sans-Serif,16,&H00ffffff,&Hff000000,2

[Events]
Format: Start, End, Style, Text
"""


@dataclass(frozen=True)
class Metadata:
    """Title, author, language, chapters and captions of a film; what is empty is left out.

    Attributes
    ----------
    title, author : str
        Of the film, as players list it.
    language : str
        Of the captions, by ISO 639-2.
    chapters : tuple of Chapter
        In the order they are shown; one alone is none.
    captions : tuple of Cue
        With frames counted from the film's first.
    captions_on : bool
        Whether players show the captions without being asked. They should not where captions are
        in the picture already.
    """

    title: str = ""
    author: str = ""
    language: str = "und"
    chapters: tuple[Chapter, ...] = ()
    captions: tuple[Cue, ...] = ()
    captions_on: bool = False


def container_options(settings: RenderSettings) -> dict[str, str]:
    """Return options of the container with which chapters begin exactly with a frame."""
    # By default, it would count in milliseconds, of which a frame is no whole number.
    return {"movie_timescale": str(1000 * settings.fps)}


def add_metadata(file: av.container.OutputContainer, metadata: Metadata, fps: int) -> None:
    """Put title, author and chapters into a file that has no packets yet."""
    told = {"title": metadata.title, "artist": metadata.author}
    file.metadata.update({key: text for key, text in told.items() if text})
    if len(metadata.chapters) > 1:
        file.set_chapters(
            [
                {
                    "id": number,
                    "start": chapter.start,
                    "end": chapter.stop,
                    "time_base": Fraction(1, fps),
                    "metadata": {"title": _cut(chapter.title, _LONGEST_TITLE).decode()},
                }
                for number, chapter in enumerate(metadata.chapters)
            ]
        )


class CaptionTrack:
    """The captions of a film as a track of text (tx3g) in its file.

    Make it after the film's video stream, and before the first packet.
    """

    def __init__(
        self, file: av.container.OutputContainer, metadata: Metadata, settings: RenderSettings
    ) -> None:
        self._file = file
        self._cues = metadata.captions
        self._fps = settings.fps
        stream: Any = file.add_stream("mov_text", options={"height": str(settings.height)})
        stream.codec_context.subtitle_header = _STYLE.encode()
        stream.time_base = Fraction(1, 1000 * settings.fps)
        stream.metadata["language"] = metadata.language
        self._stream = stream

    def write(self) -> None:
        """Write all captions: they wait in the muxer, which puts each beside its frames."""
        now = 0
        for cue in self._cues:
            if now < cue.start:  # the samples of a track leave no gap
                self._mux(now, cue.start, "")
            self._mux(cue.start, cue.stop, cue.text)
            now = cue.stop

    def finish(self, n_frames: int) -> None:
        """Let nothing be shown from the last caption to the end of a film of so many frames."""
        end = self._cues[-1].stop
        if end < n_frames:
            self._mux(end, n_frames, "")

    def _mux(self, start: int, stop: int, text: str) -> None:
        content = _cut(one_line(text), _LONGEST_CAPTION)
        packet = av.Packet(len(content).to_bytes(2, "big") + content)
        packet.stream = self._stream
        packet.time_base = Fraction(1, self._fps)
        packet.pts = packet.dts = start
        packet.duration = stop - start
        self._file.mux_one(packet)


def _cut(text: str, n_bytes: int) -> bytes:
    """Text as UTF-8, cut where it is too long, at the end of a character."""
    return text.encode()[:n_bytes].decode(errors="ignore").encode()


def turn_captions_off(path: Path) -> None:
    """Make players show the captions of an MP4 file only when asked.

    The muxer turns on the only track of its kind, whatever it is told, so the flag "enabled" of the
    track's header is taken away afterwards. Players still list it: so does everybody who puts
    several languages in one file (ISO/IEC 14496-12, 8.3.2).
    """
    with path.open("r+b") as file:
        (moov,) = _boxes(file, 0, file.seek(0, os.SEEK_END), b"moov")
        for track in _boxes(file, *moov, b"trak"):
            (media,) = _boxes(file, *track, b"mdia")
            (handler,) = _boxes(file, *media, b"hdlr")
            file.seek(handler[0] + 8)
            if file.read(4) == b"sbtl":
                ((header, _),) = _boxes(file, *track, b"tkhd")
                file.seek(header + 3)  # the last byte of the flags, after that of the version
                (flags,) = file.read(1)
                file.seek(header + 3)
                file.write(bytes([flags & ~1]))


def _boxes(file: BinaryIO, start: int, stop: int, wanted: bytes) -> Iterator[tuple[int, int]]:
    """The boxes of a kind in an MP4 file from `start` to `stop`: where the content of each is."""
    while start < stop:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        begin = start + 8
        if size == 1:  # too large for four bytes
            (size,), begin = struct.unpack(">Q", file.read(8)), start + 16
        if kind == wanted:
            yield begin, start + size
        start += size
