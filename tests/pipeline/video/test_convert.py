"""Of a frame only what has changed is converted, and that gives what converting all of it gives."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from pipeline.render.settings import RenderSettings
from pipeline.video.container import SEGMENT
from pipeline.video.convert import Converter
from pipeline.video.encode import VideoWriter
from scenes.stage.picture import Picture

Rectangles = list[tuple[int, int, int, int]]


def pictures(width: int, height: int, count: int) -> list[Picture]:
    """Noise, of which a few rectangles change from picture to picture; the last of them all."""
    random = np.random.default_rng(width)
    made = [random.integers(0, 256, (height, width, 4), dtype=np.uint8).view(Picture)]
    for k in range(1, count):
        picture, changed = made[-1].copy(), Rectangles()
        for _ in range(random.integers(1, 4)):
            left, top = int(random.integers(0, width - 2)), int(random.integers(0, height - 2))
            right, bottom = (
                min(side, start + int(random.integers(1, 50)))
                for side, start in ((width, left), (height, top))
            )
            if k == count - 1:
                left, top, right, bottom = 0, 0, width, height
            picture[top:bottom, left:right] = random.integers(
                0, 256, (bottom - top, right - left, 4)
            )
            changed.append((left, top, right, bottom))
        picture.differs_from(made[-1], changed)
        made.append(picture)
    return made


@pytest.mark.parametrize("size", [(320, 180), (322, 182), (66, 258)])
def test_converting_what_has_changed_is_converting_all(size: tuple[int, int]) -> None:
    patching, whole = Converter("yuv420p", patching=True), Converter("yuv420p")
    for picture in pictures(*size, 40):
        made, expected = patching.converted(picture), whole.converted(picture)
        assert np.array_equal(made.to_ndarray(), expected.to_ndarray())


def test_only_what_has_changed_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[int] = []
    reformat = Converter._reformat

    def counted(self: Converter, frame: np.ndarray) -> object:
        converted.append(frame[..., 0].size)
        return reformat(self, frame)

    monkeypatch.setattr(Converter, "_reformat", counted)
    first = np.zeros((360, 640, 4), dtype=np.uint8).view(Picture)
    second, other = first.copy(), first.copy()
    second[100:110, 200:240] = 200
    second.differs_from(first, [(200, 100, 240, 110)])
    converter = Converter("yuv420p", patching=True)
    for frame in (first, first, second, second):
        converter.converted(frame)
    assert converted[0] == first[..., 0].size
    assert converted[1] < 0.05 * converted[0]
    assert len(converted) == 2
    converter.converted(other)  # nobody says how it differs from the one before
    assert converted[2] == converted[0]


def test_a_video_is_the_same_whether_changes_are_known_or_not() -> None:
    """The codec does not see a frame change after it was given one."""
    settings, files = RenderSettings(width=320, height=180, fps=30), []
    drawn = pictures(320, 180, 12)
    for frames in (drawn, [np.array(picture) for picture in drawn]):
        memory = BytesIO()
        with VideoWriter(memory, settings, SEGMENT, name="a segment") as video:
            for frame in frames:
                video.write(frame)
                video.write(frame)
        files.append(memory.getvalue())
    assert files[0] == files[1]
