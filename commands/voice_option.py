"""The option --voice: recordings that a film waits for, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from commands.console.commandline import FilePath, note, option
from pipeline.printable import suggestion
from scenes import ACTS, LOOPS, OPENING

if TYPE_CHECKING:
    from commands.request import Request
    from pipeline.render.film import Act, Shot
    from pipeline.voice.lines import Voice
    from pipeline.voice.track import Track
    from scenes import ActEntry

voice_option = option(
    "--voice",
    type=FilePath(),
    metavar="FOLDER",
    help="Recordings by caption, such as bowl.grow.wav: the film waits for them, with sound.",
)


def asked_voice(request: Request, entries: Sequence[ActEntry]) -> Voice | None:
    """Return the lines of these acts that --voice names, if it names any."""
    from commands.console.report import waiting
    from pipeline.voice.lines import read_voice

    if request.voice is None:
        return None
    with waiting("Listening to the recordings"):
        voice = read_voice(request.voice, {entry.name for entry in entries})
    for line in voice.lines.values():
        if line.note:
            note(line.note)
    return voice


def tell_of_voice(
    voice: Voice, acts: Sequence[Act], entries: Sequence[ActEntry], language: str
) -> None:
    """Note which captions nobody speaks, and which recordings belong to none."""
    said = {f"{act.name}.{cue.key}": cue.text for act in acts for cue in act.timeline.cues}
    missing = [id for id in said if id not in voice.lines]
    if missing:
        note(
            f"{len(missing)} of {len(said)} captions {'has' if len(missing) == 1 else 'have'} no "
            f"recording in {voice.source} and {'is' if len(missing) == 1 else 'are'} silent: "
            f"{', '.join(missing)}."
        )
    others = {act.name for act in (OPENING, *ACTS, *LOOPS)} - {entry.name for entry in entries}
    for id in (*voice.lines, *voice.unread):
        if id not in said and id.partition(".")[0] not in others:
            known = (f"{entry.name}.{key}" for entry in entries for key in _texts(entry, language))
            if id not in known:  # else it is a caption for other data
                note(f"{id}: no caption has that name{suggestion(id, missing or said)}")


def _texts(entry: ActEntry, language: str) -> Mapping[str, str]:
    from scenes.text.captions.acts import act_texts

    return act_texts(entry.load(), language)


def heard(shots: Iterable[Shot], voice: Voice, fps: int) -> Track | None:
    """Return the sound under shots of acts, if there is any."""
    from pipeline.voice.track import track_of

    track = track_of(shots, voice, fps)
    return None if track.is_silent else track
