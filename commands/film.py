"""The verbs `film` and `preview`: acts, one after the other, as a video."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from commands.request import ActName, Request, shared_options
from commands.work import Work, open_studio, work_options
from pipeline.console.commandline import examples, option, range_options
from pipeline.errors import Interrupted
from pipeline.video.captions import caption_paths, film_cues, write_captions
from scenes import ACTS, ActEntry


@click.command(
    epilog=examples(
        "render.py film",
        "render.py film bowl --quality 720p --theme light",
        "render.py film --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py film --dry-run",
        "render.py film --quality 2160p --cluster tcp://head-node:8786",
    )
)
@click.argument("acts", nargs=-1, type=ActName(), metavar="[ACT]...")
@range_options
@shared_options(quality="1080p")
@work_options
def film(
    request: Request,
    acts: tuple[ActEntry, ...],
    first: float | None,
    last: float | None,
    work: Work,
) -> None:
    """Render the film, or these acts of it, to OUT/film.mp4 (some acts: OUT/ACT+ACT.mp4).

    A part of it (--from, --to) gets a name of its own, such as OUT/bowl-20s-34s.mp4.

    Finished pieces are kept: a render that was stopped goes on where it was, and only what has
    changed since is drawn again.
    """
    path = request.out / f"{file_stem(acts, first, last)}.mp4"
    render_acts(request, work, acts, path, first, last)


@click.command(epilog=examples("render.py preview bowl --from 10 --to 15", "render.py preview"))
@click.argument("act", required=False, type=ActName(), metavar="[ACT]")
@range_options
@option("--open/--no-open", "opened", default=True, help="Open it where there is a screen.")
@shared_options(quality="draft")
@work_options
def preview(
    request: Request,
    act: ActEntry | None,
    first: float | None,
    last: float | None,
    opened: bool,
    work: Work,
) -> None:
    """Render a small, quick video to OUT/preview and open it."""
    from pipeline.console.doctor import has_screen

    entries = [act] if act else []
    path = request.out / "preview" / f"{file_stem(entries, None, None)}.mp4"
    made = render_acts(request, work, entries, path, first, last)
    if made is not None and opened and not request.as_json and has_screen():
        click.launch(str(made))


def render_acts(
    request: Request,
    work: Work,
    entries: Sequence[ActEntry],
    path: Path,
    first: float | None,
    last: float | None,
) -> Path | None:
    """Render acts, all of them if none is named, one after the other into one video.

    Says what was made, and returns where it is; None where nothing was to be drawn.
    """
    from pipeline.outputs import check_writable
    from pipeline.plan import check_range

    beside = caption_paths(path) if request.captions == "file" else ()
    check_range(first, last)
    for wanted in (path, *beside):
        check_writable(wanted)
    try:
        return _render(request, work, entries or ACTS, path, first, last)
    except KeyboardInterrupt:
        rest = "What is finished is kept: the same command goes on from there."
        raise Interrupted(
            f"Stopped; no unfinished file was left behind. {rest if work.cache else ''}".strip()
        ) from None


def file_stem(entries: Sequence[ActEntry], first: float | None, last: float | None) -> str:
    """The name of a video without its suffix: a part never takes the name of the whole.

    ``film``, ``bowl``, ``bowl+flip``, ``bowl-20s-34s``, ``film-0s-5s``, ``flip-30s-end``.
    """
    name = "+".join(entry.name for entry in entries) or "film"
    if first is None and last is None:
        return name
    return f"{name}-{first or 0:g}s-{'end' if last is None else f'{last:g}s'}"


def _render(
    request: Request,
    work: Work,
    entries: Sequence[ActEntry],
    path: Path,
    first: float | None,
    last: float | None,
) -> Path | None:
    from pipeline.console.progress import plan_facts, print_account, print_plan, watching
    from pipeline.console.report import closing_line, deliverable_facts, waiting
    from pipeline.plan import frames_shown, lay_out

    look = request.settings
    scripts = request.scripts(entries)
    with open_studio(work, look, entries) as studio:
        with waiting("Stepping through the acts"):
            acts = studio.measure(scripts, look)
        plan = studio.plan(lay_out(acts, look, first, last), acts, look)
        if work.dry_run:
            if request.as_json:
                click.echo(json.dumps({"event": "plan", **plan_facts(plan)}))
            else:
                print_plan(plan, work.n_workers(look))
            return None
        with watching(path.stem, request.as_json, click.echo, _warn) as watcher:
            made = studio.render(plan, path, watcher)
    if request.captions == "file":
        shown = frames_shown(acts, look, first, last)
        made = replace(made, captions=write_captions(path, film_cues(acts, shown), look.fps))
    if request.as_json:
        click.echo(json.dumps({"event": "made", **deliverable_facts(made)}))
    else:
        click.echo(closing_line(made))
        print_account(plan, made)
    return path


def _warn(sentence: str) -> None:
    click.echo(sentence, err=True)
