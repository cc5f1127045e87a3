"""GIF with a palette for every frame, and only what has visibly changed in it.

FFmpeg's encoder, and most others, give a whole animation 256 colours. A GIF may have as many for each
frame, and a frame need only cover what changes: so all of them go to what moves, and gradients hardly
show steps. What is on screen already stays there where it is nearly as close to the frame as the
nearest colour would be: then nothing flickers, and equal pixels are what GIF packs best. On bare paper
any such trace is seen, though, and where the picture holds still there is time to look: so paper is
always exact, and what is visibly off is drawn once more when all stands still.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import getdata

from pipeline.clip.palette import Painter, palette_for, unpacked

if TYPE_CHECKING:
    import numpy.typing as npt

    from pipeline.clip.formats import Animation
    from pipeline.render.frames import Frame

    Mask = npt.NDArray[np.bool_]

#: How much further from the frame than its nearest colour may be what is on screen already, as a
#: distance in RGB. Nobody sees it, and it saves a twentieth of the bytes.
_NEARLY = 3.0
#: How far off, as such a distance, may be what stays while nothing moves. Drawing the rest once more,
#: and paper exactly, costs six bytes in a thousand of the loop, and two of an act.
_VISIBLE = 8.0
#: Pixels of a row between two that change are drawn, too, where they are fewer than this: what it
#: costs to draw them is less than what it costs to say that they stay: three bytes in a hundred.
_GAP = 6
#: Ordered dithering repeats every eight pixels: pieces begin at multiples of that.
_TILE = 8
_LONGEST = 65535  # hundredths of a second


class GifWriter:
    """Writes frames, one after the other, into a GIF.

    Parameters
    ----------
    path
        The file.
    spec
        What it should be; so many colours are chosen anew for each frame.
    """

    def __init__(self, path: Path, spec: Animation) -> None:
        self._spec = spec
        self.n_frames = 0
        self._lasts = int(100 / spec.rate)
        self._file = path.open("wb")
        self._drawn: Frame | None = None
        self._settled = False
        self._shown = np.full((spec.height, spec.width, 4), 255, dtype=np.uint8)
        self._piece: _Piece | None = None
        self._file.write(_header(spec))

    def encode(self, frame: Frame) -> None:
        """Add one frame: uint8 RGBA, opaque."""
        self.n_frames += 1
        piece = None
        if frame is not self._drawn:
            self._settled = self._drawn is None  # nothing is left over on the first
            piece = self._changes(np.ascontiguousarray(frame))
        elif not self._settled:
            self._settled = True
            piece = self._changes(np.ascontiguousarray(frame), still=True)
        self._drawn = frame
        if piece is None and self._piece is not None:
            if self._piece.lasts + self._lasts <= _LONGEST:
                self._piece.lasts += self._lasts
                return
            piece = _nothing()
        assert piece is not None
        piece.lasts = self._lasts
        self._flush()
        self._piece = piece

    def finish(self) -> None:
        """Complete the file."""
        self._flush()
        self._file.write(b";")
        self._file.close()

    def discard(self) -> None:
        """Let go of a file that is not to be completed."""
        self._file.close()

    def _flush(self) -> None:
        if self._piece is not None:
            self._file.writelines(self._piece.packed())

    def _changes(self, frame: Frame, *, still: bool = False) -> _Piece | None:
        """What must be drawn over what is shown; None if nothing must.

        Where the picture moves, that is in what has changed; where it is still, in all of it.
        """
        where = (slice(None), slice(None))
        changed = np.ones(frame.shape[:2], dtype=bool)
        paper = _paper(frame)
        if self._drawn is not None and not still:
            before = np.ascontiguousarray(self._drawn)
            changed = _differ(frame, before) | (paper & _differ(frame, self._shown))
            if not changed.any():
                return None
            where = _around(changed, _TILE)
        wanted, shown, changed = frame[where], self._shown[where], changed[where]
        off = _distance(wanted, shown)
        nearly = np.where(paper[where], 0.0, _NEARLY)
        if self._drawn is not None:
            changed &= off > (np.where(paper, 0.0, _VISIBLE) if still else nearly)
            if not changed.any():
                return None
        palette = palette_for([wanted[changed][:, :3]], self._spec.colours or 256)
        size = (wanted.shape[1], wanted.shape[0])
        places, colours = unpacked(Painter(palette, size, self._spec.dither).painted(wanted))
        painted = colours[places]
        if self._drawn is not None:
            still_off = _distance(wanted, painted)
            changed &= off > still_off + nearly
            if not changed.any():
                return None
            # The palette was not chosen for what stays: only where it fits that well, too.
            changed |= _without_gaps(changed) & (still_off <= np.maximum(off, nearly))
        shown[changed, :3] = painted[changed]
        inner = _around(changed)
        left, top = (
            (w.start or 0) + i.start for w, i in zip(where[::-1], inner[::-1], strict=True)
        )
        return _Piece(places[inner], changed[inner], colours, (left, top))


class _Piece:
    """What changes on screen: places in a palette, which of them count, and where they are."""

    def __init__(
        self, places: Frame, counts: Mask, colours: Frame, offset: tuple[int, int]
    ) -> None:
        used = np.unique(places[counts])
        rank = np.zeros(256, dtype=np.uint8)
        rank[used] = np.arange(len(used))
        self._image = Image.fromarray(np.where(counts, rank[places], len(used)).astype(np.uint8))
        table = np.zeros((1 << len(used).bit_length(), 3), dtype=np.uint8)
        table[: len(used)] = colours[used]
        self._image.putpalette(table.tobytes())
        self._transparent = len(used)
        self._offset = offset
        self.lasts = 0

    def packed(self) -> Sequence[bytes]:
        """The blocks of a GIF that show it."""
        return getdata(
            self._image,
            self._offset,
            duration=10 * self.lasts,
            disposal=1,
            transparency=self._transparent,
            include_color_table=True,
        )


def _nothing() -> _Piece:
    """A pixel left as it was."""
    one = np.zeros((1, 1), dtype=np.uint8)
    return _Piece(one, one > 0, np.zeros((256, 3), dtype=np.uint8), (0, 0))


def _header(spec: Animation) -> bytes:
    """Size, and how often it is played (GIF89a, and Netscape's application extension)."""
    size = spec.width.to_bytes(2, "little") + spec.height.to_bytes(2, "little")
    header = b"GIF89a" + size + b"\x70\0\0"  # eight bits a channel, no palette for all frames
    if spec.loop == 1:
        return header
    again = max(0, spec.loop - 1)  # what the file counts is how often it begins again
    return header + b"!\xff\x0bNETSCAPE2.0\x03\x01" + again.to_bytes(2, "little") + b"\0"


def _around(changed: Mask, tile: int = 1) -> tuple[slice, slice]:
    """The rectangle that holds what is true, beginning at multiples of `tile`."""
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    return (
        slice(int(rows[0]) // tile * tile, int(rows[-1]) + 1),
        slice(int(columns[0]) // tile * tile, int(columns[-1]) + 1),
    )


def _without_gaps(changed: Mask) -> Mask:
    """What is true, and in each row what is not, where few pixels lie between two that are."""
    width = changed.shape[1]
    at = np.arange(width)
    before = np.maximum.accumulate(np.where(changed, at, -width), axis=1)
    after = np.minimum.accumulate(np.where(changed, at, 2 * width)[:, ::-1], axis=1)[:, ::-1]
    closed: Mask = after - before <= _GAP
    return closed


def _paper(frame: Frame) -> Mask:
    """Where the frame has its most common colour."""
    pixels = frame.view(np.uint32)[..., 0]
    values, counts = np.unique(pixels[::4, ::4], return_counts=True)
    paper: Mask = pixels == values[counts.argmax()]
    return paper


def _differ(first: Frame, second: Frame) -> Mask:
    """Where two opaque RGBA frames are not the same."""
    different: Mask = (first.view(np.uint32) != second.view(np.uint32))[..., 0]
    return different


def _distance(first: Frame, second: Frame) -> npt.NDArray[np.float32]:
    """Distances in RGB."""
    difference = first[..., :3].astype(np.float32) - second[..., :3]
    squares: npt.NDArray[np.float32] = np.einsum("ijk,ijk->ij", difference, difference)
    return np.sqrt(squares)
