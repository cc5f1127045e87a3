"""The verb `acts`: what the film is made of."""

from __future__ import annotations

import json

import click

from commands.request import Request, shared_options
from pipeline.console.commandline import examples
from scenes import ACTS


@click.command(epilog=examples("render.py acts", "render.py acts --fps 30 --json"))
@shared_options(quality="1080p")
def acts(request: Request) -> None:
    """List the acts of the film: name, length, frames, what each says."""
    from pipeline.console.report import act_facts, print_acts

    fps = request.settings.fps
    rows = act_facts(request.measured(ACTS), [entry.summary for entry in ACTS], fps)
    if request.as_json:
        click.echo(json.dumps({"fps": fps, "acts": rows}))
    else:
        print_acts(rows, fps)
