"""The verb `studio`: the film on a page, redrawn while it is made."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from commands.act_files import WRITTEN
from commands.act_names import ActName
from commands.choices import Choices, Typed, described, typed, written
from commands.console.commandline import examples, note, option
from commands.deck import deck
from commands.film import film
from commands.gif import gif
from commands.kit import kit
from commands.pictures import still
from commands.request import OUR_PACKAGES, Request, shared_options
from commands.studio_film import ELSEWHERE
from commands.voice_option import voice_option
from commands.work import Work, keeping_options
from pipeline.errors import SettingsError
from pipeline.inputs import open_input
from pipeline.printable import shown
from pipeline.render.settings import THEMES
from scenes import ACTS, LOOPS, OPENING

#: Small enough to be drawn while one looks on.
QUALITY = "draft"
#: Where the sources are that a film is made of.
ROOT = Path(__file__).resolve().parents[1]

#: What is made from the page.
MAKERS: Mapping[str, click.Command] = {
    "film": film,
    "gif": gif,
    "still": still,
    "kit": kit,
    "deck": deck,
}
#: Captions that are edited on the page are written to this file, where no other is chosen.
WORDS = "words.toml"
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


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and 0 <= value < 1e6:
        return float(value)
    raise SettingsError("A moment is a number of seconds.")


def _is_typed(value: object) -> bool:
    """Whether a page may send it: text that can be a word of a command line, on and off, or nothing."""
    if isinstance(value, list):
        return all(isinstance(each, str) and _is_typed(each) for each in value)
    return (
        value is None or isinstance(value, bool) or (isinstance(value, str) and "\0" not in value)
    )


class Chooser:
    """What is chosen on the page, as words for `film`.

    Parameters
    ----------
    said
        What was typed.
    """

    def __init__(self, said: Choices) -> None:
        self._said = {name: value for name, value in said.items() if name != "as_json"}
        self._offered = {each["name"]: each for each in described(film, {}, ELSEWHERE)}
        files = [said.get(name) for name, each in self._offered.items() if each["kind"] == "file"]
        files += [said.get("theme")] if said.get("theme") not in THEMES else []
        folders = [Path(each).absolute().parent for each in files if isinstance(each, str)]
        self._folders = [folder.resolve() for folder in (Path.cwd(), ROOT, *folders)]

    @property
    def words(self) -> tuple[str, ...]:
        """The words of what is chosen."""
        return tuple(written(film, self._said))

    def choose(self, changes: Mapping[str, object]) -> tuple[str, ...]:
        """Change some of it, with None for what the command would take by itself.

        Raises
        ------
        SettingsError
            For what cannot be chosen here; nothing is changed then.
        """
        now = dict(self._said)
        for name, value in changes.items():
            if name not in self._offered:
                raise SettingsError(f"{shown(name, 60)} is no option that can be chosen here.")
            if not _is_typed(value):
                raise SettingsError(f"{name} takes a text.")
            if value is None or value is False or value == []:
                now.pop(name, None)
            elif isinstance(value, str | bool | list):
                now[name] = self._fitting(name, value)
        self._said = now
        return self.words

    def render(self, wish: Mapping[str, object]) -> tuple[str, ...]:
        """Return the words that make what a page wishes: a verb, and of what.

        Raises
        ------
        SettingsError
            For what cannot be made from here.
        """
        verb, act = str(wish.get("verb")), str(wish.get("act", ""))
        if verb not in MAKERS:
            raise SettingsError(f"{shown(verb, 60)} is nothing that is made here.")
        said = dict(self._said)
        if said.get("quality") == QUALITY:  # good enough to look at, and no more
            del said["quality"]
        span = [("first", wish.get("first")), ("last", wish.get("last"))]
        if verb == "still":
            said["at"] = f"{_seconds(wish.get('at')):.6g}"
        elif verb in ("film", "gif"):
            said |= {name: f"{_seconds(each):.6g}" for name, each in span if each is not None}
        if verb in ("gif", "still"):
            said["act"] = self._as_typed(act)
        return (verb, *written(MAKERS[verb], said))

    def edit(self, act: str, key: str, text: str | None) -> str | None:
        """Write a caption into the file of words, a new one if none is chosen; return what was there.

        Raises
        ------
        SettingsError
            If it cannot be said, or written.
        """
        from commands.words_edit import edit_caption

        chosen, language = self._said.get("words"), self._said.get("lang", "en")
        path = Path(chosen if isinstance(chosen, str) else WORDS)
        if chosen is None and path.exists():
            raise SettingsError(f"There is a {WORDS} already: choose it as words, and edit again.")
        known = {entry.name for entry in (OPENING, *ACTS, *LOOPS)}
        if act not in known:
            raise SettingsError(f"The captions of {shown(act, 60)!r} stand in its own file.")
        before = edit_caption(path, act, key, text, str(language))
        self._said["words"] = str(path)
        return before

    def _fitting(self, name: str, value: str | bool | list[str]) -> Typed:
        """A value of the form that an option takes, so that no other form slips past what is asked of it."""
        kind = self._offered[name]["kind"]
        form = {"flag": bool, "several": list}.get(kind, str)
        if not isinstance(value, form):
            raise SettingsError(f"{name} takes another kind of value.")
        if isinstance(value, list):
            return tuple(value)
        if isinstance(value, str) and (kind == "file" or (name == "theme" and value not in THEMES)):
            self._check_place(value)
        return value

    def _as_typed(self, act: str) -> str:
        """An act by the name that a command line takes: one of a file, with the file before it."""
        if act in ActName.known:
            return act
        typed_acts = self._said.get("acts")
        named = typed_acts if isinstance(typed_acts, tuple) else ()
        for match in filter(None, map(WRITTEN.fullmatch, named)):
            if re.fullmatch(r"[\w-]+", act):
                return f"{match['file']}:{act}"
        raise SettingsError(f"There is no act {shown(act, 60)!r} to make that of.")

    def _check_place(self, value: str) -> None:
        place = Path(value).resolve()
        if not any(place.is_relative_to(folder) for folder in self._folders):
            raise SettingsError(
                f"{shown(value, 200)} is in another folder: name it where the studio is started."
            )


@click.command(
    cls=_AsTyped,
    epilog=examples(
        "render.py studio",
        "render.py studio bowl flip --theme light",
        "render.py studio --data examples/longley.csv --features GNP,Year --response Employed",
        "render.py studio my_acts.py --port 8000 --no-open",
        "render.py studio --voice recordings",
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
@voice_option
@shared_options(quality=QUALITY)
@keeping_options
def studio(request: Request, acts: tuple[str, ...], port: int, opened: bool, work: Work) -> None:
    """Show the film, or these acts of it, on a page of this machine, until Ctrl-C.

    It plays, and any frame is there at once. Save an act, a text, a theme or the data: the picture
    is drawn anew, and what has not changed stays.

    With --voice FOLDER the film waits for the lines in it, and R records the line of the caption
    into it: three counts, the act plays, R keeps the line. Nothing leaves this machine.

    On another machine: ssh -L 8000:127.0.0.1:8000 HOST, and there --port 8000.
    """
    if request.data == Path("-"):
        raise SettingsError("The studio watches the file of the data: name it instead of '-'.")
    files = [Path(match["file"]) for match in map(WRITTEN.fullmatch, acts) if match]
    for path in [*files, *([request.data] if request.data else [])]:
        with open_input(path):
            pass  # it is there; what is wrong in it is told on the page, where it can be mended
    context = click.get_current_context()
    said = typed(context.command, context.meta[_WORDS])
    from pipeline.studio.serve import Studio, serve_studio
    from pipeline.work.cores import workers_that_fit

    with work.store(needed=False) as store:
        wanted = Studio(
            opener="commands.studio_film",
            chooser=Chooser({**said, "quality": request.quality}),
            store=store,
            sources=[ROOT / name for name in (*OUR_PACKAGES, "pipeline", "commands")],
            program=[sys.executable, str(ROOT / "render.py")],
            n_drawers=workers_that_fit(request.settings),
            port=port,
            voice=None
            if request.voice and request.voice.is_file()
            else request.voice,  # a long take
        )
        serve_studio(wanted, lambda address: _tell(address, opened, request.as_json))


def _tell(address: str, opened: bool, as_json: bool) -> None:
    from commands.console.doctor import has_screen

    click.echo(json.dumps({"address": address}) if as_json else address)
    sys.stdout.flush()
    note("Ctrl-C ends it.")
    if opened and has_screen():
        click.launch(address)
