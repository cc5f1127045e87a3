"""`render.py gif` as its users meet it: what comes out, what fits, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

import render
from pipeline.clip import encode as animations
from pipeline.clip.formats import FORMATS
from pipeline.sizes import parse_bytes
from tests.refusals import check_refused

TINY = ("--width", "128", "--to", "1.2")


pytestmark = pytest.mark.usefixtures("elsewhere")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(render.cli, ["gif", *arguments], prog_name="render.py")


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    facts: dict[str, Any] = json.loads(result.stdout)
    assert facts["bytes"] == Path(facts["path"]).stat().st_size
    return facts


def test_a_gif_of_the_loop_is_what_one_gets() -> None:
    result = run("--width", "128", "--fps", "5")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert result.stdout.startswith("out/loop.gif: 128x72, 30 frames, 6 s at 5 fps, 256 colours, ")
    with Image.open("out/loop.gif") as image:
        assert (image.size, image.info["loop"]) == ((128, 72), 0)
        lasts = [image.seek(number) or image.info["duration"] for number in range(image.n_frames)]
        assert sum(lasts) == 6000


@pytest.mark.parametrize("kind", FORMATS)
def test_a_part_of_an_act_in_every_format(kind: str) -> None:
    facts = told("bowl", *TINY, "--from", "0.4", "--fps", "12.5", "--format", kind)
    assert facts["path"] == f"out/bowl-0.4s-1.2s.{kind}"
    assert (facts["frames"], facts["seconds"], facts["fps"]) == (10, 0.8, 12.5)
    assert (facts["width"], facts["height"], facts["act"]) == (128, 72, "bowl")
    if kind in ("mp4", "webm", "mov"):
        with av.open(facts["path"]) as container:
            assert sum(1 for _ in container.decode(video=0)) == 10
    else:
        with Image.open(facts["path"]) as image:
            assert image.size == (128, 72)


def test_what_is_left_out_of_12_frames_a_second_is_every_other_of_25(tmp_path: Path) -> None:
    """Frames are drawn at the times at which they are shown."""
    for rate in ("12.5", "25"):
        told(
            *TINY,
            "--from",
            "0.6",
            "--fps",
            rate,
            "--format",
            "apng",
            "--colors",
            "all",
            "--out",
            rate,
        )
    shown = {}
    for rate in ("12.5", "25"):
        with Image.open(f"{rate}/loop-0.6s-1.2s.apng") as image:
            shown[rate] = [np.asarray(_seen(image, n)) for n in range(image.n_frames)]
    assert len(shown["12.5"]) == 8
    assert len(shown["25"]) == 15
    for number, picture in enumerate(shown["12.5"]):
        assert np.array_equal(picture, shown["25"][2 * number])


def _seen(image: Image.Image, number: int) -> Image.Image:
    image.seek(number)
    return image.convert("RGB")


def test_a_rate_that_a_gif_cannot_hold_is_said() -> None:
    result = run(*TINY, "--fps", "30")
    assert result.exit_code == 0, result.output
    assert "25 frames per second instead of 30" in result.stderr
    assert " at 25 fps, " in result.stdout


def test_loops_colours_dither_and_bounce_reach_the_file() -> None:
    facts = told(
        *TINY, "--fps", "5", "--loop", "3", "--colors", "16", "--dither", "bayer", "--bounce"
    )
    assert facts["frames"] == 10
    assert (facts["loop"], facts["colors"], facts["dither"], facts["bounce"]) == (
        3,
        16,
        "bayer",
        True,
    )
    with Image.open(facts["path"]) as image:
        assert image.info["loop"] == 2  # begins again twice
        assert len(image.convert("RGB").getcolors()) <= 16


def test_transparent_animations_have_nothing_behind_them() -> None:
    facts = told(*TINY, "--fps", "5", "--format", "webp", "--transparent")
    assert facts["transparent"] is True
    with Image.open(facts["path"]) as image:
        assert image.convert("RGBA").getpixel((127, 71)) == (0, 0, 0, 0)


def test_themes_shapes_and_captions_beside_it() -> None:
    facts = told(
        *("bowl", "--width", "90", "--aspect", "1:1", "--theme", "light", "--captions", "file"),
        *("--fps", "4", "--to", "6", "--format", "mp4"),
    )
    assert (facts["width"], facts["height"], facts["theme"]) == (90, 90, "light")
    assert Path("out/bowl-0s-6s.srt").read_text(encoding="utf-8").startswith("1\n00:00:00")
    assert Path("out/bowl-0s-6s.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


# --- what fits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--transparent", "--captions", "none")])
def test_what_was_drawn_once_is_encoded_for_another_limit(more: tuple[str, ...]) -> None:
    asked = (*TINY, "--fps", "5", "--format", "webp", *more)
    first = told(*asked)
    never = AssertionError("it was drawn again")
    with mock.patch("pipeline.render.frames.run", side_effect=never):
        again = told(*asked)
        assert run(*asked, "--bounce").exit_code == 0
        if not more:
            assert told(*asked, "--max-size", str(first["bytes"]))["trials"] == 1
    assert again["bytes"] == first["bytes"]


def test_workers_make_the_same_file() -> None:
    asked = ("bowl", *TINY, "--fps", "5", "--max-size", "30kB")
    made = []
    for workers in ("0", "2"):
        facts = told(*asked, "--no-cache", "--workers", workers)
        made.append(Path(facts["path"]).read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(("kind", "share"), [("gif", 0.6), ("webp", 0.5), ("mp4", 0.7)])
def test_a_limit_is_kept_and_told(kind: str, share: float) -> None:
    asked = ("--width", "160", "--to", "1.6", "--format", kind)
    whole = told(*asked)
    limit = int(share * whole["bytes"])
    facts = told(*asked, "--max-size", str(limit))
    assert facts["bytes"] <= limit == facts["max_bytes"]
    assert facts["width"] == 160  # it was named, so it is kept
    assert (
        facts["fps"] < whole["fps"]
        or (facts["colors"] or 999) < (whole["colors"] or 999)
        or facts["crf"]
    )
    assert 0.95 <= facts["ssim"] < 1.0
    assert 1 <= facts["trials"] <= 6


def test_a_target_says_how_large_how_wide_and_what() -> None:
    Path("mine.toml").write_text(
        '[blog]\nmax_size = "1MB"\nwidth = 128\nformats = ["webp", "gif"]\n', encoding="utf-8"
    )
    facts = told("--to", "1", "--target", "blog", "--targets", "mine.toml")
    assert (facts["format"], facts["width"], facts["max_bytes"]) == ("webp", 128, 1_000_000)
    both = told("--to", "1", "--target", "blog", "--targets", "mine.toml", "--max-size", "900kB")
    assert both["max_bytes"] == 900_000


def test_what_a_target_does_not_show_or_confirm_is_said() -> None:
    Path("mine.toml").write_text(
        '[blog]\nmax_size = "1MB"\nwidth = 128\nformats = ["webp", "gif"]\n'
        '[rumour]\nmax_size = "1MB"\nformats = ["webp"]\nsure = "unconfirmed: hearsay"\n',
        encoding="utf-8",
    )
    part = ("--to", "0.2", "--targets", "mine.toml", "--target")
    wide = run(*part, "blog", "--width", "160")
    assert wide.stderr.startswith("Note: blog shows no picture wider than 128 pixels in full: ")
    assert ": 160x90, " in wide.stdout  # what is named is kept
    assert run(*part, "blog", "--width", "128").stderr == ""
    rumour = run(*part, "rumour", "--width", "128")
    (line,) = rumour.stderr.splitlines()
    assert line.startswith("Note: The limit of 1 MB for rumour is unconfirmed (hearsay)")


def test_what_cannot_fit_says_what_would() -> None:
    Path("out").mkdir()
    Path("out/loop-0s-1.2s.gif").write_bytes(b"old")
    result = run(*TINY, "--max-size", "1kB")
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: Nothing acceptable fits 1 kB: the smallest, 128x72 at 10 frames")
    would = line.split("--max-size ")[1].split(",")[0]
    assert [p.read_bytes() for p in Path("out").iterdir()] == [b"old"]
    again = told(*TINY, "--max-size", would)
    assert again["bytes"] <= parse_bytes(would)


@pytest.mark.parametrize("limit", [(), ("--max-size", "1MB")], ids=["any", "limit"])
@pytest.mark.parametrize("last", ["0.2", "0.03"])
@pytest.mark.parametrize("kind", FORMATS)
def test_where_nothing_moves_the_file_is_called_what_it_is(
    kind: str, last: str, limit: tuple[str, ...]
) -> None:
    """The loop begins with a hold, and some encoders make one picture of that."""
    asked = ("--width", "128", "--to", last, "--format", kind, "--fps", "25", *limit)
    result = run(*asked)
    assert result.exit_code == 0, result.output
    n_frames = {"0.2": 5, "0.03": 1}[last]
    still = kind in ("gif", "webp") or (kind in ("apng", "avif") and n_frames == 1)
    told_last = "0.2 s" if n_frames > 1 else "0.04 s"
    if still:
        called = "a still picture" + f", since nothing moves in {told_last}" * (n_frames > 1)
    else:
        called = f"{n_frames} frame{'s' * (n_frames > 1)}, {told_last} at 25 fps"
    assert f": 128x72, {called}, " in result.stdout
    facts = told(*asked)
    assert (facts["frames"], facts["seconds"]) == (
        (1, None) if still else (n_frames, n_frames / 25)
    )
    if limit:
        assert facts["ssim"] > 0.95
    if kind not in ("mp4", "webm", "mov"):
        with Image.open(facts["path"]) as image:
            assert image.is_animated != still


# --- what is refused -----------------------------------------------------------------------------

REFUSED = {
    "an unknown format": (["--format", "jpeg"], ["--format", "jpeg", "webp"]),
    "an unknown target": (["--target", "gihub"], ["gihub", "'github'"]),
    "a target's format": (["--target", "email", "--format", "webp"], ["email", "webp", "gif"]),
    "a table and no target": (["--targets", "mine.toml"], ["--targets", "--target"]),
    "a table that is not there": (["--target", "x", "--targets", "no.toml"], ["no.toml"]),
    "no size": (["--max-size", "big"], ["'big'", "5MB"]),
    "no rate": (["--fps", "often"], ["'often'", "12.5"]),
    "an odd width": (["--width", "129"], ["129x72", "128x72", "both sides"]),
    "a height that no picture has": (["--width", "64"], ["--width 64", "16:9, use "]),
    "the same with a limit": (
        ["--width", "64", "--max-size", "10kB", "--to", "0.2"],
        ["--width 64", "16:9, use "],
    ),
    "a tiny width": (["--width", "8"], ["--width", "8"]),
    "too few colours": (["--colors", "2"], ["2 colours", "4 to 256"]),
    "no colours": (["--colors", "few"], ["--colors", "'few'", "all"]),
    "no times": (["--loop", "0"], ["--loop", "'0'", "forever"]),
    "a loop in a video": (["--format", "mp4", "--loop", "2"], ["An MP4 file", "--loop"]),
    "a clear gif": (["--transparent"], ["A GIF file", "--format webp"]),
    "an unknown dither": (["--dither", "noise"], ["--dither", "noise", "bayer"]),
    "an unknown act": (["lop"], ["lop", "'loop'"]),
    "a range after the end": ([*TINY, "--from", "99", "--to", "100"], ["--from 99", "6 s"]),
    "a range that ends first": (["--from", "3", "--to", "2"], ["--from 3", "--to 2"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(case: str) -> None:
    arguments, says = REFUSED[case]
    check_refused(run(*arguments), says)


def test_a_missing_codec_is_one_sentence_and_exit_code_2() -> None:
    with mock.patch.object(animations, "has_encoder", return_value=False):
        result = run(*TINY, "--format", "avif")
    assert result.exit_code == 2
    assert "lacks the encoder libsvtav1" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("out").exists()
