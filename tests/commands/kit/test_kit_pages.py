"""The pages of a kit in a browser, as its author and her readers meet them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import srt
from PIL import Image

from tests.browser import DESKTOP, PHONE, Browser, Page, Window, serving
from tests.commands.kit.made import (
    THEMES,
    TINY,
    Links,
    Tags,
    run,
    text,
)

PLAYING = (
    "document.querySelector('video').readyState >= 3 && !document.querySelector('video').paused"
)
TIME = "document.querySelector('video').currentTime"
SOURCE = "document.querySelector('video').currentSrc.split('/').pop()"


BUTTON = "document.querySelector('figure button')"


def plays(page: Page) -> None:
    page.until(PLAYING, "the video plays")
    page.until(f"{TIME} > 0.05")


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", THEMES)
def test_the_index_shows_everything(
    browser: Browser, kit: Path, window: Window, scheme: str
) -> None:
    page = browser.open(kit / "index.html", window, prefers_color_scheme=scheme)
    plays(page)
    assert page.script(f"return {SOURCE}") == f"loop-{scheme}.webm"
    assert page.overflow() == []
    for card in range(2):
        links = f"document.querySelectorAll('.card')[{card}].querySelectorAll('.formats a')"
        assert page.script(f"return {links}.length") == 7
        for place in range(7):
            # What is out of sight does not play.
            page.script(f"{links}[{place}].closest('.card').scrollIntoView()")
            page.script(f"{links}[{place}].click()")
            shown = f"document.querySelectorAll('.screen')[{card}].firstElementChild"
            if page.script(f"return {shown}.tagName") == "VIDEO":
                page.until(f"{shown}.currentTime > 0", "a video that is chosen plays")
            else:
                page.until(f"{shown}.naturalWidth > 0", "a picture that is chosen is shown")
            assert page.script(f"return {shown}.src.split('/').pop()") == page.script(
                f"return {links}[{place}].getAttribute('href')"
            )
    assert page.overflow() == []
    assert page.troubles() == []


def test_moving_pictures_of_the_index_can_be_paused(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    page.script("document.querySelector('.in-light [data-kind=gif]').click()")
    for shown in ("loop-light.png", "loop-light.gif"):
        page.script("document.querySelector('.in-light .screen button').click()")
        assert (
            page.script(
                "return document.querySelector('.in-light .screen img').src.split('/').pop()"
            )
            == shown
        )
    page.script("document.querySelector('.in-light [data-kind=poster]').click()")
    assert page.script("return document.querySelector('.in-light .screen button')") is None


def test_the_index_can_be_copied_from(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    buttons = "document.querySelectorAll('[data-copy]')"
    assert page.script(f"return {buttons}.length") == 9
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    for place, name in enumerate(["loop-snippet.html", "loop-snippet.md"]):
        page.script(f"{buttons}[{place}].click()")
        page.until(f"{buttons}[{place}].textContent === 'Copied'")
        assert page.script("return navigator.clipboard.readText()") == text(kit / name)


def test_what_is_shown_in_numbers_is_what_is_written_in_words(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    told = text(kit / "loop-description.txt")
    cells = page.script(
        "return [...document.querySelectorAll('td.theta1, td.theta2')].map(one => one.textContent)"
    )
    assert len(cells) == 8
    assert [cell for cell in cells if cell not in told] == []


@pytest.mark.parametrize("where", ["a file", "a server"])
def test_the_snippet_plays_in_a_bare_page(
    browser: Browser, kit: Path, tmp_path: Path, where: str
) -> None:
    shutil.copytree(kit, tmp_path / "article")
    page_file = tmp_path / "article" / "page.html"
    head = (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    )
    snippet = text(kit / "loop-snippet.html")
    page_file.write_text(f"{head}<p>Before</p>{snippet}<p>After</p>", encoding="utf-8")
    with serving(tmp_path / "article") as address:
        place = page_file if where == "a file" else f"{address}page.html"
        page = browser.open(place, PHONE, prefers_color_scheme="light")
        plays(page)
        assert page.script(f"return {SOURCE}") == "loop-light.webm"
        # While it plays, the reader's screen goes dark: it goes on from where it was.
        video = "document.querySelector('video')"
        page.until(f"{TIME} > 1.0")
        page.script(f"{video}.onloadeddata = () => {{ window.began = {TIME}; }}")
        page.emulate(prefers_color_scheme="dark")
        page.until(f"{SOURCE} === 'loop-dark.webm'")
        if where == "a file":  # this server knows no part of a file: nobody can seek in it
            page.until("window.began > 0.9")
        plays(page)
        assert (
            page.script(f"return [{video}.loop, {video}.muted, {video}.playsInline]") == [True] * 3
        )
        assert page.script(f"return {video}.poster.split('/').pop()") == "loop-dark.png"
        assert page.overflow() == []
        assert page.troubles() == []


def test_markdown_s_picture_is_no_wider_than_a_narrow_page(
    browser: Browser, kit: Path, tmp_path: Path
) -> None:
    """Places that have no style of their own for pictures, such as notes on a phone."""
    shutil.copytree(kit, tmp_path / "notes")
    page_file = tmp_path / "notes" / "page.html"
    head = '<!doctype html><meta name="viewport" content="width=device-width">'
    page_file.write_text(head + text(kit / "loop-snippet.md"), encoding="utf-8")
    page = browser.open(page_file, Window(140, 300, mobile=True))
    page.until("document.querySelector('img').naturalWidth > 140")
    assert page.overflow() == []
    box = page.script("return document.querySelector('img').getBoundingClientRect().toJSON()")
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)


def test_room_is_kept_for_a_video_that_has_not_come_yet(
    browser: Browser, kit: Path, tmp_path: Path
) -> None:
    """So nothing jumps when it does."""
    shutil.copy(kit / "loop-snippet.html", tmp_path / "alone.html")
    page = browser.open(tmp_path / "alone.html")
    box = page.script("return document.querySelector('video').getBoundingClientRect().toJSON()")
    assert (box["width"], box["height"]) == (160, 90)
    assert page.troubles() != []


@pytest.mark.parametrize("name", ["index.html", "loop-snippet.html"])
def test_nothing_moves_for_those_who_ask_for_less_motion(
    browser: Browser, kit: Path, name: str
) -> None:
    page = browser.open(kit / name, prefers_reduced_motion="reduce", prefers_color_scheme="dark")
    video = "document.querySelector('video')"
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.autoplay, {video}.paused, {TIME}]") == [False, True, 0]
    assert page.script(f"return {BUTTON}.textContent") == "Play", "it can be started"
    page.emulate(prefers_reduced_motion="reduce", prefers_color_scheme="light")
    page.until(f"{SOURCE} === 'loop-light.webm'")
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.paused, {TIME}]") == [True, 0]
    page.emulate(prefers_reduced_motion="no-preference", prefers_color_scheme="light")
    plays(page)
    assert page.troubles() == []


def test_a_loop_can_be_paused_by_keys_and_started_again(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "loop-snippet.html", PHONE)
    plays(page)
    box = page.script(f"return {BUTTON}.getBoundingClientRect().toJSON()")
    assert min(box["width"], box["height"]) >= 24, "what a finger hits (WCAG 2.5.8)"
    for says, paused in (("Play", True), ("Pause", False)):
        page.script(f"{BUTTON}.focus()")
        page.driver.switch_to.active_element.send_keys(" ")
        page.until(f"{BUTTON}.textContent === '{says}'")
        assert page.script("return document.querySelector('video').paused") == paused


def test_nothing_moves_without_a_script(browser: Browser, kit: Path) -> None:
    """Not even for those who have not asked for it: their browser's own controls start it."""
    tags = Tags(text(kit / "loop-snippet.html")).found
    (video,) = (given for tag, given in tags if tag == "video")
    assert "autoplay" not in video
    assert "controls" in video
    assert not [tag for tag, _ in tags if tag == "button"], "it would do nothing"


@pytest.mark.slow
def test_a_loop_is_played_so_often_and_stops(browser: Browser, tmp_path: Path) -> None:
    result = run(*TINY, "--loop", "2", "--base-url", "../kit")
    assert result.exit_code == 0, result.output
    made = Path("out/kit")
    with Image.open(made / "loop-dark.gif") as image:
        assert image.info["loop"] == 1  # after the first time
    shutil.copytree(
        made, "out/article", ignore=lambda _, names: [n for n in names if "snip" not in n]
    )
    page = browser.open(Path("out/article/loop-snippet.html"), PHONE)
    video = "document.querySelector('video')"
    page.script(
        f"{video}.playbackRate = 8; window.ends = 0; {video}.onended = () => {{ ends += 1; }}"
    )
    page.until("window.ends === 2")
    page.until(f"{video}.paused && {BUTTON}.textContent === 'Play'")
    assert page.troubles() == []
    named = Links(text(made / "loop-snippet.md")).found
    assert {Path(name).parent for name in named} == {Path("../kit")}


def test_an_act_waits_to_be_started_and_has_its_captions_as_a_track(
    browser: Browser, act: Path
) -> None:
    page = browser.open(act / "index.html", PHONE)
    video = "document.querySelector('video')"
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.autoplay, {video}.loop, {video}.paused]") == [
        False,
        False,
        True,
    ]
    page.until(f"{video}.textTracks[0].cues && {video}.textTracks[0].cues.length > 0")
    told = page.script(f"return [...{video}.textTracks[0].cues].map(cue => cue.text)")
    assert told == [cue.content for cue in srt.parse(text(act / "hook.srt"))]
    assert page.overflow() == []
    assert page.troubles() == []
    with serving(act) as address:
        page = browser.open(f"{address}hook-snippet.html")
        page.until(f"{video}.textTracks[0].cues && {video}.textTracks[0].cues.length === 3")
        page.script(f"return {video}.play()")
        plays(page)
        assert page.troubles() == []
