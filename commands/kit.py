"""The verb `kit`: a folder for an article, with a piece in every format, in words and in numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.console.commandline import examples, note, option, say
from commands.request import ActName, Request, shared_options
from commands.work import executor_of, workers_option
from pipeline.clip.formats import frame_size
from pipeline.errors import Interrupted
from pipeline.render.settings import MAX_FPS, MIN_FPS, THEMES, RenderSettings
from pipeline.sizes import bytes_text, parse_bytes
from scenes import LOOPS, ActEntry, build_act
from scenes.text.captions import caption_text, catalogue

if TYPE_CHECKING:
    from pipeline.kit.description import Piece, Problem, Writing
    from pipeline.kit.media import Order
    from ridge_math import Dataset
    from scenes.brief import Brief

#: Colours of a theme that a page is made with.
_COLOURS = ("background", "ink", "quiet", "faint", "floor")
_ACCENTS = ("theta1", "theta2", "minimum", "penalty")


@dataclass(frozen=True)
class Kit:
    """What is asked for: pieces, the folder, size and rate of videos, the largest moving picture."""

    entries: tuple[ActEntry, ...]
    folder: Path
    size: tuple[int, int]
    rate: int
    max_bytes: int

    @property
    def settings(self) -> RenderSettings:
        """How the frames of its videos are drawn, in one of its themes."""
        return RenderSettings(*self.size, self.rate, THEMES[0])


@click.command(
    epilog=examples(
        "render.py kit",
        "render.py kit bowl --lang de --max-size 10MB",
        "render.py kit --data examples/longley.csv --features GNP,Year --response Employed",
    )
)
@click.argument("acts", nargs=-1, type=ActName(), metavar="[ACT]...")
@option(
    "--width",
    type=int,
    default=960,
    show_default=True,
    metavar="PIXELS",
    help="Pixels across, of videos.",
)
@option(
    "--fps",
    "rate",
    type=click.IntRange(MIN_FPS, MAX_FPS),
    default=25,
    show_default=True,
    help="Frames per second.",
)
@option(
    "--max-size",
    default="5MB",
    show_default=True,
    metavar="SIZE",
    help="The largest GIF and WebP; the best that fits is made.",
)
@workers_option()
@shared_options(quality=None, themes=False)
def kit(
    request: Request,
    acts: tuple[ActEntry, ...],
    width: int,
    rate: int,
    max_size: str,
    workers: int | None,
) -> None:
    """Make a folder for an article: OUT/kit, or OUT/kit-ACT for acts that are named.

    In both themes: MP4, WebM, WebP, GIF, a sharp poster, and a card for where the page is shared.
    With them: captions, transcript, alternative text, the numbers behind the pictures, snippets to
    paste, and index.html to look at it all. A loop plays by itself; an act waits to be started.
    """
    from pipeline.folders import check_replaceable
    from pipeline.kit import KIT

    entries = tuple(dict.fromkeys(acts))
    name = "-".join(["kit", "+".join(entry.name for entry in entries)] if entries else ["kit"])
    asked = Kit(
        entries or LOOPS[:1],
        request.out / name,
        frame_size(width, request.aspect),
        rate,
        parse_bytes(max_size),
    )
    asked.settings  # noqa: B018 - what is impossible ends here, before anything is read
    check_replaceable(asked.folder, KIT)
    try:
        _make(request, asked, workers)
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped; {asked.folder} is as it was.") from None


def _make(request: Request, asked: Kit, workers: int | None) -> None:
    from commands.console.report import waiting
    from pipeline.kit.contents import contents, exhibit, facts, made_by, write_kit
    from pipeline.kit.media import check_codecs
    from pipeline.kit.page import Tongue
    from pipeline.work.cores import workers_that_fit
    from scenes.theme import THEMES as COLOURS

    brief = request.brief()
    check_codecs()
    with waiting("Stepping through the acts"):
        pieces = [_piece(entry, brief, asked) for entry in asked.entries]
    laid = [order for piece in pieces for order in _orders(piece, brief, asked)]
    for sentence in dict.fromkeys(sentence for order in laid for sentence in order.notes):
        note(sentence)
    count = workers_that_fit(asked.settings) if workers is None else workers
    with executor_of(count) as executor, _bar(sum(order.n_steps for order in laid)) as on_steps:
        made = made_by(executor, laid, on_steps)
    problem, writing = _problem(brief.dataset), _writing(request.lang, brief.dataset)
    tongue = Tongue(request.lang, caption_text(request.lang, "film", "language_name"))
    colours = {
        theme: {key: getattr(COLOURS[theme], key).hex for key in (*_COLOURS, *_ACCENTS)}
        for theme in THEMES
    }
    exhibits = [exhibit(piece, made, problem, writing, asked.size) for piece in pieces]
    files = contents(exhibits, problem, writing, tongue, colours)
    told = facts(exhibits, tongue)
    write_kit(asked.folder, files, told)
    sizes = {file: len(content) for file, content in files.items()}
    for gap in told["missing"]:
        note(gap)
    if request.as_json:
        click.echo(json.dumps({"path": str(asked.folder), **told, "files": sizes}))
    else:
        total = bytes_text(sum(sizes.values()))
        say(f"{asked.folder}: {len(files)} files, {total}; open index.html first")


def _piece(entry: ActEntry, brief: Brief, asked: Kit) -> Piece:
    """An act in time and in words."""
    from pipeline.kit.description import Piece
    from pipeline.render.frames import probe
    from ridge_math import kind_of

    timeline = probe(partial(build_act, entry.name, brief), asked.settings)
    seen = catalogue(brief.language)["alt"]
    plainly = seen.get(entry.name, "")
    return Piece(
        entry.name,
        caption_text(brief.language, entry.name, "title"),
        seen.get(f"{entry.name}_{kind_of(brief.dataset)}", plainly),
        timeline,
        seamless=entry in LOOPS,
    )


def _orders(piece: Piece, brief: Brief, asked: Kit) -> list[Order]:
    """The work on a piece."""
    from pipeline.kit.media import orders

    def maker(theme: str, captions: bool) -> partial[object]:
        return partial(build_act, piece.name, replace(brief, theme=theme, captions=captions))

    makers = [
        (theme, maker(theme, False), maker(theme, True) if piece.timeline.cues else None)
        for theme in THEMES
    ]
    settled = asked.size, asked.rate, asked.max_bytes
    return orders(piece.name, makers, *settled, piece.best_frame, piece.timeline.n_frames)


def _problem(dataset: Dataset) -> Problem:
    from pipeline.kit.description import Problem
    from ridge_math.spectrum import correlation

    rho = float(correlation(dataset)[0, 1])
    return Problem(dataset.features, dataset.response, dataset.n_samples, rho)


def _writing(language: str, dataset: Dataset) -> Writing:
    """Numbers and sentences as the pictures have them."""
    from pipeline.kit.description import Writing
    from scenes.text.numerals import Numerals, correlation_label, number, whole, write_numbers

    context = copy_context()
    numerals = (caption_text(language, "screen", key) for key in ("point", "thousands"))
    context.run(write_numbers, Numerals(*numerals))

    def written(write: Callable[..., str]) -> Callable[..., str]:
        return lambda value: context.run(write, value)

    exact = partial(correlation_label, exact=dataset.reduced.rank < 2)
    sentence = partial(caption_text, language, "alt")
    return Writing(written(number), written(whole), written(exact), sentence)


@contextmanager
def _bar(n_steps: int) -> Iterator[Callable[[int], None]]:
    from commands.console.report import progress_bar

    with progress_bar("kit", n_steps) as on_step:

        def on_steps(count: int) -> None:
            for _ in range(count):
                on_step()

        yield on_steps
