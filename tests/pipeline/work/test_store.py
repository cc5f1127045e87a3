"""What is kept is found again whole, or not at all."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RenderError
from pipeline.scratch import PREFIX, staging_folder
from pipeline.work.store import HEADER, MAGIC, Kind, Store, Usage, default_folder

KEY, OTHER = "ab" * 32, "cd" * 32
PLAIN: Kind[bytes] = Kind("plain", bytes, bytes)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, told: list[str]) -> Store:
    return Store(tmp_path / "cache", told.append)


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 1000, MAGIC])
def test_the_store_gives_back_what_it_was_given(
    store: Store, told: list[str], content: bytes
) -> None:
    assert store.get(KEY, PLAIN) is None
    store.put(KEY, PLAIN, content)
    assert store.get(KEY, PLAIN) == content
    assert store.get(OTHER, PLAIN) is None
    assert (store.has(KEY, PLAIN), store.has(OTHER, PLAIN)) == (True, False)
    store.put(KEY, PLAIN, b"newer")
    assert store.get(KEY, PLAIN) == b"newer"
    assert told == []
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [KEY]


@given(content=st.binary(min_size=1, max_size=60), data=st.data())
def test_no_changed_bit_of_an_entry_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    told: list[str] = []
    store = Store(tmp_path_factory.mktemp("cache"), told.append)
    store.put(KEY, PLAIN, content)
    entry = bytearray(store.path(KEY).read_bytes())
    place = data.draw(st.integers(0, 8 * len(entry) - 1))
    entry[place // 8] ^= 1 << place % 8
    store.path(KEY).write_bytes(entry)
    assert store.get(KEY, PLAIN) is None
    assert len(told) == 1


@given(content=st.binary(max_size=60), data=st.data())
def test_no_missing_end_of_an_entry_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    store = Store(tmp_path_factory.mktemp("cache"))
    store.put(KEY, PLAIN, content)
    entry = store.path(KEY).read_bytes()
    store.path(KEY).write_bytes(entry[: data.draw(st.integers(0, len(entry) - 1))])
    assert store.get(KEY, PLAIN) is None
    assert not store.has(KEY, PLAIN)
    store.path(KEY).write_bytes(entry + b"x")
    assert store.get(KEY, PLAIN) is None
    assert not store.has(KEY, PLAIN)


def test_to_know_that_it_is_there_takes_no_reading_of_it(store: Store, told: list[str]) -> None:
    """An entry of a terabyte, all holes."""
    store.put(KEY, PLAIN, b"")
    with store.path(KEY).open("r+b") as file:
        file.seek(HEADER - 32 - 8)
        file.write((10**12).to_bytes(8, "big"))
        file.truncate(HEADER + 10**12)
    assert store.has(KEY, PLAIN)
    store.path(KEY).write_bytes(b"something else")
    assert not store.has(KEY, PLAIN)
    assert "something else" in told[0]


def test_damage_is_told_once_and_mended(store: Store, told: list[str]) -> None:
    store.put(KEY, PLAIN, b"content")
    store.path(KEY).write_bytes(b"something else")
    for _ in range(3):
        assert store.get(KEY, PLAIN) is None
    (sentence,) = told
    assert str(store.path(KEY)) in sentence
    assert "something else" in sentence
    store.put(KEY, PLAIN, b"content")
    assert store.get(KEY, PLAIN) == b"content"


@pytest.mark.parametrize("instead", ["folder", "pipe", "link to itself", "file for its folder"])
def test_what_is_in_the_place_of_an_entry_is_damage_and_is_replaced(
    store: Store, told: list[str], instead: str
) -> None:
    path = store.path(KEY)
    if instead == "file for its folder":
        store.folder.mkdir()
        path.parent.touch()
    else:
        path.parent.mkdir(parents=True)
        if instead == "folder":
            path.mkdir()
            (path / "file").touch()
        elif instead == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(path)
    assert not store.has(KEY, PLAIN)
    assert store.get(KEY, PLAIN) is None
    assert len(told) == (instead != "file for its folder")
    store.put(KEY, PLAIN, b"content")
    assert store.get(KEY, PLAIN) == b"content"
    assert [file.name for file in store.folder.rglob("*") if not file.is_dir()] == [KEY]


def test_an_entry_under_another_key_or_of_another_kind_is_damage(
    store: Store, told: list[str]
) -> None:
    store.put(KEY, PLAIN, b"content")
    other = Kind("other", bytes, bytes)
    assert not store.has(KEY, other)
    assert store.get(KEY, other) is None
    store.path(OTHER).parent.mkdir()
    store.path(KEY).rename(store.path(OTHER))
    assert not store.has(OTHER, PLAIN)
    assert store.get(OTHER, PLAIN) is None
    assert [sentence.count("it is of another key") for sentence in told] == [1, 1]


def test_content_that_its_kind_cannot_be_is_damage(store: Store, told: list[str]) -> None:
    number = Kind("number", lambda n: str(n).encode(), lambda text: int(text))
    store.put(KEY, number, 7)
    assert store.get(KEY, number) == 7
    store.put(KEY, Kind("number", bytes, bytes), b"seven")
    assert store.get(KEY, number) is None
    assert "seven" in told[0]


def test_a_store_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "cache")
    with pytest.raises(RenderError, match=r"not a directory.*--cache-dir.*--no-cache") as raised:
        store.put(KEY, PLAIN, b"content")
    assert str(raised.value).count(". ") == 0
    assert store.get(KEY, PLAIN) is None
    assert store.usage() == Usage(0, 0)
    assert store.prune(max_bytes=0) == Usage(0, 0)


def entries(store: Store, ages: list[float], size: int = 200) -> list[str]:
    """Entries used so many seconds ago, each of this many bytes on the disk."""
    keys = [f"{i:064x}" for i in range(len(ages))]
    for key, age in zip(keys, ages, strict=True):
        store.put(key, PLAIN, bytes(size - HEADER))
        moment = time.time() - age
        os.utime(store.path(key), (moment, moment))
    return keys


def left(store: Store, keys: list[str]) -> list[int]:
    return [i for i, key in enumerate(keys) if store.path(key).exists()]


@pytest.mark.parametrize("asked", ["is_dir", "lexists"])
def test_a_folder_that_another_process_makes_meanwhile_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    store.folder.mkdir()
    folder, theirs = store.path(KEY).parent, store.path("ab" + "0" * 62)
    made = []
    owner = os.path if asked == "lexists" else Path
    ask = getattr(owner, asked)

    def ask_just_before_it_is_made(path: Path) -> bool:
        found: bool = ask(path)
        if path == folder and not found:
            folder.mkdir()
            theirs.write_bytes(b"theirs")
            made.append(theirs)
        return found

    monkeypatch.setattr(owner, asked, ask_just_before_it_is_made)
    store.put(KEY, PLAIN, b"ours")
    assert store.get(KEY, PLAIN) == b"ours"
    assert [path.read_bytes() for path in made] == [b"theirs"] * len(made)


def test_usage_counts_entries_and_bytes(store: Store) -> None:
    entries(store, [0, 0, 0])
    (store.folder / f"{PREFIX}half").mkdir()
    (store.folder / f"{PREFIX}half" / "00").write_bytes(b"x")
    assert store.usage() == Usage(3, 600)


def test_old_entries_are_pruned(store: Store) -> None:
    keys = entries(store, [100, 10_000, 1_000_000])
    assert store.prune(older_than=5000) == Usage(2, 400)
    assert left(store, keys) == [0]


def test_the_oldest_goes_first_until_the_size_fits(store: Store) -> None:
    keys = entries(store, [300, 100, 400, 200])
    assert store.prune(max_bytes=500) == Usage(2, 400)
    assert left(store, keys) == [1, 3]
    assert store.prune(max_bytes=500) == Usage(0, 0)
    assert store.prune(max_bytes=0) == Usage(2, 400)
    assert store.usage() == Usage(0, 0)


@pytest.mark.parametrize("ask", [Store.get, Store.has])
def test_what_is_asked_for_counts_as_used(store: Store, ask: Callable[..., object]) -> None:
    keys = entries(store, [300, 100])
    assert ask(store, keys[0], PLAIN)
    store.prune(max_bytes=200)
    assert left(store, keys) == [0]


def test_unfinished_entries_are_removed_unless_somebody_works_on_them(store: Store) -> None:
    entries(store, [0])
    dead = store.folder / f"{PREFIX}dead"
    dead.mkdir()
    with staging_folder(store.folder) as alive:
        assert not dead.exists()
        dead.mkdir()
        store.prune()
        assert not dead.exists()
        assert alive.exists()


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
