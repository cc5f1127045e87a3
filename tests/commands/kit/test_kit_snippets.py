"""What is pasted into an article comes through, and every name in it is right."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import markdown
import markdown_it
import mistune
import pytest

from pipeline.errors import SettingsError
from pipeline.kit.snippets import Placement
from tests.browser import PHONE, Browser
from tests.commands.kit.made import (
    Links,
    text,
)


@pytest.mark.parametrize("name", ["loop-snippet.html", "loop-snippet.md", "explore-snippet.html"])
def test_what_is_pasted_comes_through_readers_of_markdown(kit: Path, name: str) -> None:
    snippet = text(kit / name)
    document = f"Before *it*.\n\n{snippet}\nAfter *it*.\n"
    for reader, made in rendered(document).items():
        assert squeezed(snippet) in squeezed(made), reader
        assert made.count("<em>it</em>") == 2, reader


def rendered(document: str) -> dict[str, str]:
    """A document of Markdown as HTML, by the readers there are."""
    made = {
        "markdown-it": markdown_it.MarkdownIt("commonmark", {"html": True}).render(document),
        "mistune": str(mistune.html(document)),
        "Python-Markdown": markdown.markdown(document),
    }
    if pandoc := shutil.which("pandoc"):
        command = [pandoc, "--from", "gfm", "--to", "html"]
        made["pandoc"] = subprocess.run(
            command, input=document, text=True, capture_output=True, check=True
        ).stdout
    return made


def squeezed(html: str) -> str:
    """HTML without its white space, which readers set as they like."""
    return "".join(html.split())


def test_shortcodes_hold_the_snippet(kit: Path) -> None:
    snippet = text(kit / "loop-snippet.html")
    hugo = text(kit / "loop-hugo.html")
    head, _, figure = hugo.partition("<figure")
    assert head.count("{{") == head.count("}}") == 2
    assert f"<figure{figure}".replace("{{ $at }}", "") == snippet
    assert len(re.findall(r"\{\{ \$at \}\}loop-", figure)) == 8
    quarto = text(kit / "_loop.qmd")
    assert f"```{{=html}}\n{snippet}```\n" in quarto
    assert "](loop-light.png){fig-alt=" in quarto


ADDRESSES = ["https://a.org/kit", "http://a.org/kit/", "/kit/", "kit", "../kit", "//a.org/kit"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_stands_before_names(address: str) -> None:
    assert Placement.of(address, None).base == address.rstrip("/") + "/"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "", "a b", '"><script>', "{{ .Site }}", "a,b", "ftp://a.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"^--base-url .*is no address.*https://"):
        Placement.of(address, None)


@pytest.mark.parametrize("name", ["loop-snippet.md", "loop-snippet.html", "index.html"])
def test_every_file_that_is_named_is_there(kit: Path, name: str) -> None:
    links = [link for link in Links(text(kit / name)).found if not link.startswith("data:")]
    assert len(links) >= 4
    assert [link for link in links if not (kit / link).is_file()] == []


@pytest.mark.parametrize(
    ("scheme", "motion", "shown"),
    [
        ("dark", "no-preference", "loop-dark.avif"),
        ("light", "no-preference", "loop-light.avif"),
        ("dark", "reduce", "loop-dark.png"),
        ("light", "reduce", "loop-light.png"),
    ],
)
def test_markdown_shows_the_right_picture(
    browser: Browser, kit: Path, tmp_path: Path, scheme: str, motion: str, shown: str
) -> None:
    markdown = text(kit / "loop-snippet.md")
    assert "\n\n" not in markdown, "an empty line would end the HTML in it"
    shutil.copytree(kit, tmp_path / "readme")
    readme = tmp_path / "readme" / "readme.html"
    readme.write_text(f'<!doctype html><meta charset="utf-8">{markdown}', encoding="utf-8")
    asked = {"prefers_color_scheme": scheme, "prefers_reduced_motion": motion}
    page = browser.open(readme, PHONE, **asked)
    page.until("document.querySelector('img').naturalWidth > 0")
    assert page.script("return document.querySelector('img').currentSrc.split('/').pop()") == shown
