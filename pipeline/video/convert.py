"""Frames as codecs take them: RGBA to Y'CbCr, and of a frame only what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from pipeline.render.alpha import bleed_alpha
from scenes.stage.picture import differing

if TYPE_CHECKING:
    from pipeline.render.frames import Frame
    from scenes.stage.picture import Rectangle

#: Codes of ITU-T H.273 for BT.709: primaries and matrix 1; transfer 1 as well, though frames are
#: sRGB: that is how video for screens is tagged, and players show it as it was drawn.
BT709 = 1

#: What has changed is taken in blocks of so many pixels, across and down: a scaler is set up for each
#: size of them.
_BLOCK = 64, 32
#: A row may change the colour of so many beside it, over which the scaler averages.
_REACH = 4
#: Scalers kept, and the share of a frame from which on all of it is converted.
_SCALERS, _MOST = 32, 0.75


class Converter:
    """Turns frames into what a codec takes; a frame is converted once, however often it is shown.

    Parameters
    ----------
    pixel_format
        FFmpeg's name of what the codec takes.
    patching
        Whether a frame may be written into the one before, where it differs from that: for codecs that
        keep a copy of what they are given.
    """

    def __init__(self, pixel_format: str, *, patching: bool = False) -> None:
        self.pixel_format = pixel_format
        self._patching = patching and pixel_format == "yuv420p"
        self._scalers: dict[tuple[int, int], VideoReformatter] = {}
        self._last: Frame | None = None
        self._made: av.VideoFrame | None = None

    def converted(self, frame: Frame) -> av.VideoFrame:
        """The frame as the codec takes it; written to by the next call."""
        if self._made is not None and frame is self._last:
            return self._made
        changed = differing(frame, self._last) if self._patching else None
        blocks = None if changed is None else _blocks(changed, frame.shape[1], frame.shape[0])
        if self._made is None or blocks is None or _area(blocks) > _MOST * frame[..., 0].size:
            self._made = self._whole(frame)
        else:
            for block in blocks:
                self._patch(self._made, frame, block)
        self._last = frame
        return self._made

    def _whole(self, frame: Frame) -> av.VideoFrame:
        if not self.pixel_format.startswith("yuv"):
            return _rgba(frame).reformat(format=self.pixel_format)
        if self.pixel_format.startswith("yuva"):
            frame = bleed_alpha(frame)
        converted = self._reformat(frame)
        converted.color_primaries = converted.color_trc = BT709  # ProRes takes them from here
        return converted

    def _patch(self, made: av.VideoFrame, frame: Frame, block: Rectangle) -> None:
        """Convert a block of a frame into its place."""
        left, top, right, bottom = block
        first, last = max(top - _REACH, 0), min(bottom + _REACH, frame.shape[0])
        part = self._reformat(frame[first:last, left:right])
        for plane, source, step in zip(made.planes, part.planes, (1, 2, 2), strict=True):
            rows = slice((top - first) // step, (bottom - first + step - 1) // step)
            columns = (right - left + step - 1) // step
            place = _pixels(plane)[top // step :, left // step :]
            piece = _pixels(source)[rows, :columns]
            place[: piece.shape[0], :columns] = piece

    def _reformat(self, frame: Frame) -> av.VideoFrame:
        """RGB to Y'CbCr of BT.709 in video range, each value to within one step."""
        size = frame.shape[:2]
        if size not in self._scalers:
            if len(self._scalers) >= _SCALERS:
                self._scalers.clear()
            self._scalers[size] = VideoReformatter()
        return self._scalers[size].reformat(
            _rgba(frame),
            format=self.pixel_format,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )


def _rgba(frame: Frame) -> av.VideoFrame:
    rows_in_order = frame.strides[1:] == (4, 1) and frame.strides[0] > 0
    plain = frame if rows_in_order else np.ascontiguousarray(frame)
    return av.VideoFrame.from_numpy_buffer(plain, format="rgba")


def _pixels(plane: VideoPlane) -> Frame:
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _blocks(changed: Sequence[Rectangle], width: int, height: int) -> list[Rectangle]:
    """Rectangles of whole blocks that hold the changed ones and do not overlap."""
    across, down = _BLOCK
    blocks: list[Rectangle] = []
    for left, top, right, bottom in changed:
        new = (
            left // across * across,
            max(top - _REACH, 0) // down * down,
            min(-(-right // across) * across, width),
            min(-(-(bottom + _REACH) // down) * down, height),
        )
        while overlapped := [block for block in blocks if _overlap(block, new)]:
            blocks = [block for block in blocks if block not in overlapped]
            lefts, tops, rights, bottoms = zip(*overlapped, new, strict=True)
            new = (min(lefts), min(tops), max(rights), max(bottoms))
        blocks.append(new)
    return blocks


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _area(blocks: Sequence[Rectangle]) -> int:
    return sum((right - left) * (bottom - top) for left, top, right, bottom in blocks)
