"""What is kept is found again whole, or not at all."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RenderError
from pipeline.work.store import MAGIC, Store, Usage, default_folder

KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, told: list[str]) -> Store:
    return Store(tmp_path / "cache", told.append)


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 1000, MAGIC])
def test_what_is_put_is_got(store: Store, told: list[str], content: bytes) -> None:
    assert store.get(KEY) is None
    store.put(KEY, content)
    assert store.get(KEY) == content
    assert store.get(OTHER) is None
    assert (store.has(KEY), store.has(OTHER)) == (True, False)
    store.put(KEY, b"newer")
    assert store.get(KEY) == b"newer"
    assert told == []
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [KEY]


@given(content=st.binary(min_size=1, max_size=60), data=st.data())
def test_no_changed_bit_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    told: list[str] = []
    store = Store(tmp_path_factory.mktemp("cache"), told.append)
    store.put(KEY, content)
    entry = bytearray(store.path(KEY).read_bytes())
    place = data.draw(st.integers(0, 8 * len(entry) - 1))
    entry[place // 8] ^= 1 << place % 8
    store.path(KEY).write_bytes(entry)
    assert store.get(KEY) is None
    assert len(told) == 1


@given(content=st.binary(max_size=60), data=st.data())
def test_no_missing_end_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    store = Store(tmp_path_factory.mktemp("cache"))
    store.put(KEY, content)
    entry = store.path(KEY).read_bytes()
    store.path(KEY).write_bytes(entry[: data.draw(st.integers(0, len(entry) - 1))])
    assert store.get(KEY) is None
    assert not store.has(KEY)
    store.path(KEY).write_bytes(entry + b"x")
    assert store.get(KEY) is None
    assert not store.has(KEY)


def test_to_know_that_it_is_there_takes_no_reading_of_it(store: Store, told: list[str]) -> None:
    """An entry of a terabyte, all holes."""
    store.put(KEY, b"")
    with store.path(KEY).open("r+b") as file:
        file.seek(len(MAGIC))
        file.write((10**12).to_bytes(8, "big"))
        file.truncate(len(MAGIC) + 8 + 32 + 10**12)
    assert store.has(KEY)
    store.path(KEY).write_bytes(b"something else")
    assert not store.has(KEY)
    assert "something else" in told[0]


def test_damage_is_told_once_and_mended(store: Store, told: list[str]) -> None:
    store.put(KEY, b"content")
    store.path(KEY).write_bytes(b"something else")
    for _ in range(3):
        assert store.get(KEY) is None
    (sentence,) = told
    assert str(store.path(KEY)) in sentence
    assert "something else" in sentence
    store.put(KEY, b"content")
    assert store.get(KEY) == b"content"


def test_a_folder_in_the_place_of_an_entry_is_damage(store: Store, told: list[str]) -> None:
    store.path(KEY).mkdir(parents=True)
    assert store.get(KEY) is None
    assert "is a directory" in told[0]
    assert not store.has(KEY)
    with pytest.raises(RenderError, match=r"cache .* could not be written \(is a directory\)"):
        store.put(KEY, b"content")


def test_a_store_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "cache")
    with pytest.raises(RenderError, match=r"not a directory.*--cache-dir.*--no-cache") as raised:
        store.put(KEY, b"content")
    assert str(raised.value).count(". ") == 0
    assert store.get(KEY) is None
    assert store.usage() == Usage(0, 0)
    assert store.prune(max_bytes=0) == Usage(0, 0)


def entries(store: Store, ages: list[float], size: int = 100) -> list[str]:
    """Entries used so many seconds ago, each of this many bytes on the disk."""
    overhead = len(MAGIC) + 8 + 32
    keys = [f"{i:064x}" for i in range(len(ages))]
    for key, age in zip(keys, ages, strict=True):
        store.put(key, bytes(size - overhead))
        moment = time.time() - age
        os.utime(store.path(key), (moment, moment))
    return keys


def left(store: Store, keys: list[str]) -> list[int]:
    return [i for i, key in enumerate(keys) if store.path(key).exists()]


def test_usage_counts_entries_and_bytes(store: Store) -> None:
    entries(store, [0, 0, 0])
    (store.folder / "00" / ".half.part").write_bytes(b"x")
    assert store.usage() == Usage(3, 300)


def test_what_is_old_is_pruned(store: Store) -> None:
    keys = entries(store, [100, 10_000, 1_000_000])
    assert store.prune(older_than=5000) == Usage(2, 200)
    assert left(store, keys) == [0]


def test_the_oldest_goes_first_until_the_size_fits(store: Store) -> None:
    keys = entries(store, [300, 100, 400, 200])
    assert store.prune(max_bytes=250) == Usage(2, 200)
    assert left(store, keys) == [1, 3]
    assert store.prune(max_bytes=250) == Usage(0, 0)
    assert store.prune(max_bytes=0) == Usage(2, 200)
    assert store.usage() == Usage(0, 0)


@pytest.mark.parametrize("ask", [Store.get, Store.has])
def test_what_is_asked_for_counts_as_used(store: Store, ask: Callable[..., object]) -> None:
    keys = entries(store, [300, 100])
    assert ask(store, keys[0])
    store.prune(max_bytes=100)
    assert left(store, keys) == [0]


def test_only_abandoned_temporary_files_are_removed(store: Store) -> None:
    entries(store, [0])
    fresh, old = (store.folder / "00" / f".{name}.part" for name in ("fresh", "old"))
    for path in (fresh, old):
        path.touch()
    os.utime(old, (0, 0))
    store.prune()
    assert fresh.exists()
    assert not old.exists()


def test_nothing_but_entries_is_ever_removed(store: Store) -> None:
    entries(store, [0])
    strange = [store.folder / "film.mp4", store.folder / "xy" / "film.mp4"]
    for path in strange:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")
    store.prune(older_than=-1, max_bytes=0)
    assert all(path.exists() for path in strange)


def test_the_folder_is_the_user_s_own() -> None:
    assert default_folder().name == "ridge-film"
    assert default_folder().is_absolute()
