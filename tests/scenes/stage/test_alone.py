"""An act's pictures do not depend on what the same process has drawn before."""

from __future__ import annotations

from functools import partial

import numpy as np

from pipeline.render.frames import draw
from pipeline.render.settings import RenderSettings
from ridge_math import Dataset
from scenes import build_act
from scenes.brief import Brief
from scenes.stage import gl


def drawn(act: str) -> list[np.ndarray]:
    made: list[np.ndarray] = []
    factory = partial(build_act, act, Brief(Dataset.synthetic()))
    draw(factory, RenderSettings(320, 180, fps=2), 0, None, lambda frame: made.append(frame.copy()))
    return made


def test_an_act_is_the_same_alone_and_after_another() -> None:
    gl.canvas.cache_clear()  # as in a process that has drawn nothing
    alone = drawn("valley")
    drawn("terrain")
    after = drawn("valley")
    assert [
        k for k, pair in enumerate(zip(alone, after, strict=True)) if (pair[0] != pair[1]).any()
    ] == []
