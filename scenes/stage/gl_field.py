"""Draws height fields on a canvas: a mesh of heights and slopes, and the same mesh laid flat as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import moderngl
import numpy as np

from scenes.stage.geometry import grid_mesh

if TYPE_CHECKING:
    from scenes.stage.geometry import Floats
    from scenes.stage.gl import Canvas
    from scenes.stage.looks import FloorLook, SurfaceLook


def draw_field(canvas: Canvas, heights: Floats, skin: SurfaceLook) -> None:
    """A height field over the square [-reach, reach]², on a canvas on which a picture has been begun.

    Parameters
    ----------
    canvas, skin
        As for `Canvas.surface`.
    heights
        v and its slopes in stage units, at the vertices of a square grid, shape (k, k, 3); rows
        follow y. A triangle with a corner that is not finite is left out.
    """
    program = canvas.programs["field"]
    array, release = _mesh(canvas, program, heights, skin.cut)
    program["u_mesh"] = skin.reach
    canvas.set_look(program, skin)
    if array is not None:
        canvas.fading(array.render, skin.opacity)
        release()


def draw_field_floor(canvas: Canvas, heights: Floats, ground: FloorLook) -> None:
    """A square floor with grid lines and a height field's iso-lines, as `Canvas.floor`."""
    program = canvas.programs["field_floor"]
    # Above the cut there are no lines; and there is floor where there is no height.
    known = np.nan_to_num(heights, nan=2.0, posinf=2.0, neginf=-1.0)
    array, release = _mesh(canvas, program, known, (-np.inf, np.inf))
    program["u_mesh"] = ground.reach
    canvas.set_look(program, ground)
    if array is not None:
        canvas.under(array.render)
        release()


def _mesh(canvas: Canvas, program: Any, heights: Floats, cut: tuple[float, float]) -> Any:
    """The triangles that have a corner between the cuts, from far to near, and what releases them."""
    cells = len(heights) - 1
    vertices, triangles = grid_mesh(cells, canvas.quadrant)
    if ("uv", cells) not in canvas.meshes:
        canvas.meshes["uv", cells] = (canvas.context.buffer(vertices.tobytes()), None)
    flat = heights.reshape(-1, 3).astype("f4")
    level = flat[:, 0]
    finite, over, under = np.isfinite(flat).all(axis=1), level > cut[1], level < cut[0]
    seen = finite[triangles].all(axis=1)
    seen &= ~(over[triangles].all(axis=1) | under[triangles].all(axis=1))
    if not seen.any():
        return None, None
    data = canvas.context.buffer(np.where(finite[:, None], flat, np.float32(0.0)).tobytes())
    indices = canvas.context.buffer(triangles[seen].tobytes())
    content = [(canvas.meshes["uv", cells][0], "2f", "in_uv")]
    if program is canvas.programs["field"]:
        content.append((data, "3f", "in_height"))
    else:  # a map has no slopes
        content.append((data, "1f 8x", "in_height"))
    array = canvas.context.vertex_array(program, content, indices, mode=moderngl.TRIANGLES)

    def release() -> None:
        for part in (array, indices, data):
            part.release()

    return array, release
