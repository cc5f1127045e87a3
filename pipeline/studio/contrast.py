"""Contrast of each text to what is behind it in the frame, by WCAG 2.2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

#: Less opaque than this, a text is coming or going, and nobody reads it yet.
_THERE = 0.95
#: Pixels of a text that are looked at, evenly over all of it.
_LOOKED_AT = 200


def contrasts(scene: Any) -> dict[int, float]:
    """Return the contrast of every text that is fully there, by the `id` of the text.

    Of a text's pixels, nine in ten have at least this contrast to the same pixels of the frame without
    texts. A scene that another camera than the film's draws has none.
    """
    camera = scene.renderer.camera
    if not hasattr(camera, "overlay"):
        return {}
    every = (*scene.mobjects, *camera.above)
    texts = [part for each in every for part in each.get_family() if is_text(part)]
    there = [text for text in texts if text.opacity >= _THERE and text.uncovered >= 1.0]
    drawn = [(text, sprite) for text in there for sprite in camera.overlay.sprites([text])]
    with _hidden(camera, texts):
        behind = camera.frame(scene.mobjects)
    found = ((id(text), _contrast(type(text.ink), sprite, behind)) for text, sprite in drawn)
    return {name: ratio for name, ratio in found if ratio is not None}


def is_text(part: Any) -> bool:
    """Whether an object is one of our texts; Manim's own are shapes."""
    return hasattr(part, "markup") and hasattr(part, "uncovered")


@contextmanager
def _hidden(camera: Any, texts: Sequence[Any]) -> Iterator[None]:
    """Texts out of sight, and kept there."""
    opacities, followers = [text.opacity for text in texts], camera.before_frame
    camera.before_frame = []
    for text in texts:
        text.opacity = 0.0
    try:
        yield
    finally:
        camera.before_frame = followers
        for text, opacity in zip(texts, opacities, strict=True):
            text.opacity = opacity


def _contrast(colour: Any, sprite: Any, behind: Pixels) -> float | None:
    height, width = behind.shape[:2]
    text = _pixels(sprite.surface)
    y, x = np.nonzero(text[..., 3] > 0.6 * text[..., 3].max(initial=1))
    here = (y + sprite.top >= 0) & (y + sprite.top < height)
    here &= (x + sprite.left >= 0) & (x + sprite.left < width)
    y, x = y[here], x[here]
    step = max(1, len(y) // _LOOKED_AT)
    y, x = y[::step], x[::step]
    ink, ground = text[y, x], behind[y + sprite.top, x + sprite.left]
    if not len(y) or ground[:, 3].min() < 255:  # what is behind a transparent film, nobody knows
        return None
    straight = (ink[:, :3] * (255.0 / ink[:, 3:])).clip(0, 255).round().astype(np.uint8)
    ratios = [
        colour(f"#{one.tobytes().hex()}").contrast(colour(f"#{other.tobytes().hex()}"))
        for one, other in zip(straight, ground[:, :3], strict=True)
    ]
    return float(np.quantile(ratios, 0.1))


def _pixels(surface: Any) -> Pixels:
    """Pixels of a Cairo surface: shape (height, width, 4), RGBA, premultiplied."""
    rows: Pixels = np.frombuffer(surface.get_data(), dtype=np.uint8)
    rows = rows.reshape(surface.get_height(), surface.get_stride())
    return rows[:, : 4 * surface.get_width()].reshape(surface.get_height(), -1, 4)
