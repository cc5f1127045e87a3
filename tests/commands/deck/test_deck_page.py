"""The page of a deck: one file, gone through in a browser as a lecturer does."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from pptx import Presentation

from commands.deck import FORMS
from pipeline.deck import page
from pipeline.deck.slides import Slide, captions_in
from pipeline.pages import script_json
from pipeline.render.timeline import Cue
from scenes import LOOPS
from scenes.text.captions import languages
from tests.browser import DESKTOP, PHONE, Browser, Page, Window
from tests.commands.deck.made import LOOK, SHOWN, Made, press, reach

#: The arrows, as a driver types them.
RIGHT, LEFT, END = "\ue014", "\ue012", "\ue010"

# --- the page ------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """What a page is made of; fails where an element is closed that is not open."""

    EMPTY = ("meta", "link", "img", "br", "path")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self._id = ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._id = dict(attrs).get("id") or ""
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._id = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._id] = self.texts.get(self._id, "") + data


def test_a_page_is_one_file_that_asks_for_nothing(made: Made) -> None:
    text = made.path(".html").read_text(encoding="utf-8")
    elements = Elements(text)
    addresses = [
        str(value)
        for _, attributes in elements.found
        for name, value in attributes.items()
        if name in ("src", "href", "poster", "action", "data", "srcset")
    ]
    assert [address for address in addresses if not address.startswith("data:")] == []
    assert re.findall(r"(?:https?:)?//[a-z]\S*", re.sub(r"(?m)//.*$", "", text)) == []
    assert "@import" not in text
    names = [attributes.get("id") for _, attributes in elements.found if attributes.get("id")]
    assert len(names) == len(set(names))
    slides = json.loads(elements.texts["deck"])["slides"]
    for slide, facts, ours in zip(slides, made.slides, made.config.slides, strict=True):
        clip = base64.b64decode(elements.texts[f"clip-{slide['clip']}"], validate=True)
        assert clip == Path(ours.file).read_bytes()
        notes = [*slide["captions"], *slide["remarks"], *slide["numbers"]]
        assert "\n".join(notes) == facts["notes"]


def test_a_clip_that_is_shown_twice_is_in_the_page_once(made: Made, tmp_path: Path) -> None:
    command = (
        "deck",
        *SHOWN,
        "--idle",
        "both",
        "--no-live",
        *LOOK,
        "--out",
        str(tmp_path),
        "--json",
    )
    facts = json.loads(made.run(*command).stdout.splitlines()[-1])
    assert [s["act"] for s in facts["slides"]][:: len(facts["slides"]) - 1] == [LOOPS[0].name] * 2
    # Nothing but the second mention of the loop, and its poster in the list.
    more = facts["bytes"] - made.facts["html"]["bytes"]
    assert 0 < more < 20_000


def test_nothing_in_a_caption_ends_the_page_or_becomes_part_of_it() -> None:
    nasty = "</script><script>alert(1)</script><!-- clips --> & \u2028"
    data = script_json({"captions": nasty})
    assert "<" not in data
    assert json.loads(data) == {"captions": nasty}


def test_the_page_speaks_every_language_of_the_film() -> None:
    words = page.page_words()
    assert set(words) == set(languages())
    for language in words.values():
        assert language.keys() == words["en"].keys()
        assert [len(row) for row in language["keys"]] == [2] * len(words["en"]["keys"])


def test_there_is_one_slide_for_each_span_whatever_it_is_called() -> None:
    slide = Slide("an act", "T", "näme/../x", ())
    assert slide.file_name == "an-act-n-me-x"


def test_a_column_may_be_called_anything(tmp_path: Path, made: Made) -> None:
    """A control character is no part of XML, and a line break is none of a note."""
    nasty = "a\x07\n</script>&\u2028"
    assert captions_in([Cue(0, 9, f"Is {nasty} it?")], 0, 9) == ("Is a </script>& it?",)
    csv = tmp_path / "nasty.csv"
    rows = ["1,2,3.1", "2,3,4.2", "3,5,7.9", "4,4,8.3", "5,8,12.6"]
    csv.write_text("\n".join(["a\x07</script>&,B,Y", *rows]), encoding="utf-8")
    options = ("--data", str(csv), "--features", "a\x07</script>&,B", "--response", "Y", *LOOK)
    for form in FORMS:
        result = made.run("deck", "twins", "--to", form, *options, "--out", str(tmp_path))
        assert result.exit_code == 0, result.output
    assert len(Presentation(str(tmp_path / "twins.pptx")).slides) > 3
    Elements((tmp_path / "twins.html").read_text(encoding="utf-8"))


# --- the page in a browser -----------------------------------------------------------------------

#: As wide as it is high as the clips are, so that they fill it.
SMALL = Window(640, 360)


def seen(page_: Page, folder: Path) -> Any:
    """What is on the screen, as large as the clips."""
    # What was decoded is on the screen two frames later.
    page_.script(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    page_.script("document.getElementById('begin').textContent = ''")
    page_.script("document.body.classList.add('idle')")
    page_.script("document.getElementById('bar').hidden = true")
    page_.script("document.getElementById('progress').hidden = true")
    page_.screenshot(folder / "seen.png")
    picture = Image.open(folder / "seen.png").convert("RGB").resize((160, 90), Image.Resampling.BOX)
    return np.asarray(picture).astype(int)


def picture_of(clip: Path, number: int) -> Any:
    with av.open(clip) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return frames[number].astype(int)


def farness(a: Any, b: Any) -> float:
    return float(np.abs(a - b).mean())


def test_it_waits_then_each_key_plays_to_the_next_stop(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    shown = browser.open(made.path(".html"), SMALL)
    reach(shown, 1, "waiting")
    clips = [Path(slide.file) for slide in made.config.slides]
    assert farness(seen(shown, tmp_path), picture_of(clips[0], 0)) < 3
    press(shown, RIGHT)
    reach(shown, 1, "playing")
    reach(shown, 1, "stopped")
    assert shown.script("return document.querySelector('video.front').ended")
    assert farness(seen(shown, tmp_path), picture_of(clips[0], -1)) < 3
    press(shown, RIGHT)
    reach(shown, 2, "playing")
    press(shown, RIGHT)  # complete it
    reach(shown, 2, "stopped")
    screen = seen(shown, tmp_path)
    assert farness(screen, picture_of(clips[1], -1)) + 0.5 < farness(
        screen, picture_of(clips[1], 0)
    )
    press(shown, LEFT)
    reach(shown, 1, "stopped")
    assert farness(seen(shown, tmp_path), picture_of(clips[0], -1)) < 3
    assert shown.troubles() == []


def test_round_the_picture_there_is_no_edge(made: Made, browser: Browser, tmp_path: Path) -> None:
    shown = browser.open(made.path(".html"), Window(640, 480))
    reach(shown, 1, "waiting")
    shown.screenshot(tmp_path / "seen.png")
    picture = Image.open(tmp_path / "seen.png").convert("RGB")
    outside, inside = picture.getpixel((5, 40)), picture.getpixel((5, 80))
    assert outside == inside


@pytest.mark.slow
def test_all_of_it_can_be_gone_through_and_ends_on_the_loop(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    n_slides = len(made.slides)
    press(shown, RIGHT)
    for slide in range(1, n_slides):
        reach(shown, slide, "playing")
        press(shown, " ")
        reach(shown, slide, "stopped")
        press(shown, RIGHT)
    reach(shown, n_slides, "playing")
    shown.until("document.querySelector('video.front').currentTime > 0.5")
    shown.until("document.querySelector('video.front').currentTime < 0.5", "it starts again")
    press(shown, RIGHT)
    reach(shown, n_slides, "playing")
    assert (shown.overflow(), shown.troubles()) == ([], [])


def test_a_page_that_is_loaded_again_is_where_it_was(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    press(shown, "3", "\ue007")
    reach(shown, 3, "stopped")
    shown.reload()
    reach(shown, 3, "stopped")
    press(shown, END)
    reach(shown, len(made.slides), "playing")
    assert shown.troubles() == []


def test_who_wants_no_motion_sees_each_picture_at_once(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    shown = browser.open(made.path(".html"), SMALL, prefers_reduced_motion="reduce")
    reach(shown, 1, "waiting")
    press(shown, RIGHT)
    reach(shown, 1, "stopped")
    press(shown, RIGHT)
    reach(shown, 2, "stopped")
    assert shown.script("return document.querySelector('video.front').paused")
    last = picture_of(Path(made.config.slides[1].file), -1)
    assert farness(seen(shown, tmp_path), last) < 3


def test_notes_overview_and_help(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    n_slides = len(made.slides)
    press(shown, "4", "\ue007")
    reach(shown, 4, "stopped")
    press(shown, "n")
    notes = shown.script("return document.getElementById('notes').innerText")
    assert all(line in notes for line in made.slides[3]["notes"].splitlines())
    press(shown, "n", "o")
    assert shown.script("return document.querySelectorAll('#overview li').length") == n_slides
    assert shown.script(
        "return [...document.querySelectorAll('#overview img')].every(one => one.naturalWidth > 0)"
    )
    shown.script("document.querySelectorAll('#overview button')[1].click()")
    reach(shown, 2, "stopped")
    assert shown.script("return document.getElementById('overview').hidden")
    press(shown, "?")
    assert shown.script("return document.getElementById('help').open")
    press(shown, "?")
    assert not shown.script("return document.getElementById('help').open")
    press(shown, "s")
    main, *others = shown.driver.window_handles
    try:
        (speaker,) = others
        shown.driver.switch_to.window(speaker)
        told = shown.script("return document.body.innerText")
        assert all(line in told for line in made.slides[1]["notes"].splitlines())
        assert made.slides[2]["notes"].splitlines()[0] in told
        shown.driver.close()
    finally:
        shown.driver.switch_to.window(main)
    assert shown.troubles() == []


def test_on_a_phone_a_tap_goes_on_and_nothing_is_out_of_reach(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), PHONE)
    reach(shown, 1, "waiting")
    shown.script("document.getElementById('stage').click()")
    reach(shown, 1, "playing")
    reach(shown, 1, "stopped")
    shown.script("document.getElementById('to-next').click()")
    reach(shown, 2, "playing")
    boxes = shown.script(
        """return [...document.querySelectorAll('#bar button:not([hidden])')]
            .map(one => one.getBoundingClientRect())
            .map(box => [box.left, box.top, box.right, box.bottom]);"""
    )
    assert len(boxes) >= 5
    assert all(0 <= box[0] < box[2] <= PHONE.width for box in boxes)
    assert all(0 <= box[1] < box[3] <= PHONE.height for box in boxes)
    assert all(min(box[2] - box[0], box[3] - box[1]) >= 24 for box in boxes)
    names = shown.script(
        "return [...document.querySelectorAll('#bar button')].map(b => b.ariaLabel)"
    )
    assert all(names)
    assert (shown.overflow(), shown.troubles()) == ([], [])


def test_live_slide_stands_after_its_act_and_lets_go_of_the_keys(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    result = made.run("deck", *SHOWN, *LOOK, "--out", str(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout.splitlines()[-1])
    assert facts["frames_drawn"] == 0
    # Before the loop that is left on the screen.
    live = len(facts["slides"])
    shown = browser.open(f"{(tmp_path / 'hook+bowl.html').resolve().as_uri()}#{live}")
    reach(shown, live, "stopped")
    assert shown.script("return document.body.classList.contains('live')")
    frame = shown.driver.find_element("id", "live")
    shown.driver.switch_to.frame(frame)
    try:
        shown.until("document.body.classList.contains('ready')")
        moment = shown.script("return [explore.state().step, explore.numbers().condition]")
        assert moment == ["bowl", pytest.approx(4.0)]
        shown.driver.find_element("id", "figure").send_keys("\ue00f")  # page down, as a clicker
    finally:
        shown.driver.switch_to.default_content()
    reach(shown, live + 1, "playing")
    assert not shown.script("return document.body.classList.contains('live')")
    assert shown.troubles() == []
