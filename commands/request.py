"""The request: the options that all commands share, read and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from commands.act_files import build_act_of_file
from commands.console.commandline import OUT, data_options, gather_options, look_options, note
from commands.console.config import Tables, config_option
from commands.course import (
    CHOOSERS,
    base_of,
    course_options,
    labels_for,
    look_for,
    palette_of,
    stop_for,
    theme_option,
    wording_for,
)
from commands.data import DataOptions
from pipeline.render.settings import QUALITIES, THEMES, RenderSettings, parse_size, settings_from
from pipeline.video.captions import PLACES
from scenes import ACTS, LOOPS, OPENING, ActEntry
from scenes.text.captions import languages
from scenes.text.notes import NOTES

if TYPE_CHECKING:
    from pipeline.render.film import Script
    from pipeline.voice.voice import Voice
    from ridge_math import Dataset
    from scenes.brief import Brief
    from scenes.look import Look
    from scenes.text.wording import Wording
    from scenes.theme import Theme

#: Where the sources of an act are; imports are followed into these.
OUR_PACKAGES = ("scenes", "ridge_math")


@dataclass(frozen=True, kw_only=True)
class Request(DataOptions):
    """The options that all commands share, read; one field for each."""

    aspect: str
    lang: str
    out: Path
    as_json: bool
    theme: str | Tables = THEMES[0]  # what a command does not offer is not asked for
    captions: str = PLACES[0]
    quality: str = next(iter(QUALITIES))
    size: str | None = None
    fps: int | None = None
    transparent: bool = False
    title: str | None = None
    author: str | None = None
    source: str | None = None
    voice: Path | None = None
    under: Path | None = None
    lam: float | str = CHOOSERS[0]
    labels: tuple[str, ...] = ()
    words: Tables | None = None

    def __post_init__(self) -> None:
        """Raise SettingsError for what is impossible, before anything is read."""
        self.settings  # noqa: B018
        self.wording  # noqa: B018
        self.look  # noqa: B018

    @cached_property
    def settings(self) -> RenderSettings:
        """How the frames should look."""
        size = None if self.size is None else parse_size(self.size)
        return settings_from(
            self.quality,
            aspect=self.aspect,
            size=size,
            fps=self.fps,
            theme=self.base,
            transparent=self.transparent,
        )

    @cached_property
    def wording(self) -> Wording:
        """All texts of the film."""
        return wording_for(self.lang, self.words, self.look)

    @property
    def base(self) -> str:
        """The theme, or that which a file of a theme changes."""
        return base_of(self.theme)

    @cached_property
    def look(self) -> Look | None:
        """What of the theme is the user's own."""
        return look_for(self.theme)

    @property
    def palette(self) -> Theme:
        """The colours of all."""
        return palette_of(self.base, self.look)

    def dressed(self, brief: Brief, theme: str) -> Brief:
        """A brief in one of the themes; in that of the file, its look, too."""
        return replace(brief, theme=theme, look=self.look if theme == self.base else None)

    @cached_property
    def dataset(self) -> Dataset:
        """The data, read once, or the built-in data; what is worth knowing of it goes to stderr."""
        from commands.data import check_names, check_two_features, read_data
        from ridge_math.verdict import warning_of

        dataset = read_data(self)
        check_two_features(dataset)
        dataset = dataset.labelled(labels_for(dataset, self.labels))
        check_names(dataset, self.look)
        warning = warning_of(dataset)  # a film is made of any data, but not of any a valley
        for sentence in (*dataset.notes, *((warning,) if warning else ())):
            note(sentence)
        return dataset

    def brief(self) -> Brief:
        """What acts are given: the data, and how to show it."""
        from commands.data import check_fonts
        from scenes.brief import Brief

        look = self.settings
        for name in ("title", "author", "source"):
            text = getattr(self, name) or ""
            check_fonts(text, f"--{name}", "write it in other characters", self.look)
        return Brief(
            self.dataset,
            theme=look.theme,
            look=self.look,
            language=self.lang,
            changes=self.wording.changes,
            captions=self.captions == "burned",
            transparent=look.transparent,
            stop=stop_for(self.dataset, self.lam),
            title=self.title or "",
            author=self.author or "",
            source=self.source or "",
        )

    def scripts(
        self,
        entries: Sequence[ActEntry],
        brief: Brief | None = None,
        voice: Voice | None = None,
    ) -> list[Script]:
        """Return each act with its content key, a digest of its sources, words and brief.

        Of a voice, an act is given how long its own lines are, in frames.
        """
        from pipeline.render.film import Script
        from pipeline.work.sources import source_digest

        brief = brief or self.brief()
        catalogues = [f"{language}.toml" for language in languages()]
        scripts = []
        for entry in entries:
            sources = source_digest(entry.modules, OUR_PACKAGES, without=catalogues)
            own = entry.file.digest if entry.file else ""
            given = brief if entry.credited else brief.uncredited
            if voice is not None:
                given = replace(given, spoken=voice.frames_of(entry.name, self.settings.fps))
            words = self._words(entry)
            known = replace(given, changes=()).fingerprint  # they are in its words
            content = (entry.name, entry.class_name, own, sources, words, known)
            digest = hashlib.sha256(repr(content).encode()).hexdigest()
            build = partial(build_act_of_file, entry) if entry.file else entry.build
            factory = partial(build, given)
            scripts.append(
                Script(entry.name, factory, digest, entry.title(self.wording), entry in LOOPS)
            )
        return scripts

    def _words(self, entry: ActEntry) -> dict[str, dict[str, str]]:
        """An act's captions, and those of nobody: so a word changed in one act leaves others be."""
        ours = (
            () if entry.file else (act.name for act in (OPENING, *ACTS, *LOOPS))
        )  # it may be derived from any
        others = {"film", "alt", "summary", *ours} - {entry.name}
        tables = self.wording.tables.items()
        return {
            name: dict(words)
            for name, words in tables
            if name not in others and not name.startswith(NOTES)
        }


def shared_options(
    quality: str | None, *, themes: bool = True, out: str = OUT
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options for data, look and output; the command gets them as one `Request`.

    With no quality, there are no options for quality, size and frame rate: the command has its own.
    Without themes, there are none for captions, and a theme can only be a file that changes one: the
    command makes all of them.
    Files go to `out` if nobody says.
    An option --transparent of its own is part of the request, too.
    """
    look = look_options(quality, languages(), themes=themes, out=out)
    theme = theme_option(THEMES, chosen=themes)
    course = (course_options, look, theme, config_option())
    return gather_options(Request, "request", data_options, *course)
