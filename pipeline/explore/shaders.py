"""The stage's shaders for a browser: GLSL 3.30, as they are written, to GLSL ES 3.00."""

from __future__ import annotations

import re

_HEAD = (
    "#version 300 es\nprecision highp float;\nprecision highp int;\nprecision highp sampler2D;\n"
)


def for_browser(vertex: str, fragment: str) -> dict[str, str]:
    """Translate the sources of a program, ``//include`` lines filled in, to GLSL ES 3.00."""
    return {"vertex": _plain(vertex), "fragment": _plain(fragment)}


def _plain(source: str) -> str:
    """With the head of ES, without comments and blank lines."""
    body = re.sub(r"//.*", "", source.replace("#version 330", "", 1))
    return _HEAD + "\n".join(line.rstrip() for line in body.splitlines() if line.strip()) + "\n"
