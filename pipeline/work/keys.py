"""Content keys: a piece of work is known by all that decides what comes out of it.

Equal keys mean equal bytes, so a piece made once, here or on another machine, is never made again;
what is left out of a key on purpose is what cannot change a frame: worker counts, paths, the clock.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any

from pipeline.work.sources import source_digest

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.settings import RenderSettings

#: Packages that have a say in pixels and their encoding.
DRAWING_PACKAGES = ("av", "cmap", "manim", "moderngl", "numpy", "pillow", "pycairo", "typst")
#: Our own modules that draw and encode, acts aside, and with them all that they import.
DRAWING_MODULES = ("pipeline.video.segment", "pipeline.render.lossless")


@dataclass(frozen=True)
class Machine:
    """Versions and renderer of a machine: everything here may change a pixel.

    Attributes
    ----------
    versions : mapping of str to str
        Packages that draw or encode, Python and the processor's kind.
    renderer : str
        The OpenGL renderer and its version.
    sources : str
        Digest of our own code that draws and encodes, acts aside.
    """

    versions: Mapping[str, str]
    renderer: str
    sources: str


def versions() -> dict[str, str]:
    """Return the versions of what draws on this machine."""
    found = {name: metadata.version(name) for name in DRAWING_PACKAGES}
    # Two digits: a patch of Python changes no arithmetic.
    python = ".".join(platform.python_version_tuple()[:2])
    return {**found, "python": python, "processor": platform.machine()}


def this_machine(opengl: Mapping[str, str] | None = None) -> Machine:
    """Return what draws here, given what is known of the OpenGL renderer, if anything draws."""
    renderer = "" if opengl is None else f"{opengl['renderer']}, {opengl['version']}"
    return Machine(versions(), renderer, source_digest(DRAWING_MODULES, ["pipeline"]))


def differences(machine: Machine, wanted: Machine) -> list[str]:
    """Return in words how a machine differs from the one that is wanted; nothing if it does not."""
    told = [
        f"{name} {machine.versions.get(name, 'missing')} instead of {version}"
        for name, version in wanted.versions.items()
        if machine.versions.get(name) != version
    ]
    if machine.renderer != wanted.renderer:
        told.append(f"OpenGL by {machine.renderer} instead of {wanted.renderer}")
    if machine.sources != wanted.sources:
        told.append("other sources of the pipeline")
    return told


def timeline_key(content: str, settings: RenderSettings, machine: Machine) -> str:
    """Return the key of an act's timeline; `content` stands for the act.

    The renderer has no say in it, since nothing is drawn; so it need not be there.
    """
    return _key("timeline", content, asdict(settings), asdict(replace(machine, renderer="")))


def segment_key(chunk: Chunk, settings: RenderSettings, machine: Machine, encoder: object) -> str:
    """Return the key of an encoded chunk.

    Parameters
    ----------
    chunk : Chunk
        The frames; its content stands for the act.
    settings : RenderSettings
        What they look like; every field counts.
    machine : Machine
        What draws them.
    encoder : object
        The encoder's options; their ``repr`` counts.
    """
    frames = (chunk.start, chunk.stop, chunk.keyframes)
    return _key("segment", chunk.content, asdict(settings), asdict(machine), frames, repr(encoder))


def frames_key(chunk: Chunk, settings: RenderSettings, machine: Machine) -> str:
    """Return the key of the frames of a chunk, without loss."""
    return _key("frames", chunk.content, asdict(settings), asdict(machine), list(chunk.frames))


def pictures_key(content: str, settings: RenderSettings, machine: Machine) -> str:
    """Return the key of all pictures of an act; `content` stands for the act."""
    return _key("pictures", content, asdict(settings), asdict(machine))


def pace_key(machine: Machine) -> str:
    """Return the key of how fast this machine draws."""
    return _key("pace", platform.node(), machine.renderer)


def _key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
