"""Manim with its own defaults: no ``manim.cfg`` of the user's, nothing printed while it is imported.

Manim reads settings from the folder it is started in and from the user's home when it is first
imported. Some of them would change our frames, print on standard output, or end the run. Whoever
imports `pipeline` draws frames for us, in this process, in a worker or on a cluster, and there only
Manim's own defaults count. Under the ``manim`` command `pipeline` is never imported, and the user's
settings count as for any scene.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

#: Here Manim says where its settings are; its package reads them as soon as it is imported.
_SETTINGS = "manim._config.utils"


def use_manim_defaults() -> None:
    """Have Manim read its own defaults alone, whenever it is imported; no effect once it is."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def user_settings() -> list[Path]:
    """Return the files of settings that the ``manim`` command would read here."""
    places = [Path("manim.cfg")]
    with contextlib.suppress(RuntimeError):  # nobody is at home
        places.insert(0, Path.home() / ".config" / "manim" / "manim.cfg")
    return [place for place in places if os.path.lexists(place)]


class _Finder(MetaPathFinder):
    """Finds what is on the path, and has two modules of Manim loaded our way."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in ("manim", _SETTINGS):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == _SETTINGS:
            super().exec_module(module)
            defaults, nothing = Path(self.path).with_name("default.cfg"), Path(os.devnull)
            module.config_file_paths = lambda: [defaults, nothing, nothing]  # type: ignore[attr-defined]
            return
        with warnings.catch_warnings():
            # Of packages that Manim imports, when Python 3.12 or newer first compiles them.
            if not sys.warnoptions:
                warnings.simplefilter("ignore", SyntaxWarning)
            super().exec_module(module)
