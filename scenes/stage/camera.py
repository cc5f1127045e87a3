"""The camera: composes background, stages, text and shapes into a frame, in the order of the scene."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import cairo
import numpy as np
from manim import Camera, Mobject

from scenes.stage.overlay import Grid, Overlay, Sprite, size_of, surface_of
from scenes.stage.picture import Picture
from scenes.stage.stage import Stage

if TYPE_CHECKING:
    from scenes.stage.gl import Canvas
    from scenes.stage.picture import Rectangle

    #: What is painted, where, how opaque, and its size: all that a layer shows.
    Content = tuple[Any, int, int, float, tuple[int, int]]


class FilmCamera(Camera):
    """A Manim camera that draws stages by OpenGL and everything flat as sprites.

    `frame` gives the finished picture. A frame that would equal the one before is that same array:
    a still is drawn once.

    Attributes
    ----------
    before_frame
        Called before anything is drawn, to bring labels and readouts to the present state.
    above
        What lies over everything in every frame, whatever a scene does with its own objects.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.before_frame: list[Callable[[], None]] = []
        self.above: list[Mobject] = []
        self.grid = Grid(self.pixel_width, self.pixel_height, self.pixel_width / self.frame_width)
        self.overlay = Overlay(self.grid, self.display_vectorized)
        self._stages: dict[int, tuple[tuple[Any, ...], tuple[int, int], cairo.ImageSurface]] = {}
        self._under_way: tuple[int, tuple[Any, ...], tuple[int, int], Canvas] | None = None
        self._last: tuple[list[Content], Picture] | None = None
        self._for_documents = False

    def frame(self, mobjects: Iterable[Mobject]) -> Picture:
        """The picture of these objects, shape (height, width, 4), RGBA; not to be written to."""
        for bring_up_to_date in self.before_frame:
            bring_up_to_date()
        ordered = [*sorted(mobjects, key=lambda m: m.z_index), *self.above]
        families = [mobject.get_family() for mobject in ordered]
        stages = [[part for part in family if isinstance(part, Stage)] for family in families]
        self._start_stages([stage for some in stages for stage in some])
        # The renderer is at work on the last stage; text and shapes are made meanwhile.
        flat = [list(self.overlay.sprites(family)) for family in families]
        self._finish_stage()
        layers: list[Sprite] = []
        for some, sprites in zip(stages, flat, strict=True):
            for stage in some:
                layers.extend(self._stage(stage))
            layers.extend(sprites)
        return self._compose(layers)

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

    def set_cairo_context_path(self, ctx: Any, vmobject: Any) -> Self:
        """As Manim's, but quicker: Python's own numbers need no conversion on their way to Cairo."""
        points = self.transform_points_pre_display(vmobject, vmobject.points)
        ctx.new_path()
        ends = vmobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist()
        for first, end in ends if len(points) else ():
            curves = points[first : first + (end - first) // 4 * 4, :2].reshape(-1, 8).tolist()
            if not curves:
                continue
            ctx.new_sub_path()
            ctx.move_to(*curves[0][:2])
            for curve in curves:
                ctx.curve_to(*curve[2:])
            if vmobject.consider_points_equals_2d(points[first], points[end - 1]):
                ctx.close_path()
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

    def _stage(self, stage: Stage) -> Iterable[Sprite]:
        opacity = stage.opacity_now
        if opacity > 0.0:
            state, (right, down), surface = self._stages[id(stage)]
            left, top = self.grid.pixel(stage.box.left, stage.box.top)
            left, top = round(left) + right, round(top) + down
            yield Sprite(state, left, top, opacity, surface, size_of(surface))

    def _compose(self, layers: list[Sprite]) -> Picture:
        """The picture of these layers: that of the ones before, painted anew where they differ."""
        content = [(s.key, s.left, s.top, s.opacity, s.size) for s in layers]
        if self._last is None:
            made = np.empty((self.grid.height, self.grid.width, 4), dtype=np.uint8).view(Picture)
            changed = [(0, 0, self.grid.width, self.grid.height)]
        else:
            before, last = self._last
            changed = [box for box in map(self._seen, _differing(before, content)) if box]
            made = last.copy() if changed else last
            if changed:
                made.differs_from(last, changed)
        self._last = (content, made)
        pixels, context = made.view(np.uint32), cairo.Context(surface_of(made))
        for left, top, right, bottom in changed:
            pixels[top:bottom, left:right] = self._paper
            context.rectangle(left, top, right - left, bottom - top)
        context.clip()
        for layer in layers if changed else ():
            context.set_source_surface(layer.surface, layer.left, layer.top)
            if layer.opacity >= 1.0:
                context.paint()
            else:
                context.paint_with_alpha(layer.opacity)
        return made

    def _seen(self, layer: Content) -> Rectangle | None:
        """The part of the frame that a layer lies on."""
        _, left, top, _, (width, height) = layer
        right, bottom = min(left + width, self.grid.width), min(top + height, self.grid.height)
        left, top = max(left, 0), max(top, 0)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _differing(before: list[Content], after: list[Content]) -> list[Content]:
    """Layers that have gone or come, where the others keep their order."""
    if len(before) == len(after):
        return [
            layer
            for pair in zip(before, after, strict=True)
            if pair[0] != pair[1]
            for layer in pair
        ]
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[start : len(before) - end] + after[start : len(after) - end]
