"""The page in a real browser: what is seen, what answers to the hand, and what is heard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.by import By

from tests.browser import DESKTOP, PHONE, Browser, Page, Window
from tests.pipeline.explore.making import made_page

NARROW, LARGE = Window(320, 640, 2.0, mobile=True), Window(3840, 2160)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_page(tmp_path_factory.mktemp("explore"))


def opened(
    browser: Browser, path: Path, state: str = "", window: Window = DESKTOP, **wishes: str
) -> Page:
    """The page at a moment, at rest: nothing glides."""
    wishes = {"prefers_reduced_motion": "reduce", **wishes}
    page = browser.open(f"{path.resolve().as_uri()}#{state}", window, **wishes)
    page.until("document.body.classList.contains('ready')")
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until what was asked for is drawn."""
    page.driver.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
    )


def state(page: Page, key: str) -> object:
    return page.script("return explore.state()[arguments[0]]", key)


def colours(page: Page) -> int:
    """How many colours the figure has, as it is drawn."""
    return int(
        page.driver.execute_async_script(
            """
            const done = arguments[0];
            explore.show(location.hash + "&zoom=1.01");
            requestAnimationFrame(() => {
                const sheet = document.createElement("canvas");
                sheet.width = sheet.height = 128;
                const pen = sheet.getContext("2d");
                pen.drawImage(document.getElementById("surface"), 0, 0, 128, 128);
                done(new Set(new Uint32Array(pen.getImageData(0, 0, 128, 128).data.buffer)).size);
            });
            """
        )
    )


@pytest.mark.parametrize("window", [NARROW, PHONE, DESKTOP, LARGE], ids=lambda w: str(w.width))
def test_page_opens_without_troubles_at_any_width(
    browser: Browser, path: Path, window: Window
) -> None:
    page = opened(browser, path, window=window)
    assert (page.overflow(), page.troubles()) == ([], [])
    assert colours(page) > 100
    labels = page.script(
        "return [...document.querySelectorAll('#labels span:not([hidden])')].map(s => s.textContent)"
    )
    assert {"θ₁  A", "θ₂  B", "RSS"} <= set(labels)


def test_buttons_of_the_figure_lie_on_no_name_or_tick_on_a_telephone(
    browser: Browser, path: Path
) -> None:
    page = opened(browser, path, "tell=peak", PHONE)
    covered = page.script(
        """
        const box = one => one.getBoundingClientRect();
        const buttons = [...document.querySelectorAll(".eye button")].map(box);
        const apart = (a, b) =>
            a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        const labels = [...document.querySelectorAll("#labels span:not([hidden])")];
        return [buttons.length, labels.length, labels.map(box).filter(
            label => buttons.some(button => !apart(label, button))).length];
        """
    )
    assert covered[0] == 3
    assert covered[1] > 8
    assert covered[2] == 0


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_colours_are_those_the_reader_asks_for_until_others_are_chosen(
    browser: Browser, path: Path, scheme: str
) -> None:
    page = opened(browser, path, prefers_color_scheme=scheme)
    worn = "return getComputedStyle(document.documentElement).colorScheme"
    assert page.script(worn) == scheme
    page.driver.find_element(By.ID, "theme").click()
    assert page.script(worn) != scheme


def test_drag_turns_the_surface_and_the_ball_takes_a_theta(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    figure = page.driver.find_element(By.ID, "figure")
    before = state(page, "turn"), state(page, "rise")
    ActionChains(page.driver).move_to_element_with_offset(
        figure, 300, 150
    ).click_and_hold().move_by_offset(-120, 40).release().perform()
    assert state(page, "turn") != before[0]
    assert state(page, "rise") != before[1]
    assert state(page, "theta") is None
    page.script("explore.show('lam=0')")
    settled(page)
    x, y = page.script("return explore.handle()")
    middle = figure.size["width"] / 2, figure.size["height"] / 2
    ActionChains(page.driver).move_to_element_with_offset(
        figure, round(x - middle[0]), round(y - middle[1])
    ).click_and_hold().move_by_offset(40, 30).release().perform()
    settled(page)
    assert state(page, "theta") is not None
    assert page.driver.find_element(By.ID, "readouts").get_attribute("class") == "two"
    page.driver.find_element(By.ID, "release").click()
    assert state(page, "theta") is None


def test_finger_scrolls_the_page_and_wheel_does_too(browser: Browser, path: Path) -> None:
    page = opened(browser, path, window=PHONE)
    assert (
        page.script("return getComputedStyle(document.getElementById('figure')).touchAction")
        == "pan-y"
    )
    page = opened(browser, path)
    figure = page.driver.find_element(By.ID, "figure")
    ActionChains(page.driver).scroll_from_origin(
        ScrollOrigin.from_element(figure), 0, 200
    ).perform()
    page.until("scrollY > 50")
    assert state(page, "zoom") == 1


def test_fingers_turn_and_zoom(browser: Browser, path: Path) -> None:
    page = opened(browser, path, window=PHONE)
    left, top, width, height = page.script(
        "const b = document.getElementById('figure').getBoundingClientRect();"
        "return [b.left, b.top, b.width, b.height]"
    )
    x, y = left + width / 2, top + 0.25 * height

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": px, "y": py, "id": k} for k, (px, py) in enumerate(points)]
        page.driver.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers}
        )

    page.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        turn = float(str(state(page, "turn")))
        touch("touchStart", (x, y))
        for step in range(1, 6):
            touch("touchMove", (x - 16 * step, y))
        touch("touchEnd")
        assert float(str(state(page, "turn"))) > turn + 10
        assert page.script("return scrollY") == 0
        zoom = float(str(state(page, "zoom")))
        touch("touchStart", (x - 30, y), (x + 30, y))
        for step in range(1, 6):
            touch("touchMove", (x - 30 - 8 * step, y), (x + 30 + 8 * step, y))
        touch("touchEnd")
        assert float(str(state(page, "zoom"))) > 1.5 * zoom
        assert page.script("return visualViewport.scale") == 1
    finally:
        page.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_on_paper_the_figure_is_a_picture_in_light_colours(browser: Browser, path: Path) -> None:
    page = opened(browser, path, prefers_color_scheme="dark")
    page.script("window.dispatchEvent(new Event('beforeprint'))")
    page.until("document.getElementById('on-paper').naturalWidth")
    assert page.script("return getComputedStyle(document.documentElement).colorScheme") == "light"
    page.script("window.dispatchEvent(new Event('afterprint'))")
    assert page.script("return getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_moment_is_copied_as_link_and_as_command(browser: Browser, path: Path) -> None:
    page = opened(browser, path, "lam=4.5&cloud=sampling")
    page.script("navigator.clipboard.writeText = text => { window.copied = text; }")
    page.driver.find_element(By.ID, "copy-link").click()
    link = str(page.until("window.copied"))
    assert link.endswith("#lam=4.5&cloud=sampling")
    page.driver.find_element(By.ID, "copy-command").click()
    page.until("window.copied.startsWith('python render.py explore --state ')")
    assert page.until("document.getElementById('heard').textContent.includes('Copied')")


def test_figure_is_saved_as_png_with_its_labels(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    page.script(
        """
        HTMLAnchorElement.prototype.click = function () { window.saved = this.download; };
        URL.createObjectURL = blob => {
            createImageBitmap(blob).then(map => { window.size = [map.width, map.height]; });
            return "#";
        };
        """
    )
    page.driver.find_element(By.ID, "save-picture").click()
    assert page.until("window.saved") == "explore.png"
    width, height = page.until("window.size")
    box = page.script("const s = document.getElementById('surface'); return [s.width, s.height]")
    assert width == box[0]
    assert height > box[1]


def test_keys_alone_do_it(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    figure = page.driver.find_element(By.ID, "figure")
    turn, rise = float(str(state(page, "turn"))), float(str(state(page, "rise")))
    figure.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_UP, "+")
    assert (state(page, "turn"), state(page, "rise")) == (
        pytest.approx(turn + 4),
        pytest.approx(rise + 4),
    )
    assert state(page, "zoom") == pytest.approx(1.15)
    figure.send_keys(Keys.SHIFT, Keys.ARROW_LEFT)
    assert state(page, "theta") is not None
    figure.send_keys(Keys.ESCAPE, "0")
    assert (state(page, "theta"), state(page, "zoom")) == (None, 1)
    slider = page.driver.find_element(By.ID, "lam")
    slider.send_keys(Keys.END)
    settled(page)
    assert float(str(state(page, "lam"))) > 100
    assert re.fullmatch(r"λ = 1\d\d", slider.get_attribute("aria-valuetext") or "")
    slider.send_keys(Keys.HOME)
    settled(page)
    assert (state(page, "lam"), slider.get_attribute("aria-valuetext")) == (0, "λ = 0, no penalty")


def test_everything_that_can_be_focused_has_a_name(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    nameless = page.script(
        """
        const named = one => one.getAttribute("aria-label") || one.textContent.trim()
            || [...(one.labels ?? [])].map(label => label.textContent).join("").trim();
        return [...document.querySelectorAll("button, input, [tabindex]")]
            .filter(one => !named(one)).map(one => one.outerHTML);
        """
    )
    assert nameless == []


def test_steps_tell_the_film_and_are_heard(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    seen = set()
    for button in page.driver.find_elements(By.CSS_SELECTOR, "#steps button"):
        button.click()
        settled(page)
        seen.add(page.driver.find_element(By.ID, "told").text)
        assert button.get_attribute("aria-current") == "step"
    assert len(seen) == 10
    assert "" not in seen
    heard = page.until("document.getElementById('heard').textContent")
    assert re.search(r"λ = .+: lowest at θ₁ = .+; condition number", str(heard))


def test_flip_shows_the_likelihood_and_its_prior(browser: Browser, path: Path) -> None:
    page = opened(browser, path, "lam=10")
    page.script("document.querySelector('input[value=likelihood]').click()")
    settled(page)
    names = page.script(
        "return [...document.querySelectorAll('#labels .name:not([hidden])')].map(s => s.textContent)"
    )
    assert "log-posterior" in names
    numbers = page.driver.find_element(By.ID, "readouts").text
    assert "τ² = σ² ∕ λ" in numbers


def test_made_data_answer_to_their_dials_and_rows_to_the_table(
    browser: Browser, path: Path
) -> None:
    page = opened(browser, path)
    slider = page.driver.find_element(By.ID, "rho")
    slider.send_keys(Keys.END)
    settled(page)
    assert page.script("return explore.numbers().kind") == "exact"
    assert "flat floor" in page.driver.find_element(By.ID, "told").text
    slider.send_keys(Keys.HOME)
    page.script("explore.show('')")
    settled(page)
    before = page.script("return explore.numbers().rss")
    page.driver.find_element(By.CSS_SELECTOR, "td input[type=checkbox]").click()
    settled(page)
    assert page.script("return explore.numbers().rss") != before
    field = page.driver.find_elements(By.CSS_SELECTOR, "tbody tr:nth-child(2) input")[3]
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, "4.5", Keys.ENTER)
    settled(page)
    assert page.script("return explore.state().edits['1'][2]") == 4.5
    page.driver.find_element(By.ID, "restore").click()
    settled(page)
    assert page.script("return explore.numbers().rss") == before


def test_a_point_of_the_scatter_is_dragged(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    page.script("document.getElementById('plot-scatter').scrollIntoView({block: 'center'})")
    target = page.driver.find_elements(By.CSS_SELECTOR, "#plot-scatter .target")[0]
    before = page.script("return explore.numbers().d")
    ActionChains(page.driver).drag_and_drop_by_offset(target, 25, 30).perform()
    settled(page)
    assert page.script("return Object.keys(explore.state().edits).length") == 1
    assert page.script("return explore.numbers().d") != before


def test_a_link_brings_the_moment_back(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    page.script("explore.show('lam=4.5&side=likelihood&cloud=posterior&rho=0.9&theta=1,0.5&out=3')")
    page.until("location.hash.includes('out=3')")
    link, was = page.script("return [location.href, explore.state()]")
    page = browser.open(str(link))
    page.until("document.body.classList.contains('ready')")
    assert page.script("return explore.state()") == was


def test_without_webgl_or_script_text_and_stills_are_there(browser: Browser, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    flat = path.with_name("flat.html")
    flat.write_text(source.replace('"webgl2"', '"nothing"'), encoding="utf-8")
    page = browser.open(flat)
    page.until("document.body.classList.contains('flat')")
    assert page.script("return document.querySelector('.still img').naturalWidth") > 400
    assert page.troubles() == []
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.get(path.resolve().as_uri())
        assert page.driver.find_element(By.CSS_SELECTOR, ".noscript").is_displayed()
        assert page.driver.find_element(By.CSS_SELECTOR, ".still img").is_displayed()
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_canvas_that_is_lost_comes_back(browser: Browser, path: Path) -> None:
    page = opened(browser, path)
    page.script(
        "window.lost = document.getElementById('surface').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context'); lost.loseContext()"
    )
    page.until("document.body.classList.contains('flat')")
    page.script("lost.restoreContext()")
    page.until("!document.body.classList.contains('flat')")
    settled(page)
    assert colours(page) > 100


def test_nothing_in_a_name_runs(browser: Browser, tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)><b>"
    data = tmp_path / "data.csv"
    rows = [f"{k},{k % 5 + 0.9 * k},{2 * k + (k * 7) % 3}" for k in range(12)]
    data.write_text("\n".join([f"b,{evil},{{{{y}}}}", *rows]) + "\n", encoding="utf-8")
    page = opened(browser, made_page(tmp_path, "--data", str(data), "--response", "{{y}}"))
    assert (
        page.script("return [...document.images].filter(one => one.src.endsWith('x')).length") == 0
    )
    assert evil in page.driver.find_element(By.ID, "subtitle").text
    assert page.troubles() == []
