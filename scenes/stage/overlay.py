"""The flat layer: text and Manim's vector shapes as sprites, kept until they change.

Every flat object becomes a sprite: a picture of its own box, named by its content. A sprite is
painted again only when its content changes, whatever Manim believes to be moving.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import cairo
import numpy as np
from manim import ImageMobject, Mobject, VMobject
from manim.constants import RESAMPLING_ALGORITHMS

from scenes.text import typesetting, words

if TYPE_CHECKING:
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8]
    Corner = npt.NDArray[np.float64]

#: Sprites kept, in bytes; the least recently used go first.
KEEP_BYTES = 48 * 2**20


@dataclass(frozen=True)
class Sprite:
    """A picture with its place: the left and top pixel in the frame, and how opaque it is painted."""

    key: tuple[Any, ...]
    left: int
    top: int
    opacity: float
    surface: cairo.Surface
    size: tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """The pixels of a frame: its size, and how many make a frame unit."""

    width: int
    height: int
    per_unit: float

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Pixel coordinates, from the left and from the top, of a point in frame units."""
        return self.width / 2 + x * self.per_unit, self.height / 2 - y * self.per_unit


def surface_of(picture: Picture) -> cairo.ImageSurface:
    """A Cairo surface over premultiplied RGBA pixels (Manim keeps red first in Cairo's ARGB32)."""
    height, width = picture.shape[:2]
    return cairo.ImageSurface.create_for_data(picture.data, cairo.FORMAT_ARGB32, width, height)


def size_of(surface: cairo.ImageSurface) -> tuple[int, int]:
    """Width and height in pixels."""
    return surface.get_width(), surface.get_height()


class Overlay:
    """Turns flat objects into sprites.

    Parameters
    ----------
    grid
        The pixels of the frame.
    paint
        Paints one vector shape on a Cairo context: Manim's ``Camera.display_vectorized``.
    """

    def __init__(self, grid: Grid, paint: Callable[[VMobject, cairo.Context[Any]], Any]) -> None:
        self.grid = grid
        self.paint = paint
        self._kept: OrderedDict[tuple[Any, ...], tuple[int, int, cairo.ImageSurface]] = (
            OrderedDict()
        )
        self._kept_bytes = 0

    def sprites(self, family: Iterable[Mobject]) -> Iterator[Sprite]:
        """The sprites of an object and its parts, its family, bottom first."""
        shapes: list[VMobject] = []
        for part in family:
            if not len(part.points):
                continue
            if isinstance(part, words.Words):
                yield from self._shapes(shapes)
                shapes = []
                yield from self._words(part)
            elif isinstance(part, ImageMobject):
                yield from self._shapes(shapes)
                shapes = []
                yield from self._image(part)
            elif isinstance(part, VMobject):
                shapes.append(part)
        yield from self._shapes(shapes)

    def _words(self, text: words.Words) -> Iterator[Sprite]:
        if text.opacity <= 0.0:
            return
        per_point = self.grid.per_unit * text.size * text.scale_now / typesetting.POINTS
        left, top = self.grid.pixel(float(text.points[0, 0]), float(text.points[1, 1]))
        whole_x, phase_x = _phase(left - typesetting.MARGIN * per_point)
        whole_y, phase_y = _phase(top - typesetting.MARGIN * per_point)
        setting = (text.source(), round(per_point, 4), phase_x, phase_y)
        key = ("words", *setting, text.gliding)
        if key not in self._kept:
            made = typesetting.picture(*setting, gliding=text.gliding)
            self._keep(key, 0, 0, made)
        self._kept.move_to_end(key)
        whole = self._kept[key][2]
        if text.uncovered >= 1.0:
            yield Sprite(key, whole_x, whole_y, text.opacity, whole, size_of(whole))
            return
        width = max(1, round(text.uncovered * whole.get_width()))
        part = whole.create_for_rectangle(0, 0, width, whole.get_height())
        size = (width, whole.get_height())
        yield Sprite((*key, width), whole_x, whole_y, text.opacity, part, size)

    def _image(self, image: ImageMobject) -> Iterator[Sprite]:
        """A picture, between the corners that it has now."""
        pixels = np.ascontiguousarray(image.get_pixel_array(), dtype=np.uint8)
        corners = image.points[:3]
        digest = blake2b(pixels.tobytes() + corners.tobytes(), digest_size=16).digest()
        key = ("image", digest, image.resampling_algorithm)
        if key not in self._kept:
            low, high = image.points.min(axis=0), image.points.max(axis=0)
            left, top, width, height = self._within(low, high, 1.0)
            if width <= 0 or height <= 0:
                return
            made = np.zeros((height, width, 4), dtype=np.uint8)
            context = cairo.Context(surface_of(made))
            origin, right, down = (np.array(self.grid.pixel(x, y)) for x, y, _ in corners)
            across = (right - origin) / pixels.shape[1]
            under = (down - origin) / pixels.shape[0]
            context.transform(cairo.Matrix(*across, *under, *(origin - (left, top))))
            alpha = pixels[..., 3:].astype(np.uint16)
            colours = (pixels[..., :3] * alpha + 127) // 255
            shown = np.concatenate([colours, alpha], axis=-1).astype(np.uint8)
            context.set_source_surface(surface_of(shown))
            nearest = image.resampling_algorithm == RESAMPLING_ALGORITHMS["nearest"]
            context.get_source().set_filter(cairo.FILTER_NEAREST if nearest else cairo.FILTER_BEST)
            context.paint()
            self._keep(key, left, top, made)
        self._kept.move_to_end(key)
        left, top, surface = self._kept[key]
        yield Sprite(key, left, top, 1.0, surface, size_of(surface))

    def _shapes(self, shapes: list[VMobject]) -> Iterator[Sprite]:
        visible = [shape for shape in shapes if can_be_seen(shape)]
        if not visible:
            return
        key = ("shapes", _signature(visible))
        if key not in self._kept:
            left, top, width, height = self._bounds(visible)
            if width <= 0 or height <= 0:
                return
            made = np.zeros((height, width, 4), dtype=np.uint8)
            context = cairo.Context(surface_of(made))
            unit = self.grid.per_unit
            context.set_matrix(
                cairo.Matrix(
                    unit, 0, 0, -unit, self.grid.width / 2 - left, self.grid.height / 2 - top
                )
            )
            for shape in visible:
                self.paint(shape, context)
            self._keep(key, left, top, made)
        self._kept.move_to_end(key)
        left, top, surface = self._kept[key]
        yield Sprite(key, left, top, 1.0, surface, size_of(surface))

    def _bounds(self, shapes: Iterable[VMobject]) -> tuple[int, int, int, int]:
        """Left, top, width and height in pixels of what the shapes cover of the frame."""
        low = np.min([shape.points.min(axis=0) for shape in shapes], axis=0)
        high = np.max([shape.points.max(axis=0) for shape in shapes], axis=0)
        widest = max(float(np.max(shape.get_stroke_width())) for shape in shapes)
        return self._within(low, high, 2.0 + widest * 0.01 * self.grid.per_unit)

    def _within(self, low: Corner, high: Corner, room: float) -> tuple[int, int, int, int]:
        """Left, top, width and height in pixels of a box and room around it, as far as in the frame."""
        left, top = self.grid.pixel(low[0], high[1])
        right, bottom = self.grid.pixel(high[0], low[1])
        x0, y0 = max(0, int(left - room)), max(0, int(top - room))
        x1 = min(self.grid.width, int(right + room) + 1)
        y1 = min(self.grid.height, int(bottom + room) + 1)
        return x0, y0, x1 - x0, y1 - y0

    def _keep(self, key: tuple[Any, ...], left: int, top: int, made: Picture) -> None:
        self._kept[key] = (left, top, surface_of(made))
        self._kept_bytes += made.nbytes
        while self._kept_bytes > KEEP_BYTES and len(self._kept) > 1:
            _, (_, _, dropped) = self._kept.popitem(last=False)
            self._kept_bytes -= dropped.get_stride() * dropped.get_height()


def _phase(pixel: float) -> tuple[int, int]:
    """The whole pixel at or before a place, and the nearest phase after it."""
    steps = round(pixel * typesetting.PHASES)
    return steps // typesetting.PHASES, steps % typesetting.PHASES


def can_be_seen(shape: VMobject) -> bool:
    """Whether a shape has any ink."""
    fill = shape.get_fill_rgbas()[:, 3].max(initial=0.0)
    stroke = shape.get_stroke_rgbas()[:, 3].max(initial=0.0)
    return bool(fill > 0.0 or (stroke > 0.0 and np.max(shape.get_stroke_width()) > 0.0))


def _signature(shapes: Iterable[VMobject]) -> bytes:
    """All that the picture of these shapes depends on, in 16 bytes."""
    digest = blake2b(digest_size=16)
    for shape in shapes:
        for part in (
            shape.points,
            shape.get_fill_rgbas(),
            shape.get_stroke_rgbas(),
            shape.get_stroke_rgbas(background=True),
            np.asarray(
                [shape.get_stroke_width(), shape.get_stroke_width(background=True)], dtype=float
            ),
        ):
            data = np.ascontiguousarray(part)
            digest.update(repr(data.shape).encode())
            digest.update(data.tobytes())
        digest.update(f"{shape.joint_type}{shape.cap_style}{shape.sheen_factor}".encode())
    return digest.digest()
