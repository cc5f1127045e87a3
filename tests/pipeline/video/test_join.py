"""Segments join to the frames they hold, in order, and to nothing else."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import RenderError
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Chapter, Cue
from pipeline.video.container import SEGMENT
from pipeline.video.encode import VideoWriter
from pipeline.video.join import join_segments
from pipeline.video.metadata import Metadata

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


# --- what a film tells beside its pictures -------------------------------------------------------

SIXTY = RenderSettings(width=96, height=64, fps=60)
#: At 60 frames per second no chapter but the first begins with a whole millisecond.
CHAPTERS = (Chapter(0, 61, "Das Tal"), Chapter(61, 100, "θ̂ und λ"), Chapter(100, 140, "In <einem>"))
CUES = (Cue(0, 7, "„θ̂ = 1“"), Cue(19, 50, "λ\nwächst"), Cue(50, 131, "x" * 5000))
METADATA = Metadata("Ridge: θ̂(λ)", "Ada Lovelace", "deu", CHAPTERS, CUES)


@pytest.fixture(scope="module")
def parts() -> list[tuple[bytes, int]]:
    return [(segment(range(100, 170), SIXTY), 70), (segment(range(50, 120), SIXTY), 70)]


def joined(path: Path, parts: list[tuple[bytes, int]], metadata: Metadata) -> Path:
    join_segments(parts, SIXTY, path, metadata)
    return path


def samples(path: Path) -> list[tuple[Fraction, Fraction, str]]:
    """What the caption track holds: when, how long, what; by FFmpeg's demuxer."""
    with av.open(path) as film:
        (track,) = film.streams.subtitles
        found = [p for p in film.demux(track) if p.size]
        lengths = [int.from_bytes(bytes(p)[:2], "big") for p in found]
        assert lengths == [p.size - 2 for p in found]
        return [
            (p.pts * p.time_base, p.duration * p.time_base, bytes(p)[2:].decode()) for p in found
        ]


def test_labels_change_no_frame_and_no_time(tmp_path: Path, parts: list[tuple[bytes, int]]) -> None:
    bare = joined(tmp_path / "bare.mp4", parts, Metadata())
    told = joined(tmp_path / "told.mp4", parts, METADATA)
    seen = []
    for path in (bare, told):
        with av.open(path) as film:
            assert [stream.type for stream in film.streams][:1] == ["video"]
            video = film.streams.video[0]
            assert (video.frames, video.average_rate) == (140, 60)
            assert video.duration * video.time_base == Fraction(140, 60)
            assert film.duration == 140 * 1_000_000 // 60
            frames = list(film.decode(video))
            assert {frame.colorspace for frame in frames} == {1}  # BT.709
            context = video.codec_context
            assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
            assert [f.pts * f.time_base for f in frames] == [Fraction(i, 60) for i in range(140)]
            seen.append([frame.to_ndarray() for frame in frames])
        content = path.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")
    assert all(np.array_equal(a, b) for a, b in zip(*seen, strict=True))


def test_players_find_title_author_and_chapters(
    tmp_path: Path, parts: list[tuple[bytes, int]]
) -> None:
    with av.open(joined(tmp_path / "film.mp4", parts, METADATA)) as film:
        assert film.metadata["title"] == METADATA.title
        assert film.metadata["artist"] == METADATA.author
        assert "creation_time" not in film.metadata
        read = [
            (c["start"] * c["time_base"], c["end"] * c["time_base"], c["metadata"]["title"])
            for c in film.chapters()
        ]
    # Exactly with a frame, not to the nearest millisecond.
    assert read == [(Fraction(c.start, 60), Fraction(c.stop, 60), c.title) for c in CHAPTERS]


def test_what_is_not_told_is_not_there(tmp_path: Path, parts: list[tuple[bytes, int]]) -> None:
    alone = Metadata(title="Only", chapters=(Chapter(0, 140, "Only"),))
    for metadata in (Metadata(), alone):
        with av.open(joined(tmp_path / "film.mp4", parts, metadata)) as film:
            assert [stream.type for stream in film.streams] == ["video"]
            assert film.chapters() == []
            assert film.metadata.get("title", "") == metadata.title
            assert not {"artist", "creation_time"} & set(film.metadata)


def test_captions_are_a_track_of_text_to_the_frame(
    tmp_path: Path, parts: list[tuple[bytes, int]]
) -> None:
    path = joined(tmp_path / "film.mp4", parts, METADATA)
    expected = [(0, 7, CUES[0].text), (7, 19, ""), (19, 50, "λ wächst")]
    expected += [(50, 131, CUES[2].text), (131, 140, "")]
    assert samples(path) == [
        (Fraction(start, 60), Fraction(stop - start, 60), text) for start, stop, text in expected
    ]
    with av.open(path) as film:
        (track,) = film.streams.subtitles
        assert track.language == "deu"
        assert track.codec_context.name == "mov_text"
        shown = [line.dialogue for p in film.demux(track) for line in p.decode()]
        assert [text.decode() for text in shown if text] == [CUES[0].text, "λ wächst", CUES[2].text]


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("chapters", [CHAPTERS, ()])
def test_captions_are_on_where_they_are_wanted(
    tmp_path: Path, parts: list[tuple[bytes, int]], chapters: tuple[Chapter, ...], on: bool
) -> None:
    metadata = Metadata(chapters=chapters, captions=CUES, captions_on=on)
    with av.open(joined(tmp_path / "film.mp4", parts, metadata)) as film:
        video, captions, *rest = film.streams
        assert (video.type, captions.type) == ("video", "subtitle")
        assert video.disposition == av.stream.Disposition.default
        assert bool(captions.disposition & av.stream.Disposition.default) is on
        # QuickTime's list of chapters is a track, too: nothing to be played.
        assert [track.type for track in rest] == ["data"] * bool(chapters)
        assert not any(track.disposition & av.stream.Disposition.default for track in rest)


def test_a_caption_may_be_of_any_length(tmp_path: Path, parts: list[tuple[bytes, int]]) -> None:
    metadata = Metadata(
        captions=(Cue(0, 140, "ab" + "λ" * 40_000),),
        chapters=(Chapter(0, 9, "θ" * 200), CHAPTERS[1]),
    )
    path = joined(tmp_path / "film.mp4", parts, metadata)
    ((start, length, text),) = samples(path)
    assert (start, length) == (0, Fraction(140, 60))
    assert text == "ab" + "λ" * 32_766  # what fits into two bytes of length, in whole characters
    with av.open(path) as film:
        assert film.chapters()[0]["metadata"]["title"] == "θ" * 127


def test_the_same_film_is_the_same_file(tmp_path: Path, parts: list[tuple[bytes, int]]) -> None:
    first, second = (joined(tmp_path / name, parts, METADATA) for name in ("a.mp4", "b.mp4"))
    assert first.read_bytes() == second.read_bytes()


def test_a_film_that_fails_late_leaves_nothing(
    tmp_path: Path, parts: list[tuple[bytes, int]]
) -> None:
    with pytest.raises(RenderError, match="Segment 2 holds 70 frames instead of 71"):
        joined(tmp_path / "film.mp4", [parts[0], (parts[1][0], 71)], METADATA)
    assert list(tmp_path.iterdir()) == []
