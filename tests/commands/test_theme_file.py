"""A theme of one's own is in the picture and in the key; what cannot be read is refused."""

from __future__ import annotations

import io
from base64 import b64encode
from functools import partial
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

from commands.console.config import Tables
from commands.theme_file import base_in, look_in
from pipeline.errors import SettingsError
from pipeline.inputs import read_toml
from pipeline.render.frames import draw
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from scenes.look import APART, CONTRAST, Look, faults
from scenes.text.typesetting import measure, missing_characters, use_fonts
from scenes.theme import DARK, LIGHT, Colour
from tests.commands.test_course import request_of, run

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
LOGO = SVG.format('<rect width="20" height="10" fill="#00ff00"/>')


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sans.ttf").write_bytes((FONTS / "DejaVuSans.ttf").read_bytes())
    (tmp_path / "logo.svg").write_text(LOGO)


def look(lines: str) -> Look:
    Path("mine.toml").write_text(lines, encoding="utf-8")
    return look_in(Tables(Path("mine.toml"), read_toml(Path("mine.toml"))))


def first_frame(given: Look | None) -> np.ndarray:
    frames: list[np.ndarray] = []
    settings = RenderSettings(width=640, height=360, fps=1)
    brief = Brief(Dataset.synthetic(), look=given)
    draw(partial(build_act, "loop", brief), settings, 0, 1, frames.append)
    return frames[0].copy()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_our_own_themes_have_no_fault(theme: object) -> None:
    assert faults(theme) == []  # type: ignore[arg-type]


def test_a_faulty_pair_is_named_with_its_measure() -> None:
    # Contrast by WCAG of two greys; red and green that a deuteranope takes for the same.
    assert Colour("#777777").contrast(Colour("#ffffff")) == pytest.approx(4.48, abs=0.005)
    (fault,) = faults(Look((("quiet", Colour("#7a746a")),)).of(LIGHT))
    assert "quiet on background (#7a746a on #faf7f1)" in fault
    assert f"less than {CONTRAST}:1" in fault
    red, green = Colour("#d05a3a"), Colour("#84812b")
    assert red.difference(green) > 3 * APART
    found = faults(Look((("theta1", red), ("theta2", green))).of(DARK))
    assert any(
        "theta1 and theta2 (#d05a3a and #84812b) look alike with deuteranopia" in x for x in found
    )


def test_colours_of_the_file_are_in_the_picture_and_in_the_key() -> None:
    mine = look("background = '#000000'")
    assert tuple(first_frame(mine)[2, 2, :3]) == (0, 0, 0)
    assert tuple(first_frame(None)[2, 2, :3]) == DARK.background.bytes
    brief = Brief(Dataset.synthetic())
    prints = {
        Brief(brief.dataset, look=each).fingerprint
        for each in (None, mine, look("background = '#000001'"), look("logo = 'logo.svg'"))
    }
    assert len(prints) == 4


def test_a_logo_stands_in_the_margin_of_every_frame() -> None:
    bare, with_logo = first_frame(None), first_frame(look("logo = 'logo.svg'"))
    rows, columns = np.nonzero(np.any(bare != with_logo, axis=2))
    assert rows.min() > 0.95 * 360
    assert columns.min() > 0.9 * 640
    assert tuple(with_logo[rows.min() + 3, columns.min() + 5, :3]) == (0, 255, 0)


def test_a_logo_of_pixels_is_the_same_picture() -> None:
    drawn = io.BytesIO()
    Image.new("RGBA", (200, 100), "#00ff00").save(drawn, "PNG")
    Path("logo.png").write_bytes(drawn.getvalue())
    made = look("logo = 'logo.png'")
    assert b64encode(drawn.getvalue()).decode() in made.logo
    by_svg, by_png = first_frame(look("logo = 'logo.svg'")), first_frame(made)
    assert np.abs(by_svg.astype(int) - by_png).max() <= 40  # an edge between pixels
    assert np.mean(by_svg != by_png) < 1e-3


def test_texts_are_set_in_the_fonts_of_the_file_and_then_in_ours_again() -> None:
    hebrew, text = "גובה", '#"Likelihood"'
    assert missing_characters("ԁ") == "ԁ"  # a Cyrillic letter that no font of ours has
    ours, mine = measure(text), measure('#"mmmm"')[0]
    room = measure('#"As the penalty grows, the valley closes into a bowl"')[0]
    try:
        use_fonts(look("fonts = 'sans.ttf'"))
        assert measure(text) != ours
        assert measure('#"mmmm"')[0] != mine
        sample = '#"As the penalty grows, the valley closes into a bowl"'
        assert measure(sample)[0] == pytest.approx(room, rel=0.03)  # wide as it is
        assert missing_characters("ԁ") == ""
        use_fonts(look("fallback = ['sans.ttf']"))
        assert measure(text) == ours
        assert missing_characters(hebrew + "ԁ") == ""
    finally:
        use_fonts(None)
    assert measure(text) == ours
    assert missing_characters("ԁ") == "ԁ"


def test_a_file_or_a_table_of_a_file_is_a_theme_of_every_verb() -> None:
    lines = "base = 'light'\nink = '#000000'\n"
    Path("mine.toml").write_text(lines)
    Path("course.toml").write_text(f"[theme]\n{lines}")
    one, other = request_of("--theme", "mine.toml"), request_of("--config", "course.toml")
    assert one.settings.theme == other.settings.theme == "light"
    assert one.look == other.look == Look((("ink", Colour("#000000")),))
    assert one.palette.ink.hex == "#000000"
    assert one.brief().palette == one.palette
    assert request_of("--theme", "light").look is None
    assert base_in(Tables(Path("x"), {})) == "dark"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("inc = '#000000'", "there is no 'inc' in a theme: did you mean 'ink'?"),
        ("base = 'blue'", "'base' is 'blue': write 'dark' or 'light'"),
        ("ink = 'black'", "'ink' is no colour: write it like '#1c232d'"),
        ("ink = 5", "'ink' is no colour"),
        ("ink = '#444444'", "ink on background (#444444 on #10151d) has a contrast of 1.9:1"),
        (
            "spread = '#c3a6ff'",
            "spread and bias (#c3a6ff and #c3a6ff) look alike with deuteranopia",
        ),
        ("height = 'lapaz'", "'height' is no part of a colour map: write it like"),
        ("height = ['nowhere:x', 0, 1]", "'height' is no part of a colour map"),
        ("fonts = 'nowhere.ttf'", "nowhere.ttf' cannot be read"),
        ("fonts = 'logo.svg'", "'logo.svg' of 'fonts': it is no font"),
        ("fonts = 5", "'fonts' is no list of files"),
        ("logo = 'sans.ttf'", "'sans.ttf' of 'logo' cannot be drawn: use a PNG, or an SVG"),
        ("logo = 'bad.svg'", "'bad.svg' of 'logo' cannot be drawn"),
        ("logo-place = 'left'", "'logo-place' is 'left': write 'corner' or 'title'"),
        ("ink = ", "cannot be read"),
    ],
)
def test_a_theme_that_is_none_is_refused_in_one_sentence(lines: str, told: str) -> None:
    Path("bad.svg").write_text(SVG.format('<image href="/etc/passwd"/>'))
    Path("mine.toml").write_text(lines)
    result = run("acts", "--theme", "mine.toml")
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_a_theme_that_there_is_not_is_told_with_the_nearest() -> None:
    result = run("acts", "--theme", "drak")
    assert result.exit_code == 2
    assert "there is no theme 'drak': did you mean 'dark'?" in result.stderr
    Path("big.ttf").write_bytes(bytes(32_000_001))
    with pytest.raises(SettingsError, match="more than 32 MB"):
        look("fonts = 'big.ttf'")
