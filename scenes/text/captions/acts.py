"""What an act says: by the catalogue, by a file beside its own, or in its class."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenes.text.wording import Wording


def own_name(act: type) -> str:
    """The ``name`` of an act's own class, or else made of the class's: ``LongTail`` is long_tail."""
    given: str = vars(act).get("name", "")
    return given or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", act.__name__).lower()


def act_texts(act: type, wording: Wording) -> dict[str, str]:
    """All captions of an act, by key: its own go before those of the acts it is derived from.

    A class has those of the catalogue under its ``name``, those of the file beside its own
    (``my_acts.en.toml`` beside ``my_acts.py``; tables as in the catalogue), and its ``captions``.
    """
    texts: dict[str, str] = {}
    for base in reversed(act.__mro__):
        if vars(base).get("name"):
            texts |= wording.tables.get(own_name(base), {})
        texts |= _beside(base, wording.language).get(own_name(base), {})
        texts |= vars(base).get("captions", {})
    return texts


def _beside(act: type, language: str) -> dict[str, dict[str, str]]:
    """The captions in the file beside that of a class, if there is one."""
    module = sys.modules.get(act.__module__)
    place = getattr(module, "__file__", None)
    get_data = getattr(getattr(module, "__loader__", None), "get_data", None)
    if place is None or get_data is None:
        return {}
    try:
        content: bytes = get_data(captions_beside(place, language))
    except OSError:
        return {}
    return tomllib.loads(content.decode("utf-8"))


def captions_beside(file: str | Path, language: str) -> str:
    """The file with the captions of a file of acts."""
    return str(Path(file).with_suffix(f".{language}.toml"))
