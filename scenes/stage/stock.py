"""What a stage needs of an ordinary Manim scene: its colours, its camera, and no cache."""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import cairo
from manim import Camera, config, logger

from scenes.theme import DARK, LIGHT, Colour, Theme

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def scene_theme() -> Theme:
    """The theme whose paper is nearer to Manim's background colour: the dark one on black."""
    paper = Colour(config.background_color.to_hex()[:7])
    return min((DARK, LIGHT), key=lambda theme: paper.contrast(theme.background))


def without_cache(what: str) -> None:
    """Switch off Manim's cache of finished pieces: it knows neither data, functions nor most sources."""
    if not config.disable_caching:
        config.disable_caching = True
        _say_once(f"Manim's cache is off for {what}: it would not see that the data has changed.")
    logger.addFilter(_not_each_play)


@cache
def _say_once(what: str) -> None:
    logger.info(what)


def _not_each_play(record: Any) -> bool:
    return bool(record.msg != "Caching disabled.")


def drawn_by_any_camera(kind: Any) -> Any:
    """Have Manim's camera for Cairo draw images of this class by their own `layer`.

    It knows four kinds of objects and asks none of them to draw itself, so its method for images is
    wrapped; what it does with all others stays as it is.
    """
    theirs = Camera.display_image_mobject

    @wraps(theirs)
    def display_image_mobject(
        camera: Camera, image_mobject: Any, pixel_array: npt.NDArray[np.uint8]
    ) -> None:
        if not isinstance(image_mobject, kind):
            theirs(camera, image_mobject, pixel_array)
            return
        picture, (right, down), opacity = image_mobject.layer(
            camera.pixel_width / camera.frame_width
        )
        left, top = camera.points_to_subpixel_coords(image_mobject, image_mobject.points[:1])[0]
        height, width = picture.shape[:2]
        surface = cairo.ImageSurface.create_for_data(
            picture.data, cairo.FORMAT_ARGB32, width, height
        )
        # Manim keeps red first in Cairo's ARGB32, as stages do.
        context = cairo.Context(
            cairo.ImageSurface.create_for_data(
                pixel_array.data, cairo.FORMAT_ARGB32, *pixel_array.shape[1::-1]
            )
        )
        context.set_source_surface(surface, round(left) + right, round(top) + down)
        context.paint_with_alpha(opacity)

    Camera.display_image_mobject = display_image_mobject
    return kind
