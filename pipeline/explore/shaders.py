"""The stage's shaders for a browser: GLSL 3.30, as they are written, to GLSL ES 3.00."""

from __future__ import annotations

import re

_HEAD = (
    "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n"
)
_CLIPPED = re.compile(r"\bgl_ClipDistance\[(\d)\]")


def for_browser(vertex: str, fragment: str) -> dict[str, str]:
    """Translate the sources of a program, ``//include`` lines filled in, to GLSL ES 3.00.

    The core of WebGL2 lacks `gl_ClipDistance`: what it would cut away is not drawn, pixel by pixel. And
    pictures of the film are drawn top-down, those of a browser bottom-up: faces turn round.
    """
    cut = bool(_CLIPPED.search(vertex))
    vertex = re.sub(r"out float gl_ClipDistance\[2\];", "out vec2 v_inside;", vertex)
    vertex = _CLIPPED.sub(lambda found: f"v_inside.{'xy'[int(found[1])]}", vertex)
    fragment = fragment.replace("gl_FrontFacing", "(!gl_FrontFacing)")
    if cut:
        # Last, since what differs from pixel to pixel must be asked of all of them before.
        end = fragment.rindex("}")
        fragment = f"{fragment[:end]}    if (min(v_inside.x, v_inside.y) < 0.0) discard;\n}}\n"
        fragment = fragment.replace("out vec4 f_colour;", "in vec2 v_inside;\nout vec4 f_colour;")
    return {"vertex": _plain(vertex), "fragment": _plain(fragment)}


def _plain(source: str) -> str:
    """With the head of ES, without comments and blank lines."""
    body = re.sub(r"//.*", "", source.replace("#version 330", "", 1))
    return _HEAD + "\n".join(line.rstrip() for line in body.splitlines() if line.strip()) + "\n"
