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
