"""A voice: the lines of acts, from a folder of recordings or a long take, and what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import SettingsError
from pipeline.inputs import unreadable
from pipeline.outputs import reason
from pipeline.video.sound import RATE
from pipeline.voice.decode import SUFFIXES, read_parts
from pipeline.voice.lines import LONGEST, REST, Line, line_of, made_line
from pipeline.voice.manifest import NAME, Entry, digest_of, read_manifest
from pipeline.voice.takes import Label, read_labels
from pipeline.voice.wording import Wording, Wordings, read_wordings, script_path

if TYPE_CHECKING:
    from pipeline.render.film import Act


@dataclass(frozen=True)
class Voice:
    """Lines by id, and where they are from.

    Attributes
    ----------
    source : Path
        Where the recordings are.
    lines : mapping of str to Line
        Those of the acts in question.
    sounds : mapping of str to str
        Digests of their recordings; of a line that is only timed there is none.
    unread : tuple of str
        Ids of the recordings of others.
    manifest : Path
        Where is kept what is known of them.
    known : mapping of str to Entry
        That, as it was before.
    wordings : Wordings
        What is spoken where it is not the caption.
    """

    source: Path
    lines: Mapping[str, Line]
    sounds: Mapping[str, str]
    unread: tuple[str, ...]
    manifest: Path
    known: Mapping[str, Entry]
    wordings: Wordings

    def frames_of(self, act: str, fps: int) -> dict[str, int]:
        """Frames that the captions of an act take to be spoken, by key."""
        keys = (id.partition(".") for id in self.lines)
        return {key: self.lines[f"{act}.{key}"].n_frames(fps) for at, _, key in keys if at == act}

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it is made of, as absolute paths."""
        folder = self.source.parent if self.source.is_file() else self.source
        files = [path for path in folder.absolute().iterdir() if path.is_file()]
        return tuple(sorted(str(path) for path in files if path.name != self.manifest.name))

    def texts(self, acts: Iterable[Act]) -> dict[str, str]:
        """What is to be spoken in acts, by id; nothing where a script asks for silence."""
        return {id: self.wordings.text_of(id, caption) for id, caption in captions_of(acts).items()}

    def changed(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return the lines that were spoken from another text than now, with that text."""
        return {
            id: self.known[id].text
            for id in self.lines
            if id in texts and id in self.known and self._is_as_known(id)
            if self.known[id].text != texts[id]
        }

    def spoken(self, acts: Iterable[Act]) -> dict[str, str]:
        """Return what is heard in acts, by id: the text that each line was spoken from."""
        entries = self.entries(self.texts(acts))
        return {id: entries[id].text for id in self.lines if id in entries}

    def entries(self, texts: Mapping[str, str]) -> dict[str, Entry]:
        """Return what is known now: a recording that is new was spoken from the text of today."""
        new = {
            id: Entry(texts[id], self.sounds[id])
            for id in self.lines
            if id in texts and not self._is_as_known(id)
        }
        return {**self.known, **new}

    def _is_as_known(self, id: str) -> bool:
        return id in self.known and self.known[id].sound == self.sounds.get(id, "")


def captions_of(acts: Iterable[Act]) -> dict[str, str]:
    """Return the captions of acts by id, such as ``"bowl.grow"``, in the order they are shown."""
    return {f"{act.name}.{cue.key}": cue.text for act in acts for cue in act.timeline.cues}


def recordings(folder: Path) -> dict[str, Path]:
    """Return the recordings in a folder by the id that each is named after.

    Raises
    ------
    SettingsError
        When it cannot be read, or two are of one line.
    """
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise unreadable(folder, reason(error)) from error
    found: dict[str, Path] = {}
    for file in files:
        if file.suffix.lower() in SUFFIXES and not file.name.startswith("."):
            if file.stem in found:
                raise SettingsError(
                    f"{file.stem}: there are two recordings of it, {found[file.stem]} and {file}: "
                    "keep one."
                )
            found[file.stem] = file
    return found


def read_voice(source: Path, acts: Collection[str], language: str) -> Voice:
    """Read the lines of these acts from a folder of recordings, or from a long take with a cue sheet.

    Raises
    ------
    SettingsError
        When one cannot be read, is silent or far too long, or when the script or what is known of
        the lines cannot be read.
    """
    is_take = source.is_file()
    folder = source.parent if is_take else source
    manifest = source.with_name(f"{source.stem}.{NAME}") if is_take else folder / NAME
    wordings, known = read_wordings(script_path(folder, language)), read_manifest(manifest)

    def is_wanted(id: str) -> bool:
        return id.partition(".")[0] in acts and bool(wordings.text_of(id, "caption"))

    if is_take:
        labels = read_labels(source)
        ids = tuple(labels)
        wanted = {id: label for id, label in labels.items() if is_wanted(id)}
        lines, sounds = _lines_of_take(source, wanted)
    else:
        found = recordings(folder)
        ids = tuple(found)
        paths = {id: path for id, path in found.items() if is_wanted(id)}
        lines = {id: line_of(id, path) for id, path in paths.items()}
        sounds = {id: digest_of(path) for id, path in paths.items()}
    timed = {
        id: timed_line(id, entry.seconds)
        for id, entry in known.items()
        if entry.seconds and id not in ids and is_wanted(id)
    }
    return Voice(
        source,
        {
            id: _rested(each, wordings.lines.get(id, Wording()))
            for id, each in (timed | lines).items()
        },
        sounds,
        tuple(id for id in ids if id.partition(".")[0] not in acts),
        manifest,
        known,
        wordings,
    )


def _lines_of_take(
    take: Path, labels: Mapping[str, Label]
) -> tuple[dict[str, Line], dict[str, str]]:
    """The lines of a take, and digests of their recordings."""
    for label in labels.values():
        if label.stop - label.start > LONGEST:
            raise SettingsError(
                f"{label.id}: in {take} it lasts longer than {LONGEST / 60:g} minutes."
            )
    parts = read_parts(take, [(label.start, label.stop) for label in labels.values()])
    digest = digest_of(take)
    return (
        {
            label.id: made_line(label.id, samples, f"{take} {label}")
            for label, samples in zip(labels.values(), parts, strict=True)
        },
        {label.id: f"{digest} {label.start:g} {label.stop:g}" for label in labels.values()},
    )


def timed_line(id: str, seconds: float) -> Line:
    """Return a line that takes so long and is not heard."""
    return Line(id, np.zeros(round(seconds * RATE), dtype=np.float32))


def _rested(line: Line, wording: Wording) -> Line:
    before = 0.0 if wording.before is None else wording.before
    return replace(line, before=before, after=REST if wording.after is None else wording.after)
