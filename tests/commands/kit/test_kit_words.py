"""What a kit says: its numbers, alternative texts, descriptions and captions."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from unittest import mock

import av
import numpy as np
import polars as pl
import pytest
import srt
from PIL import Image
from sklearn.linear_model import Ridge

from pipeline.csv_table import csv_text
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
from tests.commands.kit.made import (
    LONGLEY,
    THEMES,
    Alternatives,
    contents,
    text,
)


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
