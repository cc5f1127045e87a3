"""The page of `render.py studio` in a real browser: it plays, is changed, and has things made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser import Browser, Page, Window, wait_for
from tests.commands.studio_process import ACTS, BLUE, GREEN, LOOK, RED, Studio, close, running


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of two small acts; what a test changes in them it puts back."""
    folder = tmp_path_factory.mktemp("studio")
    with running(folder, "--out", str(folder / "out")) as begun:
        yield begun


WINDOW = Window(1280, 720)


def test_page_plays_scrubs_and_shows_what_is_saved(studio: Studio, browser: Browser) -> None:
    studio.drawn()
    page = browser.open(studio.address, WINDOW)

    def press(key: str) -> None:
        page.script(
            "window.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))",
            key,
        )

    def at() -> int:
        return int(page.script("return document.querySelector('#timeline').ariaValueNow"))

    def middle() -> tuple[int, ...]:
        return tuple(
            page.script(
                """
                const canvas = document.querySelector("#picture");
                const pen = canvas.getContext("2d");
                return [...pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data].slice(0, 3);
                """
            )
        )

    page.until("document.querySelector('#state').textContent === 'All drawn'")
    wait_for(lambda: close(middle(), GREEN), "the first picture")
    # Frame by frame, from beat to beat, by act.
    press(".")
    wait_for(lambda: at() == 1, "a frame on")
    press("]")
    wait_for(lambda: at() == 17, "the beat")
    press("PageDown")
    wait_for(lambda: at() == 26, "the next act")
    wait_for(lambda: close(middle(), RED), "its picture")
    assert page.script("return document.querySelector('#where').textContent") == "The second"
    # It plays to the end, and no further.
    press(" ")
    wait_for(lambda: at() == 33, "the end")
    page.until("!document.querySelector('#play').classList.contains('is-playing')")
    # The mouse goes where it points.
    box = page.script(
        "const {left, top, width} = document.querySelector('#timeline').getBoundingClientRect();"
        "return [left, top, width]"
    )
    where = {"x": box[0] + box[2] / 4, "y": box[1] + 30, "button": "left", "clickCount": 1}
    for kind in ("mousePressed", "mouseReleased"):
        page.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, **where})
    wait_for(lambda: at() == 34 // 4, "a quarter")
    page.until("document.querySelector('#caption').textContent === 'It goes.'")
    press("Home")
    # What is on screen, by name; how the layout divides the frame; and neither.
    seen = "return [...document.querySelectorAll('#things > *')].filter(one => one.offsetParent)"
    page.script("document.querySelector('#inspect').click()")
    page.until("document.querySelector('.thing')")
    assert page.script("return document.querySelector('#inspect').ariaPressed") == "true"
    assert page.script(f"{seen}.map(one => one.className)") == ["margin", "thing"]
    told = page.script("return document.querySelector('.thing').dataset.told")
    assert told.startswith("square (Square)  ·  ")
    press("x")
    press("g")
    page.until("document.querySelector('.region')")
    assert page.script(f"{seen}.map(one => one.textContent)") == [
        *("stage", "panel", "caption", "safe"),
    ]
    press("g")
    assert page.script(f"{seen}.length") == 0
    # A save is seen, an error over the last good picture, and the playhead stays.
    studio.save("#00aa00", "#0000aa")
    try:
        wait_for(lambda: close(middle(), BLUE), "the new picture")
        page.script("dispatchEvent(new KeyboardEvent('keydown', {key: 'b'}))")
        wait_for(lambda: close(middle(), GREEN), "the one before")
        page.script("dispatchEvent(new KeyboardEvent('keyup', {key: 'b'}))")
        wait_for(lambda: close(middle(), BLUE), "the new one again")
        studio.save('fill_opacity=1, fill_color="#0000aa"', "fill_opacity=1 / 0")
        page.until("!document.querySelector('#fault').hidden")
        told = page.script("return document.querySelector('#fault').innerText")
        assert "ZeroDivisionError" in told
        assert "division by zero" in told
        assert page.script("return document.querySelector('#fault mark').textContent").strip() == (
            "14          square = Square(side_length=3, fill_opacity=1 / 0)"
        )
        assert close(middle(), BLUE)
    finally:
        studio.save(studio.acts.read_text(encoding="utf-8"), ACTS)
    page.until("document.querySelector('#fault').hidden")
    wait_for(lambda: close(middle(), GREEN), "the picture as it was")
    assert at() == 0
    assert page.troubles() == []


def test_choices_are_made_on_the_page(studio: Studio, browser: Browser) -> None:
    before = studio.drawn()
    page = browser.open(studio.address, Window(1440, 900))
    page.until("document.querySelector('#state').textContent === 'All drawn'")

    def light() -> bool:
        corner = page.script(
            "return [...document.querySelector('#picture').getContext('2d').getImageData(2, 2, 1, 1).data]"
        )
        return min(corner[:3]) > 200

    assert not light()
    page.script(
        "const one = document.querySelector('#choice-theme-light'); one.focus(); one.click()"
    )
    wait_for(light, "the light theme")
    page.until("document.querySelector('#command code').textContent.includes('--theme light')")
    assert page.script("return document.activeElement.id") == "choice-theme-light"
    # What cannot be is said, and the last good picture stays.
    page.script(
        """
        const size = document.querySelector("#choice-size");
        size.value = "257x1";
        size.dispatchEvent(new Event("change"));
        """
    )
    page.until("document.querySelector('#fault .message').textContent.includes('257x1')")
    assert light()
    changes = {"theme": None, "size": LOOK[1]}
    assert studio.ask("choices", "POST", json.dumps(changes))[0] == 204
    page.until("document.querySelector('#fault').hidden")
    wait_for(lambda: not light(), "the dark theme again")
    assert studio.drawn() == before
    assert page.troubles() == []
    assert page.overflow() == []


MADE = """
    const items = [...document.querySelectorAll("#made li")].filter((one) =>
      one.querySelector("b").textContent === arguments[0] && !one.classList.contains("running"));
    return items.length ? [items[0].className, items[0].textContent, items[0].title] : null;
"""


def made(page: Page, verb: str) -> tuple[str, str, str]:
    """Press the button that makes this, and wait for what the page says of it."""
    page.script("document.querySelector(`[data-make=${arguments[0]}]`).click()", verb)
    return tuple(wait_for(lambda: page.script(MADE, verb), f"the {verb}", patience=120))


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("gif", "first.gif"),
        pytest.param("film", "first+second.mp4", marks=pytest.mark.slow),
        pytest.param("kit", "kit-first", marks=pytest.mark.slow),
        pytest.param("deck", "first+second.html", marks=pytest.mark.slow),
    ],
)
def test_buttons_make_what_is_seen(studio: Studio, browser: Browser, verb: str, name: str) -> None:
    studio.drawn()
    page = browser.open(studio.address, WINDOW)
    page.until("document.querySelector('#state').textContent === 'All drawn'")
    state, told, command = made(page, verb)
    assert (state, name in told) == ("made", True), told
    assert command.startswith(f"render.py {verb} ")
    made_of = studio.acts.parent / "out"
    assert any(path.stat().st_size for path in made_of.rglob("*"))
    assert page.troubles() == []


def test_two_pages_look_at_two_places_and_hear_the_same(studio: Studio, browser: Browser) -> None:
    studio.drawn()
    page = browser.open(studio.address, WINDOW)
    first = page.driver.current_window_handle
    page.until("document.querySelector('#state').textContent === 'All drawn'")
    page.driver.switch_to.new_window("tab")
    second = page.driver.current_window_handle
    page.driver.get(studio.address)
    page.until("document.querySelector('#state').textContent === 'All drawn'")
    at = "return document.querySelector('#timeline').ariaValueNow"
    press = "dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0]}))"
    page.script(press, "PageDown")
    wait_for(lambda: page.script(at) == "26", "the second act")
    page.driver.switch_to.window(first)
    assert page.script(at) == "0"
    changes = {"theme": "light"}
    assert studio.ask("choices", "POST", json.dumps(changes))[0] == 204
    said = "document.querySelector('#command code').textContent.includes('--theme light')"
    try:
        for tab in (first, second):
            page.driver.switch_to.window(tab)
            page.until(said)
        assert page.script(at) == "26"
    finally:
        assert studio.ask("choices", "POST", json.dumps({"theme": None}))[0] == 204
        page.driver.switch_to.window(second)
        page.driver.close()
        page.driver.switch_to.window(first)
