"""Acts under stock Manim: `manim -ql scenes/bowl.py Bowl`, with the pictures that `render.py` makes.

Manim makes a scene without arguments and draws it with a renderer of its own. The data and the look
then come from the environment and from the file of settings, as for `render.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import BLACK, Mobject, config
from manim.constants import RendererType
from manim.renderer.cairo_renderer import CairoRenderer

from scenes.layout import frame_units
from scenes.stage.stock import without_cache

if TYPE_CHECKING:
    from scenes.brief import Brief
    from scenes.stage.camera import FilmCamera


class StockRenderer(CairoRenderer):
    """Manim's own renderer, for acts: each frame is all that their camera sees, and counted exactly.

    A play has ``round(run_time * fps)`` frames, at least one, as in a film.
    """

    camera: FilmCamera

    @property
    def fps(self) -> float:
        """Frames per second."""
        return float(config.frame_rate)

    @property
    def frame_number(self) -> int:
        """Number of the next frame."""
        return round(self.time * self.fps)

    def update_frame(
        self, scene: Any, mobjects: Iterable[Mobject] | None = None, **options: Any
    ) -> None:
        if not self.skip_animations or options.get("ignore_skipping", True):
            self.camera.pixel_array = self.camera.frame(scene.mobjects)

    def get_frame(self) -> Any:
        drawn = self.camera.pixel_array
        return drawn.copy() if self.camera.background_opacity else _straight(drawn)

    def save_static_frame_data(self, scene: Any, static_mobjects: Iterable[Mobject]) -> None:
        """There is no static picture to lay the rest upon: the camera redraws only what changes."""
        self.static_image = None

    def freeze_current_frame(self, duration: float) -> None:
        count = frames_of(duration, self.fps)
        # Of a frame that is repeated, Manim's sequences of pictures have one.
        apart = self.file_writer.output_spec.is_image_sequence
        for _ in range(count if apart else 1):
            self.add_frame(self.get_frame(), num_frames=1 if apart else count)


def frames_of(seconds: float, fps: float) -> int:
    """Frames of a play or a wait."""
    return max(1, round(seconds * fps))


def stock_renderer() -> StockRenderer:
    """A renderer for an act that Manim's command line makes.

    Manim's cache of finished pieces is switched off: it knows neither the data nor most sources.
    """
    if config.renderer == RendererType.OPENGL:
        raise SystemExit(
            "Acts draw depth by OpenGL themselves and cannot be drawn by --renderer=opengl: leave it out."
        )
    without_cache("acts")
    # Acts count in units of which the shorter side has 8.
    config.frame_width, config.frame_height = frame_units(config.pixel_width, config.pixel_height)
    return StockRenderer()


def stock_brief() -> Brief:
    """What an act is given by the environment and the file of settings, as `render.py` reads them."""
    from commands.stock import brief_from_environment

    return brief_from_environment(transparent=config.background_opacity < 1.0)


def background_colour(theme: str) -> str:
    """The colour behind all: of the theme, unless Manim's configuration names another."""
    asked = config.background_color
    return theme if asked == BLACK else asked.to_hex()


def _straight(drawn: Any) -> Any:
    """The picture with colours not multiplied by alpha, as Manim's writers take it."""
    alpha = drawn[..., 3:].astype(np.uint16)
    colours = (drawn[..., :3].astype(np.uint16) * 255 + alpha // 2) // np.maximum(alpha, 1)
    return np.concatenate([np.minimum(colours, 255), alpha], axis=-1).astype(np.uint8)
