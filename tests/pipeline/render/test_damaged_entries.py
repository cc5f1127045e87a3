"""Whatever stands in the place of an entry, a film is the same film, and nothing waits or breaks.

All entries of a finished film are damaged at once: `make test` does it in a few mixtures,
`make test-faults` in many, and in each way that is listed here.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import manim
import pytest

from pipeline.render.entries import PACE, TIMELINE
from pipeline.render.film import Film, Script
from pipeline.render.service import RenderService
from pipeline.render.settings import RenderSettings
from pipeline.work import chunks
from pipeline.work.executor import SerialExecutor
from pipeline.work.keys import Machine
from pipeline.work.store import HEADER, MAGIC, Kind, Store

SETTINGS = RenderSettings(width=64, height=64, fps=10)
MACHINE = Machine({"numpy": "2"}, "none", "")
TEN_YEARS = 10**9


class Rising(manim.Scene):
    def construct(self) -> None:
        square = manim.Square(40, fill_opacity=1, stroke_width=0, fill_color="#000000")
        self.add(square)
        self.play(square.animate(rate_func=manim.linear).set_fill("#ffffff"), run_time=1.2)
        self.wait(0.6)


def rising(renderer: Any) -> manim.Scene:
    return Rising(renderer=renderer)


def falling(renderer: Any) -> manim.Scene:
    return Rising(renderer=renderer)


SCRIPTS = [Script("rising", rising, "rising 1"), Script("falling", falling, "falling 1")]


class Entries:
    """The cache of a finished film, and what was in it at first."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.at_first = {path.name: path.read_bytes() for path in sorted(folder.glob("??/*"))}

    def kind(self, key: str) -> str:
        return self.raw(key)[len(MAGIC) :][:16].rstrip(b"\0").decode()

    def raw(self, key: str) -> bytes:
        return self.at_first[key]

    def content(self, key: str) -> bytes:
        return self.raw(key)[HEADER:]

    def forge(self, key: str, content: bytes) -> None:
        """Put something else into a valid envelope."""
        self.store.put(key, Kind(self.kind(key), bytes, bytes), content)


Damage = Callable[[Entries, str], None]


def raw(change: Callable[[bytes], bytes]) -> Damage:
    def damage(entries: Entries, key: str) -> None:
        content = change(entries.raw(key))
        entries.store.path(key).write_bytes(content)

    return damage


def forged(content: bytes) -> Damage:
    return lambda entries, key: entries.forge(key, content)


def told(**changes: Any) -> Damage:
    """Another value in JSON; None takes it away. Where there is no such field, there is one more."""

    def damage(entries: Entries, key: str) -> None:
        try:
            fields = json.loads(entries.content(key))
            fields = fields if isinstance(fields, dict) else {"pace": fields}
        except ValueError:
            fields = {}
        fields |= changes
        kept = {name: value for name, value in fields.items() if value is not None}
        entries.forge(key, json.dumps(kept).encode())

    return damage


def instead(make: Callable[[Path], object]) -> Damage:
    def damage(entries: Entries, key: str) -> None:
        entries.store.path(key).unlink()
        make(entries.store.path(key))

    return damage


def under_another_name(entries: Entries, key: str) -> None:
    keys = list(entries.at_first)
    entries.store.path(key).write_bytes(entries.raw(keys[keys.index(key) - 1]))


def content_of_another_kind(entries: Entries, key: str) -> None:
    other = next(k for k in entries.at_first if entries.kind(k) != entries.kind(key))
    entries.forge(key, entries.content(other))


def full_folder(path: Path) -> None:
    path.mkdir()
    (path / "file").touch()


ANYWHERE: dict[str, Damage] = {
    "empty": raw(lambda entry: b""),
    "cut in its head": raw(lambda entry: entry[: HEADER // 2]),
    "cut in its content": raw(lambda entry: entry[:-1]),
    "longer": raw(lambda entry: entry + b"x"),
    "changed": raw(lambda entry: entry[:-1] + bytes([entry[-1] ^ 1])),
    "of an older layout": raw(lambda entry: entry.replace(b"entry 2", b"entry 1", 1)),
    "of another length": raw(lambda entry: entry[: HEADER - 40] + b"\xff" + entry[HEADER - 39 :]),
    "something else": raw(lambda entry: b"GIF89a"),
    "zeros": raw(lambda entry: bytes(len(entry))),
    "gone": instead(lambda path: None),
    "a folder": instead(lambda path: path.mkdir()),
    "a full folder": instead(full_folder),
    "a pipe": instead(os.mkfifo),
    "a link to itself": instead(lambda path: path.symlink_to(path)),
    "a link to zeros": instead(lambda path: path.symlink_to("/dev/zero")),
    "under another name": under_another_name,
    "of another kind": content_of_another_kind,
    "nothing": forged(b""),
    "null": forged(b"null"),
    "a list": forged(b"[]"),
    "an object": forged(b"{}"),
    "a text": forged(b'"x"'),
    "no JSON": forged(b"{"),
    "no UTF-8": forged(b'"\xff"'),
    "deep JSON": forged(b"[" * 100_000),
    "no number": forged(b"NaN"),
    "no finite number": forged(b"1e999"),
    "a number of many digits": forged(b"9" * 5000),
    "not above zero": forged(b"-1.0"),
    "a truth": forged(b"true"),
    "another file's names": forged(b"ffconcat version 1.0\nfile /etc/hostname\n"),
    "a playlist": forged(b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n"),
    "another video": forged(b"\x1aE\xdf\xa3" + bytes(40)),
    "no n_frames": told(n_frames=None),
    "n_frames as text": told(n_frames="18"),
    "n_frames below zero": told(n_frames=-1),
    "far too many n_frames": told(n_frames=10**12),
    "n_frames with a fraction": told(n_frames=18.0),
    "n_frames as a truth": told(n_frames=True),
    "one key more": told(more=1),
    "another rate": told(fps=60),
    "no rate": told(fps=None),
    "an endless hold": told(holds=[[0, TEN_YEARS]]),
    "a hold backwards": told(holds=[[9, 3]]),
    "half a hold": told(holds=[[1]]),
    "no list of holds": told(holds={"0": 1}),
    "holds of texts": told(holds=["ab"]),
    "cues of other fields": told(cues=[{"start": 0, "stop": 1}]),
    "cues that say no text": told(cues=[{"start": 0, "stop": 1, "text": 3}]),
    "a cue past the end": told(cues=[{"start": 0, "stop": 999, "text": ""}]),
    "beats of other fields": told(beats=[{"frame": 0}]),
    "a beat past the end": told(beats=[{"frame": TEN_YEARS, "name": "x", "numbers": None}]),
    "a beat of no numbers": told(beats=[{"frame": 0, "name": "x", "numbers": 3}]),
    "beats of a number": told(beats=3),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film and its cache."""
    folder = tmp_path_factory.mktemp("whole")
    render(folder, [])
    return folder


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "TARGET", 0.04)
        patch.setattr(chunks, "SHORTEST", 0.5)
        yield


def render(folder: Path, notes: list[str]) -> bytes:
    service = RenderService(SerialExecutor(), Store(folder / "cache", notes.append), MACHINE)
    film = Film.of(service.measure(SCRIPTS, SETTINGS), SETTINGS)
    service.render(service.plan(film), folder / "film.mp4")
    return (folder / "film.mp4").read_bytes()


def check(whole: Path, folder: Path, chosen: Callable[[str], Damage]) -> int:
    """Damage all entries of a copy of the cache, render, and return how many entries there were."""
    shutil.copytree(whole / "cache", folder / "cache")
    entries = Entries(folder / "cache")
    for key in entries.at_first:
        chosen(key)(entries, key)
    notes: list[str] = []
    assert render(folder, notes) == (whole / "film.mp4").read_bytes()
    assert all("damaged" in note for note in notes)
    again: list[str] = []
    assert render(folder, again) == (whole / "film.mp4").read_bytes()
    assert again == []
    assert Entries(folder / "cache").at_first.keys() == entries.at_first.keys()
    return len(entries.at_first)


@pytest.mark.parametrize("kind", [PACE, TIMELINE], ids=lambda kind: kind.name)
def test_a_damaged_cache_entry_counts_as_missing(
    whole: Path, tmp_path: Path, kind: Kind[Any]
) -> None:
    shutil.copytree(whole / "cache", tmp_path / "cache")
    entries = Entries(tmp_path / "cache")
    key = next(key for key in entries.at_first if entries.kind(key) == kind.name)
    for name, damage in ANYWHERE.items():
        damage(entries, key)
        found = entries.store.get(key, kind)
        # That it is of this rate is seen by who asked for it.
        assert found is None or (name == "another rate" and found.fps == 60), name
        entries.store.put(key, kind, kind.unpack(entries.content(key)))
        assert entries.store.path(key).read_bytes() == entries.raw(key)


@pytest.fixture(scope="module")
def mended(pytestconfig: pytest.Config) -> Iterator[list[int]]:
    """How many entries were damaged in each cache; of many, that is printed in the end."""
    counts: list[int] = []
    yield counts
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    if len(counts) > 10:
        with capture.global_and_fixture_disabled():
            print(f"\n{sum(counts)} damaged entries in {len(counts)} caches, all mended")


@pytest.mark.faults
@pytest.mark.parametrize("name", ANYWHERE)
def test_a_film_whose_cache_is_damaged_is_the_same_film(
    whole: Path, tmp_path: Path, name: str, mended: list[int]
) -> None:
    mended.append(check(whole, tmp_path, lambda key: ANYWHERE[name]))
    assert mended[-1] > 6


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(8, 100))]
)
def test_a_film_whose_cache_is_damaged_in_many_ways_is_the_same_film(
    whole: Path, tmp_path: Path, seed: int, mended: list[int]
) -> None:
    chance = random.Random(seed)
    mended.append(check(whole, tmp_path, lambda key: chance.choice(list(ANYWHERE.values()))))


@pytest.mark.parametrize("whole_entry", [True, False])
def test_segments_in_each_other_s_place_are_found_out(
    whole: Path, tmp_path: Path, whole_entry: bool
) -> None:
    """As renamed files, and each in a valid envelope of the other's name."""
    entries = Entries(whole / "cache")
    segments = [key for key in entries.at_first if entries.kind(key) == "segment"]

    def swapped(key: str) -> Damage:
        if key not in segments:
            return lambda entries, key: None
        other = segments[segments.index(key) - 1]
        if whole_entry:
            return raw(lambda entry: entries.raw(other))
        return forged(entries.content(other))

    check(whole, tmp_path, swapped)
