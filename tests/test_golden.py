"""Reference frames: every act, at the moments it completes something, looks as it did when last looked at.

The frames in `golden/` were drawn by Mesa's software renderer; tolerances leave room for another version
of it and for GPUs, which round in their own way: an NVIDIA H100 comes to a mean of 0.03, and to 0.0002 of
the pixels. `make golden` draws them anew, on purpose: look at them before committing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.render.film import Act, Script
from pipeline.render.frames import draw_some, probe
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import ACTS, LOOPS, OPENING, build_act
from scenes.brief import Brief
from scenes.stage.renderer import describe_renderer

GOLDEN = Path(__file__).parent / "golden"
#: Where a frame that differs is shown beside its reference and their difference.
DIFFERENCES = GOLDEN / "differences"
#: On average, colours (0 to 255) may differ by this much; by more than `STEP`, in this share of pixels.
MEAN, STEP, SHARE = 0.5, 32, 0.002
#: The frames in the repository, all together.
MOST_BYTES = 3_000_000

NAMES = [entry.name for entry in (OPENING, *ACTS, *LOOPS)]
Picture = np.ndarray


@dataclass(frozen=True)
class Look:
    """A way to draw acts: shape, theme and language, and which of their moments are kept."""

    suffix: str
    size: tuple[int, int]
    theme: str
    language: str
    kept: slice


LOOKS = {
    "wide": Look("", (320, 180), "dark", "en", slice(None)),
    "square": Look(".square", (240, 240), "light", "en", slice(-1, None)),
    "tall": Look(".tall", (180, 320), "dark", "de", slice(-2, -1)),
}


def drawn(act: str, look: Look) -> dict[str, Picture]:
    """The frames of an act that are kept, by the names of their files."""
    width, height = look.size
    # The state at a beat is the same at any rate; few frames are stepped quickly.
    settings = RenderSettings(width=width, height=height, fps=2, theme=look.theme)
    brief = Brief(Dataset.synthetic(), theme=look.theme, language=look.language)
    factory, looping = partial(build_act, act, brief), act in {entry.name for entry in LOOPS}
    script = Script(act, factory, "", loops=looping)
    every = Act.of(script, probe(factory, settings)).beat_frames
    beats = every[look.kept] or every[-1:]  # of a single one, that
    pictures: list[Picture] = []
    wanted = sorted({frame for frame, _ in beats})
    draw_some(factory, settings, wanted, lambda frame: pictures.append(np.array(frame)))
    seen = dict(zip(wanted, pictures, strict=True))
    return {f"{act}-{name}{look.suffix}.png": seen[frame][..., :3] for frame, name in beats}


def difference(frame: Picture, reference: Picture) -> tuple[float, float]:
    """Mean difference of colours, and the share of pixels that differ by more than a step."""
    apart = np.abs(frame.astype(int) - reference.astype(int))
    return float(apart.mean()), float((apart.max(axis=-1) > STEP).mean())


def differs(frame: Picture, reference: Picture) -> bool:
    if frame.shape != reference.shape:
        return True
    mean, share = difference(frame, reference)
    return mean > MEAN or share > SHARE


def show_difference(name: str, frame: Picture, reference: Picture) -> Path:
    """Write reference, frame and four times their difference side by side."""
    if frame.shape != reference.shape:
        shown = frame
    else:
        apart = np.abs(frame.astype(int) - reference.astype(int))
        shown = np.concatenate([reference, frame, np.clip(4 * apart, 0, 255)], axis=1)
    DIFFERENCES.mkdir(exist_ok=True)
    path = DIFFERENCES / name
    Image.fromarray(shown.astype(np.uint8)).save(path)
    return path


def read(path: Path) -> Picture:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def kept_files(act: str, look: Look) -> set[str]:
    """The names of an act's reference frames in one look."""
    names = (path.name for path in GOLDEN.glob(f"{act}-*.png"))
    return {name for name in names if "." + ".".join(name.split(".")[1:-1]) == (look.suffix or ".")}


@lru_cache(maxsize=1)
def other_renderer() -> str:
    """The name of the renderer if it is not the one that drew the references."""
    facts = describe_renderer()
    return "" if facts["software"] == "True" else facts["renderer"]


@pytest.mark.parametrize("act", NAMES)
@pytest.mark.parametrize("look", LOOKS)
def test_frames_look_as_they_did(look: str, act: str) -> None:
    if not list(GOLDEN.glob(f"{act}-*.png")):
        pytest.skip("a new act without references: `make golden` draws them")
    frames = drawn(act, LOOKS[look])
    assert kept_files(act, LOOKS[look]) == set(frames), "`make golden` draws them anew"
    shown = [
        str(show_difference(name, frame, read(GOLDEN / name)))
        for name, frame in frames.items()
        if differs(frame, read(GOLDEN / name))
    ]
    renewed = "look at these; if they are as they should be, `make golden` renews them"
    assert shown == [], f"{renewed} {other_renderer()}"


def test_there_are_three_frames_an_act_and_no_others() -> None:
    for act in {path.name.split("-")[0] for path in GOLDEN.glob("*.png")}:
        least = 1 if act == OPENING.name else 3  # one question, and no more
        assert len(kept_files(act, LOOKS["wide"])) >= least, act
    kept = {name for act in NAMES for look in LOOKS.values() for name in kept_files(act, look)}
    assert {path.name for path in GOLDEN.glob("*.png")} == kept
    assert sum(path.stat().st_size for path in GOLDEN.glob("*.png")) < MOST_BYTES


# -- the comparison itself ----------------------------------------------------------------------------


def test_a_moved_mark_is_a_difference_and_noise_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    reference = np.full((180, 320, 3), 30, dtype=np.uint8)
    reference[80:100, 100:120] = (250, 120, 70)
    noise = reference + (rng.random(reference.shape) < 0.4).astype(np.uint8)
    assert not differs(reference, reference)
    assert not differs(noise, reference)
    assert differs(np.roll(reference, 4, axis=1), reference)
    assert differs(np.minimum(reference + 2, 255).astype(np.uint8), reference), "a shift of colour"
    assert differs(reference[:, :200], reference)
    monkeypatch.setitem(show_difference.__globals__, "DIFFERENCES", tmp_path)
    path = show_difference("moved.png", np.roll(reference, 4, axis=1), reference)
    seen = read(path)
    assert seen.shape == (180, 960, 3)
    assert seen[90, 640:][:, 0].max() > 200
    assert np.array_equal(seen[:, :320], reference)


def renew() -> None:
    """Draw all reference frames anew."""
    GOLDEN.mkdir(exist_ok=True)
    if other_renderer():
        raise SystemExit(f"References are drawn by llvmpipe, and this is {other_renderer()}.")
    frames: dict[str, Picture] = {}
    for act in NAMES:
        for look in LOOKS.values():
            frames |= drawn(act, look)
    # Only now that all are drawn: an act that fails costs no reference.
    for path in GOLDEN.glob("*.png"):
        path.unlink()
    for name, frame in frames.items():
        Image.fromarray(np.ascontiguousarray(frame)).save(GOLDEN / name, optimize=True)
    print(f"{len(list(GOLDEN.glob('*.png')))} frames in {GOLDEN}: look at them")


if __name__ == "__main__":
    renew()
