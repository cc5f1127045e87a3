"""What is to be seen in the frames of an act, as numbers: texts, stages, and the pixels behind them.

An act is stepped once; at every frame asked for, its labels are brought up to date as for drawing,
and what it shows is noted. Drawing is left out, or is of the frame without its texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from scipy.spatial import ConvexHull

from pipeline.render.frames import FrameRenderer, run
from pipeline.render.settings import RenderSettings
from scenes import build_act
from scenes.brief import Brief
from scenes.cues import Cue
from scenes.layout import Box, Layout
from scenes.mobjects.axis_labels import AxisNames, FloorLabels, HeightLabels
from scenes.mobjects.plots import Plot
from scenes.mobjects.widgets import LambdaSlider
from scenes.stage.marks import AxesBox
from scenes.stage.stage import Stage
from scenes.stage.surface import Surface
from scenes.text.words import Words

#: Frames in which acts are looked at.
SHAPES = {"wide": (320, 180), "slide": (240, 180), "square": (180, 180), "tall": (180, 320)}
#: The smallest type, as a share of the frame's height: in films, and in loops for articles.
IN_FILMS, IN_LOOPS = 0.025, 0.05
#: Widgets whose texts belong to the edges of an axes box.
EDGE_LABELS = (FloorLabels, HeightLabels, AxisNames)
#: Less opaque than this, a text is not there yet or no more.
VISIBLE = 0.04
#: Points of a surface that are looked at, along a side.
GRAIN = 41

Array = np.ndarray


@dataclass(frozen=True)
class Text:
    """A text in the frame: its ink in frame units, and its type size as a share of the frame's height."""

    markup: str
    ink: Box
    size: float
    opacity: float
    on_axis: bool


@dataclass(frozen=True)
class Volume:
    """A stage in the frame: the corners of its axes box and points of its surfaces, shape (n, 2)."""

    corners: Array
    surface: Array


@dataclass(frozen=True)
class Sight:
    """What one frame shows."""

    frame: int
    layout: Layout
    texts: list[Text]
    volumes: list[Volume]
    axes: list[int] = field(default_factory=list)  # labelled ticks of each axis


@dataclass
class Seen:
    """An act as it was stepped: what was seen of it, its captions, its length."""

    sights: list[Sight] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    n_frames: int = 0


Look = Callable[[int, Any], None]


class Watcher(FrameRenderer):
    """A renderer that looks at the scene where it would draw."""

    def __init__(self, wanted: range | frozenset[int], look: Look, fps: int) -> None:
        super().__init__(wanted, lambda frame: None, fps)
        self.look = look

    def picture(self, scene: Any) -> Array:
        for bring_up_to_date in scene.renderer.camera.before_frame:
            bring_up_to_date()
        self.look(self.frame_number, scene)
        return np.empty((0, 0, 4), dtype=np.uint8)


def watch(
    name: str,
    brief: Brief,
    settings: RenderSettings,
    look: Look,
    wanted: Iterable[int] | None = None,
) -> Any:
    """Step an act and look at it at some frames, or at all."""
    frames = range(2**31) if wanted is None else frozenset(wanted)
    return run(
        partial(build_act, name, brief), settings, lambda: Watcher(frames, look, settings.fps)
    )


def see(
    name: str, brief: Brief, settings: RenderSettings, wanted: Iterable[int] | None = None
) -> Seen:
    """Step an act and note what there is to see."""
    seen = Seen()

    def look(frame: int, scene: Any) -> None:
        layout = Layout.of(settings.width, settings.height)
        seen.sights.append(
            Sight(
                frame,
                layout,
                list(texts_of(scene, layout)),
                list(volumes_of(scene)),
                list(labelled_ticks(scene)),
            )
        )

    act = watch(name, brief, settings, look, wanted)
    seen.n_frames = act.frame
    seen.cues = act.cues
    return seen


def visible_words(scene: Any) -> Iterator[tuple[Words, bool]]:
    """Every text on screen, and whether it belongs to the edge of an axes box."""
    for mobject in scene.mobjects:
        family = mobject.get_family()
        edge = {
            id(part)
            for widget in family
            if isinstance(widget, EDGE_LABELS)
            for part in widget.get_family()
        }
        for part in family:
            if isinstance(part, Words) and part.opacity > VISIBLE and part.markup:
                yield part, id(part) in edge


def texts_of(scene: Any, layout: Layout) -> Iterator[Text]:
    for part, on_axis in visible_words(scene):
        ink = Box.from_edges(*part.extent())
        size = part.size * part.scale_now * smallest_share(part.markup) / layout.frame.height
        yield Text(part.markup, ink, size, part.opacity, on_axis)


def labelled_ticks(scene: Any) -> Iterator[int]:
    """How many ticks have a label, of every axis in the frame that is to be read off."""
    for mobject in scene.mobjects:
        for part in mobject.get_family():
            axes: list[list[Any]] = []
            if isinstance(part, Plot):
                axes = [
                    labels
                    for labels, axis in zip(part.tick_labels, (part.x, part.y), strict=True)
                    if axis.labels
                ]
            elif isinstance(part, FloorLabels):
                axes = part.ticks
            elif isinstance(part, HeightLabels):
                axes = [part.ticks]
            elif isinstance(part, LambdaSlider):
                axes = [part.labels]
            for labels in axes:
                yield sum(bool(label.markup) for label in labels)


def smallest_share(markup: str) -> float:
    """The smallest type size that markup sets for a part of itself, in ems, 1 at most."""
    return min([1.0, *(float(em) for em in re.findall(r"size: ([\d.]+)em", markup))])


def volumes_of(scene: Any) -> Iterator[Volume]:
    for mobject in scene.mobjects:
        for part in mobject.get_family():
            if isinstance(part, Stage) and part.shown() > VISIBLE:
                boxes = [p for p in part.props if isinstance(p, AxesBox) and p.shown() > VISIBLE]
                height = max((box.height * box.upright() for box in boxes), default=0.0)
                r = part.reach
                corners = [(x, y, z) for x in (-r, r) for y in (-r, r) for z in (0.0, height)]
                surfaces = [_points_of(part, p) for p in part.props if isinstance(p, Surface)]
                points = np.concatenate([np.zeros((0, 2)), *surfaces])
                box = part.project(corners)[:, :2] if boxes else _rim_of(points)
                yield Volume(box, points)


def _rim_of(points: Array) -> Array:
    """Those of some points that are corners of their convex hull."""
    return points[ConvexHull(points).vertices] if len(points) > 2 else points


def _points_of(stage: Stage, surface: Surface) -> Array:
    """Points all over what is seen of a surface, in frame units."""
    if surface.shown() <= VISIBLE:
        return np.zeros((0, 2))
    line = np.linspace(-surface.scale.reach, surface.scale.reach, GRAIN)
    x, y = (side.ravel() for side in np.meshgrid(line, line))
    v = np.asarray(surface.form().value(x, y))
    kept = (v <= 1.0) & (v >= -0.5)
    half = surface.scale.height / 2.0
    z = half + half * surface.flip() * (2.0 * v - 1.0)
    return stage.project(np.stack([x, y, z], axis=-1)[kept])[:, :2]


# -- pixels -----------------------------------------------------------------------------------------


@contextmanager
def no_texts(camera: Any) -> Iterator[None]:
    """Let a camera draw frames without their texts."""
    camera.overlay._words = lambda text: iter(())
    try:
        yield
    finally:
        del camera.overlay._words


def without_texts(scene: Any) -> Array:
    """The frame less all texts: shape (height, width, 4)."""
    camera = scene.renderer.camera
    with no_texts(camera):
        return np.array(camera.frame(scene.mobjects))


def contrasts(scene: Any, behind: Array) -> Iterator[tuple[str, float]]:
    """Every text that is fully there, and its contrast to what is behind it.

    Of a text's pixels, nine in ten have at least this contrast to the same pixels of the frame
    without texts.
    """
    height, width = behind.shape[:2]
    for part, _ in visible_words(scene):
        if part.opacity < 0.95:
            continue
        for sprite in scene.renderer.camera.overlay._words(part):
            drawn = _pixels(sprite.surface)
            top, left = max(-sprite.top, 0), max(-sprite.left, 0)
            drawn = drawn[top : height - sprite.top, left : width - sprite.left]
            y, x = sprite.top + top, sprite.left + left
            under = behind[y : y + drawn.shape[0], x : x + drawn.shape[1], :3]
            opacity = drawn[..., 3]
            ink = opacity > 0.6 * opacity.max(initial=1)
            if ink.any():
                colour = drawn[ink][:, :3] * (255.0 / opacity[ink][:, None])
                yield part.markup, float(np.quantile(_contrast(colour, under[ink]), 0.1))


def _pixels(surface: Any) -> Array:
    rows = np.frombuffer(surface.get_data(), dtype=np.uint8)
    rows = rows.reshape(surface.get_height(), surface.get_stride())
    return rows[:, : 4 * surface.get_width()].reshape(surface.get_height(), -1, 4)


def _contrast(first: Array, second: Array) -> Array:
    """Contrast ratios of sRGB colours (n, 3), 0 to 255, by WCAG 2.2."""
    lights = []
    for colours in (first, second):
        part = np.clip(colours / 255.0, 0.0, 1.0)
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        lights.append(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return np.maximum(*lights) / np.minimum(*lights)


# -- what is wrong ----------------------------------------------------------------------------------

#: Frame units by which boxes may touch: a third of a pixel of a 1080p frame is 0.0025.
SLACK = 0.01


def faults(sight: Sight, least: float) -> Iterator[str]:
    """What is wrong with what a frame shows.

    Parameters
    ----------
    sight
        The frame.
    least
        Type size below which a text is too small, as a share of the frame's height.
    """
    safe = sight.layout.safe
    for text in sight.texts:
        if not _inside(text.ink, safe, SLACK):
            yield f"{text.markup} leaves the safe margin"
        if text.size < least - 1e-4:
            yield f"{text.markup} is {text.size:.2%} of the frame high"
        if not text.on_axis and any(_meet(text.ink, v.corners) for v in sight.volumes):
            yield f"{text.markup} lies over the box of a surface"
        if text.on_axis and any(_covers(text.ink, v.surface) for v in sight.volumes):
            yield f"{text.markup} lies on a surface"
    for k, text in enumerate(sight.texts):
        for other in sight.texts[k + 1 :]:
            if _overlap(text.ink, other.ink):
                yield f"{text.markup} lies on {other.markup}"
    if any(count < 2 for count in sight.axes):
        yield "an axis has fewer than two labels"
    frame = sight.layout.frame
    for volume in sight.volumes:
        edges = np.abs(volume.corners).max(axis=0)
        if edges[0] > frame.width / 2 or edges[1] > frame.height / 2:
            yield "a surface leaves the frame"


def _inside(box: Box, room: Box, slack: float) -> bool:
    return (
        box.left >= room.left - slack
        and box.right <= room.right + slack
        and box.bottom >= room.bottom - slack
        and box.top <= room.top + slack
    )


def _overlap(a: Box, b: Box) -> bool:
    across = min(a.right, b.right) - max(a.left, b.left)
    up = min(a.top, b.top) - max(a.bottom, b.bottom)
    return across > SLACK and up > SLACK


def _covers(box: Box, points: Array) -> bool:
    inside = (points > [box.left, box.bottom]) & (points < [box.right, box.top])
    return bool(inside.all(axis=1).any())


def _meet(box: Box, corners: Array) -> bool:
    """Whether a box and the convex hull of some points overlap: no line keeps them apart."""
    rim = np.array([(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)])
    first, second = np.triu_indices(len(corners), 1)
    sides = corners[second] - corners[first]
    sides = sides[np.hypot(*sides.T) > 1e-9]
    across = np.stack([-sides[:, 1], sides[:, 0]]) / np.hypot(*sides.T)
    ways = np.concatenate([np.eye(2), across], axis=1)
    ours, theirs = rim @ ways, corners @ ways
    gaps = np.maximum(theirs.min(axis=0) - ours.max(axis=0), ours.min(axis=0) - theirs.max(axis=0))
    return bool((gaps <= -SLACK).all())
