"""Commands that make kits, and readers of what is in them."""

from __future__ import annotations

import html.parser
from pathlib import Path

from click.testing import CliRunner, Result

import render
from pipeline.render.timeline import Beat

LONGLEY = Path(__file__).resolve().parents[3] / "examples" / "longley.csv"
DATA = ("--data", str(LONGLEY), "--features", "GNP,Year", "--response", "Employed")
TINY = ("--width", "160", "--fps", "5", "--workers", "0")
TINIEST = ("--width", "128", "--fps", "1", "--workers", "0")
THEMES = ("dark", "light")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, ["kit", *arguments], prog_name="render.py")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def beats(*states: tuple[int, float | None]) -> tuple[Beat, ...]:
    return tuple(
        Beat(frame, f"at {frame}", None if lam is None else {"lam": lam}) for frame, lam in states
    )


class Links(html.parser.HTMLParser):
    """The files that a text names."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {"src", "srcset", "href", "poster", "data-light", "data-dark"}
        self.found += [value for name, value in attrs if name in named and value]


class Tags(html.parser.HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


class Alternatives(html.parser.HTMLParser):
    """The alternative texts in a page, and names of its videos."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {"img": "alt", "video": "aria-label"}.get(tag)
        self.found += [value or "" for name, value in attrs if name == named]
