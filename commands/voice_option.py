"""The option --voice: recordings that a film waits for, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from commands.console.commandline import FilePath, note, option
from pipeline.errors import RenderError, SettingsError
from pipeline.printable import suggestion
from scenes import ACTS, LOOPS, OPENING

if TYPE_CHECKING:
    from commands.request import Request
    from pipeline.render.film import Act, Film, Shot
    from pipeline.voice.track import Track
    from pipeline.voice.voice import Voice
    from scenes import ActEntry
    from scenes.text.wording import Wording

#: Of more lines whose text has changed, only the names are told.
_FEW = 5

voice_option = option(
    "--voice",
    type=FilePath(),
    metavar="FOLDER",
    help="Recordings by caption, such as bowl.grow.wav, or one with a cue sheet beside it: the film "
    "waits for them, and has sound.",
)


under_option = option(
    "--under",
    type=FilePath(),
    metavar="FILE",
    help="Music or ambience under the film, lower while somebody speaks.",
)


def asked_voice(request: Request, entries: Sequence[ActEntry]) -> Voice | None:
    """Return the lines of these acts that --voice names, if it names any."""
    from commands.console.report import waiting
    from pipeline.voice.voice import read_voice

    if request.voice is None:
        return None
    with waiting("Listening to the recordings"):
        voice = read_voice(request.voice, {entry.name for entry in entries}, request.lang)
    for line in voice.lines.values():
        if line.note:
            note(line.note)
    return voice


def tell_of_voice(
    voice: Voice, acts: Sequence[Act], entries: Sequence[ActEntry], wording: Wording
) -> None:
    """Note which captions nobody speaks, which have changed, and which recordings belong to none."""
    texts = voice.texts(acts)
    missing = [id for id, text in texts.items() if text and id not in voice.lines]
    if missing:
        one = len(missing) == 1
        note(
            f"{len(missing)} of {len(texts)} captions {'has' if one else 'have'} no recording in "
            f"{voice.source} and {'is' if one else 'are'} silent: {', '.join(missing)}."
        )
    changed = voice.changed(texts)
    if len(changed) > _FEW:
        note(
            f"{len(changed)} lines were recorded from other texts than those of now, as of another "
            f"language or other data: {', '.join(changed)}."
        )
    else:
        for id, old in changed.items():
            was, now = " ".join(old.split()), " ".join(texts[id].split())
            note(f"{id}: it was recorded when its text was “{was}”; now it is “{now}”.")
    others = {act.name for act in (OPENING, *ACTS, *LOOPS)} - {entry.name for entry in entries}
    named = dict.fromkeys((*voice.lines, *voice.unread, *voice.wordings.lines))
    strange = [id for id in named if id not in texts and id.partition(".")[0] not in others]
    if strange:  # or of a caption for other data
        known = {f"{entry.name}.{key}" for entry in entries for key in _texts(entry, wording)}
        for id in strange:
            if id not in known:
                note(f"{id}: no caption has that name{suggestion(id, missing or texts)}")


def keep_what_is_known(voice: Voice, acts: Sequence[Act]) -> None:
    """Write down which text each recording was spoken from, where that is news."""
    from pipeline.voice.manifest import write_manifest

    entries = voice.entries(voice.texts(acts))
    if entries != voice.known:
        try:
            write_manifest(voice.manifest, entries)
        except (SettingsError, RenderError):
            note(f"{voice.manifest} cannot be written: texts that change will not be noticed.")


def _texts(entry: ActEntry, wording: Wording) -> Mapping[str, str]:
    from scenes.text.captions.acts import act_texts

    return act_texts(entry.load(), wording)


def heard(
    shots: Sequence[Shot], voice: Voice | None, fps: int, under: Path | None = None
) -> Track | None:
    """Return the sound under shots of acts, if there is any: a voice, and music under it."""
    from pipeline.video.sound import CODEC, sample_of
    from pipeline.video.stream import INSTALL_PYAV, has_encoder
    from pipeline.voice.track import track_of
    from pipeline.voice.under import read_under

    length = sum(shot.stop - shot.start for shot in shots)
    music = None if under is None else read_under(under, sample_of(length, fps))
    track = track_of(shots, voice, fps, music)
    if track.is_silent:
        return None
    if not has_encoder(CODEC):
        raise RenderError(f"This PyAV lacks the encoder {CODEC}, for sound: {INSTALL_PYAV}.")
    return track


def write_what_is_spoken(path: Path, film: Film, voice: Voice) -> tuple[Path, ...]:
    """Write captions of what is spoken beside a video, where that is not what its captions say."""
    from pipeline.outputs import write_whole
    from pipeline.video.captions import srt

    spoken, said = voice.spoken(film.acts), film.said
    lines = [
        replace(cue, text=spoken[f"{act}.{cue.key}"])
        for act, cue in said
        if f"{act}.{cue.key}" in spoken
    ]
    if all(cue.text == spoken.get(f"{act}.{cue.key}", cue.text) for act, cue in said):
        return ()
    write_whole(spoken_path(path), srt(lines, film.settings.fps).encode())
    return (spoken_path(path),)


def spoken_path(film: Path) -> Path:
    """The file beside a film that holds what is spoken in it."""
    return film.with_suffix(".spoken.srt")
