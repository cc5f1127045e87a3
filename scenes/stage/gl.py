"""The one place that talks to OpenGL.

A `Canvas` is a headless moderngl context with the four programs of the stage. It is made once a
process and drawn on with plain arrays; nothing here knows what a valley is. Where there is no GPU
the software renderer of Mesa draws the same pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import moderngl
import numpy as np

from scenes.stage.geometry import grid_mesh, unit_sphere
from scenes.stage.programs import FIELD_PROGRAMS, PROGRAMS, linked_shaders
from scenes.stage.quadratic import Light, Quadratic
from scenes.stage.regions import Sheet, Tiles, covers, may_show, rectangles

if TYPE_CHECKING:
    import numpy.typing as npt

    from scenes.stage.geometry import Floats, Indices
    from scenes.stage.looks import FloorLook, Look, SurfaceLook
    from scenes.stage.regions import Mask

    Picture = npt.NDArray[np.uint8]

#: Where the key light stands, seen from the eye: to the left, above, and in front.
KEY_LIGHT = np.array([-0.45, 0.70, 0.55]) / np.linalg.norm([-0.45, 0.70, 0.55])

#: Samples a pixel has in pictures of what cannot soften its own edges.
SAMPLES = 4
LINUX = sys.platform == "linux"
#: In clip space: it covers the picture.
TRIANGLE = np.array([(-1, -1), (3, -1), (-1, 3)], dtype="f4")


class StageError(RuntimeError):
    """No OpenGL context can be made; the message names the remedy."""


@lru_cache(maxsize=1)
def canvas() -> Canvas:
    """The canvas of this process.

    Raises
    ------
    StageError
        If OpenGL 3.3 cannot be had without a screen.
    """
    import glcontext

    try:
        make = glcontext.get_backend_by_name("egl") if LINUX else glcontext.default_backend()
        system = make(mode="standalone", glversion=330)
        context = moderngl.create_context(require=330, standalone=True, context=system)
    except Exception as error:  # moderngl raises bare Exception, ValueError or OSError here
        raise StageError(
            f"OpenGL 3.3 is not available ({error}): on Debian or Ubuntu run "
            "'apt-get install libegl1 libgl1-mesa-dri', elsewhere install Mesa or a GPU driver."
        ) from error
    # moderngl's own calls hold on to the interpreter while they wait; calls through ctypes do not.
    flush, wait = (CFUNCTYPE(None)(system.load(name)) for name in ("glFlush", "glFinish"))
    return Canvas(context, flush, wait)


class Canvas:
    """Draws one stage at a time into a picture; see `begin` and `finish`."""

    def __init__(
        self, context: moderngl.Context, flush: Callable[[], None], wait: Callable[[], None]
    ) -> None:
        self.context = context
        self._flush, self._wait = flush, wait
        self.programs = {}
        for name in (*PROGRAMS, *FIELD_PROGRAMS):
            vertex, fragment = linked_shaders(name)
            self.programs[name] = context.program(vertex_shader=vertex, fragment_shader=fragment)
        self._target: Any = None
        self._sampled: Any = None
        self.meshes: dict[tuple[str, int], tuple[Any, Any]] = {}
        self._ramps: dict[bytes, Any] = {}
        self._size, self._blank = (0, 0), True  # nothing is drawn yet
        context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        context.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA

    # -- a picture -------------------------------------------------------------------------------

    def begin(
        self, tiles: Tiles, light: Light, hidden: Mask | None = None, *, sampled: bool = False
    ) -> None:
        """Start a picture.

        Parameters
        ----------
        tiles
            Its size, and what it shows.
        light
            On all of it.
        hidden
            The tiles where nothing of a floor will be seen.
        sampled
            Several times a pixel, where something on it cannot soften its own edges.
        """
        self._tiles = tiles
        self._hidden = tiles.none if hidden is None else hidden
        size, view, extent = tiles.size, tiles.view, tiles.extent
        self._size = size
        target = self._room(size)
        self._sampled = self._framebuffer(target.size, SAMPLES) if sampled else None
        target = self._sampled or target
        target.use()
        target.viewport = (0, 0, *size)
        target.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)  # a part of it takes longer than all
        self._blank = True
        rotation = view.rotation()
        clip = view.clip_matrix(*extent).T.astype("f4").tobytes()
        for program in self.programs.values():
            program["u_clip"].write(clip)  # type: ignore[union-attr]
        half_way = KEY_LIGHT + (0.0, 0.0, 1.0)
        self.quadrant = (1 if rotation[2, 0] >= 0 else -1, 1 if rotation[2, 1] >= 0 else -1)
        for name in ("surface", "solid", "field"):
            program = self.programs[name]
            if name != "field":
                program["u_eye"] = tuple(view.eye())
                program["u_scale"] = view.zoom * size[0] / extent[0]
            program["u_key"] = tuple(KEY_LIGHT @ rotation)
            program["u_half_way"] = tuple((half_way / np.linalg.norm(half_way)) @ rotation)
            program["u_ambient"] = light.ambient
            program["u_shade"] = light.shade
        rays = view.rays(*extent).T.astype("f4").tobytes()
        self.programs["surface"]["u_rays"].write(rays)  # type: ignore[union-attr]
        self.programs["line"]["u_pixels"] = size

    def flush(self) -> None:
        """Let the renderer begin with what has been asked of it so far."""
        if self._sampled is not None:
            self.context.copy_framebuffer(self._target, self._sampled)
            self._release(self._sampled)
            self._sampled = None
        self._flush()

    def finish(self) -> Picture:
        """The picture, shape (height, width, 4), RGBA with colours premultiplied by alpha."""
        self._wait()  # the encoder's thread runs meanwhile
        picture = np.empty((self._size[1], self._size[0], 4), dtype=np.uint8)
        self._target.read_into(picture, viewport=(0, 0, *self._size), components=4)
        return picture

    def _room(self, size: tuple[int, int]) -> Any:
        """A framebuffer with room for a picture of this size in its lower left corner.

        There is one, and it grows: stages of many sizes take turns in it.
        """
        if self._target is None or any(a > b for a, b in zip(size, self._target.size, strict=True)):
            larger = size
            if self._target is not None:
                larger = tuple(map(max, size, self._target.size))
                self._release(self._target)
            self._target = self._framebuffer(larger)
        return self._target

    def _framebuffer(self, size: tuple[int, int], samples: int = 0) -> Any:
        colours = self.context.renderbuffer(size, 4, samples=samples)
        depth = self.context.depth_renderbuffer(size, samples=samples)
        return self.context.framebuffer([colours], depth)

    def _release(self, target: Any) -> None:
        for part in (target, *target.color_attachments, target.depth_attachment):
            part.release()

    # -- what can be drawn -----------------------------------------------------------------------

    def surface(self, form: Quadratic, look: SurfaceLook) -> None:
        """A form's surface over the square [-reach, reach]², cut level."""
        program = self.programs["surface"]
        self._set_form(program, form)
        self.set_look(program, look)
        if ("triangle", 1) not in self.meshes:
            corners = self.context.buffer(TRIANGLE.tobytes())
            array = self.context.vertex_array(program, [(corners, "2f", "in_uv")])
            self.meshes["triangle", 1] = (array, None)
        sheet, tiles = Sheet(form, look.reach, look.height, look.cut), self._tiles
        # What is nearer comes later, so that its soft edges blend with what is behind them.
        far, shown = sheet.farther(tiles.view), may_show(sheet, tiles)
        if look.opacity >= 1.0 and not tiles.few:
            shown[far] &= ~covers(sheet, tiles)[-far]

        def render() -> None:
            for side in (far, -far):
                program["u_side"] = side
                self._within(shown[side], self.meshes["triangle", 1][0].render)

        self.fading(render, look.opacity)

    def _within(self, mask: Mask, render: Callable[[], None]) -> None:
        """Draw in these tiles alone, and at most a few around them."""
        target = self.context.fbo
        for rectangle in rectangles(mask, self._size):
            target.scissor = rectangle
            render()
        target.scissor = None  # type: ignore[assignment]

    def floor(self, form: Quadratic, ground: FloorLook) -> None:
        """A square floor with grid lines and the form's iso-lines as a map."""
        program = self.programs["floor"]
        self._set_form(program, form)
        self.set_look(program, ground)
        if ("floor", 1) not in self.meshes:
            corners, both = (self.context.buffer(part.tobytes()) for part in grid_mesh(1))
            array = self.context.vertex_array(program, [(corners, "2f", "in_uv")], both)
            self.meshes["floor", 1] = (array, None)
        render = self.meshes["floor", 1][0].render
        # What comes first is not seen where something hides it.
        culled = self._blank and self._hidden.any()
        self.under((lambda: self._within(~self._hidden, render)) if culled else render)

    def balls(self, places: Floats, colours: Floats, *, slices: int, opacity: float) -> None:
        """Spheres: ``places`` (n, 4) are centres and radii, ``colours`` (n, 4) are RGBA."""
        if ("sphere", slices) not in self.meshes:
            points, triangles = (
                self.context.buffer(part.tobytes()) for part in unit_sphere(slices)
            )
            self.meshes["sphere", slices] = (points, triangles)
        points_buffer, index_buffer = self.meshes["sphere", slices]
        data = np.concatenate([places, colours, places[:, 3:]], axis=1).astype("f4")
        self._solid(
            [(points_buffer, "3f", "in_position"), (points_buffer, "3f", "in_normal")],
            index_buffer,
            data,
            opacity,
        )

    def tube(
        self,
        vertices: Floats,
        triangles: Indices,
        *,
        radius: float,
        colour: tuple[float, ...],
        opacity: float,
    ) -> None:
        """A tube of this radius as a mesh of positions and normals (n, 6), in one colour."""
        buffer = self.context.buffer(vertices.tobytes())
        indices = self.context.buffer(triangles.tobytes())
        place = np.array([[0.0, 0.0, 0.0, 1.0, *colour, radius]], dtype="f4")
        self._solid([(buffer, "3f 3f", "in_position", "in_normal")], indices, place, opacity)
        buffer.release()
        indices.release()

    def lines(self, ends: Floats, colours: Floats, widths: Floats, *, opacity: float) -> None:
        """Segments: ``ends`` (n, 2, 3), ``colours`` (n, 4), ``widths`` (n,) in pixels.

        What is drawn before may hide them; they hide nothing that is drawn after.
        """
        if ("ribbon", 0) not in self.meshes:
            corners = np.array([[0, -1], [1, -1], [0, 1], [1, 1]], dtype="f4")
            self.meshes["ribbon", 0] = (self.context.buffer(corners.tobytes()), None)
        data = np.concatenate([ends.reshape(-1, 6), colours, widths[:, None]], axis=1).astype("f4")
        buffer = self.context.buffer(data.tobytes())
        program = self.programs["line"]
        program["u_opacity"] = opacity
        array = self.context.vertex_array(
            program,
            [
                (self.meshes["ribbon", 0][0], "2f", "in_corner"),
                (buffer, "3f 3f 4f 1f/i", "in_from", "in_to", "in_colour", "in_width"),
            ],
        )
        self._blank, self.context.fbo.depth_mask = False, False
        array.render(moderngl.TRIANGLE_STRIP, instances=len(data))
        self.context.fbo.depth_mask = True
        array.release()
        buffer.release()

    # -- the small print -------------------------------------------------------------------------

    def _solid(
        self, content: list[tuple[Any, ...]], indices: Any, data: Floats, opacity: float
    ) -> None:
        program = self.programs["solid"]
        program["u_opacity"] = opacity
        instances = self.context.buffer(np.ascontiguousarray(data).tobytes())
        array = self.context.vertex_array(
            program,
            [*content, (instances, "4f 4f 1f/i", "in_place", "in_colour", "in_radius")],
            indices,
        )
        self._blank = False
        array.render(instances=len(data))
        array.release()
        instances.release()

    def _set_form(self, program: Any, form: Quadratic) -> None:
        program["u_form2"] = (form.xx, form.xy, form.yy)
        program["u_form1"] = (form.x, form.y, form.constant)

    def set_look(self, program: Any, look: Look) -> None:
        """Set a program's uniforms, which are called as what they hold is in the look."""
        for name, value in vars(look).items():
            if name not in ("ramp", "warmest"):
                program[f"u_{name}"] = value
        n_colours = len(look.ramp)
        program["u_ramp_at"] = (
            look.warmest,
            (n_colours - 1) / (1.0 - look.warmest),
            1.0 / n_colours,
        )
        self._ramp(look.ramp).use(0)

    def _ramp(self, ramp: Picture) -> Any:
        """The colours of a ramp, shape (n, 3), as a texture that is kept."""
        key = ramp.tobytes()
        if key not in self._ramps:
            texture = self.context.texture((len(ramp), 1), 3, key, alignment=1)
            texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            texture.repeat_x = texture.repeat_y = False
            self._ramps[key] = texture
        return self._ramps[key]

    def under(self, render: Callable[[], None]) -> None:
        """Draw a floor: nothing stands below it, so it hides nothing, and nothing if it comes first."""
        self.context.fbo.depth_mask = False
        if self._blank:  # a pixel need not be looked at before it is written
            self.context.disable(moderngl.DEPTH_TEST | moderngl.BLEND)
        render()
        self.context.enable(moderngl.DEPTH_TEST | moderngl.BLEND)
        self._blank, self.context.fbo.depth_mask = False, True

    def fading(self, render: Callable[[], None], opacity: float) -> None:
        """Draw a surface; depth first where it fades, so that it never shows its own far side."""
        self._blank = False
        if opacity < 1.0:
            self.context.fbo.color_mask = (False, False, False, False)
            render()
            self.context.fbo.color_mask = (True, True, True, True)
            self.context.depth_func = "<="
        render()
        self.context.depth_func = "<"
