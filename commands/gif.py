"""The verb `gif`: an act as an animation for an article, or as footage to lay over other footage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.act_names import act_argument
from commands.console.commandline import (
    FilePath,
    examples,
    gather_options,
    note,
    option,
    range_options,
    warn,
)
from commands.film import file_stem
from commands.request import Request, shared_options
from commands.work import Work, drawing_options, open_service, resumable
from pipeline.clip.fitting import MAX_WIDTH
from pipeline.clip.formats import (
    DITHERS,
    FORMATS,
    MAX_COLOURS,
    MIN_COLOURS,
    animation,
    frame_size,
)
from pipeline.clip.rates import parse_rate
from pipeline.clip.targets import Target, find_target
from pipeline.errors import SettingsError
from pipeline.sizes import parse_bytes
from pipeline.video.captions import caption_paths, write_captions
from scenes import LOOPS, ActEntry

if TYPE_CHECKING:
    from pipeline.clip.clips import ClipEncoder
    from pipeline.clip.formats import Animation
    from pipeline.render.plan import Watcher
    from pipeline.render.settings import RenderSettings

#: What may be said of colours.
_COLOURS = f"{MIN_COLOURS}-{MAX_COLOURS}|all"


def read_colours(text: str) -> int | str:
    """Return a number of colours, or ``"all"``."""
    if text == "all":
        return text
    if not text.isdecimal() or len(text) > 6:
        raise ValueError(f"{text!r} is no number of colours: use {_COLOURS}")
    return int(text)


def read_times(text: str) -> int:
    """Return how often: a number, or 0 for ``"forever"``."""
    if text == "forever":
        return 0
    if not text.isdecimal() or not 1 <= int(text[:9]) <= 1000:
        raise ValueError(f"{text!r} is no number of times from 1 to 1000, nor forever")
    return int(text)


@dataclass(frozen=True)
class Limit:
    """The options --max-size, --target and --targets: the largest file there may be."""

    max_size: str | None = None
    target: str | None = None
    targets: Path | None = None

    @property
    def place(self) -> Target | None:
        """The target, if one is named."""
        if self.target is None:
            if self.targets is not None:
                raise SettingsError("--targets needs --target: name one that is in the file.")
            return None
        return find_target(self.target, self.targets)

    @property
    def max_bytes(self) -> int | None:
        """The smaller of both limits; None if there is none."""
        sizes = [parse_bytes(self.max_size)] if self.max_size is not None else []
        sizes += [self.place.max_bytes] if self.place else []
        return min(sizes, default=None)


#: The options for the largest file.
limit_options = gather_options(
    Limit,
    "limit",
    option("--max-size", metavar="5MB", help="The largest file; the best that fits is made."),
    option("--target", metavar="NAME", help="Where it goes: github, x, dev, substack, email …"),
    option(
        "--targets",
        type=FilePath(),
        metavar="FILE",
        help="Your own TOML table of targets, with those of ours that it does not replace.",
    ),
)


@click.command(
    epilog=examples(
        "render.py gif",
        "render.py gif --max-size 2MB --theme light",
        "render.py gif bowl --from 20 --to 28 --format webp --width 480 --fps 12.5 --colors 64",
        "render.py gif --target github",
        "render.py gif flip --transparent --format mov --width 1920 --fps 60",
    )
)
@act_argument(default=LOOPS[0].name)
@range_options
@option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="Kind of file; by default gif, or what the target knows best.",
)
@option("--width", type=int, metavar="PIXELS", help="Pixels across.")
@option("--fps", "rate", metavar="RATE", help="Frames per second, such as 12.5.")
@option(
    "--colors",
    "colours",
    type=read_colours,
    metavar=_COLOURS.upper(),
    help="How many: in each frame of a gif, or in a webp or apng.",
)
@option("--dither", type=click.Choice(list(DITHERS)), help="How missing colours are shown.")
@option(
    "--loop",
    type=read_times,
    metavar="N|FOREVER",
    help="How often it is played; by default forever.",
)
@option("--bounce", is_flag=True, help="Go back to the beginning backwards.")
@option("--transparent", is_flag=True, help="Leave the background out.")
@limit_options
@shared_options(quality=None)
@drawing_options
def gif(
    request: Request,
    limit: Limit,
    work: Work,
    act: ActEntry,
    first: float | None,
    last: float | None,
    kind: str | None,
    width: int | None,
    rate: str | None,
    colours: int | str | None,
    dither: str | None,
    loop: int | None,
    bounce: bool,
) -> None:
    """Make an animation of an act, or of a part of it: OUT/loop.gif.

    Frames are drawn at the final size and encoded once. With --max-size or --target, width, frame
    rate and colours are searched for the best picture that fits; what you name yourself is kept.
    What is drawn is kept, too: the same act within another limit is encoded anew, not drawn.
    """
    from commands.console.made import clip_report
    from pipeline.clip.clips import Excerpt, fit_clip, make_clip
    from pipeline.outputs import check_writable
    from pipeline.render.film import check_range

    check_range(first, last)
    spec, notes = wanted(
        limit,
        kind,
        request,
        width=width,
        rate=rate,
        colours=colours,
        dither=dither,
        loop=loop,
        bounce=bounce,
    )
    path = request.out / f"{file_stem([act], first, last)}{spec.format.suffix}"
    beside = caption_paths(path) if request.captions == "file" else ()
    for planned in (path, *beside):
        check_writable(planned)
    for sentence in notes:
        note(sentence)
    named = {"width": width, "rate": rate, "grade": colours}
    kept = frozenset(name for name, value in named.items() if value is not None)
    excerpt = Excerpt(request.scripts([act])[0], request.base, first, last)
    with open_encoder(work, spec.settings(request.base), [act]) as encoder:
        if limit.max_bytes is None:
            clip = make_clip(encoder, excerpt, spec, path)
        else:
            clip = fit_clip(encoder, excerpt, spec, path, limit.max_bytes, kept)
        if beside:
            film = encoder.film(excerpt, clip.spec)
            write_captions(path, film.cues, film.settings.fps)
    clip_report(clip).tell(request.as_json)


def wanted(
    limit: Limit,
    kind: str | None,
    request: Request,
    *,
    width: int | None,
    rate: str | None,
    **given: Any,
) -> tuple[Animation, tuple[str, ...]]:
    """Return the spec of the animation, filled in from target and format, and notes on it."""
    place = limit.place
    chosen = FORMATS[kind or (place.formats[0] if place else next(iter(FORMATS)))]
    if place and chosen.name not in place.formats:
        raise SettingsError(
            f"{place.name} takes no {chosen.name}: use --format {' or '.join(place.formats)}."
        )
    across = width
    if across is None:
        widest = max(chosen.width, MAX_WIDTH if limit.max_bytes else 0)
        across = place.width if place and place.width else widest
    spec, notes = animation(
        chosen.name,
        frame_size(across, request.aspect),
        rate=None if rate is None else parse_rate(rate),
        transparent=request.transparent,
        **given,
    )
    return spec, (*notes, *(place.doubts(spec.width) if place else ()))


@contextmanager
def open_encoder(
    work: Work, settings: RenderSettings, entries: Sequence[ActEntry]
) -> Iterator[ClipEncoder]:
    """Give a `ClipEncoder` for these acts that shows its progress."""
    from commands.console.progress import watching
    from commands.console.report import progress_bar
    from pipeline.clip.clips import ClipEncoder

    def watch(label: str) -> AbstractContextManager[Watcher]:
        return watching(label, False, click.echo, warn)

    with resumable(work), open_service(work, settings, entries) as service:
        yield ClipEncoder(service, progress_bar, watch)
