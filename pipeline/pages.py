"""Pages from templates that look like pages (Jinja2): what comes from outside is escaped."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from io import BytesIO
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image


@cache
def templates_of(package: str) -> Environment:
    """Return the Jinja2 environment of the folder ``templates`` of a package."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def data_url(image: Image.Image) -> str:
    """Return a picture as a data URL (WebP)."""
    memory = BytesIO()
    image.save(memory, format="webp", quality=82, method=4)
    return "data:image/webp;base64," + b64encode(memory.getvalue()).decode()


def script_json(value: Any) -> str:
    """Return JSON that nothing in it can end: texts may hold anything, tags included."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
