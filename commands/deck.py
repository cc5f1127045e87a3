"""The verb `deck`: the film as slides that stop at every beat, for whoever speaks to it herself."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from commands.act_names import Without, acts_argument, left_over, stem_without, without_option
from commands.console.commandline import examples, option, say, warn
from commands.film import shown_acts
from commands.request import Request, shared_options
from commands.voice_option import (
    asked_voice,
    heard,
    keep_what_is_known,
    tell_of_voice,
    voice_option,
)
from commands.work import Work, open_service, resumable, work_options
from pipeline.errors import SettingsError
from scenes import LOOPS, ActEntry

if TYPE_CHECKING:
    from pipeline.deck.deck import Deck, Live
    from pipeline.deck.slides import Slide
    from pipeline.render.film import Act
    from pipeline.render.service import RenderService
    from pipeline.render.settings import RenderSettings
    from pipeline.video.sound import Sound
    from scenes.theme import Theme

#: The forms, and what each is called after its name; a folder has no suffix.
FORMS = {"html": ".html", "pptx": ".pptx", "pdf": ".pdf", "manim-slides": ""}
#: Those that need `make deck`.
EXTRA = ("pptx", "manim-slides")
#: After which acts a page to take in hand stands, and the moment of it that is shown there.
LIVE_AFTER = {"bowl": "tell=bowl", "flip": "tell=peak"}
#: What manim-slides may present with; any one of them will do.
PRESENTERS = ("PySide6", "PyQt6")
#: Where slides may be that are left on the screen: before the first question and after the last.
IDLE_PLACES = ("end", "start", "both", "none")


@click.command(
    epilog=examples(
        "render.py deck",
        "render.py deck --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py deck valley bowl flip --to pptx --captions none",
        "render.py deck --to pdf",
        "render.py deck --to manim-slides --quality 1080p --theme light",
    )
)
@acts_argument
@without_option
@option(
    "--to",
    "form",
    type=click.Choice(list(FORMS)),
    default=next(iter(FORMS)),
    show_default=True,
    known_as="deck-to",
    help="A page, a file for PowerPoint, a handout, or a folder for `manim-slides present`.",
)
@option(
    "--idle",
    type=click.Choice(IDLE_PLACES),
    default=IDLE_PLACES[0],
    show_default=True,
    help="Where a seamless loop is left on the screen: before the class, during questions.",
)
@option(
    "--live/--no-live",
    default=True,
    show_default=True,
    help="In a page, after bowl and flip: a slide to turn and drag, as `explore` makes it.",
)
@voice_option
@shared_options(quality="1080p")
@work_options
def deck(
    request: Request,
    acts: tuple[ActEntry, ...],
    without: Without,
    form: str,
    idle: str,
    live: bool,
    work: Work,
) -> None:
    """Make slides of the film, or of these acts: OUT/deck.html (some acts: OUT/ACT+ACT.html).

    Each slide plays to the next beat and stops there. A page opens with a double click, needs no
    network, and goes on by arrow key, space, click or tap; ? shows its keys, S the speaker's notes.
    A handout is a PDF with the last picture of each slide beside its notes, in the light theme if
    none is asked for. The other forms need `make deck` once.

    Captions stay in the picture, each the sentence that its slide is about, and are in the notes
    with the numbers of the best θ; with --captions none they are in the notes alone, for you to say.
    With --voice a page plays a slide's lines when asked, by V, and slides of the other forms as they
    are shown.

    Pieces are the film's own: after a film of the same quality, next to nothing is drawn.
    """
    shown, stem = shown_acts(request, acts), "+".join(act.name for act in acts) or "deck"
    path = request.out / f"{stem_without(stem, shown, without)}{FORMS[form]}"
    _check(request, form, path)
    with resumable(work):
        left = left_over(shown, without)
        if form == "pdf":
            _make_handout(_on_paper(request), work, left, path)
            return
        _make(request, work, left, idle, live and form == "html", form, path)


def _check(request: Request, form: str, path: Path) -> None:
    """Raise SettingsError for what is impossible, before anything is drawn."""
    from pipeline.deck import DECK
    from pipeline.deck.presentation import check_extra
    from pipeline.folders import check_replaceable
    from pipeline.outputs import check_writable

    if request.captions == "file":
        raise SettingsError(
            "A deck has no caption files, its notes hold the captions: use --captions burned or none."
        )
    if form == "pdf" and request.voice is not None:
        raise SettingsError("A handout is read, not heard: leave --voice out, or use another --to.")
    if form in EXTRA:
        check_extra()
    if FORMS[form]:
        check_writable(path)
    else:
        check_replaceable(path, DECK)


def _make(
    request: Request,
    work: Work,
    acts: Sequence[ActEntry],
    idle: str,
    live: bool,
    form: str,
    path: Path,
) -> None:
    from commands.console.made import deck_report
    from commands.console.progress import tell_plan, watching
    from commands.console.report import waiting
    from pipeline.deck.clips import write_clips
    from pipeline.deck.deck import Deck
    from pipeline.deck.slides import shots_of
    from pipeline.render.film import Film
    from pipeline.scratch import scratch_folder

    began, look = perf_counter(), request.settings
    shown = _with_idle(acts, idle)
    entries = list(dict.fromkeys(shown))  # each is drawn once, however often it is shown
    voice = asked_voice(request, entries)
    scripts = request.scripts(entries, voice=voice)
    with open_service(work, look, entries) as service, scratch_folder() as scratch:
        with waiting("Stepping through the acts"):
            film = Film.of(service.measure(scripts, look), look)
        if voice is not None:
            tell_of_voice(voice, film.acts, entries, request.wording)
        plan = service.plan(film)
        if work.dry_run:
            tell_plan(plan, work.n_workers(look), request.as_json)
            return
        with watching(path.stem, request.as_json, click.echo, warn) as watcher:
            slides = _slides(request, shown, film.acts)
            clips: list[Path] = []
            by_name = {act.name: act for act in film.acts}

            def sound_of(slide: Slide) -> Sound | None:
                if voice is None:
                    return None
                return heard(shots_of(slide, by_name), voice, look.fps)

            def use(pieces: Iterator[bytes]) -> None:
                clips[:] = write_clips(slides, plan.chunks, pieces, look, scratch, sound_of)

            drawn = service.make(plan, use, watcher)
        pictures = _pictures(service, slides, film.acts, look, scratch)
        title = _title(request, acts, film.acts)
        with waiting("Writing the deck"):
            hand = _live(request, slides) if live else None
            made = Deck(
                slides,
                tuple(clips),
                pictures,
                look,
                title,
                request.lang,
                _colours(request.palette),
                hand,
            )
            _write(made, form, path)
        if voice is not None:
            keep_what_is_known(voice, film.acts)
    n_drawn = sum(part.n_frames for part in drawn)
    report = deck_report(made, path, form, n_drawn, perf_counter() - began)
    report.tell(request.as_json, event=True)
    if form == "manim-slides" and not request.as_json:
        say(
            f"Show it: cd {shlex.quote(str(path))} && manim-slides present {shlex.quote(path.name)}"
        )
        if not any(map(find_spec, PRESENTERS)):
            say('Its presenter needs Qt, once: python -m pip install "manim-slides[pyside6]"')


def _on_paper(request: Request) -> Request:
    """The request in the light theme, unless another was asked for: paper is white."""
    source = click.get_current_context().get_parameter_source("theme")
    return replace(request, theme="light") if source is ParameterSource.DEFAULT else request


def _make_handout(request: Request, work: Work, acts: Sequence[ActEntry], path: Path) -> None:
    from commands.console.made import handout_report
    from commands.console.report import waiting
    from pipeline.deck.handout import Handout, write_handout
    from pipeline.scratch import scratch_folder

    began, look, entries = perf_counter(), request.settings, list(dict.fromkeys(acts))
    with open_service(work, look, entries) as service, scratch_folder() as scratch:
        with waiting("Stepping through the acts"):
            known = service.measure(request.scripts(entries), look)
        slides = _slides(request, acts, known)
        if work.dry_run:
            say(f"{path}: {len(slides)} pictures would be drawn, or taken from the cache.")
            return
        pictures = _pictures(service, slides, known, look, scratch)
        title = " · ".join(filter(None, (_title(request, acts, known), request.author)))
        handout = Handout(slides, pictures, look, title, request.lang)
        with waiting("Setting the handout"):
            write_handout(handout, path)
    handout_report(handout, path, perf_counter() - began).tell(request.as_json)


def _pictures(
    service: RenderService,
    slides: Sequence[Slide],
    acts: Sequence[Act],
    look: RenderSettings,
    folder: Path,
) -> tuple[Path, ...]:
    """Draw the last frame of each slide."""
    from commands.console.progress import watching
    from pipeline.deck.pictures import last_frames, write_pictures

    films = last_frames(slides, acts, look)
    with watching("Pictures", False, click.echo, warn) as watcher:
        return write_pictures(slides, films, service.frames(films, watcher), folder)


def _title(request: Request, acts: Sequence[ActEntry], known: Sequence[Act]) -> str:
    """What the whole is called."""
    if request.title:
        return request.title
    return known[0].title if len(acts) == 1 else request.wording.text("film", "title")


def _with_idle(acts: Sequence[ActEntry], idle: str) -> list[ActEntry]:
    """The acts with a loop before or after them, unless one is there already."""
    loop, shown = LOOPS[0], list(acts)
    if idle in ("start", "both") and shown[0] not in LOOPS:
        shown.insert(0, loop)
    if idle in ("end", "both") and shown[-1] not in LOOPS:
        shown.append(loop)
    return shown


def _slides(request: Request, shown: Sequence[ActEntry], acts: Sequence[Act]) -> tuple[Slide, ...]:
    from pipeline.deck.slides import slides_of
    from scenes.text.numerals import Numerals, write_numbers

    def term(key: str) -> str:
        return request.wording.text("screen", key)

    write_numbers(Numerals(term("point"), term("thousands")))
    by_name = {act.name: act for act in acts}
    slides = slides_of(
        [by_name[entry.name] for entry in shown],
        partial(numbers_line, best=term("best"), rss=term("rss")),
    )
    forms, title = request.brief().forms, _title(request, shown, acts)

    def remarks(slide: Slide) -> tuple[str, ...]:
        return tuple(request.wording.note(slide.act, slide.name or slide.act, forms).split("\n"))

    return tuple(  # the opening has no title of its own
        replace(slide, title=slide.title or title, remarks=tuple(filter(None, remarks(slide))))
        for slide in slides
    )


def numbers_line(numbers: Mapping[str, Any], best: str = "At the best θ", rss: str = "RSS") -> str:
    """Return the numbers of a beat as one line, written as in the pictures.

    They are those of the best θ, and say so: an act may show another θ beside it.
    """
    from scenes.text.numerals import number

    condition = numbers["condition_number"]
    told = {
        "λ": numbers["lam"],
        "θ̂₁": numbers["theta"][0],
        "θ̂₂": numbers["theta"][1],
        rss: numbers["rss"],
        "κ(XᵀX + λI)": math.inf if condition is None else condition,
    }
    return f"{best}: " + " · ".join(f"{name} = {number(value)}" for name, value in told.items())


def _live(request: Request, slides: Sequence[Slide]) -> Live | None:
    """Return the page to take in hand, and the slides after which it stands."""
    from commands.explore import Asked, exhibit_of
    from pipeline.deck.deck import Live
    from pipeline.explore.page import page_of

    following = [slide.act for slide in slides[1:]] + [""]
    after = {
        number: LIVE_AFTER[slide.act]
        for number, (slide, coming) in enumerate(zip(slides, following, strict=True))
        if slide.act in LIVE_AFTER and slide.act != coming
    }
    if not after:
        return None
    asked = Asked.by(request, request.theme)
    return Live(page_of(exhibit_of(asked, request.dataset, stills=False)), after)


def _colours(look: Theme) -> dict[str, str]:
    named = {"ink": look.ink, "quiet": look.quiet, "faint": look.faint, "raised": look.floor}
    return {"background": look.background.hex} | {name: c.hex for name, c in named.items()}


def _write(deck: Deck, form: str, path: Path) -> None:
    from pipeline.deck import DECK
    from pipeline.deck.office import write_office
    from pipeline.deck.page import write_page
    from pipeline.deck.presentation import write_presentation
    from pipeline.folders import atomic_folder

    if form == "html":
        write_page(deck, path)
    elif form == "pptx":
        write_office(deck, path)
    else:
        with atomic_folder(path, DECK) as folder:
            write_presentation(deck, folder, path.name)
