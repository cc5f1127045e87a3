"""The verbs `film` and `preview`: acts, one after the other, as a video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.act_names import (
    Without,
    act_argument,
    acts_argument,
    left_over,
    stem_without,
    without_option,
)
from commands.console.commandline import examples, note, option, range_options, warn
from commands.request import Request, shared_options
from commands.voice_option import (
    asked_voice,
    heard,
    keep_what_is_known,
    spoken_path,
    tell_of_voice,
    under_option,
    voice_option,
    write_what_is_spoken,
)
from commands.work import Work, open_service, resumable, work_options
from pipeline.outputs import check_writable, write_whole
from pipeline.video.captions import caption_paths, write_captions
from pipeline.video.chapters import FEWEST, SHORTEST, chapters_path, site_chapters
from scenes import ACTS, OPENING, ActEntry

if TYPE_CHECKING:
    from pipeline.render.film import Film
    from pipeline.render.timeline import Chapter
    from pipeline.video.metadata import Metadata


@click.command(
    epilog=examples(
        "render.py film",
        "render.py film bowl --quality 720p --theme light",
        "render.py film --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py film --without trace --without price",
        "render.py film --dry-run",
        "render.py film --title 'Why ridge?' --author 'Ada Lovelace' --captions file",
        "render.py film --voice recordings",
        "render.py film --quality 2160p --fps 60 --cluster tcp://head-node:8786",
    )
)
@acts_argument
@without_option
@range_options
@voice_option
@under_option
@shared_options(quality="1080p")
@work_options
def film(
    request: Request,
    acts: tuple[ActEntry, ...],
    without: Without,
    first: float | None,
    last: float | None,
    work: Work,
) -> None:
    """Render the film, or these acts of it, to OUT/film.mp4 (some acts: OUT/ACT+ACT.mp4).

    A part of it (--from, --to) gets a name of its own, such as OUT/bowl-20s-34s.mp4. An act may be
    one of yours, here and wherever one is asked for: FILE.py:CLASS, or FILE.py for all in it.

    Players show the acts as chapters; OUT/film.chapters.txt has them for the description on a video
    site. Captions are a subtitle track, too: switched off where they are burnt in, on with
    --captions file, left out with none.

    Finished pieces are kept: a render that was stopped goes on where it was, and only what has
    changed since is drawn again.
    """
    shown = shown_acts(request, acts)
    stem = stem_without(file_stem(acts, first, last), shown, without)
    left = left_over(shown, without)
    render_video(request, work, request.out / f"{stem}.mp4", left, first, last, listed=True)


def shown_acts(request: Request, acts: Sequence[ActEntry]) -> tuple[ActEntry, ...]:
    """Return the acts that were named, or all of the film."""
    opening = () if request.title == "" else (OPENING,)
    return tuple(acts) or (*opening, *ACTS)


@click.command(epilog=examples("render.py preview bowl --from 10 --to 15", "render.py preview"))
@act_argument(required=False)
@without_option
@range_options
@option("--open/--no-open", "opened", default=True, help="Open it where there is a screen.")
@voice_option
@under_option
@shared_options(quality="draft")
@work_options
def preview(
    request: Request,
    act: ActEntry | None,
    without: Without,
    first: float | None,
    last: float | None,
    opened: bool,
    work: Work,
) -> None:
    """Render a small, quick video to OUT/preview and open it."""
    from commands.console.doctor import has_screen

    entries = [act] if act else []
    shown = entries or ACTS
    stem = stem_without(file_stem(entries, None, None), shown, without)
    path = request.out / "preview" / f"{stem}.mp4"
    made = render_video(request, work, path, left_over(shown, without), first, last)
    if made is not None and opened and not request.as_json and has_screen():
        click.launch(str(made))


def render_video(
    request: Request,
    work: Work,
    path: Path,
    entries: Sequence[ActEntry],
    first: float | None,
    last: float | None,
    *,
    listed: bool = False,
) -> Path | None:
    """Render the seconds [first, last) of acts, one after the other, into one MP4 file.

    With it go its captions, if they are to be files, and, if it is `listed`, the list of its
    chapters. Says what was made, and returns where it is; None where nothing was to be drawn.
    """
    from commands.console.made import film_report
    from commands.console.progress import print_account, tell_plan, watching
    from commands.console.report import waiting
    from pipeline.render.film import Film, check_range

    check_range(first, last)
    beside = caption_paths(path) if request.captions == "file" else ()
    lists = (chapters_path(path),) if listed else ()
    spoken = (spoken_path(path),) if request.voice else ()
    for wanted in (path, *beside, *lists, *spoken):
        check_writable(wanted)
    look = request.settings
    with resumable(work):
        voice = asked_voice(request, entries)
        with open_service(work, look, entries) as service:
            scripts = request.scripts(entries, voice=voice)  # while a worker is being started
            with waiting("Stepping through the acts"):
                film = Film.of(service.measure(scripts, look), look, first, last)
            if voice is not None:
                tell_of_voice(voice, film.acts, entries, request.wording)
            plan = service.plan(film)
            if work.dry_run:
                tell_plan(plan, work.n_workers(look), request.as_json)
                return None
            metadata = _metadata(request, film)
            sound = heard(film.shots, voice, look.fps, request.under)
            with watching(path.stem, request.as_json, click.echo, warn) as watcher:
                made = service.render(plan, path, watcher, metadata, sound)
        if voice is not None:
            keep_what_is_known(voice, film.acts)
            made = replace(made, captions=write_what_is_spoken(path, film, voice))
        if beside:
            written = write_captions(path, metadata.captions, look.fps)
            made = replace(made, captions=(*written, *made.captions))
        if listed:
            made = replace(made, chapters=_list_chapters(path, metadata.chapters, look.fps))
    film_report(made).tell(request.as_json, event=True)
    if not request.as_json:
        print_account(plan, made)
    return path


def file_stem(entries: Sequence[ActEntry], first: float | None, last: float | None) -> str:
    """The name of a video without its suffix: a part never takes the name of the whole.

    ``film``, ``bowl``, ``bowl+flip``, ``bowl-20s-34s``, ``film-0s-5s``, ``flip-30s-end``.
    """
    name = "+".join(entry.name for entry in entries) or "film"
    if first is None and last is None:
        return name
    return f"{name}-{first or 0:g}s-{'end' if last is None else f'{last:g}s'}"


def _metadata(request: Request, film: Film) -> Metadata:
    """What a video tells beside its pictures."""
    from pipeline.video.metadata import Metadata

    chapters = film.chapters
    default = request.wording.text("film", "title")
    return Metadata(
        title=request.title or (chapters[0].title if len(chapters) == 1 else default),
        author=request.author or "",
        language=request.wording.text("film", "language"),
        chapters=chapters,
        captions=() if request.captions == "none" else film.cues,
        captions_on=request.captions == "file",
    )


def _list_chapters(film: Path, chapters: Sequence[Chapter], fps: int) -> tuple[Path, ...]:
    """Write the chapters as video sites take them; say what is missing and why."""
    path, sites = chapters_path(film), site_chapters(chapters, fps)
    if sites.lines:
        if sites.left_out:
            titles = ", ".join(f"“{title}”" for title in sites.left_out)
            note(f"{path} leaves out what is shorter than {SHORTEST} s: {titles}.")
        write_whole(path, sites.text.encode())
        return (path,)
    if len(chapters) > 1:
        old = "; the one that is there is of another film" if path.exists() else ""
        note(
            f"{path} is not written{old}: video sites ask for {FEWEST} chapters of "
            f"{SHORTEST} s or more, and this film has {len(chapters) - len(sites.left_out)}."
        )
    return ()
