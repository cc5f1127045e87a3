"""The programs that draw a stage: their names, and the sources of their shaders."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

#: Names of the programs, each of a vertex and a fragment shader in `shaders/`.
PROGRAMS = ("surface", "floor", "solid", "line")
#: Those of height fields.
FIELD_PROGRAMS = ("field", "field_floor")


@lru_cache(maxsize=16)
def shader_source(name: str) -> str:
    """The text of a shader, with ``//include FILE`` lines filled in."""
    text = (files("scenes.stage") / "shaders" / name).read_text(encoding="utf-8")
    return re.sub(r"^//include (\S+)$", lambda part: shader_source(part[1]), text, flags=re.M)


@lru_cache(maxsize=8)
def linked_shaders(name: str) -> tuple[str, str]:
    """The vertex and the fragment shader of a program, made for renderers on the desktop.

    What is the same for all pixels comes to them from the vertices. Mesa's software renderer fetches a
    uniform for each pixel anew, in eight steps: two fifths of a surface's time at 1080p. What is handed on
    flat costs it nothing, and other renderers no more than before.
    """
    vertex, fragment = (shader_source(f"{name}.{stage}") for stage in ("vert", "frag"))
    handed_on = re.findall(r"^uniform ((?:float|vec\d|mat\d) (\w+));.*$", fragment, re.MULTILINE)
    head, body = vertex.rsplit("}", 1)
    for declared, uniform in handed_on:
        kind = declared.split()[0]
        fragment = fragment.replace(
            f"uniform {declared};",
            f"flat in {kind} same_{uniform};\n#define {uniform} same_{uniform}",
        )
        also = "" if f"uniform {declared};" in vertex else f"uniform {declared};\n"
        head = head.replace("void main()", f"{also}flat out {kind} same_{uniform};\nvoid main()")
        head += f"    same_{uniform} = {uniform};\n"
    return f"{head}}}{body}", fragment
