"""The verb `acts`: what the film is made of."""

from __future__ import annotations

import json

import click

from commands.act_names import acts_argument
from commands.console.commandline import examples
from commands.request import Request, shared_options
from commands.work import Work, keeping_options, measured
from scenes import ACTS, LOOPS, ActEntry

#: Of what --json says; a greater number where what is there has changed, not where there is more.
FORMAT = 1


@click.command(epilog=examples("render.py acts", "render.py acts --fps 30 --lang de --json"))
@acts_argument
@shared_options(quality="1080p")
@keeping_options
def acts(request: Request, acts: tuple[ActEntry, ...], work: Work) -> None:
    """List the acts of the film and the loops for articles, or these: name, length, what each says.

    Those of your own, too: FILE.py lists all in it.

    With --json also titles, beats with the numbers they show, and captions, each to the frame: what
    another program needs to speak, cut or annotate the film. docs/programs.md describes it.
    """
    from commands.console.report import acts_payload, print_acts

    fps, entries = request.settings.fps, acts or (*ACTS, *LOOPS)
    known = measured(request, work, entries)
    forms = request.brief().forms
    rows = acts_payload(known, [entry.told(request.wording, forms) for entry in entries], fps)
    film = [row for row, entry in zip(rows, entries, strict=True) if entry not in LOOPS]
    loops = [row for row, entry in zip(rows, entries, strict=True) if entry in LOOPS]
    if request.as_json:
        told = {
            "format": FORMAT,
            "title": request.wording.text("film", "title"),
            "language": request.lang,
            "fps": fps,
            "acts": film,
            "loops": loops,
        }
        click.echo(json.dumps(told, allow_nan=False))
    else:
        print_acts(film, fps, loops)
