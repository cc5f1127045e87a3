"""Segments join to the frames they hold, in order, and to nothing else."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import RenderError
from pipeline.settings import RenderSettings
from pipeline.video.encode import SEGMENT, VideoWriter
from pipeline.video.join import join_segments

LOOK = RenderSettings(width=96, height=64, fps=25)


def segment(greys: range, look: RenderSettings = LOOK) -> bytes:
    memory = BytesIO()
    writer = VideoWriter(memory, look, SEGMENT, threads=1)
    for grey in greys:
        writer.write(np.full((look.height, look.width, 4), grey, dtype=np.uint8))
    writer.close()
    return memory.getvalue()


def decoded(source: Path | BytesIO) -> list[np.ndarray]:
    with av.open(source) as container:
        return [frame.to_ndarray() for frame in container.decode(video=0)]


def test_a_joined_film_is_its_segments_frame_by_frame(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    lengths = [1, 70, 7]
    parts = [segment(range(100, 100 + n)) for n in lengths]
    join_segments(zip(parts, lengths, strict=True), LOOK, path)
    whole = decoded(path)
    assert len(whole) == sum(lengths)
    apart = [frame for part in parts for frame in decoded(BytesIO(part))]
    assert all(np.array_equal(a, b) for a, b in zip(whole, apart, strict=True))


def test_a_joined_film_keeps_time_size_and_colour(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    join_segments([(segment(range(9)), 9), (segment(range(6)), 6)], LOOK, path)
    with av.open(path) as film, av.open(BytesIO(segment(range(9)))) as part:
        video, alone = film.streams.video[0], part.streams.video[0]
        assert video.average_rate == LOOK.fps
        assert video.frames == 15
        assert (video.width, video.height) == LOOK.size
        times = [frame.pts * video.time_base for frame in film.decode(video)]
        assert times == [Fraction(i, LOOK.fps) for i in range(15)]
        for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
            assert getattr(video.codec_context, name) == getattr(alone.codec_context, name)
    # The index is in front: a browser plays while it loads.
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_every_segment_begins_with_a_frame_that_stands_alone() -> None:
    for part in (segment(range(3)), segment(range(100, 160))):
        with av.open(BytesIO(part)) as container:
            packets = [p for p in container.demux(video=0) if p.size]
        assert packets[0].is_keyframe
        assert all(p.pts == p.dts for p in packets)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([(segment(range(4)), 5)], "Segment 1 holds 4 frames instead of 5"),
        (
            [
                (segment(range(4)), 4),
                (segment(range(4), RenderSettings(width=128, height=64, fps=25)), 4),
            ],
            "Segment 2 was encoded with other options",
        ),
        ([(segment(range(4)), 4), (b"no video at all", 4)], "could not be joined"),
    ],
)
def test_what_does_not_fit_makes_no_film(
    tmp_path: Path, parts: list[tuple[bytes, int]], says: str
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")
    with pytest.raises(RenderError, match=says):
        join_segments(parts, LOOK, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
