"""A film of two acts, the decks made after it, what was said of them, and how a page is driven."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from click.testing import CliRunner, Result
from manim_slides.config import PresentationConfig

import render
from tests.browser import Page

#: Two acts, so that one leads into the other; the second has numbers at its beats.
SHOWN = ("hook", "bowl")
LOOK = ("--size", "160x90", "--fps", "10")
#: The forms that have clips.
CLIPPED = ("html", "pptx", "manim-slides")
#: The background of the dark theme.
PAPER = (16, 21, 29)


def clean(environment: dict[str, str], cache: Path) -> dict[str, str | None]:
    ours: dict[str, str | None] = {n: None for n in os.environ if n.startswith("RIDGE_")}
    return {**ours, "RIDGE_CACHE_DIR": str(cache), "RIDGE_WORKERS": "0", **environment}


@dataclass
class Made:
    """A film and the decks made after it, and what was said of them."""

    folder: Path
    cache: Path
    facts: dict[str, dict[str, Any]]

    def run(self, *arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(
            render.cli, arguments, env=clean(environment, self.cache), prog_name="render.py"
        )

    def path(self, end: str) -> Path:
        return self.folder / f"{'+'.join(SHOWN)}{end}"

    @property
    def slides(self) -> list[dict[str, Any]]:
        return list(self.facts["html"]["slides"])

    @property
    def config(self) -> PresentationConfig:
        return PresentationConfig.from_file(self.path("") / "slides" / f"{self.path('').name}.json")


def frames_in(clip: Path | bytes) -> list[Any]:
    with av.open(BytesIO(clip) if isinstance(clip, bytes) else clip) as file:
        return [frame.to_ndarray() for frame in file.decode(video=0)]


def press(page_: Page, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    for key in keys:
        ActionChains(page_.driver, duration=0).send_keys(key).perform()


def reach(page_: Page, slide: int, state: str) -> None:
    page_.until(
        f"document.body.dataset.slide === '{slide}' && document.body.dataset.state === '{state}'"
    )
