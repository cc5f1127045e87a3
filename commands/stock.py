"""What an act is given where stock Manim makes it: the same options as `render.py`, from the environment."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from commands.endings import ending_of
from commands.request import Request, shared_options

if TYPE_CHECKING:
    from scenes.brief import Brief


def brief_from_environment(*, transparent: bool) -> Brief:
    """Read data and look from RIDGE_DATA, RIDGE_THEME … and from the file RIDGE_CONFIG names.

    What cannot be done ends the program, with one sentence and the exit code of `render.py`.
    """
    import render  # all options that a file of settings may name

    made: list[Brief] = []

    @click.command(add_help_option=False)
    @shared_options(quality="1080p")
    def read(request: Request) -> None:
        made.append(replace(request.brief(), transparent=transparent))

    try:
        group = render.cli.make_context("manim", ["acts"])
        read.main([], parent=group, standalone_mode=False)
    except Exception as error:
        ending = error if isinstance(error, click.ClickException) else ending_of(error)
        if ending is None:
            raise
        ending.show()
        sys.exit(ending.exit_code)
    (brief,) = made
    return brief
