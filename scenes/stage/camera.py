"""How a frame comes together: background, stages, then text and shapes, in the order of the scene."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self

import cairo
import numpy as np
from manim import Camera, Mobject

from scenes.stage.overlay import Grid, Overlay, surface_of
from scenes.stage.stage import Stage

if TYPE_CHECKING:
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8]


class FilmCamera(Camera):
    """A Manim camera that draws stages by OpenGL and everything flat as sprites.

    `frame` gives the finished picture. A frame that would equal the one before is that same array:
    a still is drawn once.

    Attributes
    ----------
    before_frame
        Called before anything is drawn, to bring labels and readouts to the present state.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.before_frame: list[Callable[[], None]] = []
        self.grid = Grid(self.pixel_width, self.pixel_height, self.pixel_width / self.frame_width)
        self.overlay = Overlay(self.grid, self.display_vectorized)
        self._stages: dict[int, tuple[tuple[Any, ...], tuple[int, int], cairo.ImageSurface]] = {}
        self._last: tuple[list[Any], Picture] | None = None

    def frame(self, mobjects: Iterable[Mobject]) -> Picture:
        """The picture of these objects, shape (height, width, 4), RGBA; not to be written to."""
        for bring_up_to_date in self.before_frame:
            bring_up_to_date()
        layers: list[tuple[Any, int, int, float, cairo.ImageSurface]] = []
        for mobject in sorted(mobjects, key=lambda m: m.z_index):
            for part in _stages_in(mobject):
                layers.extend(self._stage(part))
            for sprite in self.overlay.sprites(mobject):
                layers.append((sprite.key, sprite.left, sprite.top, sprite.opacity, sprite.surface))
        content = [layer[:4] for layer in layers]
        if self._last is None or self._last[0] != content:
            self._last = (content, self._compose(layers))
        return self._last[1]

    def init_background(self) -> None:
        """Keep the background as one pixel: a whole picture of it costs 33 MB at 3840x2160."""
        colour = (255.0 * np.asarray(self.background_color.to_rgb())).round().astype(np.uint8)
        opaque = np.array([*colour, 255], dtype=np.uint8)
        # Pixels are premultiplied: what is not seen has no colour.
        self._paper = opaque.view(np.uint32)[0] if self.background_opacity else np.uint32(0)

    def reset(self) -> Self:
        """Nothing to clear: every frame is a new picture."""
        return self

    def capture_mobjects(self, mobjects: Iterable[Mobject], **kwargs: Any) -> None:
        """Manim's own way to a frame."""
        self.pixel_array = self.frame(mobjects).copy()

    def _stage(self, stage: Stage) -> Iterable[tuple[Any, int, int, float, cairo.ImageSurface]]:
        opacity = stage.shown()
        if opacity <= 0.0:
            self._stages.pop(id(stage), None)
            return
        state = stage.state()
        kept = self._stages.get(id(stage))
        if kept is None or kept[0] != state:
            self._stages.pop(id(stage), None)  # two pictures of a large stage are one too many
            picture, offset = stage.picture(self.grid.per_unit)
            kept = (state, offset, surface_of(picture))
            self._stages[id(stage)] = kept
        left, top = self.grid.pixel(stage.box.left, stage.box.top)
        yield (state, round(left) + kept[1][0], round(top) + kept[1][1], opacity, kept[2])

    def _compose(self, layers: list[tuple[Any, int, int, float, cairo.ImageSurface]]) -> Picture:
        made = np.empty((self.grid.height, self.grid.width, 4), dtype=np.uint8)
        made.view(np.uint32)[...] = self._paper
        context = cairo.Context(surface_of(made))
        for _, left, top, opacity, surface in layers:
            context.set_source_surface(surface, left, top)
            if opacity >= 1.0:
                context.paint()
            else:
                context.paint_with_alpha(opacity)
        return made


def _stages_in(mobject: Mobject) -> list[Stage]:
    return [part for part in mobject.get_family() if isinstance(part, Stage)]
