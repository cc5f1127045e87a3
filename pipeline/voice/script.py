"""The script: what is to be spoken, caption by caption, as Markdown to read from and TOML to edit."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.outputs import write_whole
from pipeline.render.timeline import clock
from pipeline.video.captions import one_line
from pipeline.voice.voice import captions_of
from pipeline.voice.wording import Wording, Wordings, script_path

if TYPE_CHECKING:
    from pipeline.render.film import Act
    from pipeline.render.timeline import Cue


@cache
def _words(language: str) -> dict[str, str]:
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    words: dict[str, str] = tomllib.loads(text)[language]
    return words


@dataclass(frozen=True)
class Script:
    """What acts say, and what is seen meanwhile.

    Attributes
    ----------
    title : str
        Of the film.
    language : str
        Of the texts, such as ``"en"``.
    acts : sequence of Act
        In the order they are shown.
    seen : mapping of str to str
        What is to be seen in each act, by its name, in a sentence.
    wordings : Wordings
        What is spoken where it is not the caption.
    """

    title: str
    language: str
    acts: Sequence[Act]
    seen: Mapping[str, str]
    wordings: Wordings

    @property
    def markdown(self) -> str:
        """The script to read from."""
        words, script = _words(self.language), script_path(Path(), self.language).name
        example = next(iter(captions_of(self.acts)), "act.key")
        heading = words["heading"].format(title=_plain(self.title))
        intro = words["intro"].format(example=f"`{example}`", script=f"`{script}`")
        blocks = [f"# {heading}", intro]
        begin = 0.0
        for act in self.acts:
            length = clock(act.timeline.seconds)
            name = _plain(act.title or act.name)
            blocks.append("## " + words["act"].format(title=name, name=act.name, length=length))
            if seen := self.seen.get(act.name):
                blocks.append(f"*{_plain(seen)}*")
            blocks += [self._read(act, cue, begin) for cue in act.timeline.cues]
            begin += act.timeline.seconds
        return "\n\n".join(blocks) + "\n"

    @property
    def toml(self) -> str:
        """The script to edit: what it says differently stands in it, all else as comments."""
        words, fps = _words(self.language), self.acts[0].timeline.fps if self.acts else 1
        lines = [f"# {words[f'script_{i}']}" for i in (1, 2, 3)]
        lines += ["", "[voice]"]
        captions = captions_of(self.acts)
        for act in self.acts:
            for cue in act.timeline.cues:
                id = f"{act.name}.{cue.key}"
                seconds = self._seconds((cue.stop - cue.start) / fps)
                caption = f"# {_key(id)} = {_text(one_line(cue.text))}  # {seconds}"
                own = self.wordings.lines.get(id)
                lines += [caption, f"{_key(id)} = {_value(own)}"] if own else [caption]
        if stale := [id for id in self.wordings.lines if id not in captions]:
            lines += ["", f"# {words['stale']}"]
            lines += [f"{_key(id)} = {_value(self.wordings.lines[id])}" for id in stale]
        lines += ["", "[pronounce]"]
        lines += [f"{_bare(w)} = {_text(said)}" for w, said in self.wordings.spoken_as.items()]
        return "\n".join(lines) + "\n"

    def _read(self, act: Act, cue: Cue, begin: float) -> str:
        """A line to read: its name and times, its text, what is seen."""
        words, fps, id = _words(self.language), act.timeline.fps, f"{act.name}.{cue.key}"
        text = one_line(self.wordings.text_of(id, cue.text))
        seconds = self._seconds((cue.stop - cue.start) / fps)
        at = clock(begin + cue.start / fps)
        times = words["line"].format(seconds=seconds.removesuffix(" s"), at=at)
        seen = " ".join(self._sights(act, cue))
        return f"**{id}** · {times}\n\n> {_plain(text) or words['silent']}\n\n{_plain(seen)}"

    def _sights(self, act: Act, cue: Cue) -> Iterator[str]:
        words, fps, timeline = _words(self.language), act.timeline.fps, act.timeline
        held = sum(
            max(min(stop, cue.stop) - max(start, cue.start), 0) for start, stop in timeline.holds
        )
        moving = (cue.stop - cue.start - held) / fps
        seconds = self._seconds(moving).removesuffix(" s")
        yield words["moves"].format(seconds=seconds) if moving else words["still"]
        beats = [beat.name for beat in timeline.beats if cue.start < beat.frame <= cue.stop]
        if beats:
            yield words["beats"].format(beats=", ".join(beats))

    def _seconds(self, seconds: float) -> str:
        words = _words(self.language)
        return words["seconds"].format(seconds=f"{seconds:.1f}".replace(".", words["point"]))


def write_script(folder: Path, script: Script) -> tuple[Path, Path]:
    """Write a script into a folder, as Markdown and as TOML; return where.

    Raises
    ------
    SettingsError, RenderError
        When it cannot be written.
    """
    toml = script_path(folder, script.language)
    write_whole(toml.with_suffix(".md"), script.markdown.encode())
    write_whole(toml, script.toml.encode())
    return toml.with_suffix(".md"), toml


def _plain(text: str) -> str:
    r"""Text of which Markdown makes nothing else, whatever columns are called."""
    return re.sub(r"([\\`*_\[\]<>&#|~])", r"\\\1", one_line(text))


def _key(id: str) -> str:
    act, _, key = id.partition(".")
    return f"{_bare(act)}.{_bare(key)}"


def _bare(key: str) -> str:
    return key if re.fullmatch("[A-Za-z0-9_-]+", key) else _text(key)


def _value(wording: Wording) -> str:
    given = {"text": wording.text, "before": wording.before, "after": wording.after}
    told = {name: each for name, each in given.items() if each is not None}
    if set(told) == {"text"}:
        return _text(str(wording.text))
    pairs = (
        f"{name} = {_text(each) if isinstance(each, str) else each}" for name, each in told.items()
    )
    return "{ " + ", ".join(pairs) + " }"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
