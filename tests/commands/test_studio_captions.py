"""A studio begun from a notebook, and captions that are edited on its page."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.notebook import Studio, studio
from pipeline.errors import SettingsError
from tests.browser import Browser, Window, wait_for

WORDS = ("hook", "--size", "256x144", "--fps", "4")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebook is."""
    return tmp_path_factory.mktemp("notebook")


@pytest.fixture(scope="module")
def begun(folder: Path) -> Iterator[Studio]:
    """A studio of one act; it ends when told to."""
    words = (*WORDS, "--cache-dir", str(folder / "cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        running = studio(*words)
        try:
            assert studio(*words) is running  # a cell that is run again
            yield running
        finally:
            running.stop()
    assert running.process.returncode == 0
    running.stop()


def test_cell_is_a_link_to_the_page(begun: Studio) -> None:
    found = re.search('href="([^"]+)"', begun._repr_html_())
    assert found is not None
    with urllib.request.urlopen(found[1], timeout=20) as answer:
        assert b"<title>Studio</title>" in answer.read()


def test_words_that_no_studio_takes_are_told() -> None:
    with pytest.raises(SettingsError, match="there is no act 'nosuch'"):
        studio("nosuch")


@pytest.mark.slow
def test_caption_is_edited_and_taken_back(begun: Studio, folder: Path, browser: Browser) -> None:
    words = folder / "words.toml"
    page = browser.open(begun.address, Window(1280, 720))

    def press(key: str, where: str = "window") -> None:
        page.script(
            f"{where}.dispatchEvent(new KeyboardEvent('keydown', {{key: arguments[0], bubbles: true}}))",
            key,
        )

    def caption() -> str:
        return str(page.script("return document.querySelector('#caption').textContent"))

    page.until("document.querySelector('#timeline').ariaValueMax > 0")
    press("ArrowRight")
    page.until("document.querySelector('#caption').classList.contains('editable')")
    before = caption()
    press("e")
    area = "document.querySelector('#edit textarea')"
    assert page.script(f"return document.activeElement === {area}")
    assert page.script(f"return {area}.value") == before
    # Escape leaves it as it is.
    page.script(f"{area}.value = 'Never mind'")
    press("Escape", area)
    assert (caption(), words.exists()) == (before, False)
    # Markup is text, on the page as in the file.
    said = "Mine: <b>2 > 1</b>"
    press("e")
    page.script(f"{area}.value = arguments[0]", said)
    press("Enter", area)
    wait_for(lambda: caption() == said, "the caption as it was written")
    assert said in words.read_text(encoding="utf-8")
    assert page.script("return document.querySelector('#caption').children.length") == 0
    press("u")
    wait_for(lambda: caption() == before, "the caption as it was")
    assert said not in words.read_text(encoding="utf-8")
    press("u")
    page.until("document.querySelector('#said').textContent.startsWith('There is no change')")
    assert page.troubles() == []
