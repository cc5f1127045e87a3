"""What a kit holds: every format in both themes, as it should be, and the same bytes every time."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.clip.similarity import frames_of
from pipeline.kit.description import (
    Piece,
)
from pipeline.render.timeline import Beat, Timeline
from tests.commands.kit.made import (
    DATA,
    THEMES,
    TINY,
    beats,
    contents,
    run,
    text,
)


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
