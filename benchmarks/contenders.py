"""The same morph drawn several ways; each prints its seconds a frame.

A valley of RSS + λ‖θ‖² over the same square becomes a bowl while the camera turns: the same data, size
and λ for all, and the same mesh for all that have one. Ours has none: it is exact at every pixel. Run one
with ``python -m benchmarks.contenders NAME --mesh 64 --frames 3``; each needs a process of its own, since
Manim's configuration and its renderer belong to the process.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ridge_math import Dataset

SIZE = (1920, 1080)


def heights(mesh: int) -> Callable[[float], np.ndarray]:
    """Heights of the objective on the grid of a mesh, from 0 to 2, for a share of the way to λ."""
    objective = Dataset.synthetic().objective()
    axis = np.linspace(-2.0, 2.0, mesh + 1)
    top = 200.0

    def at(share: float) -> np.ndarray:
        lam = 0.01 * 4000.0**share
        return np.minimum(objective.penalised(lam).grid(axis, axis) / top, 1.0) * 2.0

    return at


#: Seconds a frame, and seconds of processor that it costs.
Taken = tuple[float, float]


class Clock:
    """Times a render from its second frame to the end of its file, in seconds a frame and of processor.

    The first frame pays for warming up; the end is when the last frame has been encoded.
    """

    def __init__(self) -> None:
        self.ticks: list[tuple[float, float]] = []

    def tick(self, *_: Any) -> None:
        """Note that a frame begins."""
        self.ticks.append((time.perf_counter(), time.process_time()))

    def finish(self) -> Taken:
        """Seconds a frame, from the second frame until now, and of processor."""
        began, spent = self.ticks[1]
        frames = len(self.ticks) - 1
        return (time.perf_counter() - began) / frames, (time.process_time() - spent) / frames


def stock(mesh: int, n_frames: int, *, bulk: bool) -> Taken:
    """Manim's `Surface` in Cairo: built anew every frame, or with its points rewritten in bulk."""
    import manim

    at, clock = heights(mesh), Clock()
    axis = np.linspace(-2.0, 2.0, mesh + 1)

    class Morph(manim.ThreeDScene):
        def construct(self) -> None:
            share = manim.ValueTracker(0.0)
            self.set_camera_orientation(phi=60 * manim.DEGREES, theta=30 * manim.DEGREES)

            def surface() -> manim.Surface:
                z = at(share.get_value())

                def point(u: float, v: float) -> np.ndarray:
                    column, row = round((u + 2) / 4 * mesh), round((v + 2) / 4 * mesh)
                    return np.array([u, v, z[row, column]])

                return manim.Surface(
                    point, u_range=(-2, 2), v_range=(-2, 2), resolution=(mesh, mesh)
                )

            if bulk:
                shown = surface()

                def rewrite(mobject: manim.Surface) -> None:
                    z = at(share.get_value())
                    corners = np.stack([*np.meshgrid(axis, axis, indexing="ij"), z.T], axis=-1)
                    for face in mobject.submobjects:
                        i, j = face.u_index, face.v_index
                        quad = corners[[i, i, i + 1, i + 1, i], [j, j + 1, j + 1, j, j]]
                        face.points = _straight(quad)

                shown.add_updater(rewrite)
            else:
                shown = manim.always_redraw(surface)
            shown.add_updater(clock.tick)
            self.add(shown)
            self.begin_ambient_camera_rotation(rate=0.2)
            self.play(share.animate.set_value(1.0), run_time=n_frames / manim.config.frame_rate)

    _render(Morph, {"renderer": "cairo"})
    return clock.finish()


def _straight(corners: np.ndarray) -> np.ndarray:
    """The cubic Bézier points of a polygon."""
    a, b = corners[:-1], corners[1:]
    return np.stack([a, a + (b - a) / 3, a + 2 * (b - a) / 3, b], axis=1).reshape(-1, 3)


def manim_opengl(mesh: int, n_frames: int) -> Taken:
    """Manim's own OpenGL renderer: `OpenGLSurface`, its points rewritten in bulk."""
    import manim
    from manim.mobject.opengl.opengl_surface import OpenGLSurface

    at, clock = heights(mesh), Clock()

    class Morph(manim.ThreeDScene):
        def construct(self) -> None:
            share = manim.ValueTracker(0.0)
            self.set_camera_orientation(phi=60 * manim.DEGREES, theta=30 * manim.DEGREES)
            shown = OpenGLSurface(
                lambda u, v: np.array([u, v, 0.0]),
                u_range=(-2, 2),
                v_range=(-2, 2),
                resolution=(mesh + 1, mesh + 1),
            )

            def rewrite(mobject: OpenGLSurface) -> None:
                clock.tick()
                z = at(share.get_value()).T.ravel()
                # three sheets of points: the surface, and two a little along u and v for normals
                for sheet in range(3):
                    mobject.points[sheet * z.size : (sheet + 1) * z.size, 2] = z

            shown.add_updater(rewrite)
            self.add(shown)
            self.begin_ambient_camera_rotation(rate=0.2)
            self.play(share.animate.set_value(1.0), run_time=n_frames / manim.config.frame_rate)

    _render(Morph, {"renderer": "opengl"})
    return clock.finish()


def pyvista(mesh: int, n_frames: int) -> Taken:
    """PyVista, on VTK: its points rewritten in bulk, four samples a pixel, encoded as our films are.

    It is not among what `make setup` installs; ``.venv/bin/pip install pyvista`` adds it.
    """
    # Without a screen; VTK would look for one first.
    os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    import pyvista as pv

    from pipeline.render.settings import RenderSettings
    from pipeline.video.encode import VideoWriter

    at, clock = heights(mesh), Clock()
    axis = np.linspace(-2.0, 2.0, mesh + 1)
    x, y = np.meshgrid(axis, axis)
    surface = pv.StructuredGrid(x, y, np.zeros_like(x))
    plotter = pv.Plotter(off_screen=True, window_size=SIZE)
    surface["height"] = np.zeros(surface.n_points)
    plotter.add_mesh(surface, scalars="height", clim=(0.0, 2.0), show_scalar_bar=False)
    plotter.enable_anti_aliasing("msaa", multi_samples=4)
    plotter.show(auto_close=False)
    with (
        tempfile.TemporaryDirectory() as folder,
        VideoWriter(Path(folder) / "bench.mp4", RenderSettings(*SIZE, fps=60)) as video,
    ):
        for number in range(n_frames):
            clock.tick()
            surface["height"] = at(number / n_frames).ravel(order="F")
            surface.points[:, 2] = surface["height"]
            plotter.camera.azimuth += 0.2
            plotter.render()
            frame = np.full((*SIZE[::-1], 4), 255, dtype=np.uint8)
            frame[..., :3] = plotter.screenshot(return_img=True)
            video.write(frame)
        video.close()
        return clock.finish()


def _render(scene: Any, extra: dict[str, Any]) -> None:
    """Render a scene to a video file that is thrown away."""
    import manim

    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "pixel_width": SIZE[0],
            "pixel_height": SIZE[1],
            "frame_rate": 60,
            "media_dir": folder,
            "disable_caching": True,
            "write_to_movie": True,
            "verbosity": "ERROR",
            "progress_bar": "none",
            **extra,
        }
        with manim.tempconfig(settings):
            scene().render()


def ours(n_frames: int, *, encode: bool, act: str = "bowl", start: int = 0) -> Taken:
    """Frames of an act: drawn and encoded, or drawn beforehand and only encoded."""
    from pipeline.render.frames import Frame, draw
    from pipeline.render.settings import RenderSettings
    from pipeline.video.encode import VideoWriter
    from scenes import build_act
    from scenes.brief import Brief

    settings = RenderSettings(*SIZE, fps=60)
    factory = partial(build_act, act, Brief(Dataset.synthetic()))
    clock = Clock()
    with (
        tempfile.TemporaryDirectory() as folder,
        VideoWriter(Path(folder) / "bench.mp4", settings) as video,
    ):

        def sink(frame: Frame) -> None:
            clock.tick()
            video.write(frame)

        frames: list[Frame] = []
        draw(factory, settings, start, start + n_frames, sink if encode else frames.append)
        for frame in frames:
            sink(frame)
        video.close()
        return clock.finish()


def workers(n_frames: int) -> Taken:
    """The same frames as `render.py film` draws them: in chunks, by a worker process a core."""
    from pipeline.render.film import Chunk
    from pipeline.render.settings import RenderSettings
    from pipeline.video.segment import draw_segment
    from pipeline.work.cores import cores
    from pipeline.work.executor import Task
    from pipeline.work.workers import Processes
    from scenes import build_act
    from scenes.brief import Brief

    settings, n_workers = RenderSettings(*SIZE, fps=60), cores()
    factory = partial(build_act, "bowl", Brief(Dataset.synthetic()))
    share = n_frames // n_workers

    def tasks(first: int, length: int) -> list[Task]:
        spans = [range(first + i * length, first + (i + 1) * length) for i in range(n_workers)]
        parts = [Chunk("bowl", factory, span.start, span.stop) for span in spans]
        return [Task(str(part), partial(draw_segment, part, settings), length) for part in parts]

    with Processes(n_workers, threads=0) as executor:
        executor.run(tasks(morph_start(), 1), lambda event: None)  # warm
        parts = tasks(morph_start(), share)
        began = time.perf_counter()
        executor.run(parts, lambda event: None)
        # What processes have used is known when they have ended, and then with their start.
        return (time.perf_counter() - began) / (n_workers * share), math.nan


def morph_start() -> int:
    """The frame of `bowl` at which λ has begun to grow and the eye to move."""
    from pipeline.render.frames import probe
    from pipeline.render.settings import RenderSettings
    from scenes import build_act
    from scenes.brief import Brief

    factory = partial(build_act, "bowl", Brief(Dataset.synthetic()))
    timeline = probe(factory, RenderSettings(*SIZE, fps=60))
    (bowl,) = (beat.frame for beat in timeline.beats if beat.name == "bowl")
    cue = next(cue for cue in timeline.cues if cue.start < bowl <= cue.stop)
    return cue.start + 3 * 60


CONTENDERS: dict[str, Callable[[int, int], Taken]] = {
    "manim surface, always_redraw": lambda mesh, n: stock(mesh, n, bulk=False),
    "manim surface, points in bulk": lambda mesh, n: stock(mesh, n, bulk=True),
    "manim opengl renderer": manim_opengl,
    "pyvista": pyvista,
    "draw and encode": lambda mesh, n: ours(n, encode=True, start=morph_start()),
    "draw and encode, a worker a core": lambda mesh, n: workers(n),
    "encode alone": lambda mesh, n: ours(n, encode=False, start=morph_start()),
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--mesh", type=int, default=64)
    parser.add_argument("--frames", type=int, default=10)
    arguments = parser.parse_args()
    print(*CONTENDERS[arguments.name](arguments.mesh, arguments.frames))
