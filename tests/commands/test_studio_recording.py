"""Lines recorded in the studio: kept by name, listened to, and waited for by the film."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from commands.studio_film import open_film
from pipeline.errors import SettingsError
from pipeline.studio.recording import MOST_BYTES, keep_recording
from pipeline.studio.showing import bill_of
from pipeline.voice.decode import read_sound
from pipeline.voice.manifest import NAME, read_manifest
from tests.browser import HEARD, Browser, Page, Window
from tests.commands.deck.made import press
from tests.commands.studio_process import Studio, running
from tests.pipeline.voice.sounds import RATE, Samples, burst, place_of, write_sound


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of two small acts, with a folder for recordings that is not there yet."""
    folder = tmp_path_factory.mktemp("studio")
    with running(folder, "--voice", str(folder / "voice")) as begun:
        yield begun


def voice(studio: Studio) -> Path:
    return studio.acts.parent / "voice"


def test_a_line_is_kept_and_the_film_waits_for_it(studio: Studio, tmp_path: Path) -> None:
    before = studio.drawn()["first"]["frames"]
    content = write_sound(tmp_path / "line.wav", burst(5.0, 3)).read_bytes()
    assert studio.ask("lines/first.go", "POST", content)[0] == 200  # type: ignore[arg-type]
    assert (voice(studio) / "first.go.wav").read_bytes() == content
    assert read_manifest(voice(studio) / NAME)["first.go"].text == "It goes."
    assert studio.ask("lines/first.go") == (200, content)
    # 5 s and a rest; at 8 frames a second, and the act goes on for a second.
    end = time.monotonic() + 90  # on a machine that may be busy
    while studio.drawn()["first"]["frames"] == before:
        assert time.monotonic() < end, "the film is longer"
    assert studio.drawn()["first"]["frames"] == 42


def test_a_line_is_spoken_from_the_script_where_that_says_more(tmp_path: Path) -> None:
    (tmp_path / "script.en.toml").write_text('[voice]\nbowl.grow = "See how it grows."\n')
    shown = open_film(["bowl", "--voice", str(tmp_path)])
    assert bill_of(shown).spoken == (("bowl.grow", "See how it grows."),)


def test_what_is_told_of_a_recording_names_it_as_it_is_kept(tmp_path: Path) -> None:
    loud = write_sound(tmp_path / "loud.wav", np.clip(9 * burst(1.0, 3), -1, 1)).read_bytes()
    kept = tmp_path / "voice"
    assert keep_recording(kept, "bowl.grow", loud, "It grows.").startswith(
        "bowl.grow: bowl.grow.wav is clipped"
    )
    with pytest.raises(SettingsError, match=r"^bowl\.grow: 'bowl\.grow\.wav' cannot be read"):
        keep_recording(kept, "bowl.grow", b"no sound", "It grows.")


def test_what_is_no_line_is_refused_and_leaves_all_as_it_was(studio: Studio) -> None:
    kept = {path.name: path.read_bytes() for path in voice(studio).iterdir()}
    silence = bytes(write_sound(voice(studio).parent / "no.wav", np.zeros(RATE)).read_bytes())
    for path, content, status in (
        ("lines/first.go", b"no sound", 400),
        ("lines/first.go", silence, 400),
        ("lines/first.gone", silence, 404),
        ("lines/../first.go", silence, 404),
    ):
        assert studio.ask(path, "POST", content)[0] == status  # type: ignore[arg-type]
    assert studio.ask("lines/second.none")[0] == 404
    twice = voice(studio) / "first.go.flac"
    twice.write_bytes(b"another")
    assert studio.ask("lines/first.go")[0] == 400
    twice.unlink()
    much = {"Content-Length": str(MOST_BYTES + 1)}
    assert studio.ask("lines/first.go", "POST", None, **much)[0] == 413
    assert {path.name: path.read_bytes() for path in voice(studio).iterdir()} == kept


def said(page: Page) -> str:
    return str(page.script("return document.getElementById('said').textContent"))


def assert_heard_without_a_gap(line: Samples) -> None:
    """Quarter by quarter of a second, it goes on where it was in what is played over and over."""
    step = RATE // 4
    ends = []
    for start in range(0, len(line) - step + 1, step):
        piece = line[start : start + step]
        at = place_of(piece, HEARD)
        there = HEARD[at : at + step]
        if len(there) == step:
            score = piece @ there / (np.linalg.norm(piece) * np.linalg.norm(there))
            ends.append((at - start, round(float(score), 3)))
    whole = [shift for shift, score in ends if score > 0.95]
    # But where it begins anew: there, one piece is of both.
    assert len(whole) >= len(ends) - 1, ends
    assert len(set(whole)) <= 2, ends


@pytest.mark.slow
def test_a_line_is_recorded_in_a_browser(studio: Studio, browser: Browser, tmp_path: Path) -> None:
    studio.drawn()
    path = voice(studio) / "first.go.wav"
    path.unlink(missing_ok=True)
    page = browser.open(studio.address, Window(1100, 720))
    page.until("document.getElementById('frame').textContent.startsWith('first')")
    press(page, "r")
    page.until("document.getElementById('recorder').textContent.startsWith('first.go in ')")
    page.until("/● first.go  2/.test(document.getElementById('recorder').textContent)")
    page.screenshot(tmp_path / "recording.png")
    press(page, "r")
    page.until("document.getElementById('said').textContent.startsWith('first.go is kept, 2.')")
    assert "The room is loud" in said(page)  # it hears all the time
    (line,) = read_sound(path, 60)
    assert 2.0 <= len(line) / RATE < 4.0
    assert_heard_without_a_gap(line)
    press(page, "t")
    page.until("document.getElementById('recorder').hidden")
    kept = path.read_bytes()
    press(page, "r")
    page.until("document.getElementById('recorder').textContent.startsWith('● first.go')")
    press(page, "\ue00c")
    page.until("document.getElementById('said').textContent === 'Not kept.'")
    assert path.read_bytes() == kept
    assert page.troubles() == []
