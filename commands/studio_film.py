"""What a drawing process of the studio opens: the film that `render.py film` would make of these words."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from commands.film import film, shown_acts
from commands.request import Request
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.studio.showing import Showing
    from scenes import ActEntry


def open_film(words: Sequence[str]) -> Showing:
    """Open the film as its command line says.

    Raises
    ------
    SettingsError
        For words that the command would refuse.
    """
    from pipeline.studio.showing import Showing
    from pipeline.work.keys import this_machine
    from scenes.stage.gl import describe_renderer

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        request, acts = read(words)
        scripts = request.scripts(acts)
    return Showing(
        scripts=scripts,
        settings=request.settings,
        machine=this_machine(describe_renderer()),
        notes=tuple(said.getvalue().splitlines()),
        watched=tuple(_watched(request, acts)),
    )


def read(words: Sequence[str]) -> tuple[Request, tuple[ActEntry, ...]]:
    """Return what a command line of `film` asks for, and its acts."""
    try:
        given: dict[str, Any] = film.make_context("film", list(words)).params
    except click.ClickException as error:
        raise SettingsError(error.format_message()) from error
    names = {field.name for field in fields(Request)}
    request = Request(**{name: value for name, value in given.items() if name in names})
    acts = shown_acts(request, given["acts"])
    return request, tuple(dict.fromkeys(acts))


def _watched(request: Request, acts: Sequence[ActEntry]) -> list[str]:
    """Files outside our sources that the film depends on."""
    data = [] if request.data is None else [str(request.data.absolute())]
    return [*data, *(path for act in acts if act.file for path, _ in act.file.contents)]
