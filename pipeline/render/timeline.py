"""The timeline of an act: its length, captions, beats, and the frames in which nothing moves."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from scenes.cues import Beat, Cue

__all__ = ["Beat", "Chapter", "Cue", "Timeline", "clock"]

#: No act is longer: a day at 240 frames per second.
MAX_FRAMES = 24 * 3600 * 240


def clock(seconds: float) -> str:
    """Return a moment as people write it, cut to whole seconds: 0:07, 12:34, 1:02:03."""
    minutes, second = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{second:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A title and the frames [start, stop) of a film that it stands for."""

    start: int
    stop: int
    title: str


@dataclass(frozen=True)
class Timeline:
    """The timeline of an act: its length, captions, beats and holds, by frame.

    Attributes
    ----------
    n_frames : int
        Its length.
    fps : int
        Frames per second.
    cues : tuple of Cue
        Its captions.
    beats : tuple of Beat
        Its named frames.
    holds : tuple of (int, int)
        Frames [start, stop) in which nothing moves: they are drawn once.
    """

    n_frames: int
    fps: int
    cues: tuple[Cue, ...] = ()
    beats: tuple[Beat, ...] = ()
    holds: tuple[tuple[int, int], ...] = ()

    @property
    def seconds(self) -> float:
        """Length of the act."""
        return self.n_frames / self.fps

    @property
    def beats_payload(self) -> list[dict[str, Any]]:
        """The beats as JSON, by names that docs/programs.md promises."""
        return [
            {
                "name": beat.name,
                "frame": beat.frame,
                "seconds": beat.frame / self.fps,
                "numbers": beat.numbers,
            }
            for beat in self.beats
        ]

    def to_json(self) -> bytes:
        """Serialise it as JSON, for `from_json`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Timeline:
        """Parse what `to_json` has written.

        Raises
        ------
        ValueError
            For anything else.
        """
        told = _fields(json.loads(text), "n_frames", "fps", "cues", "beats", "holds")
        n_frames = _frame(told["n_frames"], MAX_FRAMES)
        cues = [_fields(cue, "start", "stop", "text", "key") for cue in _list(told["cues"])]
        beats = [_fields(beat, "frame", "name", "numbers") for beat in _list(told["beats"])]
        made = cls(
            n_frames,
            _frame(told["fps"], MAX_FRAMES),
            tuple(
                Cue(*_range(c["start"], c["stop"], n_frames), _text(c["text"]), _text(c["key"]))
                for c in cues
            ),
            tuple(
                Beat(_frame(b["frame"], n_frames), _text(b["name"]), _numbers(b["numbers"]))
                for b in beats
            ),
            tuple(_range(hold[0], hold[1], n_frames) for hold in map(_pair, _list(told["holds"]))),
        )
        if made.to_json() != text:
            raise ValueError("it is written in another way")
        return made


def _fields(value: Any, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise ValueError("it has other fields")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("it has no list where one is due")
    return value


def _pair(value: Any) -> list[Any]:
    if len(_list(value)) != 2:
        raise ValueError("it has no two numbers where they are due")
    return _list(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it has no text where one is due")
    return value


def _frame(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("it has a number that no frame has")
    return value


def _range(start: Any, stop: Any, most: int) -> tuple[int, int]:
    return _frame(start, _frame(stop, most)), stop


def _numbers(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise ValueError("it has no numbers where some are due")
    return value
