"""The verb `studio`: the film on a page, redrawn while it is made."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from commands.act_files import WRITTEN
from commands.act_names import ActName
from commands.choices import typed, written
from commands.console.commandline import examples, note, option
from commands.film import film
from commands.request import OUR_PACKAGES, Request, shared_options
from commands.work import Work, keeping_options
from pipeline.errors import SettingsError
from pipeline.inputs import open_input

#: Small enough to be drawn while one looks on.
QUALITY = "draft"
#: Where the sources are that a film is made of.
ROOT = Path(__file__).resolve().parents[1]

_WORDS = "ridge-film studio words"


class _ActAsTyped(click.ParamType[str]):
    """The name of an act, or of a file of acts, as it is typed: it is read where it is drawn."""

    name = "act"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Look whether an act has the name."""
        if WRITTEN.fullmatch(value) is None:
            ActName().convert(value, param, ctx)
        return value


class _AsTyped(click.Command):
    """A command that remembers its words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read them."""
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)


@click.command(
    cls=_AsTyped,
    epilog=examples(
        "render.py studio",
        "render.py studio bowl flip --theme light",
        "render.py studio --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py studio my_acts.py --port 8000 --no-open",
    ),
)
@click.argument("acts", nargs=-1, type=_ActAsTyped(), metavar="[ACT]...")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Of the address; else any that is free.",
)
@option("--open/--no-open", "opened", default=True, help="Open it in a browser.")
@shared_options(quality=QUALITY)
@keeping_options
def studio(request: Request, acts: tuple[str, ...], port: int, opened: bool, work: Work) -> None:
    """Show the film, or these acts of it, on a page of this machine, until Ctrl-C.

    It plays, and any frame is there at once. Save an act, a text, a theme or the data: the picture
    is drawn anew, and what has not changed stays.

    On another machine: ssh -L 8000:127.0.0.1:8000 HOST, and there --port 8000.
    """
    from pipeline.studio.serve import Studio, serve_studio

    if request.data == Path("-"):
        raise SettingsError("The studio watches the file of the data: name it instead of '-'.")
    for written_as in filter(None, map(WRITTEN.fullmatch, acts)):
        with open_input(Path(written_as["file"])):
            pass  # it is there
    context = click.get_current_context()
    said = typed(context.command, context.meta[_WORDS])
    with work.store(needed=False) as store:
        shown = Studio(
            opener="commands.studio_film:open_film",
            words=tuple(written(film, {**said, "quality": request.quality})),
            store=store,
            sources=[ROOT / name for name in (*OUR_PACKAGES, "pipeline", "commands")],
            n_drawers=work.n_workers(request.settings) or 1,
            port=port,
        )
        serve_studio(shown, lambda address: _tell(address, opened, request.as_json))


def _tell(address: str, opened: bool, as_json: bool) -> None:
    from commands.console.doctor import has_screen

    click.echo(json.dumps({"address": address}) if as_json else address)
    sys.stdout.flush()
    note("Ctrl-C ends it.")
    if opened and has_screen():
        click.launch(address)
