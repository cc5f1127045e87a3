"""Pictures that stand still: in the file they are all there, though the encoder never saw most of them."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from itertools import pairwise

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.render.settings import RenderSettings
from pipeline.video import stream
from pipeline.video.container import SEGMENT
from pipeline.video.encode import encoder_options
from pipeline.video.skipped import CYCLE, skipped_pictures
from pipeline.video.stream import SETTLED, Encoder

LOOK = RenderSettings(width=320, height=180, fps=30)
GROUP = 2 * LOOK.fps
Frame = npt.NDArray[np.uint8]

#: How often each picture of a video is shown, and whether it starts a group.
Holds = list[tuple[int, bool]]


def picture(number: int) -> Frame:
    """A patch of noise, and a bar that is elsewhere in every picture."""
    frame = np.full((*LOOK.size[::-1], 4), 200, np.uint8)
    frame[60:90, 50:80, :3] = np.random.default_rng(0).integers(0, 255, (30, 30, 3))
    frame[20:40, 8 * number % 280 :][:, :40] = (30, 90, 10, 255)
    return frame


def encoded(holds: Holds, threads: int = 1, **others: str) -> tuple[bytes, int]:
    """The file, and how many frames x264 was given."""
    memory = BytesIO()
    options = encoder_options(LOOK, SEGMENT, threads=threads)
    options.stream.update(others)
    encoder = Encoder(memory, SEGMENT, LOOK.size, Fraction(LOOK.fps), options)
    seen: list[Frame] = []
    convert = encoder._converter.converted
    encoder._converter.converted = lambda frame: (seen.append(frame), convert(frame))[1]  # type: ignore[method-assign]
    for number, (times, starts_group) in enumerate(holds):
        frame = picture(number)
        for time in range(times):
            encoder.encode(frame, starts_group and time == 0)
    encoder.finish()
    return memory.getvalue(), len(seen)


def decoded(file: bytes) -> list[av.VideoFrame]:
    """All frames; a decoder that misses a reference says so."""
    with av.open(BytesIO(file)) as container:
        (video,) = container.streams.video
        video.codec_context.options = {"err_detect": "explode+careful+compliant"}
        return list(container.decode(video))


def check(holds: Holds, frames: list[av.VideoFrame]) -> None:
    """Every picture is there, as often and when it should be, and groups are as they should be."""
    numbers = [number for number, (times, _) in enumerate(holds) for _ in range(times)]
    assert [frame.time for frame in frames] == pytest.approx(
        [i / LOOK.fps for i in range(len(numbers))]
    )
    for number, frame in zip(numbers, frames, strict=True):
        apart = frame.to_ndarray(format="rgb24").astype(int) - picture(number)[..., :3]
        assert np.abs(apart).mean() < 2.0, number
    keys = [*key_frames(frames), len(frames)]
    assert max(b - a for a, b in pairwise(keys)) <= GROUP
    first = [sum(times for times, _ in holds[:i]) for i in range(len(holds))]
    wanted = {at for at, (_, starts_group) in zip(first, holds, strict=True) if starts_group}
    assert wanted <= set(keys)


def key_frames(frames: list[av.VideoFrame]) -> list[int]:
    return [i for i, frame in enumerate(frames) if frame.key_frame]


@pytest.mark.parametrize(
    ("threads", "tune"), [(1, "animation"), (2, "animation"), (1, "zerolatency")]
)
def test_what_stands_is_seen_once_by_the_encoder_and_every_time_by_the_viewer(
    threads: int, tune: str
) -> None:
    holds = [(1, False)] * 5 + [(45, False), (1, False), (150, False), (20, True), (3, False)]
    file, n_seen = encoded(holds, threads, tune=tune)  # packets come some frames later, or at once
    frames = decoded(file)
    check(holds, frames)
    n_frames = sum(times for times, _ in holds)
    assert n_seen < n_frames / 2
    assert {0, GROUP, 5 + 45 + 1 + 150} <= set(key_frames(frames))
    # Once settled, a picture is the same to the last bit.
    still = [frame.to_ndarray() for frame in frames[5 + SETTLED + 2 : 5 + SETTLED + CYCLE]]
    assert all(np.array_equal(still[0], other) for other in still)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=6))
def test_every_picture_stands_as_long_as_it_should(holds: Holds) -> None:
    check(holds, decoded(encoded(holds)[0]))


def test_files_are_the_same_every_time() -> None:
    holds = [(3, False), (70, False), (2, True), (40, False)]
    assert encoded(holds) == encoded(holds)


def test_a_skipped_picture_is_next_to_nothing() -> None:
    options = encoder_options(LOOK, SEGMENT, threads=1)
    pictures = skipped_pictures(options, LOOK.size, Fraction(LOOK.fps))
    assert len(pictures) == CYCLE
    assert max(map(len, pictures)) < 40
    assert len({picture[:7] for picture in pictures}) == CYCLE, "each has a number of its own"


def test_without_it_the_file_looks_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    holds = [(2, False), (100, False), (1, False), (30, False), (5, True)]
    file, n_seen = encoded(holds)
    monkeypatch.setattr(stream, "can_skip", lambda codec, options: False)
    plain, n_plain = encoded(holds)
    assert n_plain == sum(times for times, _ in holds) > n_seen
    assert abs(len(file) - len(plain)) < 0.05 * len(plain)
    for one, other in zip(decoded(file), decoded(plain), strict=True):
        apart = np.abs(one.to_ndarray().astype(int) - other.to_ndarray())
        assert apart.mean() < 0.3
