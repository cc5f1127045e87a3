"""The verbs `still` and `storyboard`: one frame, and all moments on one sheet."""

from __future__ import annotations

import contextlib
import math
import re
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import click

from commands.act_names import Without, act_argument, acts_argument, left_over, without_option
from commands.console.commandline import examples, note, option, read_seconds, warn
from commands.printing import PRINTED, WIDTH_CM, for_print, print_still
from commands.request import Request, shared_options
from commands.work import Work, drawing_options, keeping_options, measured, open_service, resumable
from pipeline.errors import SettingsError
from scenes import ACTS, ActEntry

if TYPE_CHECKING:
    from pipeline.render.timeline import Timeline
    from pipeline.storyboard import Paper
    from scenes.theme import Theme


def read_moment(value: str | float) -> float | str:
    """Return seconds from the beginning of an act, or the name of one of its beats.

    A name begins with a letter, so no file is called the same for a beat as for seconds.
    """
    text = str(value).lower()
    with contextlib.suppress(ValueError):
        return read_seconds(text)
    if re.fullmatch("[a-z][a-z0-9_-]*", text):
        return text
    raise ValueError(f"{value!r} is neither a moment, like 70.5 or 1:10.5, nor the name of a beat")


still_examples = examples(
    "render.py still bowl --at bowl",
    "render.py still bowl --at 12.5 --size 1200x630 --theme light",
    "render.py still flip --at 20 --transparent --captions none",
    "render.py still recap --at four --format pdf --width-cm 17",
)


@click.command(epilog=still_examples)
@act_argument("ACT")
@option("--at", type=read_moment, required=True, metavar="TIME|BEAT", help="The moment to show.")
@option(
    "--format",
    "kind",
    type=click.Choice(["png", *PRINTED]),
    default="png",
    show_default=True,
    known_as="still-format",
    help="A picture, or a figure for a paper.",
)
@option(
    "--width-cm",
    type=click.FloatRange(2.0, 120.0),
    metavar="CM",
    help=f"Width of a figure as printed; by default {WIDTH_CM:g}.",
)
@option("--transparent", is_flag=True, help="Leave the background out.")
@shared_options(quality="1080p")
@keeping_options
def still(
    request: Request, act: ActEntry, at: float | str, kind: str, width_cm: float | None, work: Work
) -> None:
    """Render one frame to OUT: bowl-bowl.png for a beat, bowl-12.5s.png for seconds.

    A beat is the picture on which a deck stops for it, whatever the data; `acts --json` lists them.
    Where something moves at so many seconds, such as a caption that fades, the nearest times at
    which all stands still are told.

    As PDF or SVG, text, axes, iso-lines and shapes are curves, and the surface is a picture of 300 dpi
    as printed. What is empty around it is cut off. It is in the light theme and without background
    and captions, unless they are asked for.
    """
    from pipeline.outputs import check_writable

    if isinstance(at, float):
        request.settings.frame_at(at)  # a moment before the beginning fails here, at once
    if width_cm is not None and kind not in PRINTED:
        raise SettingsError(
            "--width-cm is for figures: add --format pdf or svg, or say --size in pixels."
        )
    path = request.out / f"{act.name}-{at if isinstance(at, str) else f'{at:.10g}s'}.{kind}"
    check_writable(path)
    if kind in PRINTED:
        print_still(for_print(request), act, at, path, width_cm or WIDTH_CM, work)
        return
    (known,) = measured(request, work, [act])
    frame = known.frame_of_beat(at) if isinstance(at, str) else known.frame_at(at)
    if sentence := moving_note(known.timeline, frame):
        note(sentence)
    from commands.console.made import film_report
    from pipeline.outputs import write_whole
    from pipeline.render.plan import Deliverable
    from pipeline.video.encode import png

    began, look = perf_counter(), request.settings
    with open_service(work, look, [act], needed=False) as service:
        (picture,) = service.stills([(known, frame, look)])
    write_whole(path, png(picture, transparent=look.transparent))
    size, elapsed = path.stat().st_size, perf_counter() - began
    film_report(Deliverable(path, (act.name,), 1, look, size, elapsed)).tell(request.as_json)


def moving_note(timeline: Timeline, frame: int) -> str:
    """Say when all stands still just before and after a frame at which something moves, or ""."""
    if not timeline.holds or any(start <= frame < stop for start, stop in timeline.holds):
        return ""
    fps = timeline.fps
    long = [hold for hold in timeline.holds if hold[1] - hold[0] > 0.3 * fps]  # can be aimed at
    before = [hold for hold in long if hold[1] <= frame][-1:]
    after = [hold for hold in long if frame < hold[0]][:1]
    spans = (
        # Inwards, so that both times told are within.
        f"from {math.ceil(10 * start / fps) / 10:g} to {math.floor(10 * (stop - 1) / fps) / 10:g} s"
        for start, stop in before + after
    )
    told = " and ".join(spans)
    return f"something moves at {frame / fps:.6g} s; all stands still {told}." if told else ""


@click.command(epilog=examples("render.py storyboard", "render.py storyboard bowl --aspect 9:16"))
@acts_argument
@without_option
@shared_options(quality="draft")
@drawing_options
def storyboard(request: Request, acts: tuple[ActEntry, ...], without: Without, work: Work) -> None:
    """Lay the film, or these acts of it, out on one sheet: OUT/storyboard.png.

    There is a frame for every moment at which something is complete, half as large as --size, and
    under it what its caption says (--captions none leaves that out).
    """
    from commands.console.made import storyboard_report
    from commands.console.progress import watching
    from pipeline.outputs import check_writable
    from pipeline.storyboard import make_storyboard

    path, look, entries = (
        request.out / "storyboard.png",
        request.settings,
        left_over(acts or ACTS, without),
    )
    check_writable(path)
    sheet = paper(request.palette, captions=request.captions != "none")
    # Captions stand under the frames, where they can be larger than in them.
    scripts = replace(request, captions="none").scripts(entries)
    with resumable(work), open_service(work, look, entries) as service:
        known = service.measure(scripts, look)
        with watching(path.stem, False, click.echo, warn) as watcher:
            made = make_storyboard(path, service, known, look, sheet, watcher)
    storyboard_report(made).tell(request.as_json)


def paper(theme: Theme, *, captions: bool = True) -> Paper:
    """Return the style of a storyboard: colours and type of a theme, captions or none."""
    from pipeline.storyboard import Paper
    from scenes.text.words import label

    return Paper(
        heading=partial(label, colour=theme.ink),
        note=partial(label, colour=theme.quiet),
        words=partial(label, colour=theme.ink) if captions else None,
        background=theme.background.bytes,
        line=theme.faint.bytes,
    )
