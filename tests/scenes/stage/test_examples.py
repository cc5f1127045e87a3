"""The examples are short, and Manim's own command draws them, in colours that suit the background."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scenes.theme import DARK, LIGHT

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def scenes_in(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def test_examples_are_short_and_named_in_their_readme() -> None:
    told = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    for path in EXAMPLES:
        assert len(path.read_text(encoding="utf-8").splitlines()) < 40, path.name
        assert path.name in told


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_manim_draws_the_last_frame_of_an_example(path: Path, tmp_path: Path) -> None:
    theme = LIGHT if path == EXAMPLES[0] else DARK
    paper = theme.background.hex
    (tmp_path / "manim.cfg").write_text(f"[CLI]\nbackground_color = {paper}\n", encoding="utf-8")
    command = [sys.executable, "-m", "manim", "render", "-s", "-r", "320,180", "--media_dir", "m"]
    done = subprocess.run(
        [*command, "--progress_bar", "none", str(path), *scenes_in(path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("cache is off") == 1
    made = sorted(tmp_path.glob("m/images/**/*.png"))
    assert len(made) == len(scenes_in(path))
    for picture in made:
        with Image.open(picture) as image:
            pixels = np.asarray(image.convert("RGB")).astype(int)
        assert np.abs(pixels[2, 2] - theme.background.bytes).max() <= 1
        drawn = np.abs(pixels - theme.background.bytes).max(axis=-1) > 24
        assert 0.1 < drawn.mean() < 0.6
        assert len(np.unique(pixels[drawn] // 8, axis=0)) > 100
        assert not drawn[:3].any()
        assert not drawn[-3:].any()


def test_manims_opengl_renderer_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "manim", "render", "-s", "--renderer=opengl", str(EXAMPLES[-1])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 1
    assert "--renderer=opengl" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stdout + done.stderr
