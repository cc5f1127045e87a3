"""The browser of the tests: what it shows, and that it tells of what goes wrong in a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import DESKTOP, PHONE, Browser, Window, serving

PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><title>θ</title>
<style>
  body { margin: 0; color: rgb(1, 1, 1) }
  @media (prefers-color-scheme: dark) { body { color: rgb(2, 2, 2) } }
</style><p>λ</p>"""


def page_in(folder: Path, more: str = "") -> Path:
    path = folder / "a page.html"
    path.write_text(PAGE + more, encoding="utf-8")
    return path


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_is_shown_at_the_size_that_is_asked_for(
    browser: Browser, tmp_path: Path, window: Window
) -> None:
    page = browser.open(page_in(tmp_path), window)
    assert page.script("return [document.title, innerWidth, innerHeight, devicePixelRatio]") == [
        "θ",
        window.width,
        window.height,
        window.scale,
    ]
    assert (page.overflow(), page.troubles()) == ([], [])


def test_the_readers_wishes_are_emulated(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_in(tmp_path), prefers_color_scheme="dark")
    assert page.script("return getComputedStyle(document.body).color") == "rgb(2, 2, 2)"
    page.emulate(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    assert page.script("return getComputedStyle(document.body).color") == "rgb(1, 1, 1)"
    assert page.script("return matchMedia('(prefers-reduced-motion)').matches") is True


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("<script>throw new Error('broken')</script>", "broken"),
        ("<script>console.error('complained')</script>", "complained"),
        ("<img src='missing.png'>", "missing.png"),
        ("<video src='missing.mp4' autoplay muted></video>", "missing.mp4"),
    ],
)
def test_what_goes_wrong_in_a_page_is_told(
    browser: Browser, tmp_path: Path, more: str, says: str
) -> None:
    troubles = browser.open(page_in(tmp_path, more)).troubles()
    assert any(says in trouble for trouble in troubles), troubles
    assert browser.open(page_in(tmp_path)).troubles() == []


def test_a_missing_file_on_a_server_is_told_too(browser: Browser, tmp_path: Path) -> None:
    page_in(tmp_path, "<img src='missing.png'>")
    with serving(tmp_path) as address:
        troubles = browser.open(f"{address}a%20page.html").troubles()
    assert any("missing.png: 404" in trouble for trouble in troubles), troubles


def test_what_is_too_wide_is_named(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_in(tmp_path, "<p class='long' style='width: 400px'>x</p>"), PHONE)
    assert page.overflow() == ["P.long"]
