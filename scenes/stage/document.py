"""A frame as a document to be printed, PDF or SVG: text, shapes and lines as curves, surfaces as pictures.

What is drawn and in which order is as in `camera.FilmCamera`; what is empty around it is cut off.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cairo
import numpy as np
from manim import ImageMobject, Mobject, VMobject

from scenes.layout import Box
from scenes.stage.linework import engrave
from scenes.stage.overlay import can_be_seen
from scenes.stage.stage import Stage
from scenes.text.outlines import outlines
from scenes.text.typesetting import POINTS
from scenes.text.words import Words

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.camera import FilmCamera

    Picture = npt.NDArray[np.uint8]

#: Points of an inch.
_INCH = 72.0
#: The same document is the same file, whenever it is made.
_NO_DATE = "1980-01-01T00:00:00"
#: From what is drawn to the edge of the document, as shares of the frame's height: where the page shows
#: through, and where the document has a colour of its own.
_ROOM, _ROOM_ON_COLOUR = 0.004, 0.03


@dataclass(frozen=True)
class Sheet:
    """What is wanted.

    Attributes
    ----------
    kind : str
        ``"pdf"`` or ``"svg"``.
    width : float
        Of the document, in points.
    dpi : float
        Pixels an inch, of surfaces.
    paper : tuple of float or None
        Colour of the background; None for none.
    """

    kind: str
    width: float
    dpi: float = 300.0
    paper: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Printed:
    """A document: its content, its height in points, and the smallest type in it, in points."""

    content: bytes
    height: float
    smallest: float


def printed(camera: FilmCamera, mobjects: Iterable[Mobject], sheet: Sheet) -> Printed:
    """Return what a camera sees as a document; its frame has to be transparent."""
    ordered = sorted(mobjects, key=lambda m: m.z_index)
    room = _ROOM if sheet.paper is None else _ROOM_ON_COLOUR
    box = drawn_box(camera, camera.frame(ordered), room)
    scale = sheet.width / box.width
    height, memory = box.height * scale, io.BytesIO()
    surface: Any
    if sheet.kind == "pdf":
        surface = cairo.PDFSurface(memory, sheet.width, height)
        for date in (cairo.PDFMetadata.CREATE_DATE, cairo.PDFMetadata.MOD_DATE):
            surface.set_metadata(date, _NO_DATE)
    else:
        surface = cairo.SVGSurface(memory, sheet.width, height)
        surface.set_document_unit(cairo.SVGUnit.PT)
    context = cairo.Context(surface)
    if sheet.paper is not None:
        context.set_source_rgb(*sheet.paper)
        context.paint()
    context.set_matrix(cairo.Matrix(scale, 0, 0, -scale, -box.left * scale, box.top * scale))
    printer = _Printer(context, camera.display_vectorized, scale * sheet.dpi / _INCH)
    with camera.colours_of_documents():
        for mobject in ordered:
            family = mobject.get_family()
            for part in family:
                if isinstance(part, Stage):
                    printer.stage(part)
            printer.flat(family)
    surface.finish()
    return Printed(memory.getvalue(), height, printer.smallest * scale)


def drawn_box(camera: FilmCamera, picture: Picture, room: float) -> Box:
    """Where anything is drawn in a transparent frame, and room around it, in frame units."""
    rows, columns = (np.flatnonzero(picture[..., 3].any(axis=axis)) for axis in (1, 0))
    height, width = picture.shape[:2]
    if not len(rows):
        rows, columns = np.arange(height), np.arange(width)
    aside = round(room * height)
    left, right = max(columns[0] - aside, 0), min(columns[-1] + 1 + aside, width)
    top, bottom = max(rows[0] - aside, 0), min(rows[-1] + 1 + aside, height)
    unit = camera.grid.per_unit
    return Box.from_edges(
        (left - width / 2) / unit,
        (right - width / 2) / unit,
        (height / 2 - bottom) / unit,
        (height / 2 - top) / unit,
    )


@dataclass
class _Printer:
    """Draws on a Cairo context in frame units."""

    context: cairo.Context[Any]
    paint: Callable[[VMobject, cairo.Context[Any]], Any]
    pixels_per_unit: float
    smallest: float = math.inf

    def stage(self, stage: Stage) -> None:
        """A stage: its surfaces as a picture, its lines over it."""
        opacity = stage.opacity_now
        if opacity <= 0.0:
            return
        engraving, context = engrave(stage, self.pixels_per_unit), self.context
        pixel = 1.0 / self.pixels_per_unit
        place = cairo.Matrix(pixel, 0, 0, -pixel, *engraving.corner)
        self._picture(engraving.picture, place, opacity)
        context.set_line_join(cairo.LINE_JOIN_ROUND)
        for stroke in engraving.strokes:
            context.move_to(*stroke.points[0])
            for point in stroke.points[1:]:
                context.line_to(*point)
            context.set_source_rgba(*stroke.colour, stroke.opacity * opacity)
            context.set_line_width(stroke.width)
            context.stroke()

    def flat(self, family: Iterable[Mobject]) -> None:
        """Text, shapes and images among an object and its parts, bottom first."""
        for part in family:
            if not len(part.points):
                continue
            if isinstance(part, Words):
                self._words(part)
            elif isinstance(part, ImageMobject):
                self._image(part)
            elif isinstance(part, VMobject) and can_be_seen(part):
                self.paint(part, self.context)

    def _words(self, text: Words) -> None:
        if text.opacity <= 0.0 or not text.markup:
            return
        unit, context = text.size * text.scale_now / POINTS, self.context
        self.smallest = min(self.smallest, unit * POINTS)
        before = context.get_matrix()
        context.translate(text.points[0, 0], text.points[1, 1])
        context.scale(unit, -unit)
        if text.uncovered < 1.0:
            width = (text.points[1, 0] - text.points[0, 0]) / unit
            context.rectangle(-POINTS, -POINTS, text.uncovered * width + POINTS, 1e4)
            context.clip()
        for shape in outlines(text.source()):
            context.new_path()
            for method, points in shape.steps:
                getattr(context, method)(*points)
            if shape.fill is not None:
                context.set_source_rgba(*shape.fill, text.opacity)
                context.fill_preserve()
            if shape.stroke is not None:
                context.set_source_rgba(*shape.stroke, text.opacity)
                context.set_line_width(shape.width)
                context.stroke_preserve()
            context.new_path()
        context.reset_clip()
        context.set_matrix(before)

    def _image(self, image: ImageMobject) -> None:
        """A picture between the corners that it has now."""
        pixels = np.asarray(image.get_pixel_array(), dtype=np.uint16)
        colours = (pixels[..., :3] * pixels[..., 3:] + 127) // 255
        shown = np.concatenate([colours, pixels[..., 3:]], axis=-1).astype(np.uint8)
        origin, right, down = image.points[:3, :2]
        across, under = (right - origin) / shown.shape[1], (down - origin) / shown.shape[0]
        self._picture(shown, cairo.Matrix(*across, *under, *origin), 1.0)

    def _picture(self, picture: Picture, place: cairo.Matrix, opacity: float) -> None:
        """Lay a premultiplied picture, whose rows are from the top, on the document."""
        blue_first = np.ascontiguousarray(picture[..., (2, 1, 0, 3)])
        height, width = picture.shape[:2]
        surface = cairo.ImageSurface.create_for_data(
            blue_first.data, cairo.FORMAT_ARGB32, width, height
        )
        before = self.context.get_matrix()
        self.context.transform(place)
        self.context.set_source_surface(surface)
        self.context.paint_with_alpha(opacity)
        self.context.set_matrix(before)
