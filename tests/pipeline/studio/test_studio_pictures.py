"""What a studio keeps: in memory, and in the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.studio.pictures import BLOCK, PICTURES, Picture, Pictures, pack, unpack
from pipeline.work.store import Store

KEY = "a" * 64
HOLD = Picture(BLOCK - 10, BLOCK + 5, b"hold", 0.5)


def pictures_of(n_frames: int) -> list[Picture]:
    """One a frame, but for a hold across the first two blocks."""
    own = [i for i in range(n_frames) if not HOLD.start <= i < HOLD.stop]
    return [*(Picture(i, i + 1, b"%d" % i, 0.25) for i in own), HOLD]


def test_blocks_come_back_from_the_store(tmp_path: Path) -> None:
    n_frames, store = BLOCK + 30, Store(tmp_path)
    first = Pictures(store)
    for each in pictures_of(n_frames):
        assert list(first.in_store(KEY, n_frames)) == []
        first.add(KEY, each)
    for block in range(2):
        kept = first.block(KEY, block, n_frames)
        assert kept is not None
        first.keep(KEY, block, kept)
    second = Pictures(store)
    assert list(second.in_store(KEY, n_frames)) == [(0, BLOCK), (BLOCK, n_frames)]
    for each in pictures_of(n_frames):
        for frame in range(each.start, each.stop):
            assert second.get(KEY, frame) == each
    assert second.get(KEY, n_frames) is None
    assert second.get("b" * 64, 0) is None


def test_a_block_that_is_not_complete_is_none(tmp_path: Path) -> None:
    pictures = Pictures(Store(tmp_path))
    for each in pictures_of(BLOCK)[1:]:
        pictures.add(KEY, each)
    assert pictures.block(KEY, 0, BLOCK) is None


def test_memory_has_a_limit_and_the_store_fills_in(tmp_path: Path) -> None:
    pictures = Pictures(Store(tmp_path), most=500)
    made = [Picture(i, i + 1, bytes([i]) * 10, 0.0) for i in range(BLOCK)]
    for each in made:
        pictures.add(KEY, each)
    kept = pictures.of(KEY)
    assert kept == made[-50:]
    pictures.keep(KEY, 0, tuple(made))
    assert pictures.get(KEY, 0) == made[0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-1],
        lambda packed: packed + b"x",
        lambda packed: b"",
        lambda packed: packed[:4] + b"\0\0\0\x09" + packed[8:],
    ],
)
def test_what_is_no_block_is_refused(damage: object) -> None:
    packed = pack((HOLD, Picture(70, 71, b"x", 0.1)))
    assert unpack(packed)[0] == HOLD
    assert PICTURES.unpack is unpack
    with pytest.raises(ValueError, match="it holds"):
        unpack(damage(packed))  # type: ignore[operator]
