"""The camera: composes background, stages, text and shapes into a frame, in the order of the scene."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import cairo
import numpy as np
from manim import Camera, Mobject

from scenes.stage.overlay import Grid, Overlay, surface_of
from scenes.stage.stage import Stage

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.gl import Canvas

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
        self._under_way: tuple[int, tuple[Any, ...], tuple[int, int], Canvas] | None = None
        self._last: tuple[list[Any], Picture] | None = None
        self._for_documents = False

    def frame(self, mobjects: Iterable[Mobject]) -> Picture:
        """The picture of these objects, shape (height, width, 4), RGBA; not to be written to."""
        for bring_up_to_date in self.before_frame:
            bring_up_to_date()
        ordered = sorted(mobjects, key=lambda m: m.z_index)
        families = [mobject.get_family() for mobject in ordered]
        stages = [[part for part in family if isinstance(part, Stage)] for family in families]
        self._start_stages([stage for some in stages for stage in some])
        # The renderer is at work on the last stage; text and shapes are made meanwhile.
        flat = [list(self.overlay.sprites(family)) for family in families]
        self._finish_stage()
        layers: list[tuple[Any, int, int, float, cairo.Surface]] = []
        for some, sprites in zip(stages, flat, strict=True):
            for stage in some:
                layers.extend(self._stage(stage))
            for sprite in sprites:
                layers.append((sprite.key, sprite.left, sprite.top, sprite.opacity, sprite.surface))
        content = [layer[:4] for layer in layers]
        if self._last is None or self._last[0] != content:
            self._last = (content, self._compose(layers))
        return self._last[1]

    @contextmanager
    def colours_of_documents(self) -> Iterator[None]:
        """Let `display_vectorized` draw on documents: pictures keep red where Cairo has blue."""
        self._for_documents = True
        try:
            yield
        finally:
            self._for_documents = False

    def set_cairo_context_color(self, ctx: Any, rgbas: Any, vmobject: Any) -> Self:
        shown = rgbas[:, (2, 1, 0, 3)] if self._for_documents else rgbas
        super().set_cairo_context_color(ctx, shown, vmobject)
        return self

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

    def _start_stages(self, stages: list[Stage]) -> None:
        """Start on what has changed; all but the last are finished, since there is one canvas."""
        for stage in stages:
            kept = self._stages.get(id(stage))
            if stage.opacity_now <= 0.0:
                self._stages.pop(id(stage), None)
                continue
            state = stage.state()
            if kept is None or kept[0] != state:
                self._stages.pop(id(stage), None)  # two pictures of a large stage: one too many
                self._finish_stage()
                painter, offset = stage.start(self.grid.per_unit)
                self._under_way = (id(stage), state, offset, painter)

    def _finish_stage(self) -> None:
        if self._under_way is not None:
            name, state, offset, painter = self._under_way
            self._under_way = None
            self._stages[name] = (state, offset, surface_of(painter.finish()))

    def _stage(self, stage: Stage) -> Iterable[tuple[Any, int, int, float, cairo.Surface]]:
        opacity = stage.opacity_now
        if opacity > 0.0:
            state, (right, down), surface = self._stages[id(stage)]
            left, top = self.grid.pixel(stage.box.left, stage.box.top)
            yield state, round(left) + right, round(top) + down, opacity, surface

    def _compose(self, layers: list[tuple[Any, int, int, float, cairo.Surface]]) -> Picture:
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
