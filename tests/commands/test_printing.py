"""Figures for papers: vectors, at the size asked for, the same every time, and fit to be printed grey."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

import render
from scenes.theme import THEMES, Colour
from tests.browser import Browser
from tests.refusals import check_refused

TINY = ("--size", "320x180", "--fps", "5")
SVG = "{http://www.w3.org/2000/svg}"


def still(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, ["still", *arguments], prog_name="render.py")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bowl, 8.5 cm wide, in both formats. Tests must not write to it."""
    out = tmp_path_factory.mktemp("figures")
    for kind in ("pdf", "svg"):
        result = still(
            *("bowl", "--at", "bowl", "--format", kind, "--width-cm", "8.5"),
            *(*TINY, "--out", str(out)),
        )
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"{out}/bowl-bowl.{kind}: 8.5 x ")
    return out


def test_text_and_lines_are_curves_and_the_surface_is_of_300_dpi(figures: Path) -> None:
    root = ElementTree.parse(figures / "bowl-bowl.svg").getroot()
    assert float(root.get("width", "").removesuffix("pt")) == pytest.approx(
        8.5 / 2.54 * 72, abs=0.01
    )
    tags = [element.tag.removeprefix(SVG) for element in root.iter()]
    assert tags.count("image") == 1
    assert tags.count("path") > 100
    assert "text" not in tags, "no font is needed to show it"
    scales = [
        float(found[1])
        for element in root.iter()
        if (found := re.match(r"matrix\(([\d.]+), ?0, ?0, ?\1,", element.get("transform", "")))
    ]
    assert min(scales) == pytest.approx(72 / 300, rel=0.01)


def test_a_pdf_has_its_size_and_is_the_same_every_time(figures: Path, tmp_path: Path) -> None:
    made = (figures / "bowl-bowl.pdf").read_bytes()
    assert made.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", made)
    assert float(box[0]) == pytest.approx(8.5 / 2.54 * 72, abs=0.01)
    given = ("bowl", "--at", "bowl", "--format", "pdf", "--width-cm", "8.5", *TINY)
    assert still(*given, "--out", str(tmp_path)).exit_code == 0
    assert (tmp_path / "bowl-bowl.pdf").read_bytes() == made


def test_a_browser_shows_what_a_png_shows(browser: Browser, figures: Path, tmp_path: Path) -> None:
    """Its colours, above all: the surface's warm minimum, its dark rim, nothing around."""
    page = browser.open(figures / "bowl-bowl.svg")
    page.screenshot(tmp_path / "seen.png")
    assert page.troubles() == []
    seen = np.asarray(Image.open(tmp_path / "seen.png").convert("RGB")).astype(int)
    ink = np.abs(seen - 255).max(axis=-1) > 12
    assert 0.01 < ink.mean() < 0.2
    red, _, blue = (seen[..., k][ink] for k in range(3))
    assert ((red - blue) > 90).mean() > 0.05
    assert ((blue - red) > 40).mean() > 0.05


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="there is no pdftoppm")
def test_poppler_shows_the_pdf(figures: Path, tmp_path: Path) -> None:
    command = ["pdftoppm", "-png", "-r", "150", str(figures / "bowl-bowl.pdf"), str(tmp_path / "p")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    (page,) = tmp_path.glob("p*.png")
    seen = np.asarray(Image.open(page).convert("RGB"))
    assert seen.shape[1] == pytest.approx(8.5 / 2.54 * 150, abs=2)
    assert (seen < 240).any()


OWN = """
import numpy as np
from manim import RED, Circle, ImageMobject
from scenes.act import Act
from scenes.stage.field import HeightField
from scenes.stage.stage import Stage
from scenes.stage.surface import StageScale

class Own(Act):
    def construct(self):
        f = lambda x, y: np.sin(3 * x) * np.cos(2 * y)
        self.add(Stage().put(HeightField(f, StageScale.around(f))))
        self.add(Circle(color=RED, stroke_width=8), ImageMobject(np.uint8([[0, 100], [200, 255]])))
        self.wait(1)
"""


def test_an_act_of_ones_own_is_a_figure_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any height field, whose lines stay in its picture; Manim's shapes, in their colours; an image."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN, encoding="utf-8")
    result = still("own.py:Own", "--at", "0.5", "--format", "svg", *TINY)
    assert result.exit_code == 0, result.output
    svg = Path("out/own-0.5s.svg").read_text(encoding="utf-8")
    assert len(re.findall("<image", svg)) == 2
    assert re.search(r"rgb\(98\.8\d*%, ?38\.4\d*%, ?33\.3\d*%\)", svg), "red, not blue"


def test_type_that_is_too_small_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of four pictures in a row has a fourth of the width, its name too."""
    monkeypatch.chdir(tmp_path)
    result = still("recap", "--at", "four", "--format", "svg", "--width-cm", "4", *TINY)
    assert result.exit_code == 0, result.output
    (said,) = [line for line in result.stderr.splitlines() if "smallest type" in line]
    wide = float(re.search(r"--width-cm ([\d.]+) makes", said)[1])  # type: ignore[index]
    assert 4.2 < wide < 8


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ramp", ["height", "penalty_height"])
def test_heights_are_told_apart_without_colour(name: str, ramp: str) -> None:
    """Lightness falls or rises all the way, so that a grey print still shows up from down."""
    table = getattr(THEMES[name], ramp).table
    light = np.array([Colour("#" + bytes(row.tolist()).hex())._luminance() for row in table[::16]])
    steps = np.diff(light)
    assert abs(np.sign(steps).sum()) == len(steps)
    assert abs(light[-1] - light[0]) > 0.15


def test_ink_of_the_light_theme_stands_out_on_white_paper() -> None:
    theme = THEMES["light"]
    inks = ("ink", "quiet", "theta1", "theta2", "minimum", "penalty", "spread", "bias")
    assert min(getattr(theme, name).contrast(Colour("#ffffff")) for name in inks) > 4.5


REFUSED = {
    "a width of pixels": (["--width-cm", "8"], ["--width-cm", "--format pdf"]),
    "a tiny figure": (["--format", "pdf", "--width-cm", "0.5"], ["--width-cm", "0.5"]),
    "no width": (["--format", "pdf", "--width-cm", "wide"], ["--width-cm", "wide"]),
    "another format": (["--format", "eps"], ["--format", "eps", "pdf"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_one_sentence(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, says = REFUSED[case]
    check_refused(still("bowl", "--at", "bowl", *arguments), says)
