"""Render settings: frame size, rate and theme, and the qualities that go by name."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.errors import SettingsError

THEMES = ("dark", "light")
MIN_SIDE, MAX_SIDE = 64, 7680
MAX_PIXELS = 7680 * 4320
MIN_FPS, MAX_FPS = 1, 240

# Seconds that are meant to name a frame exactly (0.29 s at 100 fps) must not miss it by a rounding
# error of their binary form; a millionth of a frame is far above that and far below a frame.
_FRAME_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """Everything that decides the pixels of a given act, apart from its data.

    Attributes
    ----------
    width, height : int
        Frame size in pixels; even (video halves the resolution of colour), 64 to 7680 a side and
        at most 7680x4320 pixels in all.
    fps : int
        Frames per second, 1 to 240.
    theme : str
        ``"dark"`` or ``"light"``.
    transparent : bool
        Draw on a transparent background instead of the theme's.

    Raises
    ------
    SettingsError
        When a value is outside these limits.
    """

    width: int = 1920
    height: int = 1080
    fps: int = 60
    theme: str = "dark"
    transparent: bool = False

    def __post_init__(self) -> None:
        size = f"{self.width}x{self.height}"
        if not (MIN_SIDE <= min(self.width, self.height) <= max(self.size) <= MAX_SIDE):
            raise SettingsError(
                f"A frame of {size} cannot be made: each side must be {MIN_SIDE} to {MAX_SIDE} pixels."
            )
        if self.width % 2 or self.height % 2:
            raise SettingsError(
                f"A frame of {size} cannot be made: both sides must be even, for example "
                f"{self.width - self.width % 2}x{self.height - self.height % 2}."
            )
        if self.width * self.height > MAX_PIXELS:
            raise SettingsError(
                f"A frame of {size} cannot be made: it has more pixels than 7680x4320, the most "
                "a video may have."
            )
        if not MIN_FPS <= self.fps <= MAX_FPS:
            raise SettingsError(
                f"{self.fps} frames per second cannot be made: use a rate from {MIN_FPS} to {MAX_FPS}."
            )
        if self.theme not in THEMES:
            raise SettingsError(f"There is no theme {self.theme!r}: use {' or '.join(THEMES)}.")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    def frame_at(self, seconds: float) -> int:
        """Return the number of the frame that is on screen at `seconds`."""
        return math.floor(_checked_seconds(seconds) * self.fps + _FRAME_TOLERANCE)

    def first_frame_from(self, seconds: float) -> int:
        """Return the number of the first frame that is not before `seconds`.

        Ranges [a, b) and [b, c) cut with this share no frame and leave none out.
        """
        return math.ceil(_checked_seconds(seconds) * self.fps - _FRAME_TOLERANCE)


#: Seconds; beyond all films, and frames can still be counted exactly.
_LONGEST = 10**9


def _checked_seconds(seconds: float) -> float:
    if not 0 <= seconds <= _LONGEST:
        raise SettingsError(
            f"{seconds:g} is no point in a film: give seconds from 0 to {_LONGEST}."
        )
    return seconds


@dataclass(frozen=True, slots=True)
class Quality:
    """A size and a rate that go by one name."""

    width: int
    height: int
    fps: int


QUALITIES: Mapping[str, Quality] = MappingProxyType(
    {
        "draft": Quality(854, 480, 15),
        "480p": Quality(854, 480, 30),
        "720p": Quality(1280, 720, 30),
        "1080p": Quality(1920, 1080, 60),
        "1440p": Quality(2560, 1440, 60),
        "2160p": Quality(3840, 2160, 60),
    }
)


#: Width to height. A quality's height is the shorter side in all of them.
ASPECTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1), "9:16": (9, 16)}
)


def parse_size(text: str) -> tuple[int, int]:
    """Read ``"1920x1080"`` as (1920, 1080).

    Raises
    ------
    SettingsError
        When `text` is not two whole numbers with an x between, or no frame can have that size.
    """
    # At most nine digits: Python refuses to convert absurdly long ones, with an error of its own.
    match = re.fullmatch(r"([0-9]{1,9})[xX×]([0-9]{1,9})", text.strip())
    if match is None:
        raise SettingsError(f"{text!r} is no frame size: write it like 1920x1080.")
    width, height = int(match[1]), int(match[2])
    RenderSettings(width=width, height=height)
    return width, height


def settings_from(
    quality: str,
    *,
    aspect: str = "16:9",
    size: tuple[int, int] | None = None,
    fps: int | None = None,
    theme: str = "dark",
    transparent: bool = False,
) -> RenderSettings:
    """Return the settings of a named quality, with its size or rate replaced where given.

    The height that a quality is named for is the shorter side in every aspect: 1080p is 1920x1080,
    1440x1080, 1080x1080 or 1080x1920. A size given goes before quality and aspect.
    """
    named = QUALITIES[quality]
    across, up = ASPECTS[aspect]
    short = min(across, up)
    shape = (2 * round(named.height * side / short / 2) for side in (across, up))
    width, height = size or shape
    return RenderSettings(
        width=width,
        height=height,
        fps=named.fps if fps is None else fps,
        theme=theme,
        transparent=transparent,
    )
