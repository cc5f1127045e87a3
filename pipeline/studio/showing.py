"""What a drawing process opens, and what it tells of it: acts by key, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.render.film import Script
    from pipeline.render.settings import RenderSettings
    from pipeline.work.keys import Machine


@dataclass(frozen=True)
class Showing:
    """A film that is open: its acts as scripts, and what it looks like.

    Attributes
    ----------
    scripts : sequence of Script
        The acts, in order.
    settings : RenderSettings
        What they look like.
    machine : Machine
        What draws here.
    notes : tuple of str
        What is worth knowing of the data, a verdict on it first.
    watched : tuple of str
        Files that it depends on, beside our sources.
    texts : mapping
        Captions that can be edited, by act and key, with their blanks.
    spoken : mapping
        What a script has spoken instead of a caption, by the id of the line.
    """

    scripts: Sequence[Script]
    settings: RenderSettings
    machine: Machine
    notes: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Billing:
    """An act on the bill: how it is called, and the keys of its pictures and its timeline.

    `texts` are those of its captions that can be edited, by key, with their blanks.
    """

    name: str
    title: str
    key: str
    timeline_key: str
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Bill:
    """What is shown: all that is known of a `Showing` before it is drawn; equal bills, equal frames."""

    acts: tuple[Billing, ...]
    settings: RenderSettings
    notes: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    spoken: tuple[tuple[str, str], ...] = ()


def bill_of(showing: Showing) -> Bill:
    """Return the bill of a showing."""
    from pipeline.work.keys import pictures_key, timeline_key

    look, machine = showing.settings, showing.machine
    acts = tuple(
        Billing(
            script.name,
            script.title,
            pictures_key(script.content, look, machine),
            timeline_key(script.content, look, machine),
            tuple(showing.texts.get(script.name, {}).items()),
        )
        for script in showing.scripts
    )
    return Bill(acts, look, showing.notes, showing.watched, tuple(showing.spoken.items()))
