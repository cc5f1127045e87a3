#!/usr/bin/env python3
"""The command line: options in, a film, a still or a table out. See `render.py -h`.

Nothing heavy is imported until a command runs, so that help and a mistyped option answer at once.
"""

from __future__ import annotations

import json
import signal
import sys
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from commands.cache import cache
from commands.diagnose import diagnose
from commands.film import film, preview
from commands.gif import gif
from commands.request import ActName, Request, shared_options
from pipeline.commandline import (
    Failed,
    Misused,
    Stopped,
    examples,
    option,
)
from pipeline.errors import RenderError, SettingsError
from scenes import ACTS, ActEntry

if TYPE_CHECKING:
    from pipeline.plan import Deliverable
    from pipeline.storyboard import Paper

# -- how a command ends -----------------------------------------------------------------------------


class Commands(click.Group):
    """A group of commands that end in one sentence, whatever a user's input does."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a traceback is left for bugs."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            ending = ending_of(error)
            if ending is None:
                raise
            raise ending from error


def ending_of(error: BaseException) -> click.ClickException | None:
    """Return how a command ends after `error`; None for a bug."""
    if isinstance(error, KeyboardInterrupt):
        return Stopped(str(error) or "Stopped; no unfinished file was left behind.")
    if isinstance(error, SettingsError) or _is_data_error(error):
        return Misused(str(error))
    if isinstance(error, RenderError) or _is_stage_error(error):
        return Failed(str(error))
    if isinstance(error, MemoryError):
        return Failed("There is not enough memory for this: choose a smaller --size.")
    if isinstance(error, ImportError):
        return Failed(f"{error}: run `make setup`; `render.py doctor` shows what is missing.")
    if isinstance(error, OSError):
        return Failed(f"{error.filename or 'A file'}: {error.strerror or error}.")
    return None


def _is_data_error(error: BaseException) -> bool:
    if not isinstance(error, ValueError):
        return False
    from ridge_math.errors import DataError

    return isinstance(error, DataError)


def _is_stage_error(error: BaseException) -> bool:
    if not isinstance(error, RuntimeError):
        return False
    from scenes.stage.gl import StageError

    return isinstance(error, StageError)


# -- commands ---------------------------------------------------------------------------------------


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Films of why the L2 penalty works: valley to bowl, ridge to peak, from your data or ours.

    Any option can also be set in the environment (RIDGE_QUALITY=720p) or, before that, in a file
    (--config). Exit codes: 0 done, 1 the render failed, 2 bad usage or bad data.
    """


cli.add_command(film)
cli.add_command(preview)
cli.add_command(gif)


still_examples = examples(
    "render.py still bowl --at 12.5 --size 1200x630 --theme light",
    "render.py still flip --at 20 --transparent --captions none",
)


@cli.command(epilog=still_examples)
@click.argument("act", type=ActName(), metavar="ACT")
@option("--at", type=float, required=True, metavar="SECONDS", help="The moment to show.")
@option("--transparent", is_flag=True, help="Leave the background out.")
@shared_options(quality="1080p")
def still(request: Request, act: ActEntry, at: float) -> None:
    """Render one frame to OUT/ACT-SECONDSs.png, such as out/bowl-12.5s.png."""
    from pipeline.outputs import check_writable
    from pipeline.plan import still_of

    request.settings.frame_at(at)  # a moment before the beginning fails here, at once
    path = request.out / f"{act.name}-{at:.10g}s.png"
    check_writable(path)
    (measured,) = request.measured([act])
    chunk = still_of(measured, request.settings, at)
    from pipeline.execute import render_still

    tell(request, render_still(chunk, request.settings, path))


@cli.command(epilog=examples("render.py storyboard", "render.py storyboard bowl --aspect 9:16"))
@click.argument("acts", nargs=-1, type=ActName(), metavar="[ACT]...")
@shared_options(quality="draft")
def storyboard(request: Request, acts: tuple[ActEntry, ...]) -> None:
    """Lay the film, or these acts of it, out on one sheet: OUT/storyboard.png.

    There is a frame for every moment at which something is complete, half as large as --size.
    """
    from pipeline.outputs import check_writable
    from pipeline.report import progress_bar, storyboard_facts, storyboard_line

    path = request.out / "storyboard.png"
    check_writable(path)
    makers = request.makers(acts or ACTS)
    from pipeline.storyboard import make_storyboard

    with progress_bar(path.stem, len(makers)) as on_act:
        made = make_storyboard(path, makers, request.settings, paper(request.theme), on_act)
    click.echo(json.dumps(storyboard_facts(made)) if request.as_json else storyboard_line(made))


@cli.command(epilog=examples("render.py acts", "render.py acts --fps 30 --json"))
@shared_options(quality="1080p")
def acts(request: Request) -> None:
    """List the acts of the film: name, length, frames, what each says."""
    from pipeline.report import act_facts, print_acts

    fps = request.settings.fps
    rows = act_facts(request.measured(ACTS), [entry.summary for entry in ACTS], fps)
    if request.as_json:
        click.echo(json.dumps({"fps": fps, "acts": rows}))
    else:
        print_acts(rows, fps)


cli.add_command(diagnose)
cli.add_command(cache)


@cli.command(epilog=examples("render.py doctor", "render.py doctor --json"))
@option("--json", "as_json", is_flag=True, help="Say it as JSON on stdout.")
def doctor(as_json: bool) -> None:
    """Examine this machine: what is installed, what draws, what is missing and how to get it."""
    from pipeline.doctor import examine, facts
    from pipeline.report import print_checks

    checks = examine(opengl_facts)
    if as_json:
        click.echo(json.dumps(facts(checks)))
    else:
        print_checks(checks)
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else Failed.exit_code)


# -- what commands share ----------------------------------------------------------------------------


def tell(request: Request, made: Deliverable) -> None:
    """Say on stdout what was made."""
    from pipeline.report import closing_line, deliverable_facts

    click.echo(json.dumps(deliverable_facts(made)) if request.as_json else closing_line(made))


def paper(name: str) -> Paper:
    """What a storyboard is drawn on: colours and type of a theme."""
    from pipeline.storyboard import Paper
    from scenes.theme import THEMES
    from scenes.words import label

    theme = THEMES[name]
    return Paper(
        heading=partial(label, colour=theme.ink),
        note=partial(label, colour=theme.quiet),
        background=theme.background.bytes,
        line=theme.faint.bytes,
    )


def opengl_facts() -> dict[str, str]:
    """Say what draws, or raise with how to get it."""
    from scenes.stage.gl import describe_renderer

    return describe_renderer()


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as tidily as after Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names may be any bytes
    cli()


if __name__ == "__main__":
    main()
