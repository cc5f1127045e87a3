"""Examines what a render needs from the machine, and says how to get what is missing."""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from rich.console import Console

from commands.console.commandline import project
from commands.console.memory import short_of_memory
from pipeline.manim_defaults import user_settings
from pipeline.printable import shown

#: The first one is needed.
ENCODERS = ("libx264", "libvpx-vp9", "libsvtav1", "prores_ks", "gif", "libwebp_anim", "apng")
FONTS = ("New Computer Modern", "New Computer Modern Math")

_SETUP = "run `make setup`"
_OPENGL = {
    "debian": "sudo apt-get install libegl1 libgl1-mesa-dri",
    "fedora": "sudo dnf install libglvnd-egl mesa-libEGL mesa-dri-drivers",
    "macos": "nothing to install: macOS brings OpenGL, but only to a session with a screen",
}
_TEXT = {
    "debian": "sudo apt-get install libcairo2-dev libpango1.0-dev pkg-config gcc, then `make setup`",
    "fedora": "sudo dnf install cairo-devel pango-devel pkgconf gcc, then `make setup`",
    "macos": "brew install cairo pango pkgconf, then `make setup`",
}

OpenGLFacts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined.

    Attributes
    ----------
    name : str
        What it is.
    found : str or None
        What was found, or None when it is missing.
    needed : bool
        Whether nothing can be rendered without it.
    remedy : str
        How to get it.
    """

    name: str
    found: str | None
    needed: bool = True
    remedy: str = _SETUP

    @property
    def ok(self) -> bool:
        """Whether it was found."""
        return self.found is not None


def examine(opengl: Callable[[], OpenGLFacts]) -> tuple[Check, ...]:
    """Examine this machine.

    Parameters
    ----------
    opengl : callable
        Makes an OpenGL context and returns its ``renderer``, ``version`` and ``software``
        (``"True"`` where no GPU draws), or raises.
    """
    return (
        _python(),
        *(_package(re.split(r"[<>=!~\[ ]", each)[0]) for each in sorted(project()["dependencies"])),
        _text_libraries(),
        _opengl(opengl),
        _encoders(),
        _fonts(),
        _terminal(),
        _manim_settings(),
        Check("Screen", "yes" if has_screen() else None, False, "none: previews are not opened"),
    )


def facts(checks: Sequence[Check]) -> dict[str, Any]:
    """Return what was examined, for JSON."""
    rows = [
        {
            "name": check.name,
            "ok": check.ok,
            "needed": check.needed,
            "found": check.found,
            "remedy": None if check.ok else check.remedy,
        }
        for check in checks
    ]
    return {"ok": all(check.ok or not check.needed for check in checks), "checks": rows}


def has_screen() -> bool:
    """Whether a video opened now would be seen: a desktop session that is not remote."""
    if "SSH_CONNECTION" in os.environ:
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _python() -> Check:
    version = platform.python_version()
    return Check(
        "Python",
        version if sys.version_info >= (3, 11) else None,
        remedy=f"this is {version}: install Python 3.11 or newer",
    )


def _package(name: str) -> Check:
    try:
        return Check(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, None, remedy=f"not installed: {_SETUP}")


def _text_libraries() -> Check:
    # Manim brings their bindings, built on this machine against its libraries.
    try:
        cairo, pango = (importlib.import_module(name) for name in ("cairo", "manimpango"))
    except (ImportError, OSError) as error:
        remedy = short_of_memory() or f"{error}: {_remedy(_TEXT)}"
        return Check("Cairo and Pango", None, remedy=remedy)
    found = f"cairo {cairo.cairo_version_string()}, Pango {pango.pango_version()}"
    return Check("Cairo and Pango", found)


def _opengl(opengl: Callable[[], OpenGLFacts]) -> Check:
    try:
        facts = opengl()
    except Exception as error:
        # Drivers fail in their own ways, and moderngl passes them on as bare exceptions.
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        remedy = short_of_memory() or f"{_remedy(_OPENGL)} ({first_line})"
        return Check("OpenGL", None, remedy=remedy)
    kind = "software, no GPU" if facts["software"] == "True" else "GPU"
    return Check("OpenGL", f"{facts['renderer']} ({kind}), {facts['version']}")


def _encoders() -> Check:
    try:
        from pipeline.video.stream import has_encoder
    except ImportError:
        return Check("Encoders", None)
    found = [name for name in ENCODERS if has_encoder(name)]
    if ENCODERS[0] not in found:
        remedy = f"PyAV lacks {ENCODERS[0]}: `pip install --force-reinstall --only-binary av av`"
        return Check("Encoders", None, remedy=remedy)
    return Check("Encoders", ", ".join(found))


def _fonts() -> Check:
    try:
        families = importlib.import_module("typst").Fonts(include_system_fonts=False).families()
    except ImportError:
        return Check("Fonts", None)
    missing = [font for font in FONTS if font not in families]
    if missing:
        return Check("Fonts", None, remedy=f"typst lacks {', '.join(missing)}: {_SETUP}")
    return Check("Fonts", f"{', '.join(FONTS)} (in typst)")


def _manim_settings() -> Check:
    found = " and ".join(f"'{shown(str(path))}'" for path in user_settings())
    told = f"{found}: only the command `manim` reads that, no film of ours" if found else "none"
    return Check("manim.cfg", told, False)


def _terminal() -> Check:
    console = Console(stderr=True)
    if not console.is_terminal:
        return Check("Terminal", None, False, "none: no progress bar is shown")
    return Check(
        "Terminal", f"{console.width} columns, {console.color_system or 'no'} colours", False
    )


def _remedy(by_system: Mapping[str, str]) -> str:
    system = _system()
    if system in by_system:
        return by_system[system]
    return "; ".join(f"{name.capitalize()}: {remedy}" for name, remedy in by_system.items())


def _system() -> str:
    if sys.platform == "darwin":
        return "macos"
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return sys.platform
    kin = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    return next((name for name in ("debian", "fedora") if name in kin), release.get("ID", ""))
