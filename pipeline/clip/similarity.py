"""How close an encoded animation is to the frames it was made from: SSIM.

The structural similarity index (Wang, Bovik, Sheikh and Simoncelli, IEEE Transactions on Image
Processing 13(4), 2004) as FFmpeg's ``ssim`` filter computes it: over 8x8 windows, four pixels apart,
for red, green and blue, averaged over all three and over all frames; 1 is the same picture. It is
taken in RGB since that is what is drawn and what is seen: halving the resolution of colour costs, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pipeline.render.frames import Frame

_TIME = Fraction(1, 1000)
_PICTURES = {".gif", ".webp", ".apng", ".avif"}


def similarity(drawn: Iterable[Frame], path: Path, rate: Fraction) -> float:
    """Return the mean SSIM of an animation against the frames it was made from.

    Parameters
    ----------
    drawn
        The lossless frames, in order, uint8 RGB or RGBA.
    path
        The encoded file; it is read back.
    rate
        Its frames per second.

    Notes
    -----
    Where nothing moves, encoders may write one picture without a duration: it is shown as long as
    anybody looks, so all that was drawn is compared with it.
    """
    if is_still(path):
        (picture,) = frames_of(path, rate)
        drawn, others = tee(drawn)
        return ssim(drawn, (picture for _ in others))
    return ssim(drawn, frames_of(path, rate))


def ssim(first: Iterable[Frame], second: Iterable[Frame]) -> float:
    """Return the mean SSIM of two sequences of frames, uint8 RGB or RGBA, of one size and length.

    Raises
    ------
    ValueError
        When one has more frames than the other, or there are none.
    """
    graph: av.filter.Graph | None = None
    scores: list[float] = []
    last: tuple[Frame, Frame] | None = None
    for number, pair in enumerate(zip(first, second, strict=True)):
        if graph is None:
            height, width = pair[0].shape[:2]
            graph, sources, sink = _comparison(width, height)
        if last is not None and pair[0] is last[0] and pair[1] is last[1]:
            scores.append(scores[-1])
            continue
        last = pair
        for source, frame in zip(sources, pair, strict=True):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame[..., :3]), "rgb24")
            picture = picture.reformat(format="gbrp")
            picture.pts, picture.time_base = number, _TIME
            source.push(picture)
        scores.append(float(sink.pull().metadata["lavfi.ssim.All"]))
    if not scores:
        raise ValueError("there are no frames to compare")
    return float(np.mean(scores))


def is_still(path: Path) -> bool:
    """Return whether a file is a picture that does not move, be it only since nothing moved."""
    if path.suffix not in _PICTURES:
        return False
    with Image.open(path) as image:
        return not getattr(image, "is_animated", False)


def frames_of(path: Path, rate: Fraction) -> Iterator[Frame]:
    """Give the frames of an animation, uint8 RGB, one for each tick of its rate; of a still, one."""
    if is_still(path):
        return _still(path)
    if path.suffix in _PICTURES:
        return _frames_of_picture(path, rate)
    return _frames_of_video(path)


def _still(path: Path) -> Iterator[Frame]:
    with Image.open(path) as image:
        yield np.asarray(image.convert("RGB"))


def _frames_of_picture(path: Path, rate: Fraction) -> Iterator[Frame]:
    elapsed, shown = Fraction(0), 0
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            frame = np.asarray(image.convert("RGB"))
            # Of AVIF, Pillow tells whole milliseconds: those from the beginning do not add up to an error.
            began = Fraction(image.info["timestamp"], 1000) if path.suffix == ".avif" else elapsed
            elapsed = began + Fraction(round(1000 * image.info["duration"]), 1_000_000)
            due = round(elapsed * rate)
            for _ in range(due - shown):
                yield frame
            shown = due


def _frames_of_video(path: Path) -> Iterator[Frame]:
    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def _comparison(
    width: int, height: int
) -> tuple[av.filter.Graph, list[av.filter.context.FilterContext], av.filter.context.FilterContext]:
    graph = av.filter.Graph()
    sources = [
        graph.add_buffer(width=width, height=height, format=av.VideoFormat("gbrp"), time_base=_TIME)
        for _ in range(2)
    ]
    compare, sink = graph.add("ssim"), graph.add("buffersink")
    for place, source in enumerate(sources):
        source.link_to(compare, 0, place)
    compare.link_to(sink)
    graph.configure()
    return graph, sources, sink
