"""The verb `kit`: a folder for an article, with a piece in every format, in words and in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from commands.act_names import acts_argument
from commands.console.commandline import examples, note, option
from commands.gif import open_encoder, read_times
from commands.request import Request, shared_options
from commands.work import Work, drawing_options
from pipeline.clip.formats import frame_size
from pipeline.errors import Interrupted, SettingsError
from pipeline.render.settings import MAX_FPS, MIN_FPS, THEMES, RenderSettings
from pipeline.sizes import parse_bytes
from scenes import LOOPS, ActEntry
from scenes.text.captions import key_for

if TYPE_CHECKING:
    from pipeline.kit.contents import Hand
    from pipeline.kit.description import Piece, Problem, Writing
    from pipeline.kit.media import Order
    from pipeline.kit.snippets import Placement
    from pipeline.render.film import Act
    from ridge_math import Dataset
    from scenes.brief import Brief
    from scenes.text.wording import Wording

#: Colours of a theme that a page is made with.
_COLOURS = ("background", "ink", "quiet", "faint", "floor")
_ACCENTS = ("theta1", "theta2", "minimum", "penalty")


@dataclass(frozen=True)
class Kit:
    """What is asked for: pieces, the folder, size and rate of videos, the largest picture, snippets."""

    entries: tuple[ActEntry, ...]
    folder: Path
    size: tuple[int, int]
    rate: int
    max_bytes: int
    placement: Placement

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
@acts_argument
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
@option(
    "--loop",
    type=read_times,
    metavar="N|FOREVER",
    help="How often loops and moving pictures are played; by default forever.",
)
@option("--base-url", metavar="URL", help="Where the media will lie; by default beside the page.")
@shared_options(quality=None, themes=False)
@drawing_options
def kit(
    request: Request,
    acts: tuple[ActEntry, ...],
    width: int,
    rate: int,
    max_size: str,
    loop: int | None,
    base_url: str | None,
    work: Work,
) -> None:
    """Make a folder for an article: OUT/kit, or OUT/kit-ACT for acts that are named.

    In both themes: MP4, WebM, AVIF, WebP, GIF, a sharp poster, and a card for where the page is
    shared. With them: captions, transcript, alternative text, the numbers behind the pictures,
    snippets to paste, shortcodes for Hugo and Quarto, a page to take in hand, and index.html to look
    at it all. A loop plays by itself, but for those who ask for less motion, and can be paused; an
    act waits to be started.
    """
    from pipeline.folders import check_replaceable
    from pipeline.kit import KIT
    from pipeline.kit.snippets import Placement

    source = click.get_current_context().get_parameter_source("theme")
    if isinstance(request.theme, str) and source is ParameterSource.COMMANDLINE:
        raise SettingsError("A kit has both themes: leave --theme out, or name a file of your own.")
    entries = tuple(dict.fromkeys(acts))
    name = "-".join(["kit", "+".join(entry.name for entry in entries)] if entries else ["kit"])
    asked = Kit(
        entries or LOOPS[:1],
        request.out / name,
        frame_size(width, request.aspect),
        rate,
        parse_bytes(max_size),
        Placement.of(base_url, loop),
    )
    asked.settings  # noqa: B018 - what is impossible ends here, before anything is read
    check_replaceable(asked.folder, KIT)
    try:
        _make(request, asked, work)
    except KeyboardInterrupt as stopped:
        rest = str(stopped).partition("was left behind.")[2]
        raise Interrupted(f"Stopped; {asked.folder} is as it was.{rest}") from None


def _make(request: Request, asked: Kit, work: Work) -> None:
    from commands.console.made import kit_report
    from commands.console.report import waiting
    from pipeline.folders import atomic_folder
    from pipeline.kit import KIT
    from pipeline.kit.contents import contents, exhibit, payload_of
    from pipeline.kit.media import check_codecs, make_media
    from pipeline.kit.page import Language

    brief = request.brief()
    check_codecs()
    with open_encoder(work, asked.settings, asked.entries) as encoder:
        with waiting("Stepping through the acts"):
            scripts = request.scripts(asked.entries, brief)
            acts = encoder.service.measure(scripts, asked.settings)
        pieces = [_piece(act, brief) for act in acts]
        laid = _orders(request, pieces, brief, asked)
        for sentence in dict.fromkeys(sentence for order in laid for sentence in order.notes):
            note(sentence)
        made = make_media(encoder, laid)
    wording = brief.wording
    problem, writing = _problem(brief.dataset), _writing(wording, brief.dataset)
    words = (
        wording.text(*key)
        for key in (
            ("film", "language_name"),
            ("screen", "point"),
            ("alt", "play"),
            ("alt", "pause"),
        )
    )
    language = Language(request.lang, *words)
    colours = {
        theme: {
            key: getattr(request.dressed(brief, theme).palette, key).hex
            for key in (*_COLOURS, *_ACCENTS)
        }
        for theme in THEMES
    }
    exhibits = [exhibit(piece, made, problem, writing, asked.size) for piece in pieces]
    files = contents(exhibits, problem, writing, language, colours, _hand(request), asked.placement)
    payload = payload_of(exhibits, language)
    with atomic_folder(asked.folder, KIT, payload) as fresh:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
    for gap in payload["missing"]:
        note(gap)
    kit_report(asked.folder, payload, files).tell(request.as_json)


def _hand(request: Request) -> Hand:
    """The page to take in hand."""
    from commands.explore import Asked, exhibit_of
    from pipeline.explore.page import page_of
    from pipeline.kit.contents import Hand

    asked = Asked.by(request, "auto")
    page = page_of(exhibit_of(asked, request.dataset))
    return Hand(request.wording.text("explore", "title"), page)


def _piece(act: Act, brief: Brief) -> Piece:
    """An act in time and in words."""
    from pipeline.kit.description import Piece

    seen = brief.wording.tables["alt"]
    words = seen.get(key_for(act.name, seen, brief.forms), "")
    return Piece(act.name, act.title, words, act.timeline, seamless=act.loops)


def _orders(request: Request, pieces: Sequence[Piece], brief: Brief, asked: Kit) -> list[Order]:
    """The work on each piece, in each theme."""
    from pipeline.kit.media import Order
    from pipeline.render.film import Act

    def acts(theme: str, captions: bool) -> list[Act]:
        variant = replace(request.dressed(brief, theme), captions=captions)
        scripts = request.scripts(asked.entries, variant)
        # What an act is in time depends on neither.
        return [
            Act.of(script, piece.timeline) for script, piece in zip(scripts, pieces, strict=True)
        ]

    variants = {
        (theme, captions): acts(theme, captions) for theme in THEMES for captions in (False, True)
    }
    return [
        Order(
            plain := variants[theme, False][i],
            variants[theme, True][i] if piece.timeline.cues else plain,
            theme,
            asked.size,
            asked.rate,
            asked.max_bytes,
            piece.best_frame,
            asked.placement.times,
        )
        for i, piece in enumerate(pieces)
        for theme in THEMES
    ]


def _problem(dataset: Dataset) -> Problem:
    from pipeline.kit.description import Problem
    from ridge_math.spectrum import correlation

    rho = float(correlation(dataset)[0, 1])
    return Problem(dataset.features, dataset.response, dataset.n_samples, rho)


def _writing(wording: Wording, dataset: Dataset) -> Writing:
    """Numbers and sentences as the pictures have them."""
    from pipeline.kit.description import Writing
    from scenes.text.numerals import Numerals, correlation_label, number, whole, write_numbers

    context = copy_context()
    numerals = (wording.text("screen", key) for key in ("point", "thousands"))
    context.run(write_numbers, Numerals(*numerals))

    def written(write: Callable[..., str]) -> Callable[..., str]:
        return lambda value: context.run(write, value)

    exact = partial(correlation_label, exact=dataset.reduced.rank < 2)
    sentence = partial(wording.text, "alt")
    return Writing(written(number), written(whole), written(exact), sentence)
