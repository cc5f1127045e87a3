"""Acts under the real `manim` command: the pictures of `render.py`, sections, subcaptions, refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
import srt
from PIL import Image

from pipeline.render.frames import draw, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import ACTS, LOOPS, OPENING, build_act, find_act
from scenes.brief import Brief

ROOT = Path(__file__).resolve().parents[2]
LONGLEY = ROOT / "examples" / "longley.csv"
NAMES = [entry.name for entry in (OPENING, *ACTS, *LOOPS)]
TINY = ("-r", "128,72", "--fps", "5")


def manim(
    folder: Path, name: str, *options: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Manim's own command on an act, in a folder of its own."""
    entry = find_act(name)
    bare = {key: value for key, value in os.environ.items() if not key.startswith("RIDGE_")}
    path = ROOT / (entry.module.replace(".", "/") + ".py")
    return subprocess.run(
        [sys.executable, "-m", "manim", "render", *options, "--progress_bar", "none"]
        + ["--media_dir", "media", str(path), entry.class_name],
        cwd=folder,
        env={**bare, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        timeout=500,
    )


def pictures(folder: Path) -> list[np.ndarray]:
    made = []
    for path in sorted(folder.glob("media/images/**/*.png")):
        with Image.open(path) as image:
            made.append(np.asarray(image.convert("RGBA")))
    return made


def drawn(name: str, brief: Brief, settings: RenderSettings, count: int | None) -> list[np.ndarray]:
    made: list[np.ndarray] = []
    draw(
        partial(build_act, name, brief),
        settings,
        0,
        count,
        lambda frame: made.append(np.array(frame)),
    )
    return made


def check_same(name: str, folder: Path, plays: str | None, fps: int) -> None:
    some = () if plays is None else ("-n", plays)
    size = ("-r", "1280,720", "--fps", str(fps), "--format", "png-sequence")
    done = manim(folder, name, *size, *some)
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = sorted(folder.glob("media/images/**/*.png"))
    apart: list[int] = []
    seen = 0

    def compare(frame: np.ndarray) -> None:
        nonlocal seen
        with Image.open(theirs[seen]) as image:
            if not np.array_equal(np.asarray(image.convert("RGBA")), frame):
                apart.append(seen)
        seen += 1

    factory = partial(build_act, name, Brief(Dataset.synthetic()))
    draw(factory, RenderSettings(1280, 720, fps=fps), 0, len(theirs) if plays else None, compare)
    assert seen == len(theirs) > 8
    assert apart == []


@pytest.mark.parametrize("name", [pytest.param("hook", marks=pytest.mark.slow), "bowl"])
def test_frames_are_those_of_a_film(name: str, tmp_path: Path) -> None:
    check_same(name, tmp_path, "0,4", 4)


@pytest.mark.faults
@pytest.mark.parametrize("name", NAMES)
def test_all_frames_of_every_act_are_those_of_a_film(name: str, tmp_path: Path) -> None:
    check_same(name, tmp_path, None, 5)


def test_a_film_has_sections_and_subcaptions_and_no_cache(tmp_path: Path) -> None:
    done = manim(tmp_path, "hook", *TINY, "--save_sections")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("cache is off") == 1
    settings = RenderSettings(128, 72, fps=5)
    timeline = probe(partial(build_act, "hook", Brief(Dataset.synthetic())), settings)
    (path,) = tmp_path.glob("media/videos/**/*.srt")
    said = list(srt.parse(path.read_text(encoding="utf-8")))
    assert [each.content for each in said] == [cue.text for cue in timeline.cues]
    for each, cue in zip(said, timeline.cues, strict=True):
        assert each.start.total_seconds() == pytest.approx(cue.start / 5, abs=1e-3)
        assert each.end.total_seconds() == pytest.approx(cue.stop / 5, abs=1e-3)
    (path,) = tmp_path.glob("media/videos/**/sections/*.json")
    sections = [section["name"] for section in json.loads(path.read_text(encoding="utf-8"))]
    assert sections[1:] == [beat.name for beat in timeline.beats]


@pytest.mark.parametrize("kind", ["gif", pytest.param("webm", marks=pytest.mark.slow)])
def test_other_formats_are_written(kind: str, tmp_path: Path) -> None:
    done = manim(tmp_path, "bowl", "-r", "72,128", "--fps", "5", "--format", kind, "-n", "0,1")
    assert done.returncode == 0, done.stdout + done.stderr
    made = tmp_path.glob(f"media/videos/**/*.{kind}")
    (path,) = (path for path in made if "partial_movie_files" not in path.parts)
    with av.open(str(path)) as video:
        count = sum(1 for _ in video.decode(video=0))
        assert (video.streams.video[0].width, video.streams.video[0].height) == (72, 128)
    assert count > 2


def test_all_scenes_of_a_file_are_stills_on_the_background_of_a_configuration(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.cfg").write_text("[CLI]\nbackground_color = #223344\n", encoding="utf-8")
    done = manim(tmp_path, "bowl", *TINY, "-a", "-s", "-c", "mine.cfg")
    assert done.returncode == 0, done.stdout + done.stderr
    (picture,) = pictures(tmp_path)
    assert picture.shape == (72, 128, 4)
    assert picture[0, 0].tolist() == [0x22, 0x33, 0x44, 0xFF]
    assert len(np.unique(picture.reshape(-1, 4), axis=0)) > 50


def test_data_and_look_come_from_the_environment_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text(
        f'data = "{LONGLEY}"\nfeatures = ["GNP", "Year"]\nresponse = "Employed"\nworkers = 1\n',
        encoding="utf-8",
    )
    given = {"RIDGE_CONFIG": "lecture.toml", "RIDGE_THEME": "light", "RIDGE_LANG": "de"}
    done = manim(tmp_path, "bowl", *TINY, "--format", "png-sequence", "-t", "-n", "0,2", **given)
    assert done.returncode == 0, done.stdout + done.stderr
    theirs = pictures(tmp_path)
    data = Dataset.from_file(LONGLEY, ["GNP", "Year"], "Employed")
    settings = RenderSettings(128, 72, fps=5, theme="light", transparent=True)
    ours = drawn("bowl", Brief(data, "light", "de", transparent=True), settings, len(theirs))
    assert (ours[-1][..., 3] == 0).any()
    solid = ours[-1][..., 3] == 255
    assert np.array_equal(theirs[-1][..., 3], ours[-1][..., 3])
    assert np.array_equal(theirs[-1][solid], ours[-1][solid])
    faint = (ours[-1][..., 3] > 0) & ~solid  # rounded in another order
    assert np.abs(theirs[-1][faint].astype(int) - ours[-1][faint]).max() <= 1


@pytest.mark.parametrize(
    ("options", "variables", "code", "says"),
    [
        (("--renderer=opengl",), {}, 1, "--renderer=opengl"),
        ((), {"RIDGE_DATA": "none.csv"}, 2, "does not exist"),
        ((), {"RIDGE_THEME": "pink"}, 2, "pink"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    options: tuple[str, ...], variables: dict[str, str], code: int, says: str, tmp_path: Path
) -> None:
    done = manim(tmp_path, "bowl", *TINY, "-s", *options, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stdout + done.stderr
    assert pictures(tmp_path) == []
