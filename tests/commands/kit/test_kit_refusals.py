"""What does not fit is left out and said; what is refused leaves the old kit as it was."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import polars as pl
import pytest

from pipeline import folders
from pipeline.clip import clips
from pipeline.errors import RenderError
from pipeline.kit import media
from tests.browser import DESKTOP, Browser
from tests.commands.kit.made import (
    LONGLEY,
    TINIEST,
    TINY,
    Links,
    contents,
    run,
    text,
)
from tests.refusals import check_refused


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
