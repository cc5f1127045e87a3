#!/usr/bin/env python3
"""The command line: options in, a film, a still or a table out. See `render.py -h`.

Nothing heavy is imported until a command runs, so that help and a mistyped option answer at once.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.diagnose import diagnose
from commands.request import ActName, Request, shared_options
from pipeline.captions import caption_paths, film_cues, write_captions
from pipeline.commandline import (
    Failed,
    Misused,
    Stopped,
    examples,
    option,
    range_options,
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
        return Stopped("Stopped; no unfinished file was left behind.")
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


film_examples = examples(
    "render.py film",
    "render.py film bowl --quality 720p --theme light",
    "render.py film --data examples/longley.csv --features GNP,Year --response Employed",
)


@cli.command(epilog=film_examples)
@click.argument("acts", nargs=-1, type=ActName(), metavar="[ACT]...")
@range_options
@shared_options(quality="1080p")
def film(
    request: Request, acts: tuple[ActEntry, ...], first: float | None, last: float | None
) -> None:
    """Render the film, or these acts of it, to OUT/film.mp4 (one act: OUT/ACT.mp4)."""
    tell(request, render_acts(request, acts, request.out, first, last))


@cli.command(epilog=examples("render.py preview bowl --from 10 --to 15", "render.py preview"))
@click.argument("act", required=False, type=ActName(), metavar="[ACT]")
@range_options
@option("--open/--no-open", "opened", default=True, help="Open it where there is a screen.")
@shared_options(quality="draft")
def preview(
    request: Request, act: ActEntry | None, first: float | None, last: float | None, opened: bool
) -> None:
    """Render a small, quick video to OUT/preview and open it."""
    from pipeline.doctor import has_screen

    made = render_acts(request, [act] if act else [], request.out / "preview", first, last)
    tell(request, made)
    if opened and not request.as_json and has_screen():
        click.launch(str(made.path))


@cli.command(epilog=examples("render.py still bowl --at 12.5 --size 1200x630 --theme light"))
@click.argument("act", type=ActName(), metavar="ACT")
@option("--at", type=float, required=True, metavar="SECONDS", help="The moment to show.")
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


def render_acts(
    request: Request,
    entries: Sequence[ActEntry],
    folder: Path,
    first: float | None,
    last: float | None,
) -> Deliverable:
    """Render acts, all of them if none is named, one after the other into one video."""
    from pipeline.outputs import check_writable
    from pipeline.plan import check_range, frames_shown, lay_out
    from pipeline.report import progress_bar

    path = folder / f"{entries[0].name if len(entries) == 1 else 'film'}.mp4"
    beside = caption_paths(path) if request.captions == "file" else ()
    check_range(first, last)
    for wanted in (path, *beside):
        check_writable(wanted)
    acts = request.measured(entries or ACTS)
    chunks = lay_out(acts, request.settings, first, last)
    from pipeline.execute import render_video

    with progress_bar(path.stem, sum(chunk.n_frames for chunk in chunks)) as on_frame:
        made = render_video(chunks, request.settings, path, on_frame)
    if not beside:
        return made
    shown = frames_shown(acts, request.settings, first, last)
    return replace(
        made, captions=write_captions(path, film_cues(acts, shown), request.settings.fps)
    )


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
