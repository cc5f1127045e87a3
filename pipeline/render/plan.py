"""The plan of a render, callbacks on its progress, and the finished file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.render.film import Chunk
    from pipeline.render.settings import RenderSettings
    from pipeline.work.executor import Event


@dataclass(frozen=True)
class Plan:
    """A film in chunks, and what is known of them.

    Attributes
    ----------
    chunks : tuple of Chunk
        In the order they are shown.
    keys : tuple of str
        Under which their segments are kept.
    costs : tuple of float
        Estimated seconds of one core for each, on this machine if it has rendered before.
    missing : tuple of int
        Places of the chunks that must be drawn.
    looks : tuple of RenderSettings
        What each looks like.
    pace : float
        How much longer this machine is taken to need than the estimate it is in `costs`.
    lossless : bool
        Whether frames are kept without loss, instead of segments of a video.
    """

    chunks: tuple[Chunk, ...]
    keys: tuple[str, ...]
    costs: tuple[float, ...]
    missing: tuple[int, ...]
    looks: tuple[RenderSettings, ...]
    pace: float = 1.0
    lossless: bool = False

    @property
    def settings(self) -> RenderSettings:
        """What all of a film look like."""
        return self.looks[0]

    @property
    def n_frames(self) -> int:
        """Frames in the film."""
        return sum(part.n_frames for part in self.chunks)

    @property
    def n_missing(self) -> int:
        """Frames that must be drawn."""
        return sum(self.chunks[i].n_frames for i in self.missing)

    @property
    def n_cached(self) -> int:
        """Frames that need not."""
        return self.n_frames - self.n_missing


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A finished file and what it took to make it.

    Attributes
    ----------
    path : Path
        The file.
    acts : tuple of str
        The acts in it, in order.
    n_frames : int
        Frames in it.
    settings : RenderSettings
        What it looks like.
    n_bytes : int
        Its size.
    elapsed : float
        Seconds from the first frame drawn to the finished file.
    captions : tuple of Path
        Caption files beside it.
    chapters : tuple of Path
        The list of its chapters beside it, if there is one.
    n_cached : int
        Frames that were not drawn, but found finished in the cache.
    drawn : tuple of Chunk
        What was drawn, where there is a cache.
    """

    path: Path
    acts: tuple[str, ...]
    n_frames: int
    settings: RenderSettings
    n_bytes: int
    elapsed: float
    captions: tuple[Path, ...] = ()
    chapters: tuple[Path, ...] = ()
    n_cached: int = 0
    drawn: tuple[Chunk, ...] = ()


class Watcher:
    """Callbacks on the progress of a render; this base class ignores them."""

    def planned(self, plan: Plan) -> None:
        """Drawing is about to begin; told once more for what is gone when all is to be joined."""

    def on_event(self, event: Event, part: Chunk) -> None:
        """Something happened to a worker and the chunk it is at."""


def together_of(plans: Sequence[Plan]) -> Plan:
    """Merge several plans into one, so that all they lack is drawn at once."""
    keys = tuple(key for plan in plans for key in plan.keys)
    lacking = {plan.keys[i] for plan in plans for i in plan.missing}
    return Plan(
        tuple(part for plan in plans for part in plan.chunks),
        keys,
        tuple(cost for plan in plans for cost in plan.costs),
        places_missing(keys, lambda i: keys[i] in lacking),
        tuple(look for plan in plans for look in plan.looks),
        lossless=True,
    )


def places_missing(keys: Sequence[str], missing: Callable[[int], bool]) -> tuple[int, ...]:
    """Places of the keys that are missing; one that comes several times is missing once."""
    first = {key: place for place, key in reversed(tuple(enumerate(keys)))}
    return tuple(place for place in sorted(first.values()) if missing(place))
