"""`render.py kit` as its users meet it: the folder, its media, its words, its pages in a browser."""

from __future__ import annotations

import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import av
import markdown
import markdown_it
import mistune
import numpy as np
import polars as pl
import pytest
import srt
from click.testing import CliRunner, Result
from PIL import Image
from sklearn.linear_model import Ridge

import render
from pipeline import folders
from pipeline.clip import clips
from pipeline.clip.similarity import frames_of
from pipeline.csv_table import csv_text
from pipeline.errors import RenderError, SettingsError
from pipeline.kit import media
from pipeline.kit.description import (
    Piece,
    Problem,
    Writing,
    alt_text,
    description,
    rows_of_pieces,
    seconds_text,
    unlinked,
)
from pipeline.kit.media import Medium
from pipeline.kit.page import Exhibit
from pipeline.kit.snippets import Placement, snippet_image, snippet_markdown
from pipeline.render.timeline import Beat, Timeline
from ridge_math import Dataset
from scenes.summary import objective_summary
from scenes.text.captions import caption_text
from tests.browser import DESKTOP, PHONE, Browser, Page, Window, serving
from tests.refusals import check_refused

LONGLEY = Path(__file__).resolve().parents[2] / "examples" / "longley.csv"
DATA = ("--data", str(LONGLEY), "--features", "GNP,Year", "--response", "Employed")
TINY = ("--width", "160", "--fps", "5", "--workers", "0")
TINIEST = ("--width", "128", "--fps", "1", "--workers", "0")
THEMES = ("dark", "light")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, ["kit", *arguments], prog_name="render.py")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all tests here: most draw the same."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Run in an empty folder, with no settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("RIDGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIDGE_CACHE_DIR", str(cache))
    monkeypatch.setenv("RIDGE_WORKERS", "0")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A kit of the loop, from Longley's data. Tests must not write to it."""
    out = tmp_path_factory.mktemp("kits")
    result = run(*DATA, *TINY, "--out", str(out), "--cache-dir", str(cache))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{out}/kit: 25 files, ")
    return out / "kit"


@pytest.fixture(scope="module")
def act(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A kit of an act that has captions, in German."""
    out = tmp_path_factory.mktemp("acts")
    result = run("hook", *TINIEST, "--lang", "de", "--out", str(out), "--cache-dir", str(cache))
    assert result.exit_code == 0, result.output
    return out / "kit-hook"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- the folder -----------------------------------------------------------------------------------


def test_a_kit_has_every_format_in_both_themes_and_lists_it(kit: Path) -> None:
    kinds = (".avif", ".gif", ".mp4", ".png", ".webm", ".webp", "-card.png")
    seen = {f"loop-{theme}{kind}" for theme in THEMES for kind in kinds}
    read = {"index.html", "loop-alt.txt", "loop-description.txt", "numbers.json", "numbers.csv"}
    read |= {"loop-snippet.html", "loop-snippet.md", "explore.html", "explore-snippet.html"}
    read |= {"loop-hugo.html", "_loop.qmd"}
    files = contents(kit)
    assert set(files) == seen | read | {"kit.json"}
    told = json.loads(files.pop("kit.json"))
    assert set(told["media"]) == seen
    assert told["missing"] == []
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert {name: one["sha256"] for name, one in told["files"].items()} == digests
    assert [path.name for path in kit.parent.iterdir()] == ["kit"]  # nothing is left beside it


def test_the_same_input_makes_the_same_bytes_whoever_draws(kit: Path) -> None:
    again = run(*DATA, *TINY[:-2], "--workers", "2", "--out", "again")
    assert again.exit_code == 0, again.output
    assert contents(Path("again/kit")) == contents(kit)


@pytest.mark.parametrize("theme", THEMES)
def test_every_medium_is_what_it_should_be(kit: Path, theme: str) -> None:
    for kind in ("mp4", "webm"):
        with av.open(kit / f"loop-{theme}.{kind}") as container:
            stream = container.streams.video[0]
            assert (stream.width, stream.height, stream.average_rate) == (160, 90, 5)
            assert stream.codec_context.name == {"mp4": "h264", "webm": "vp9"}[kind]
            assert sum(1 for _ in container.decode(video=0)) == 30
    for kind in ("gif", "webp"):
        path = kit / f"loop-{theme}.{kind}"
        with Image.open(path) as image:
            assert (image.size, image.info["loop"]) == ((160, 90), 0)
        assert sum(1 for _ in frames_of(path, Fraction(5))) == 30
    backgrounds = set()
    for name, size in ((f"loop-{theme}.png", (320, 180)), (f"loop-{theme}-card.png", (1200, 630))):
        with Image.open(kit / name) as image:
            assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
            backgrounds.add(image.getpixel((0, 0)))
    assert backgrounds == {{"dark": (16, 21, 29), "light": (250, 247, 241)}[theme]}


def test_the_poster_shows_the_frame_with_the_largest_penalty(kit: Path) -> None:
    """Of the frames of the WebP, none is more like the poster than that of the bowl."""
    with Image.open(kit / "loop-dark.png") as image:
        poster = np.asarray(image.resize((160, 90), Image.Resampling.BOX), dtype=float)
    shown = frames_of(kit / "loop-dark.webp", Fraction(5))
    apart = [np.abs(frame.astype(float) - poster).mean() for frame in shown]
    (piece,) = json.loads(text(kit / "numbers.json"))["pieces"]
    bowl = next(beat for beat in piece["beats"] if beat["name"] == "bowl")
    # It rests there: the frames before the next move are the same.
    assert bowl["frame"] <= int(np.argmin(apart)) <= bowl["frame"] + 2


def beats(*states: tuple[int, float | None]) -> tuple[Beat, ...]:
    return tuple(
        Beat(frame, f"at {frame}", None if lam is None else {"lam": lam}) for frame, lam in states
    )


@pytest.mark.parametrize(
    ("moments", "best"),
    [
        (beats((5, 0.0), (20, 9.0), (30, 9.0), (40, 0.0)), 20),
        (beats((5, 0.0), (20, 0.0), (30, 0.0)), 30),
        (beats((5, None), (20, None)), 20),
        (beats((5, 0.0), (60, 3.0)), 49),
        ((), 25),
    ],
)
def test_the_poster_is_where_lam_is_largest(moments: tuple[Beat, ...], best: int) -> None:
    assert Piece("a", "A", "", Timeline(50, 25, beats=moments)).best_frame == best


# --- words and numbers ----------------------------------------------------------------------------


def test_the_numbers_are_those_of_scikit_learn(kit: Path) -> None:
    table = pl.read_csv(LONGLEY)
    X = table.select("GNP", "Year").to_numpy().astype(float)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = table["Employed"].to_numpy() - table["Employed"].mean()
    told = json.loads(text(kit / "numbers.json"))
    assert told["data"]["rows"] == 16
    assert told["data"]["correlation"] == pytest.approx(np.corrcoef(X.T)[0, 1])
    (piece,) = told["pieces"]
    assert [beat["name"] for beat in piece["beats"]] == ["valley", "bowl", "peak", "ridge"]
    shown = [beat["numbers"] for beat in piece["beats"]]
    assert [numbers["lam"] > 0 for numbers in shown] == [False, True, True, False]
    for beat, numbers in zip(piece["beats"], shown, strict=True):
        lam = numbers["lam"]
        theta = Ridge(alpha=lam, fit_intercept=False).fit(X, y).coef_
        assert numbers["theta"] == pytest.approx(theta)
        rss = ((y - X @ theta) ** 2).sum()
        assert numbers["rss"] == pytest.approx(rss)
        assert numbers["objective"] == pytest.approx(rss + lam * (theta**2).sum())
        eigenvalues = np.linalg.eigvalsh(X.T @ X + lam * np.eye(2))[::-1]
        assert numbers["eigenvalues"] == pytest.approx(eigenvalues)
        assert numbers["condition_number"] == pytest.approx(eigenvalues[0] / eigenvalues[1])
        hat = X @ np.linalg.solve(X.T @ X + lam * np.eye(2), X.T)
        assert numbers["effective_df"] == pytest.approx(np.trace(hat))
        assert beat["seconds"] == beat["frame"] / piece["fps"]


@pytest.mark.parametrize("point", [".", ","])
def test_the_numbers_are_a_table_too(point: str) -> None:
    state = objective_summary(Dataset.synthetic(correlation=1.0).objective())
    beats = (Beat(5, "flat", state), Beat(7, "words alone", None))
    table = csv_text(rows_of_pieces([Piece("a", "A", "", Timeline(10, 4, beats=beats))]), point)
    read = pl.read_csv(
        table.encode(), separator=";" if point == "," else ",", decimal_comma=point == ","
    )
    (row,) = read.to_dicts()
    assert (row.pop("piece"), row.pop("beat"), row.pop("seconds")) == ("a", "flat", 1.25)
    theta, eigenvalues = (
        [row.pop(f"{name}_{k}") for k in (1, 2)] for name in ("theta", "eigenvalues")
    )
    assert row == {k: v for k, v in state.items() if k not in ("theta", "eigenvalues")} | {
        "condition_number": np.inf
    }
    assert (theta, eigenvalues) == (state["theta"], state["eigenvalues"])


def test_the_alternative_text_is_short_and_stands_wherever_pictures_do(kit: Path) -> None:
    """Nobody can stop in it or go back: what is seen is said at once, numbers stand elsewhere."""
    alt = text(kit / "loop-alt.txt").strip()
    for word in ("6 seconds", "valley", "ridge"):
        assert word in alt
    assert len(alt) < 250
    for name in ("loop-snippet.html", "loop-snippet.md", "index.html"):
        named = Alternatives(text(kit / name)).found
        assert len(named) >= 1
        assert set(named) == {alt}


def test_the_description_has_the_numbers_of_the_film(kit: Path) -> None:
    told = text(kit / "loop-description.txt").strip()
    (piece,) = json.loads(text(kit / "numbers.json"))["pieces"]
    for beat in piece["beats"]:
        numbers = beat["numbers"]
        for number in (*numbers["theta"], numbers["rss"], numbers["condition_number"]):
            pattern = f"{number:.3g}".replace("-", "−").replace("e+0", "")
            assert re.search(rf"(?<![\d.]){re.escape(pattern)}", told), (number, told)
    for word in ("GNP", "Year", "16 values of Employed", "0.995"):
        assert word in told
    assert told.startswith(text(kit / "loop-alt.txt").strip())
    assert len(told) < 800, "nobody listens to more"
    assert told in text(kit / "index.html")


@pytest.mark.parametrize(
    ("n_frames", "says"), [(6 * 25, "6 s"), (161, "6.44 s"), (1074, "43 s"), (1090, "44 s")]
)
def test_a_length_is_told_to_the_second_unless_it_is_short(n_frames: int, says: str) -> None:
    writing = Writing(lambda value: f"{value:.3g}", str, str, lambda key, **blanks: "")
    assert f"{seconds_text(n_frames / 25, writing)} s" == says


def test_markdown_s_own_picture_is_one_whatever_its_words_are() -> None:
    """Brackets in a title would end the alternative text."""
    posters = [Medium("a", theme, "poster", f"a-{theme}.png", 2, 2, b"") for theme in THEMES]
    clips = [Medium("a", theme, "gif", f"a-{theme}.gif", 2, 2, b"", "", 5.0) for theme in THEMES]
    piece = Piece("a", "A", "", Timeline(5, 5))
    one = Exhibit(piece, r"a [b] \ c", "", "", (2, 2), [*posters, *clips], [], "")
    assert snippet_image(one, Placement()) == r"![a \[b\] \\ c](a-light.gif)" + "\n"


@pytest.mark.parametrize(
    ("videos", "pictures"),
    [((640, 360), (640, 360)), ((960, 540), (960, 540)), ((1920, 1080), (960, 540))],
)
def test_moving_pictures_are_tried_as_wide_as_the_videos_and_no_wider_than_a_page(
    videos: tuple[int, int], pictures: tuple[int, int]
) -> None:
    """A limit in bytes is all there to be used."""
    order = media.Order(mock.Mock(), mock.Mock(), "dark", videos, 25, max_bytes=1, poster=0)
    wanted = [media._wanted(order, kind)[0] for kind in ("mp4", "gif", "webp")]
    sizes = [(spec.width, spec.height) for spec in wanted]
    assert sizes == [videos, pictures, pictures]


@pytest.mark.parametrize("widths", [(640, 608), (608, 640)])
def test_no_theme_is_blown_up_to_the_width_of_the_other(widths: tuple[int, int]) -> None:
    named = list(zip(THEMES, widths, strict=True))
    posters = [Medium("a", theme, "poster", f"a-{theme}.png", 1920, 1080, b"") for theme in THEMES]
    clips = [Medium("a", theme, "gif", f"a-{theme}.gif", w, 9, b"", "", 5.0) for theme, w in named]
    piece = Piece("a", "A", "", Timeline(5, 5))
    one = Exhibit(piece, "An act", "", "", (960, 540), [*posters, *clips], [], "")
    assert 'src="a-light.gif" width="608"' in snippet_markdown(one, Placement())


def test_headings_of_the_index_leave_no_level_out(kit: Path) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", text(kit / "index.html"))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("correlation", "says"),
    [
        (1.0, {"en": "exactly flat floor", "de": "völlig flachem Boden"}),
        (0.99, {"en": "valley, 199 times", "de": "Tal, quer 199-mal"}),
        (0.0, {"en": "a bowl already, 1.00 times", "de": "schon eine Schüssel"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_said_of_a_surface_is_true_of_it(
    correlation: float, says: dict[str, str], language: str
) -> None:
    dataset = Dataset.synthetic(correlation=correlation)
    states = (objective_summary(dataset.objective().penalised(lam)) for lam in (40.0, 0.0, 40.0))
    shown = tuple(Beat(frame, "", numbers) for frame, numbers in enumerate(states))
    piece = Piece("a", "A title", "", Timeline(45, 30, beats=shown))
    problem = Problem(("A", "B"), "Y", 60, correlation)
    sentence = partial(caption_text, language, "alt")
    writing = Writing(lambda value: f"{value:.{0 if value > 100 else 2}f}", str, str, sentence)
    told = description(piece, problem, writing)
    assert says[language] in told
    assert told.index(says[language]) < told.index("λ = 40.00"), "from smallest λ to largest"
    assert not set("{}") & set(told)
    assert "1.5" in alt_text(replace(piece, timeline=Timeline(45, 30)), writing)
    assert told.startswith(alt_text(piece, writing))


@pytest.mark.parametrize(
    "name",
    ["[a](http://b.c)", "[a][b]", "[a]: b", "<b>", "</p>", "<http://b.c>", "WWW.b.c", "a@b.c"],
)
def test_no_column_is_a_link_in_plain_text(name: str) -> None:
    plain = unlinked(f"The RSS of {name}.")
    assert plain.replace("\u2060", "") == f"The RSS of {name}."
    assert not re.search(r"\]\(|\]\[|\]:|<[a-z/]|://|www\.|[a-z]@", plain, re.IGNORECASE)
    assert unlinked("RSS(θ) + λ‖θ‖² [a] (b): 1 < 2, 3:4") == "RSS(θ) + λ‖θ‖² [a] (b): 1 < 2, 3:4"


def test_captions_stand_beside_an_act_in_its_language(act: Path) -> None:
    files = contents(act)
    cues = list(srt.parse(files["hook.srt"].decode()))
    assert len(cues) == 3
    assert files["hook.vtt"].startswith(b"WEBVTT\n")
    transcript = files["hook-transcript.txt"].decode()
    for cue in cues:
        assert f"0:{cue.start.seconds:02}  {cue.content}\n" in transcript
        assert cue.content in files["hook.vtt"].decode()
    assert transcript.startswith("Mehr als ein Mittel gegen Überanpassung\n")
    assert "Sekunden" in files["hook-alt.txt"].decode()
    assert "Untertiteln" in files["hook-description.txt"].decode()
    assert 'srclang="de" label="Deutsch"' in files["hook-snippet.html"].decode()


def test_captions_are_in_the_moving_pictures_and_not_in_the_videos(act: Path) -> None:
    """The lower part of a frame in which something is said."""
    (cue, *_) = srt.parse(text(act / "hook.srt"))
    number = cue.start.seconds + 2
    with Image.open(act / "hook-dark.webp") as image:
        image.seek(number)
        drawn = np.asarray(image.convert("RGB"))
    with av.open(act / "hook-dark.mp4") as container:
        plain = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)][number]
    below = slice(-len(drawn) // 6, None)
    bright = [int((picture[below].max(axis=-1) > 90).sum()) for picture in (drawn, plain)]
    assert bright[0] > 20
    assert bright[1] == 0


# --- pages in a browser ---------------------------------------------------------------------------

PLAYING = (
    "document.querySelector('video').readyState >= 3 && !document.querySelector('video').paused"
)
TIME = "document.querySelector('video').currentTime"
SOURCE = "document.querySelector('video').currentSrc.split('/').pop()"


BUTTON = "document.querySelector('figure button')"


def plays(page: Page) -> None:
    page.until(PLAYING, "the video plays")
    page.until(f"{TIME} > 0.05")


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", THEMES)
def test_the_index_shows_everything(
    browser: Browser, kit: Path, window: Window, scheme: str
) -> None:
    page = browser.open(kit / "index.html", window, prefers_color_scheme=scheme)
    plays(page)
    assert page.script(f"return {SOURCE}") == f"loop-{scheme}.webm"
    assert page.overflow() == []
    for card in range(2):
        links = f"document.querySelectorAll('.card')[{card}].querySelectorAll('.formats a')"
        assert page.script(f"return {links}.length") == 7
        for place in range(7):
            # What is out of sight does not play.
            page.script(f"{links}[{place}].closest('.card').scrollIntoView()")
            page.script(f"{links}[{place}].click()")
            shown = f"document.querySelectorAll('.screen')[{card}].firstElementChild"
            if page.script(f"return {shown}.tagName") == "VIDEO":
                page.until(f"{shown}.currentTime > 0", "a video that is chosen plays")
            else:
                page.until(f"{shown}.naturalWidth > 0", "a picture that is chosen is shown")
            assert page.script(f"return {shown}.src.split('/').pop()") == page.script(
                f"return {links}[{place}].getAttribute('href')"
            )
    assert page.overflow() == []
    assert page.troubles() == []


def test_moving_pictures_of_the_index_can_be_paused(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    page.script("document.querySelector('.in-light [data-kind=gif]').click()")
    for shown in ("loop-light.png", "loop-light.gif"):
        page.script("document.querySelector('.in-light .screen button').click()")
        assert (
            page.script(
                "return document.querySelector('.in-light .screen img').src.split('/').pop()"
            )
            == shown
        )
    page.script("document.querySelector('.in-light [data-kind=poster]').click()")
    assert page.script("return document.querySelector('.in-light .screen button')") is None


def test_the_index_can_be_copied_from(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    buttons = "document.querySelectorAll('[data-copy]')"
    assert page.script(f"return {buttons}.length") == 9
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    for place, name in enumerate(["loop-snippet.html", "loop-snippet.md"]):
        page.script(f"{buttons}[{place}].click()")
        page.until(f"{buttons}[{place}].textContent === 'Copied'")
        assert page.script("return navigator.clipboard.readText()") == text(kit / name)


def test_what_is_shown_in_numbers_is_what_is_written_in_words(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "index.html")
    told = text(kit / "loop-description.txt")
    cells = page.script(
        "return [...document.querySelectorAll('td.theta1, td.theta2')].map(one => one.textContent)"
    )
    assert len(cells) == 8
    assert [cell for cell in cells if cell not in told] == []


@pytest.mark.parametrize("where", ["a file", "a server"])
def test_the_snippet_plays_in_a_bare_page(
    browser: Browser, kit: Path, tmp_path: Path, where: str
) -> None:
    shutil.copytree(kit, tmp_path / "article")
    page_file = tmp_path / "article" / "page.html"
    head = (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    )
    snippet = text(kit / "loop-snippet.html")
    page_file.write_text(f"{head}<p>Before</p>{snippet}<p>After</p>", encoding="utf-8")
    with serving(tmp_path / "article") as address:
        place = page_file if where == "a file" else f"{address}page.html"
        page = browser.open(place, PHONE, prefers_color_scheme="light")
        plays(page)
        assert page.script(f"return {SOURCE}") == "loop-light.webm"
        # While it plays, the reader's screen goes dark: it goes on from where it was.
        video = "document.querySelector('video')"
        page.until(f"{TIME} > 1.0")
        page.script(f"{video}.onloadeddata = () => {{ window.began = {TIME}; }}")
        page.emulate(prefers_color_scheme="dark")
        page.until(f"{SOURCE} === 'loop-dark.webm'")
        if where == "a file":  # this server knows no part of a file: nobody can seek in it
            page.until("window.began > 0.9")
        plays(page)
        assert (
            page.script(f"return [{video}.loop, {video}.muted, {video}.playsInline]") == [True] * 3
        )
        assert page.script(f"return {video}.poster.split('/').pop()") == "loop-dark.png"
        assert page.overflow() == []
        assert page.troubles() == []


def test_markdown_s_picture_is_no_wider_than_a_narrow_page(
    browser: Browser, kit: Path, tmp_path: Path
) -> None:
    """Places that have no style of their own for pictures, such as notes on a phone."""
    shutil.copytree(kit, tmp_path / "notes")
    page_file = tmp_path / "notes" / "page.html"
    head = '<!doctype html><meta name="viewport" content="width=device-width">'
    page_file.write_text(head + text(kit / "loop-snippet.md"), encoding="utf-8")
    page = browser.open(page_file, Window(140, 300, mobile=True))
    page.until("document.querySelector('img').naturalWidth > 140")
    assert page.overflow() == []
    box = page.script("return document.querySelector('img').getBoundingClientRect().toJSON()")
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.01)


def test_room_is_kept_for_a_video_that_has_not_come_yet(
    browser: Browser, kit: Path, tmp_path: Path
) -> None:
    """So nothing jumps when it does."""
    shutil.copy(kit / "loop-snippet.html", tmp_path / "alone.html")
    page = browser.open(tmp_path / "alone.html")
    box = page.script("return document.querySelector('video').getBoundingClientRect().toJSON()")
    assert (box["width"], box["height"]) == (160, 90)
    assert page.troubles() != []


@pytest.mark.parametrize("name", ["index.html", "loop-snippet.html"])
def test_nothing_moves_for_those_who_ask_for_less_motion(
    browser: Browser, kit: Path, name: str
) -> None:
    page = browser.open(kit / name, prefers_reduced_motion="reduce", prefers_color_scheme="dark")
    video = "document.querySelector('video')"
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.autoplay, {video}.paused, {TIME}]") == [False, True, 0]
    assert page.script(f"return {BUTTON}.textContent") == "Play", "it can be started"
    page.emulate(prefers_reduced_motion="reduce", prefers_color_scheme="light")
    page.until(f"{SOURCE} === 'loop-light.webm'")
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.paused, {TIME}]") == [True, 0]
    page.emulate(prefers_reduced_motion="no-preference", prefers_color_scheme="light")
    plays(page)
    assert page.troubles() == []


def test_a_loop_can_be_paused_by_keys_and_started_again(browser: Browser, kit: Path) -> None:
    page = browser.open(kit / "loop-snippet.html", PHONE)
    plays(page)
    box = page.script(f"return {BUTTON}.getBoundingClientRect().toJSON()")
    assert min(box["width"], box["height"]) >= 24, "what a finger hits (WCAG 2.5.8)"
    for says, paused in (("Play", True), ("Pause", False)):
        page.script(f"{BUTTON}.focus()")
        page.driver.switch_to.active_element.send_keys(" ")
        page.until(f"{BUTTON}.textContent === '{says}'")
        assert page.script("return document.querySelector('video').paused") == paused


def test_nothing_moves_without_a_script(browser: Browser, kit: Path) -> None:
    """Not even for those who have not asked for it: their browser's own controls start it."""
    tags = Tags(text(kit / "loop-snippet.html")).found
    (video,) = (given for tag, given in tags if tag == "video")
    assert "autoplay" not in video
    assert "controls" in video
    assert not [tag for tag, _ in tags if tag == "button"], "it would do nothing"


def test_a_loop_is_played_so_often_and_stops(browser: Browser, tmp_path: Path) -> None:
    result = run(*TINY, "--loop", "2", "--base-url", "../kit")
    assert result.exit_code == 0, result.output
    made = Path("out/kit")
    with Image.open(made / "loop-dark.gif") as image:
        assert image.info["loop"] == 1  # after the first time
    shutil.copytree(
        made, "out/article", ignore=lambda _, names: [n for n in names if "snip" not in n]
    )
    page = browser.open(Path("out/article/loop-snippet.html"), PHONE)
    video = "document.querySelector('video')"
    page.script(
        f"{video}.playbackRate = 8; window.ends = 0; {video}.onended = () => {{ ends += 1; }}"
    )
    page.until("window.ends === 2")
    page.until(f"{video}.paused && {BUTTON}.textContent === 'Play'")
    assert page.troubles() == []
    named = Links(text(made / "loop-snippet.md")).found
    assert {Path(name).parent for name in named} == {Path("../kit")}


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


def test_an_act_waits_to_be_started_and_has_its_captions_as_a_track(
    browser: Browser, act: Path
) -> None:
    page = browser.open(act / "index.html", PHONE)
    video = "document.querySelector('video')"
    page.until(f"{video}.readyState >= 1")
    assert page.script(f"return [{video}.autoplay, {video}.loop, {video}.paused]") == [
        False,
        False,
        True,
    ]
    page.until(f"{video}.textTracks[0].cues && {video}.textTracks[0].cues.length > 0")
    told = page.script(f"return [...{video}.textTracks[0].cues].map(cue => cue.text)")
    assert told == [cue.content for cue in srt.parse(text(act / "hook.srt"))]
    assert page.overflow() == []
    assert page.troubles() == []
    with serving(act) as address:
        page = browser.open(f"{address}hook-snippet.html")
        page.until(f"{video}.textTracks[0].cues && {video}.textTracks[0].cues.length === 3")
        page.script(f"return {video}.play()")
        plays(page)
        assert page.troubles() == []


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


# --- what does not fit, and what is refused -------------------------------------------------------


def test_what_does_not_fit_is_left_out_and_said() -> None:
    result = run(*TINIEST, "--max-size", "2kB")
    assert result.exit_code == 0, result.output
    notes = [line for line in result.stderr.splitlines() if line.startswith("Note: No ")]
    assert len(notes) == 6
    assert notes[0].startswith(
        "Note: No avif of loop in the dark theme fits 2 kB: even 128x72 at 1"
    )
    names = set(contents(Path("out/kit")))
    assert not [name for name in names if name.endswith((".avif", ".gif", ".webp"))]
    assert {"loop-dark.mp4", "loop-light.webm"} <= names
    page = text(Path("out/kit/index.html"))
    assert all(note.removeprefix("Note: ") in page for note in notes)
    assert Links(text(Path("out/kit/loop-snippet.md"))).found == ["loop-dark.png", "loop-light.png"]


def test_a_limit_is_kept_by_what_is_made() -> None:
    result = run(*TINY, "--max-size", "60kB", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    sizes = [size for name, size in told["files"].items() if name.endswith((".gif", ".webp"))]
    assert len(sizes) + len(told["missing"]) == 4
    assert max(sizes) <= 60_000


def test_names_of_columns_are_never_code(browser: Browser) -> None:
    names = ["<script>throw 1</script>", "\"' onload='throw 2", "{{ 3 }} & </video>"]
    rng = np.random.default_rng(3)
    columns = dict(zip(names, rng.normal(size=(3, 20)), strict=True))
    pl.DataFrame(columns).write_csv("odd.csv")
    result = run("--data", "odd.csv", "--response", names[2], *TINIEST)
    assert result.exit_code == 0, result.output
    for name in ("index.html", "loop-snippet.html"):
        page = browser.open(Path("out/kit") / name)
        assert page.script("return document.querySelectorAll('script').length") <= 2
        if name == "index.html":
            shown = page.script("return document.body.textContent")
            assert [column for column in names if column not in shown] == []
        assert page.troubles() == []


REFUSED = {
    "an unknown act": (["lop"], ["lop", "'loop'"]),
    "an odd width": (["--width", "161"], ["161x90", "160x90"]),
    "a tiny width": (["--width", "8"], ["--width", "8"]),
    "no rate": (["--fps", "0"], ["--fps", "0"]),
    "no address": (["--base-url", "javascript:x"], ["--base-url", "javascript:x", "https://"]),
    "no times": (["--loop", "0"], ["--loop", "'0'", "forever"]),
    "no size": (["--max-size", "small"], ["'small'", "5MB"]),
    "one theme": (["--theme", "dark"], ["--theme"]),
    "a missing file": (["--data", "no.csv"], ["no.csv"]),
    "one feature": (
        ["--data", str(LONGLEY), "--features", "GNP", "--response", "Employed"],
        ["'GNP'", "--features"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(case: str) -> None:
    arguments, says = REFUSED[case]
    check_refused(run(*arguments), says)


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_drawn() -> None:
    Path("out").write_text("a file")
    result = run(*TINIEST)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "out" in result.stderr
    assert "--out" in result.stderr
    assert Path("out").read_text() == "a file"


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "somebody's folder": (lambda kit: (kit / "kit.json").unlink(), "is no kit"),
    "a file more": (
        lambda kit: (kit / "article.md").write_text("mine"),
        "article.md, which is not",
    ),
    "a changed file": (
        lambda kit: (kit / "loop-snippet.html").write_text("mine"),
        "loop-snippet.html, changed",
    ),
    "a folder in it": (lambda kit: (kit / "drafts").mkdir(), "drafts, which is not"),
    "another list": (lambda kit: (kit / "kit.json").write_text("[]"), "is no kit"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_somebody_has_put_there_is_not_lost(kit: Path, case: str) -> None:
    shutil.copytree(kit, "out/kit")
    change, says = FOREIGN[case]
    change(Path("out/kit"))
    before = sorted(path.name for path in Path("out/kit").iterdir())
    result = run(*TINIEST)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "--out" in result.stderr
    assert sorted(path.name for path in Path("out/kit").iterdir()) == before


def test_a_link_or_a_file_in_its_place_is_refused(kit: Path) -> None:
    Path("out").mkdir()
    Path("out/kit").symlink_to(kit)
    result = run(*TINIEST)
    assert (result.exit_code, "out/kit is a link" in result.stderr) == (2, True)
    Path("out/kit").unlink()
    Path("out/kit").write_text("mine")
    result = run(*TINIEST)
    assert (result.exit_code, "out/kit is a file" in result.stderr) == (2, True)
    assert Path("out/kit").read_text() == "mine"


def test_a_kit_takes_the_place_of_an_older_one(kit: Path) -> None:
    Path("out/kit").mkdir(parents=True)
    (Path("out/kit") / ".DS_Store").write_bytes(b"left by a system")
    shutil.copytree(kit, "out/kit", dirs_exist_ok=True)
    result = run(*TINIEST)
    assert result.exit_code == 0, result.output
    told = json.loads(text(Path("out/kit/kit.json")))
    assert told["media"]["loop-dark.mp4"]["width"] == 128
    assert [path.name for path in Path("out").iterdir()] == ["kit"]


@pytest.mark.parametrize("when", ["while drawing", "while writing", "at the last moment"])
def test_a_run_that_fails_leaves_the_old_kit(kit: Path, when: str) -> None:
    full = OSError(28, "No space left on device")
    rename, renamed = os.rename, []

    def failing_rename(source: Any, target: Any) -> None:
        renamed.append(source)
        if len(renamed) == 2:
            raise full
        rename(source, target)

    breaks = {
        "while drawing": mock.patch.object(clips, "encoded", side_effect=RenderError("It broke.")),
        "while writing": mock.patch.object(folders, "_manifest", side_effect=full),
        "at the last moment": mock.patch.object(folders.os, "rename", failing_rename),
    }
    shutil.copytree(kit, "out/kit")
    with breaks[when]:
        result = run(*TINIEST)
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1
    assert contents(Path("out/kit")) == contents(kit)
    assert [path.name for path in Path("out").iterdir()] == ["kit"]


def test_an_interrupted_run_leaves_the_old_kit(kit: Path) -> None:
    shutil.copytree(kit, "out/kit")
    with mock.patch.object(clips, "encoded", side_effect=KeyboardInterrupt):
        result = run(*TINIEST)
    assert result.exit_code == 130
    assert "out/kit is as it was" in result.stderr
    assert contents(Path("out/kit")) == contents(kit)


def test_a_missing_codec_is_one_sentence_and_exit_code_2() -> None:
    with mock.patch.object(media, "has_encoder", return_value=False):
        result = run(*TINIEST)
    assert result.exit_code == 2
    assert "lacks the encoder libvpx-vp9" in result.stderr
    assert "--format" not in result.stderr
    assert not Path("out").exists()


def test_page_to_take_in_hand_comes_with_a_frame_and_a_still(kit: Path, browser: Browser) -> None:
    page = browser.open(kit / "explore-snippet.html", DESKTOP)
    assert page.script("return document.querySelector('img').naturalWidth") > 0
    frame = page.driver.find_element("tag name", "iframe")
    page.driver.switch_to.frame(frame)
    try:
        page.until("document.body.classList.contains('ready')")
        assert page.script("return document.getElementById('subtitle').textContent").startswith(
            "Employed by GNP and Year"
        )
    finally:
        page.driver.switch_to.default_content()
    assert page.troubles() == []
    assert (kit / "explore.html").stat().st_size < 400_000
    assert "explore-snippet.html" in text(kit / "index.html")
