"""Kinds of files that move: what they are called, their containers and their codecs."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file.

    Attributes
    ----------
    suffix : str
        What file names end in.
    container, codec, pixel_format : str
        What FFmpeg's muxers and encoders call it, and the frames they are given.
    fast_start : bool
        Whether the index goes to the front, so that a browser plays the file while it loads.
    """

    suffix: str
    container: str
    codec: str
    pixel_format: str
    fast_start: bool = True


MP4 = Container(suffix=".mp4", container="mp4", codec="libx264", pixel_format="yuv420p")
WEBM = Container(suffix=".webm", container="webm", codec="libvpx-vp9", pixel_format="yuv420p")
#: For editors, which read the index wherever it is.
MOV = Container(".mov", "mov", "prores_ks", "yuv444p10le", fast_start=False)
#: A part of an MP4 file: it is joined, not played.
SEGMENT = replace(MP4, fast_start=False)
