"""A file of acts from anywhere, as it was read: so it is the same file wherever it is drawn.

It goes to workers as it is, with the modules beside it that it imports and with its captions. They
need no disk of ours, and what is changed meanwhile reaches the next render, not half of this one.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class ActFile:
    """The sources of acts from outside the tree.

    Attributes
    ----------
    path : str
        Where it was read.
    modules : tuple of (str, str)
        The names of its modules and their files; its own comes first.
    contents : tuple of (str, bytes)
        What was in these files and in those of its captions.
    uses : tuple of str
        Modules of ours that it imports.
    """

    path: str
    modules: tuple[tuple[str, str], ...]
    contents: tuple[tuple[str, bytes], ...]
    uses: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A key of what is in it, wherever it lies."""
        folder = Path(self.path).parent
        parts = [
            (Path(name).relative_to(folder).as_posix(), hashlib.sha256(content).hexdigest())
            for name, content in self.contents
        ]
        return hashlib.sha256(repr((Path(self.path).name, parts)).encode()).hexdigest()

    def load(self) -> ModuleType:
        """Run it, once a process, and return its module. Imports Manim."""
        return _loaded(self)


@lru_cache(maxsize=64)
def _loaded(file: ActFile) -> ModuleType:
    for name, _ in file.modules:
        sys.modules.pop(name, None)  # as an earlier version had it
    finder = _Importer(file)
    # First, for these names are nobody else's: see `commands.act_files`.
    sys.meta_path.insert(0, finder)
    try:
        return import_module(file.modules[0][0])
    except BaseException:
        sys.meta_path.remove(finder)
        raise


class _Importer(SourceLoader):  # and a finder, by its one method
    """Imports modules from what was read of them."""

    def __init__(self, file: ActFile) -> None:
        self._files = dict(file.modules)
        self._contents = dict(file.contents)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: Any = None
    ) -> ModuleSpec | None:
        if fullname not in self._files:
            return None
        place = Path(self._files[fullname])
        inner = [str(place.parent)] if place.name == "__init__.py" else None
        return spec_from_file_location(
            fullname, place, loader=self, submodule_search_locations=inner
        )

    def get_filename(self, fullname: str) -> str:
        return self._files[fullname]

    def get_data(self, path: str | bytes) -> bytes:
        """What was in a file; other files that lie there are read now."""
        known = self._contents.get(str(path))
        return Path(str(path)).read_bytes() if known is None else known
