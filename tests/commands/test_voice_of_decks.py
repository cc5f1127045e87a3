"""Slides that carry what is spoken on them: in a page when asked, in PowerPoint as they are shown."""

from __future__ import annotations

import os
import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import av
import pytest
from click.testing import CliRunner
from pptx import Presentation

import render
from pipeline.voice.decode import read_sound
from scenes.act import CAPTION_GONE
from tests.browser import PHONE, Browser, Page, Window
from tests.commands.deck.made import press, reach
from tests.pipeline.voice.sounds import RATE, burst, place_of, write_sound

ACTS = '''
from manim import Square
from scenes.act import Act

class Talk(Act):
    """Says three things, one of them on two slides."""
    captions = {"one": "One.", "two": "Two.", "three": "Three."}

    def construct(self):
        square = Square(1)
        self.say("one")
        self.hold()
        self.beat("one")
        self.say("two")
        self.hold()
        self.beat("two")
        self.say("three")
        self.play(square.animate.shift((1, 0, 0)), run_time=1)
        self.beat("moved")
        self.hold()
        self.beat("three")
'''
LINES = {"one": 1.0, "three": 2.5}


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decks")
    (folder / "talk.py").write_text(ACTS, encoding="utf-8")
    for seed, (key, seconds) in enumerate(LINES.items()):
        write_sound(folder / f"talk.{key}.wav", burst(seconds, seed))
    clean: dict[str, str | None] = {n: None for n in os.environ if n.startswith("RIDGE_")}
    clean |= {"RIDGE_CACHE_DIR": str(folder / "cache"), "RIDGE_WORKERS": "0"}
    for form in ("html", "pptx"):
        arguments = ["deck", f"{folder}/talk.py", "--to", form, "--voice", str(folder)]
        arguments += ["--idle", "none", "--size", "320x180", "--fps", "10", "--out", str(folder)]
        result = CliRunner().invoke(render.cli, arguments, env=clean, prog_name="render.py")
        assert result.exit_code == 0, result.output
        assert "1 of 3 captions has no recording" in result.stderr
    return folder


def clips_of(page: Path) -> list[bytes]:
    pattern = r'<script type="application/octet-stream" id="clip-\d+">([^<]*)</script>'
    return [b64decode(clip) for clip in re.findall(pattern, page.read_text(encoding="utf-8"))]


def test_each_slide_has_its_line_from_where_its_caption_comes_up(decks: Path) -> None:
    clips = clips_of(decks / "talk.html")
    assert len(clips) == 4
    heard = []
    for number, clip in enumerate(clips):
        (decks / f"{number}.m4a").write_bytes(clip)
        with av.open(BytesIO(clip)) as file:
            heard.append(bool(file.streams.audio))
    assert heard == [True, False, True, True]
    assert place_of(burst(1.0, 0), read_sound(decks / "0.m4a", 9)[0]) < RATE / 60
    # A line that goes on after a stop: its caption is up from the third slide to the fourth.
    line, (first,), (rest,) = (
        burst(2.5, 1),
        read_sound(decks / "2.m4a", 9),
        read_sound(decks / "3.m4a", 9),
    )
    begin = place_of(line[: RATE // 2], first)
    assert begin == pytest.approx(CAPTION_GONE * RATE, abs=RATE / 60)  # the caption before goes
    stop = len(line) - RATE // 2
    assert place_of(line[stop:], rest) == pytest.approx(
        stop + begin - (1.3 + CAPTION_GONE) * RATE, abs=RATE / 30
    )


def test_slides_for_powerpoint_carry_the_same_clips(decks: Path) -> None:
    media = [
        part.blob
        for slide in Presentation(str(decks / "talk.pptx")).slides
        for part in {relation.target_part for relation in slide.part.rels.values()}
        if part.content_type == "video/mp4"
    ]
    assert media == clips_of(decks / "talk.html")


def sounds(page: Page) -> int:
    return int(
        page.script("return document.querySelector('video.front').webkitAudioDecodedByteCount")
    )


@pytest.mark.slow
def test_a_page_speaks_when_asked_from_the_beginning_of_its_slide(
    decks: Path, browser: Browser
) -> None:
    page = browser.open(decks / "talk.html", Window(640, 360))
    reach(page, 1, "waiting")
    assert page.script("return [...document.querySelectorAll('video')].every(v => v.muted)")
    press(page, "\ue014")
    reach(page, 1, "stopped")
    press(page, "v")
    reach(page, 1, "playing")
    assert page.script("return document.querySelector('video.front').currentTime") < 1.0
    assert not page.script("return document.querySelector('video.front').muted")
    reach(page, 1, "stopped")
    assert sounds(page) > 1000
    press(page, "\ue014")
    reach(page, 2, "stopped")
    press(page, "\ue014")
    reach(page, 3, "playing")
    assert not page.script("return document.querySelector('video.front').muted")
    press(page, "v")
    assert page.script("return document.querySelector('video.front').muted")
    press(page, "?")
    assert "speaks to this slide" in page.script("return document.getElementById('help').innerText")
    assert page.troubles() == []


def tap(page: Page, id: str) -> None:
    from selenium.webdriver.common.by import By

    page.driver.find_element(By.ID, id).click()


def test_on_a_phone_the_voice_is_in_reach(decks: Path, browser: Browser) -> None:
    page = browser.open(decks / "talk.html", PHONE)
    reach(page, 1, "waiting")
    box = page.script(
        "const bar = document.getElementById('bar').getBoundingClientRect();"
        "const last = document.getElementById('to-help').getBoundingClientRect();"
        "return [bar.left, last.right, innerWidth]"
    )
    assert box[0] >= 0
    assert box[1] <= box[2]
    tap(page, "to-voice")
    reach(page, 1, "playing")
    assert page.script("return document.getElementById('to-voice').ariaPressed") == "true"
    page.screenshot(decks / "phone.png")
    assert page.troubles() == []
