"""The page draws what the film draws: the same state, the same pixels but for the renderer's."""

from __future__ import annotations

import base64
import io
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from pipeline.clip.similarity import ssim
from pipeline.render.frames import draw
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes.act import Act
from scenes.brief import Brief
from scenes.layout import Layout
from scenes.mobjects.landscape import Landscape
from tests.browser import Browser, Window
from tests.pipeline.explore.making import made_page

SETTINGS = RenderSettings(1280, 720, 5)
Picture = npt.NDArray[np.uint8]


class Shown(Act):
    """The landscape alone, at one moment."""

    name = "bowl"

    def __init__(self, *args: Any, moment: dict[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moment = moment

    def construct(self) -> None:
        self.land = land = Landscape(self, self.layout.stage, labels=False)
        stage = land.stage
        stage.azimuth.set_value(stage.azimuth() + math.radians(self.moment["turn"] - 24.0))
        stage.elevation.set_value(math.radians(self.moment["rise"]))
        land.lam.set_value(self.moment["share"])
        land.flip.set_value(self.moment["flip"])
        land.path.shown.set_value(1.0)
        self.moment["lam"] = land.lam_now()
        self.moment["zoom"] = stage.view().zoom
        self.add(stage)
        self.wait(1.0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_page(tmp_path_factory.mktemp("picture"))


@pytest.mark.parametrize(
    ("theme", "turn", "rise", "share", "flip"),
    [
        ("dark", 24.0, 33.0, 0.0, 1.0),
        ("light", 40.0, 60.0, 1.0, 1.0),
        ("light", 70.0, 18.0, 0.0, -1.0),
        ("dark", -150.0, 35.0, 0.8, -1.0),
    ],
    ids=["valley", "bowl", "ridge", "peak"],
)
def test_page_draws_what_the_film_draws(
    browser: Browser, path: Path, theme: str, turn: float, rise: float, share: float, flip: float
) -> None:
    moment = {"turn": turn, "rise": rise, "share": share, "flip": flip}
    film, box = drawn_by_film(theme, moment)
    page = browser.open(
        path, Window(1600, 900), prefers_color_scheme=theme, prefers_reduced_motion="reduce"
    )
    page.script(
        """
        const { style } = document.getElementById("figure");
        Object.assign(style, { position: "fixed", left: 0, top: 0, margin: 0, zIndex: 9 });
        [style.width, style.height] = arguments;
        """,
        f"{box[2]}px",
        f"{box[3]}px",
    )
    side = "likelihood" if flip < 0 else "rss"
    asked = f"lam={moment['lam']!r}&side={side}&turn={turn}&rise={rise}"
    page.script("explore.show(arguments[0] + '&zoom=1')", asked)
    page.script("explore.picture()")
    scale = moment["zoom"] * SETTINGS.height / 8.0 / page.script("return explore.zoom()")
    page.script("explore.show(arguments[0])", f"{asked}&zoom={scale!r}")
    background = page.script("return getComputedStyle(document.documentElement).backgroundColor")
    paper = [int(part) for part in background[4:-1].split(",")]
    there = over(page.script("return explore.picture()"), paper)
    left, top, width, height = box
    assert there.shape == (height, width, 3)
    wanted = film[top : top + height, left : left + width].copy()
    assert ssim([there], [wanted]) >= 0.98
    # Not two empty pictures: the stage takes up much of it, and a mirrored one would be told.
    assert np.mean(np.any(wanted != paper, axis=-1)) > 0.2
    assert ssim([there[:, ::-1].copy()], [wanted]) < 0.95


def drawn_by_film(
    theme: str, moment: dict[str, float]
) -> tuple[Picture, tuple[int, int, int, int]]:
    """The film's frame, and the box of its stage: left, top, width, height."""
    frames: list[Picture] = []
    brief = Brief(Dataset.synthetic(), theme=theme, captions=False)

    def act(renderer: Any) -> Act:
        return partial(Shown, moment=moment)(brief, renderer=renderer)

    draw(act, SETTINGS, 0, 1, frames.append)
    stage = Layout.of(SETTINGS.width, SETTINGS.height).stage
    unit = SETTINGS.height / 8.0
    left = round(SETTINGS.width / 2 + unit * stage.left)
    top = round(SETTINGS.height / 2 - unit * stage.top)
    return frames[0][..., :3], (left, top, round(unit * stage.width), round(unit * stage.height))


def over(address: str, paper: list[int]) -> Picture:
    """A picture from its address, on paper of one colour."""
    content = base64.b64decode(address.partition(",")[2])
    image = Image.open(io.BytesIO(content)).convert("RGBA")
    sheet = Image.new("RGBA", image.size, (*paper, 255))
    return np.array(Image.alpha_composite(sheet, image).convert("RGB"))
