"""Frames of an act, exact and in any order.

An act is a deterministic function from frame number to pixels. `draw` steps *every* frame of the
act, since the state of a scene is the sum of its steps, and draws only the frames that are wanted,
since drawing is what costs. So frames [a, b) are the same pixels whether they are drawn alone, in
pieces, or in the middle of the whole film.

Rules that keep it true: time comes from the frame number alone; a play lasts
``round(run_time * fps)`` frames, at least one; Manim's cache and partial files stay off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

import manim
import numpy as np
import numpy.typing as npt
from manim.renderer.cairo_renderer import CairoRenderer

from pipeline.render.alpha import unpremultiply
from pipeline.render.timeline import Timeline
from pipeline.scratch import scratch_folder

if TYPE_CHECKING:
    from pipeline.render.settings import RenderSettings

Frame = npt.NDArray[np.uint8]
Sink = Callable[[Frame], None]
Seen = TypeVar("Seen")
ActFactory = Callable[["FrameRenderer"], manim.Scene]


#: A frame number that no act reaches, and the range of a renderer that draws nothing.
END = 2**62
NOTHING = range(END, END)


class RangeDone(BaseException):
    """The last wanted frame has been drawn: the rest of the act is not needed.

    No error, so an act that catches those does not catch this.
    """


class FrameRenderer(CairoRenderer):
    """A renderer that steps every frame of a scene and draws those that are wanted.

    Parameters
    ----------
    wanted
        The numbers of the frames to draw: a range, or a set of a few.
    sink
        Called with every frame drawn, in order. A frame equal to the one before may be the same
        array. The array must not be written to.
    fps
        Frames per second.

    Attributes
    ----------
    frame_number : int
        Frames stepped so far: the number of the next frame.
    holds : list of (int, int)
        The frames [start, stop) stepped so far in which nothing moved.
    """

    def __init__(self, wanted: range | frozenset[int], sink: Sink, fps: int) -> None:
        super().__init__()
        self.wanted = wanted
        self.stop = max(wanted, default=-1) + 1 if isinstance(wanted, frozenset) else wanted.stop
        self.sink = sink
        self.fps = fps
        self.frame_number = 0
        self._converted: tuple[Frame, Frame] | None = None
        self.holds: list[tuple[int, int]] = []

    def init_scene(self, scene: Any, session_spec: Any, file_writer_settings: Any) -> None:
        """Manim's file writer is not wanted: frames go to the sink."""

    def play(self, scene: Any, *args: Any, **kwargs: Any) -> None:
        """Step one play, or wait, of the scene."""
        scene.compile_animation_data(*args, **kwargs)
        scene.begin_animations()
        count = max(1, round(scene.duration * self.fps))
        if scene.is_current_animation_frozen_frame():
            self._hold(scene, count)
        else:
            for i in range(count):
                self._before_frame()
                scene.update_to_time(i / self.fps)
                if self.frame_number in self.wanted:
                    self.sink(self.picture(scene))
                self.frame_number += 1
        for animation in scene.animations:
            animation.finish()
            animation.clean_up_from_scene(scene)
        scene.update_mobjects(0)
        self.num_plays += 1

    def _hold(self, scene: Any, count: int) -> None:
        """Frames in which nothing moves: drawn once, if any of them is wanted."""
        drawn: Frame | None = None
        self.holds.append((self.frame_number, self.frame_number + count))
        for _ in range(count):
            self._before_frame()
            if self.frame_number in self.wanted:
                if drawn is None:
                    drawn = self.picture(scene)
                self.sink(drawn)
            self.frame_number += 1

    def _before_frame(self) -> None:
        if self.frame_number >= self.stop:
            raise RangeDone
        self.time = self.frame_number / self.fps

    def picture(self, scene: Any) -> Frame:
        """Draw the scene as it stands: shape (height, width, 4), RGBA."""
        frame = getattr(self.camera, "frame", None)
        if frame is not None:
            return self._straight(frame(scene.mobjects))
        self.camera.reset()
        self.camera.capture_mobjects(scene.mobjects)
        return np.array(self.camera.pixel_array)

    def _straight(self, drawn: Frame) -> Frame:
        """The picture with straight alpha; what comes as the same object goes as the same object."""
        if getattr(self.camera, "background_opacity", 1.0) >= 1.0:
            return drawn
        if self._converted is None or self._converted[0] is not drawn:
            self._converted = (drawn, unpremultiply(drawn))
        return self._converted[1]


def draw(
    factory: ActFactory, settings: RenderSettings, start: int, stop: int | None, sink: Sink
) -> None:
    """Draw frames [start, stop) of an act, exactly as the whole render would.

    Parameters
    ----------
    factory
        Makes the act for a renderer.
    settings
        Size, frame rate and theme.
    start, stop
        The range; ``stop=None`` means to the end. Frames past the end are not an error.
    sink
        Called once a frame, in order; it may raise to stop.

    Notes
    -----
    Manim's configuration belongs to the process: one call at a time.
    """
    if stop is not None and stop <= start:
        return
    wanted = range(start, END if stop is None else stop)
    run(factory, settings, lambda: FrameRenderer(wanted, sink, settings.fps))


def draw_some(
    factory: ActFactory, settings: RenderSettings, frames: Iterable[int], sink: Sink
) -> None:
    """Draw a few frames of an act in one pass, in order; past the end there are none.

    Parameters
    ----------
    factory, settings, sink
        As for `draw`.
    frames
        Their numbers.
    """
    wanted = frozenset(frames)
    if wanted:
        run(factory, settings, lambda: FrameRenderer(wanted, sink, settings.fps))


def look_at(
    factory: ActFactory, settings: RenderSettings, frame: int, look: Callable[[Any], Seen]
) -> Seen:
    """Step an act to a frame, and return what a function makes of the scene as it stands there.

    Parameters
    ----------
    factory, settings
        As for `draw`.
    frame
        One that the act has.
    look
        Is given the scene, with all brought up to date as far as the scene itself does so.
    """
    seen: list[Seen] = []

    class Looker(FrameRenderer):
        def picture(self, scene: Any) -> Frame:
            seen.append(look(scene))
            return np.empty((0, 0, 4), dtype=np.uint8)

    run(factory, settings, lambda: Looker(frozenset({frame}), lambda drawn: None, settings.fps))
    return seen[0]


def probe(factory: ActFactory, settings: RenderSettings) -> Timeline:
    """Step an act from end to end without drawing, to learn what it is in time."""
    scene = run(factory, settings, lambda: FrameRenderer(NOTHING, lambda frame: None, settings.fps))
    return Timeline(
        n_frames=scene.renderer.frame_number,
        fps=settings.fps,
        cues=tuple(getattr(scene, "cues", ())),  # any Manim scene can be drawn: it has none
        beats=tuple(getattr(scene, "beats", ())),
        holds=tuple(scene.renderer.holds),
    )


def run(
    factory: ActFactory, settings: RenderSettings, make_renderer: Callable[[], FrameRenderer]
) -> Any:
    """Step an act through a renderer until its end, or until no more frames are wanted.

    Returns
    -------
    manim.Scene
        The act, as it stands then.

    Notes
    -----
    An act runs in a context of its own (`contextvars`): what it sets there ends with it.
    """
    with manim_configured(settings):
        return copy_context().run(_run, factory, make_renderer)


def _run(factory: ActFactory, make_renderer: Callable[[], FrameRenderer]) -> Any:
    scene: Any = factory(make_renderer())
    try:
        scene.setup()
        scene.construct()
        scene.tear_down()
    except RangeDone:
        pass
    return scene


@contextmanager
def manim_configured(settings: RenderSettings) -> Iterator[None]:
    """Manim's configuration for a render, with caches of its own, put back afterwards.

    Manim writes its text caches in place, so two processes must never share a folder.
    """
    unit = min(settings.width, settings.height) / 8.0
    with scratch_folder() as folder:
        wanted: dict[str, Any] = {
            "pixel_width": settings.width,
            "pixel_height": settings.height,
            "frame_width": settings.width / unit,
            "frame_height": settings.height / unit,
            "frame_rate": settings.fps,
            "media_dir": str(folder),
            "disable_caching": True,
            "seed": 0,
            "verbosity": "ERROR",
            "progress_bar": "none",
            "notify_outdated_version": False,
        }
        with manim.tempconfig(wanted):
            yield
