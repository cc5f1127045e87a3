"""The page's modules as one script: a file that opens with a double click cannot import others."""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
#: `/** … */` wherever it stands, and lines of `//`.
_COMMENT = re.compile(r"/\*\*(?:[^*]|\*(?!/))*\*/ ?|^ *//.*", re.MULTILINE)


def joined(entry: str, folder: Path = WEB) -> str:
    """Return a module and all it imports as one classic script, each once, before who imports it.

    Each module keeps names of its own: it becomes a function that returns what it exports. Imports
    must be named ones of modules in the folder, on top; comments are left out.

    Raises
    ------
    ValueError
        If modules import each other in a circle.
    """
    ordered: list[str] = []
    _collect(entry, folder, ordered, ())
    parts = [_as_function(name, (folder / f"{name}.js").read_text("utf-8")) for name in ordered]
    return '"use strict";\n' + "".join(parts)


def _collect(name: str, folder: Path, ordered: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"modules import each other: {' → '.join((*above, name))}")
    if name in ordered:
        return
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    for _, other in _IMPORT.findall(source):
        _collect(other, folder, ordered, (*above, name))
    ordered.append(name)


def _as_function(name: str, source: str) -> str:
    imports = "".join(
        f"const {{ {' '.join(names.split())} }} = {_variable(other)};\n"
        for names, other in _IMPORT.findall(source)
    )
    exported = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    body = re.sub(r"\n\s*\n", "\n", _COMMENT.sub("", body))
    return f"const {_variable(name)} = (() => {{\n{imports}{body}return {{ {exported} }};\n}})();\n"


def _variable(name: str) -> str:
    return f"${name.replace('-', '_')}"
