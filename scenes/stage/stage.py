"""A stage: a Manim object that holds things with depth, the eye that looks at them, and their place.

What moves on a stage moves through dials: ``ValueTracker`` objects that Manim animates as usual
(``self.play(stage.azimuth.animate.set_value(0.3))``). A stage is drawn from the values of its dials
at the moment of drawing and from nothing else, so that any frame can be drawn without the others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from manim import Mobject, ValueTracker, config
from manim.constants import RendererType
from manim.mobject.types.image_mobject import AbstractImageMobject

from scenes.layout import Box
from scenes.stage.gl import Canvas, canvas
from scenes.stage.quadratic import Light
from scenes.stage.regions import Tiles
from scenes.stage.stock import drawn_by_any_camera, scene_theme, without_cache
from scenes.stage.view import View

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.regions import Mask

#: What stands on a stage reaches no further than this beyond its axes box, in stage units.
OVERHANG = 0.2


class Dial(ValueTracker):
    """A number that Manim can animate and that a stage reads when it is drawn.

    A dial is no truth value: Manim's tracker is false at 0.0, where ``x if dial else y`` would take a
    dial that reads 0 for none.
    """

    def __bool__(self) -> bool:
        raise TypeError("a dial is read by calling it, and is compared with None by `is`")

    def __call__(self) -> float:
        return float(self.get_value())

    def to(self, value: float) -> Any:
        """The animation that turns the dial to ``value``; for `Scene.play`."""
        return self.animate.set_value(value)


@dataclass(frozen=True)
class Pen:
    """What a thing needs to draw itself: the canvas, how many pixels a hair line takes, and the eye.

    A unit of the stage is about ``pixels_per_unit`` pixels.
    """

    canvas: Canvas
    line_width: float
    view: View
    pixels_per_unit: float


class Prop:
    """Anything that stands on a stage: a dataclass of settings, dials and functions to read.

    Functions take no arguments and give the form or the points to show at this moment.
    """

    shown: Dial
    #: Whether it needs several samples a pixel, since it does not soften its own edges.
    rough: ClassVar[bool] = False

    def state(self) -> tuple[Any, ...]:
        """All that its picture depends on, as plain values: every field, read now."""
        return tuple(_read(getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]

    def hides(self, tiles: Tiles) -> Mask:
        """The tiles of a picture that it covers to the last pixel, as far as that is easily told."""
        return tiles.none

    def draw(self, pen: Pen) -> None:
        """Draw itself; called only while `shown` is above zero."""
        raise NotImplementedError


def _read(value: Any) -> Any:
    """The present value of a field of a prop, as something that can be compared."""
    if callable(value):  # dials too
        value = value()
    if isinstance(value, (list, np.ndarray)):
        value = np.asarray(value, dtype=float)
        return (value.shape, value.tobytes())
    return value


@drawn_by_any_camera
class Stage(AbstractImageMobject):
    """Props, an eye, and the box of the frame in which they appear; for any Manim scene.

    Parameters
    ----------
    box
        Where the stage stands in the frame; by default, all of it.
    light
        Ambient light and colour of the shade, by default those of the theme that suits the scene's
        background.
    azimuth, elevation
        Where the eye stands at first, in radians.
    reach, height
        Half the side of the floor and the height of the axes box that is kept in view.
    room
        Share of the stage's box, across and upwards, that the axes box may take; the rest is for
        its labels.

    Attributes
    ----------
    azimuth, elevation, shown : Dial
        The eye, and how opaque the stage is.
    labels : (float, float, float)
        Room for labels, in frame units: see `View.framing`.

    Notes
    -----
    A stage can be moved and scaled like any Manim object; its picture follows its box. `FilmCamera`
    draws it itself; with any other of Manim's cameras for Cairo it is an image that draws itself.
    """

    def __init__(
        self,
        box: Box | None = None,
        light: Light | None = None,
        *,
        azimuth: float = 0.6,
        elevation: float = 0.5,
        reach: float = 2.0,
        height: float = 1.9,
        room: tuple[float, float] = (0.84, 0.86),
    ) -> None:
        if config.renderer == RendererType.OPENGL:
            raise SystemExit("A stage cannot be drawn by --renderer=opengl: leave that out.")
        without_cache("scenes with a stage")
        self._first = box or Box(0.0, 0.0, config.frame_width, config.frame_height)
        super().__init__(scale_to_resolution=0)
        if light is None:
            theme = scene_theme()
            light = Light(theme.ambient, theme.shade.rgb)
        self.light = light
        self.props: list[Prop] = []
        self.azimuth = Dial(azimuth)
        self.elevation = Dial(elevation)
        self.reach = reach
        self.height_of_box = height
        self.room = room
        self.labels = (0.0, 0.0, 0.0)
        self.shown = Dial(1.0)
        self.opacity = 1.0
        self._drawn: tuple[tuple[Any, ...], npt.NDArray[np.uint8], tuple[int, int]] | None = None
        self.add_updater(_redraw)

    def reset_points(self) -> Self:
        """By its four corners, as those of an image, Manim finds what is on screen, and where."""
        box = self._first
        self.points = np.array(
            [(x, y, 0.0) for y in (box.top, box.bottom) for x in (box.left, box.right)]
        )
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy has a box of its own and shares the rest: what stands on it and its dials."""
        twin = copy.copy(self)
        twin.points = self.points.copy()
        twin.submobjects = []
        twin.updaters = [_redraw]
        return twin

    @property
    def box(self) -> Box:
        """Where the stage stands in the frame now."""
        (left, top), (right, bottom) = self.points[0, :2], self.points[3, :2]
        return Box.from_edges(float(left), float(right), float(bottom), float(top))

    def get_pixel_array(self) -> npt.NDArray[np.uint8]:
        """What a stage shows depends on who draws it: see `layer`."""
        raise TypeError("a stage has no pixels of its own: Stage.picture draws them")

    def layer(self, pixels_per_unit: float) -> tuple[npt.NDArray[np.uint8], tuple[int, int], float]:
        """The picture and its offset, as `picture`, drawn if anything has changed; and its opacity."""
        state = (self.state(), pixels_per_unit)
        if self._drawn is None or self._drawn[0] != state:
            self._drawn = (state, *self.picture(pixels_per_unit))
        return *self._drawn[1:], self.opacity_now

    # What Manim's fades and moves ask of an object:

    @property
    def opacity_now(self) -> float:
        """How opaque the stage is: by its dial `shown`, and by Manim's fades."""
        return self.shown() * self.opacity

    def set_opacity(self, opacity: float) -> Self:
        self.opacity = opacity
        return self

    def fade(self, darkness: float = 0.5, family: bool = True) -> Self:
        self.opacity *= 1.0 - darkness
        return self

    def set_color(self, color: Any = None, alpha: Any = None, family: bool = True) -> Self:
        return self

    def interpolate_color(self, mobject1: Mobject, mobject2: Mobject, alpha: float) -> None:
        first, second = getattr(mobject1, "opacity", 1.0), getattr(mobject2, "opacity", 1.0)
        self.opacity = (1.0 - alpha) * first + alpha * second

    def rotate(self, *args: Any, **kwargs: Any) -> Self:
        raise TypeError(
            "a stage keeps upright: turn its eye, as by stage.azimuth.to(…) or stage.elevation.to(…)"
        )

    def put(self, *props: Prop) -> Self:
        """Stand things on the stage; the first is drawn first."""
        self.props.extend(props)
        return self

    def view(self, elevation: float | None = None) -> View:
        """The eye as it stands now, or at another elevation, with the axes box framed."""
        room = (self.room[0] * self.box.width, self.room[1] * self.box.height)
        up = self.elevation() if elevation is None else elevation
        return _framed(self.azimuth(), up, self.reach, self.height_of_box, room, self.labels)

    def project(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Where points of the stage (..., 3) lie in the frame: (..., 3) with z = 0."""
        seen = self.view().project(points)
        box = self.box
        seen[..., 0] += box.x
        seen[..., 1] += box.y
        seen[..., 2] = 0.0
        return seen

    def pin(self, mobject: Mobject, point: npt.ArrayLike | Callable[[], npt.ArrayLike]) -> Any:
        """Keep a Manim object, such as a label, at a point of the stage as the eye moves.

        Parameters
        ----------
        mobject
            Its middle stands there; add it to the scene.
        point
            Shape (3,), in stage units, or a function that gives it at every frame.
        """

        def stand(moved: Mobject) -> None:
            moved.move_to(self.project(point() if callable(point) else point))

        return mobject.add_updater(stand, call_updater=True)

    def state(self) -> tuple[Any, ...]:
        """All that the picture of the stage depends on."""
        visible = tuple(
            (type(prop).__name__, *prop.state()) for prop in self.props if prop.shown() > 0.0
        )
        return (self.view(), self.box, self.light, visible)

    def start(
        self, pixels_per_unit: float, through: Callable[[Canvas], Canvas] = lambda canvas: canvas
    ) -> tuple[Canvas, tuple[int, int]]:
        """Start to draw the stage, and return while the renderer is still at it.

        Parameters
        ----------
        pixels_per_unit
            Pixels a frame unit.
        through
            What the props are given to draw on, for the canvas; see `linework`.

        Returns
        -------
        canvas : Canvas
            Its ``finish`` gives the picture: RGBA, colours premultiplied by alpha, no larger than
            what stands on the stage. Finish before another stage is started.
        offset : (int, int)
            Pixels from the left and the top edge of the stage's box to the picture.
        """
        view, box = self.view(), self.box
        full = (
            max(1, round(box.width * pixels_per_unit)),
            max(1, round(box.height * pixels_per_unit)),
        )
        left, top, width, height = self._crop(view, full, pixels_per_unit)
        shift = (
            view.shift[0] + (full[0] / 2 - left - width / 2) / pixels_per_unit,
            view.shift[1] - (full[1] / 2 - top - height / 2) / pixels_per_unit,
        )
        view = replace(view, shift=shift)
        painter = canvas()
        tiles = Tiles((width, height), view, (width / pixels_per_unit, height / pixels_per_unit))
        props = [prop for prop in self.props if prop.shown() > 0.0]
        sampled = any(prop.rough for prop in props)
        hiding = () if tiles.few else props
        hidden = np.logical_or.reduce([tiles.none, *(prop.hides(tiles) for prop in hiding)])
        painter.begin(tiles, self.light, hidden, sampled=sampled)
        pen = Pen(
            through(painter), max(1.0, pixels_per_unit / 135.0), view, view.zoom * pixels_per_unit
        )
        for prop in props:
            prop.draw(pen)
        painter.flush()
        return painter, (left, top)

    def picture(self, pixels_per_unit: float) -> tuple[npt.NDArray[np.uint8], tuple[int, int]]:
        """Draw the stage and wait for it: the picture and its offset, as `start` says."""
        painter, offset = self.start(pixels_per_unit)
        return painter.finish(), offset

    def _crop(
        self, view: View, full: tuple[int, int], pixels_per_unit: float
    ) -> tuple[int, int, int, int]:
        """Left, top, width and height of the pixels that the axes box may touch."""
        reach, height = self.reach + OVERHANG, self.height_of_box + OVERHANG
        corners = [
            (x, y, z) for x in (-reach, reach) for y in (-reach, reach) for z in (-OVERHANG, height)
        ]
        seen = view.project(corners)[:, :2] * pixels_per_unit * (1.0, -1.0)
        spans = []
        for side, low, high in zip(full, seen.min(axis=0), seen.max(axis=0), strict=True):
            first = max(0, int(np.floor(side / 2 + low)))
            last = min(side, int(np.ceil(side / 2 + high)))
            spans.append((min(first, side - 1), max(last - first, 1)))
        (left, width), (top, tall) = spans
        return left, top, width, tall


def _redraw(stage: Mobject) -> None:
    """Nothing to do: what has an updater, Manim does not take for part of a still background."""


@lru_cache(maxsize=8)
def _framed(
    azimuth: float,
    elevation: float,
    reach: float,
    height: float,
    room: tuple[float, float],
    labels: tuple[float, float, float],
) -> View:
    """The framed view; every label and prop of a frame asks for the same one."""
    return View(azimuth, elevation).framing(reach, height, room, labels)
