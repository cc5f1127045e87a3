"""The one place that talks to OpenGL.

A `Canvas` is a headless moderngl context with the five programs of the stage. It is made once a
process and drawn on with plain arrays; nothing here knows what a valley is. Where there is no GPU
the software renderer of Mesa draws the same pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import moderngl
import numpy as np

from scenes.stage.geometry import grid_mesh, unit_sphere

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.geometry import Floats, Indices
    from scenes.stage.view import View

    Picture = npt.NDArray[np.uint8]

#: Where the key light stands, seen from the eye: to the left, above, and in front.
KEY_LIGHT = np.array([-0.45, 0.70, 0.55]) / np.linalg.norm([-0.45, 0.70, 0.55])

#: GL_CLIP_DISTANCE0 and 1: the shader's lower and upper cut.
CLIP_PLANES = (0x3000, 0x3001)


class StageError(RuntimeError):
    """No OpenGL context can be made; the message names the remedy."""


@dataclass(frozen=True)
class Form:
    """A quadratic form in the stage's x and y: the value v that a surface shows as its height.

    ``v = xx x² + xy x y + yy y² + x x + y y + one``, with v = 0 on the floor of the axes box and
    v = 1 at its top.
    """

    xx: float
    xy: float
    yy: float
    x: float
    y: float
    one: float

    def value(self, x: Any, y: Any) -> Any:
        """v at stage coordinates x and y (numbers or arrays)."""
        return (
            self.xx * x * x + self.xy * x * y + self.yy * y * y + self.x * x + self.y * y + self.one
        )


@dataclass(frozen=True)
class Light:
    """How bright the stage is where the key light does not reach, and the colour of its shade."""

    ambient: float
    shade: tuple[float, float, float]


@lru_cache(maxsize=1)
def canvas() -> Canvas:
    """The canvas of this process.

    Raises
    ------
    StageError
        If OpenGL 3.3 cannot be had without a screen.
    """
    try:
        context = moderngl.create_context(
            require=330, standalone=True, **({"backend": "egl"} if sys.platform == "linux" else {})
        )
    except Exception as error:  # moderngl raises bare Exception, ValueError or OSError here
        raise StageError(
            f"OpenGL 3.3 is not available ({error}): on Debian or Ubuntu run "
            "'apt-get install libegl1 libgl1-mesa-dri', elsewhere install Mesa or a GPU driver."
        ) from error
    return Canvas(context)


def describe_renderer() -> dict[str, str]:
    """Name, vendor and version of the OpenGL renderer in use.

    Raises
    ------
    StageError
        As `canvas`.
    """
    info = canvas().context.info
    return {
        "renderer": info["GL_RENDERER"],
        "vendor": info["GL_VENDOR"],
        "version": info["GL_VERSION"],
        "software": str("llvmpipe" in info["GL_RENDERER"] or "softpipe" in info["GL_RENDERER"]),
    }


@lru_cache(maxsize=16)
def _shader(name: str) -> str:
    """The text of a shader, with ``//include FILE`` lines filled in."""
    folder = files("scenes.stage") / "shaders"
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(
        (folder / line.split()[1]).read_text(encoding="utf-8")
        if line.startswith("//include ")
        else line
        for line in lines
    )


class Canvas:
    """Draws one stage at a time into a picture; see `begin` and `finish`."""

    def __init__(self, context: moderngl.Context) -> None:
        self.context = context
        self.max_samples = int(context.info["GL_MAX_SAMPLES"])
        self._programs = {
            name: context.program(
                vertex_shader=_shader(f"{name}.vert"), fragment_shader=_shader(f"{name}.frag")
            )
            for name in ("surface", "floor", "solid", "line")
        }
        self._targets: dict[tuple[int, int, int], tuple[Any, Any]] = {}
        self._meshes: dict[tuple[str, int], tuple[Any, Any]] = {}
        self._ramps: dict[bytes, Any] = {}
        self._size = (0, 0)
        context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        context.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA

    # -- a picture -------------------------------------------------------------------------------

    def begin(
        self,
        size: tuple[int, int],
        samples: int,
        view: View,
        extent: tuple[float, float],
        light: Light,
    ) -> None:
        """Start a picture of ``size`` pixels that shows ``extent`` frame units through ``view``."""
        self._size = size
        self._target(size, min(samples, self.max_samples))[0].use()
        self.context.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        rotation = view.rotation()
        clip = view.clip_matrix(*extent).T.astype("f4").tobytes()
        for program in self._programs.values():
            program["u_clip"].write(clip)
        half_way = KEY_LIGHT + (0.0, 0.0, 1.0)
        self._programs["surface"]["u_to_eye"] = tuple(rotation[2])
        for name in ("surface", "solid"):
            program = self._programs[name]
            program["u_key"] = tuple(KEY_LIGHT @ rotation)
            program["u_half_way"] = tuple((half_way / np.linalg.norm(half_way)) @ rotation)
            program["u_ambient"] = light.ambient
            program["u_shade"] = light.shade
        self._programs["line"]["u_pixels"] = size
        self._samples = min(samples, self.max_samples)

    def finish(self) -> Picture:
        """The picture, shape (height, width, 4), RGBA with colours premultiplied by alpha."""
        drawn, resolved = self._target(self._size, self._samples)
        if drawn is not resolved:
            self.context.copy_framebuffer(resolved, drawn)
        picture = np.empty((self._size[1], self._size[0], 4), dtype=np.uint8)
        resolved.read_into(picture, components=4)
        return picture

    def _target(self, size: tuple[int, int], samples: int) -> tuple[Any, Any]:
        """The framebuffer drawn into and the one read from; kept, since making them costs."""
        key = (*size, samples)
        if key not in self._targets:
            if len(self._targets) >= 8:
                for pair in self._targets.values():
                    for buffer in {id(b): b for b in pair}.values():
                        buffer.release()
                self._targets.clear()
            context = self.context

            def framebuffer(samples: int) -> Any:
                return context.framebuffer(
                    [context.renderbuffer(size, 4, samples=samples)],
                    context.depth_renderbuffer(size, samples=samples),
                )

            drawn = framebuffer(samples if samples > 1 else 0)
            self._targets[key] = (drawn, framebuffer(0) if samples > 1 else drawn)
        return self._targets[key]

    # -- what can be drawn -----------------------------------------------------------------------

    def surface(
        self,
        form: Form,
        *,
        cells: int,
        reach: float,
        height: tuple[float, float, float],
        cut: tuple[float, float],
        ramp: Picture,
        line: tuple[float, float, float, float],
        levels: float,
        weight: float,
        opacity: float,
    ) -> None:
        """A height surface over the square [-reach, reach]², cut level at the values ``cut``.

        ``height`` is (z at v = 1/2, half the height of the box, flip); ``ramp`` has shape (n, 3).
        """
        program = self._programs["surface"]
        self._set_form(program, form)
        program["u_reach"] = reach
        program["u_height"] = height
        program["u_cut"] = cut
        program["u_line"] = line
        program["u_levels"] = levels
        program["u_weight"] = weight
        program["u_ramp_last"] = float(len(ramp) - 1)
        self._ramp(ramp).use(0)
        program["u_opacity"] = opacity
        mesh, whole, split = self._seen_mesh(form, cells, reach, cut)

        def render() -> None:
            mesh.render(vertices=whole)
            for plane in CLIP_PLANES:
                self.context.enable_direct(plane)
            mesh.render(vertices=split, first=whole)
            for plane in CLIP_PLANES:
                self.context.disable_direct(plane)

        if opacity < 1.0:  # depth first, so that a fading surface never shows its own far side
            self._depth_only(render)
        self._opaque(opacity >= 1.0, render)

    def _seen_mesh(
        self, form: Form, cells: int, reach: float, cut: tuple[float, float]
    ) -> tuple[Any, int, int]:
        """The grid with the triangles that lie between the cuts first, then those that are cut.

        Triangles beyond the cuts are left out, and only the few on a cut pay for clipping: a
        software renderer spends most of its time on triangles.

        Returns
        -------
        mesh, whole, split
            The vertex array, and how many indices belong to each kind.
        """
        vertices, triangles = grid_mesh(cells)
        if ("surface", cells) not in self._meshes:
            indices = self.context.buffer(reserve=triangles.nbytes, dynamic=True)
            array = self.context.vertex_array(
                self._programs["surface"],
                [(self.context.buffer(vertices.tobytes()), "2f", "in_uv")],
                indices,
            )
            self._meshes["surface", cells] = (array, indices)
        array, indices = self._meshes["surface", cells]
        corners = form.value(vertices[:, 0] * reach, vertices[:, 1] * reach)[triangles]
        low, high = corners.min(axis=1), corners.max(axis=1)
        inside = (low >= cut[0]) & (high <= cut[1])
        # A triangle with no corner between the cuts can still dip between them in its middle, but
        # what it shows is drawn flat between its corners: there is nothing of it to see.
        crossing = ~inside & (low <= cut[1]) & (high >= cut[0])
        kept = np.concatenate([triangles[inside], triangles[crossing]])
        indices.orphan()
        indices.write(kept.tobytes())
        return array, 3 * int(inside.sum()), 3 * int(crossing.sum())

    def floor(
        self,
        form: Form,
        *,
        reach: float,
        z: float,
        paper: tuple[float, float, float, float],
        grid: tuple[float, float, float, float],
        grid_step: tuple[float, float, float, float],
        ramp: Picture,
        map_strength: float,
        levels: float,
        weight: float,
        opacity: float,
    ) -> None:
        """A square floor with grid lines and the form's iso-lines as a map."""
        program = self._programs["floor"]
        self._set_form(program, form)
        program["u_reach"] = reach
        program["u_z"] = z
        program["u_paper"] = paper
        program["u_grid"] = grid
        program["u_grid_step"] = grid_step
        program["u_map"] = map_strength
        program["u_levels"] = levels
        program["u_weight"] = weight
        program["u_opacity"] = opacity
        program["u_ramp_last"] = float(len(ramp) - 1)
        self._ramp(ramp).use(0)
        if ("floor", 1) not in self._meshes:
            vertices, triangles = grid_mesh(1)
            array = self.context.vertex_array(
                program,
                [(self.context.buffer(vertices.tobytes()), "2f", "in_uv")],
                self.context.buffer(triangles.tobytes()),
            )
            self._meshes["floor", 1] = (array, None)
        array = self._meshes["floor", 1][0]
        self._opaque(True, array.render)  # the floor is drawn first, over nothing

    def balls(self, places: Floats, colours: Floats, *, slices: int, opacity: float) -> None:
        """Spheres: ``places`` (n, 4) are centres and radii, ``colours`` (n, 4) are RGBA."""
        if ("sphere", slices) not in self._meshes:
            points, triangles = unit_sphere(slices)
            self._meshes["sphere", slices] = (
                self.context.buffer(points.tobytes()),
                self.context.buffer(triangles.tobytes()),
            )
        points_buffer, index_buffer = self._meshes["sphere", slices]
        data = np.concatenate([places, colours], axis=1).astype("f4")
        self._solid(
            [(points_buffer, "3f", "in_position"), (points_buffer, "3f", "in_normal")],
            index_buffer,
            data,
            opacity,
        )

    def tube(
        self, vertices: Floats, triangles: Indices, colour: tuple[float, ...], opacity: float
    ) -> None:
        """A mesh of positions and normals (n, 6) in one colour."""
        buffer = self.context.buffer(vertices.tobytes())
        indices = self.context.buffer(triangles.tobytes())
        place = np.array([[0.0, 0.0, 0.0, 1.0, *colour]], dtype="f4")
        self._solid([(buffer, "3f 3f", "in_position", "in_normal")], indices, place, opacity)
        buffer.release()
        indices.release()

    def lines(
        self, ends: Floats, colours: Floats, widths: Floats, *, opacity: float, depth: bool = True
    ) -> None:
        """Segments: ``ends`` (n, 2, 3), ``colours`` (n, 4), ``widths`` (n,) in pixels."""
        if ("ribbon", 0) not in self._meshes:
            corners = np.array([[0, -1], [1, -1], [0, 1], [1, 1]], dtype="f4")
            self._meshes["ribbon", 0] = (self.context.buffer(corners.tobytes()), None)
        data = np.concatenate([ends.reshape(-1, 6), colours, widths[:, None]], axis=1).astype("f4")
        buffer = self.context.buffer(data.tobytes())
        program = self._programs["line"]
        program["u_opacity"] = opacity
        array = self.context.vertex_array(
            program,
            [
                (self._meshes["ribbon", 0][0], "2f", "in_corner"),
                (buffer, "3f 3f 4f 1f/i", "in_from", "in_to", "in_colour", "in_width"),
            ],
        )
        if not depth:
            self.context.disable(moderngl.DEPTH_TEST)
        array.render(moderngl.TRIANGLE_STRIP, instances=len(data))
        self.context.enable(moderngl.DEPTH_TEST)
        array.release()
        buffer.release()

    # -- the small print -------------------------------------------------------------------------

    def _solid(
        self, content: list[tuple[Any, ...]], indices: Any, data: Floats, opacity: float
    ) -> None:
        program = self._programs["solid"]
        program["u_opacity"] = opacity
        instances = self.context.buffer(np.ascontiguousarray(data).tobytes())
        array = self.context.vertex_array(
            program, [*content, (instances, "4f 4f/i", "in_place", "in_colour")], indices
        )
        self._opaque(opacity >= 1.0, lambda: array.render(instances=len(data)))
        array.release()
        instances.release()

    def _opaque(self, opaque: bool, render: Callable[[], None]) -> None:
        """Draw without blending where nothing shines through: it costs a software renderer much."""
        if opaque:
            self.context.disable(moderngl.BLEND)
        render()
        self.context.enable(moderngl.BLEND)

    def _set_form(self, program: Any, form: Form) -> None:
        program["u_form2"] = (form.xx, form.xy, form.yy)
        program["u_form1"] = (form.x, form.y, form.one)

    def _ramp(self, ramp: Picture) -> Any:
        key = ramp.tobytes()
        if key not in self._ramps:
            texture = self.context.texture((len(ramp), 1), 3, key, alignment=1)
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            self._ramps[key] = texture
        return self._ramps[key]

    def _depth_only(self, render: Callable[[], None]) -> None:
        self.context.fbo.color_mask = (False, False, False, False)
        render()
        self.context.fbo.color_mask = (True, True, True, True)
        self.context.depth_func = "<="
