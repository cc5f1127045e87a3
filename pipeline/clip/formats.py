"""Formats of animations: what there is, and what was asked for, checked and filled in.

Pictures that move (GIF, WebP, APNG, AVIF) loop by themselves and are shown wherever pictures are.
Videos (MP4, WebM, MOV) are far smaller or far finer, and a page or an editor says how they play.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pipeline.clip.rates import drawn_at, gif_rate, rate_text
from pipeline.errors import SettingsError
from pipeline.render.settings import (
    ASPECTS,
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    THEMES,
    RenderSettings,
)
from pipeline.video.container import MOV, MP4, WEBM, Container

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: How a pixel whose colour was not kept is shown, in FFmpeg's words. Without dithering flat art stays
#: flat: sharper by SSIM, and smaller. Ordered dithering stands still where the picture does.
DITHERS: Mapping[str, str] = MappingProxyType(
    {
        "none": "none",
        "bayer": "bayer:bayer_scale=4",
        "sierra": "sierra2_4a",
        "floyd-steinberg": "floyd_steinberg",
    }
)
MIN_COLOURS, MAX_COLOURS = 4, 256


@dataclass(frozen=True, slots=True)
class Format(Container):
    """A file format of animations.

    Attributes
    ----------
    suffix, container, codec, pixel_format, fast_start
        As of every `Container`; the pixel format is that of opaque frames.
    transparent_format : str or None
        Of frames with opacity; None where there is no such thing.
    rate, width : int
        Frames per second, and pixels across, where none are asked for.
    palette : bool
        Whether few colours make it smaller; otherwise a quantiser does.
    loops : bool
        Whether the file itself says how often it is played.
    crf : int
        The quantiser where none is searched for: lower is finer, on the codec's own scale.
    """

    transparent_format: str | None = None
    rate: int = 25
    width: int = 640
    palette: bool = False
    loops: bool = False
    crf: int = 0

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.suffix[1:]

    @property
    def a_file(self) -> str:
        """One of its files, at the beginning of a sentence."""
        return f"{_SPOKEN.get(self.name, f'A {self.name.upper()}')} file"


#: How sentences begin that are not about "A NAME": by how letters sound, or are written.
_SPOKEN = {
    "webp": "A WebP",
    "webm": "A WebM",
    "apng": "An APNG",
    "avif": "An AVIF",
    "mp4": "An MP4",
}


def _picture(name: str, codec: str, pixel_format: str, **more: Any) -> Format:
    return Format(f".{name}", name, codec, pixel_format, fast_start=False, loops=True, **more)


def _video(target: Container, **more: Any) -> Format:
    return Format(**{"rate": 50, "width": 1280, **asdict(target), **more})


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _picture("gif", "gif", "pal8", palette=True),
            _picture("webp", "libwebp_anim", "bgra", transparent_format="bgra", palette=True),
            _picture("apng", "apng", "rgb24", transparent_format="rgba", palette=True),
            _picture("avif", "libsvtav1", "yuv420p10le", crf=30),
            _video(MP4, crf=20),
            _video(WEBM, transparent_format="yuva420p", crf=30),
            _video(MOV, transparent_format="yuva444p10le", width=1920),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Animation:
    """The spec of an animation: everything but what it shows.

    Attributes
    ----------
    format : Format
        The kind of file.
    width, height : int
        Size of the frames, which are drawn at this size.
    rate : Fraction
        Frames per second.
    colours : int or None
        How many, for GIF in each frame, else in all; None for every one that was drawn.
    crf : int
        The quantiser of formats without a palette.
    dither : str
        A name of `palette.DITHERS`.
    loop : int
        How often it is played; 0 for ever.
    bounce : bool
        Whether it goes back to its beginning backwards.
    transparent : bool
        Whether the background is left out.
    """

    format: Format
    width: int
    height: int
    rate: Fraction
    colours: int | None = None
    crf: int = 0
    dither: str = "none"
    loop: int = 0
    bounce: bool = False
    transparent: bool = False

    def settings(self, theme: str) -> RenderSettings:
        """How its frames are drawn; see `rates.drawn_at` for those that are left out."""
        fps, _ = drawn_at(self.rate)
        return RenderSettings(self.width, self.height, fps, theme, self.transparent)

    @property
    def pixel_format(self) -> str:
        """What the encoder is given."""
        if self.colours is not None and self.format.codec != "libwebp_anim":
            return "pal8"
        if self.transparent:
            assert self.format.transparent_format is not None
            return self.format.transparent_format
        return self.format.pixel_format

    @property
    def frames_key(self) -> tuple[int, int, Fraction, bool]:
        """Equal means made of the same frames."""
        return self.width, self.height, self.rate, self.transparent

    @property
    def label(self) -> str:
        """Size, rate and grade, in words."""
        return f"{self.width}x{self.height}, {rate_text(self.rate)} fps, {self.grade_text}"

    @property
    def grade_text(self) -> str:
        """What was given up for size, in words."""
        if self.format.palette:
            return "all colours" if self.colours is None else f"{self.colours} colours"
        return f"crf {self.crf}" if self.format.crf else "all but lossless"


def animation(
    name: str,
    size: tuple[int, int],
    *,
    rate: Fraction | None = None,
    colours: int | str | None = None,
    dither: str | None = None,
    loop: int | None = None,
    bounce: bool = False,
    transparent: bool = False,
) -> tuple[Animation, tuple[str, ...]]:
    """Return the spec that was asked for, checked, with the format's defaults for the rest.

    Parameters
    ----------
    name : str
        A name of `FORMATS`.
    size : tuple of int
        Width and height.
    rate, colours, dither, loop
        As in `Animation`, None for the format's choice; colours may be ``"all"``.
    bounce, transparent
        As in `Animation`.

    Returns
    -------
    tuple of Animation and of notes
        Each note is a sentence on something that is not as it was asked for.

    Raises
    ------
    SettingsError
        When the format has no such thing, or no frame such a size.
    """
    kind = FORMATS[name]
    notes: list[str] = []
    wanted = Fraction(kind.rate) if rate is None else rate
    held = gif_rate(wanted) if kind.name == "gif" else wanted
    if held != wanted:
        notes.append(
            f"A GIF counts time in hundredths of a second: {rate_text(held)} frames per second "
            f"instead of {rate_text(wanted)}."
        )
    _check(kind, colours=colours, dither=dither, loop=loop, transparent=transparent)
    chosen: int | None = None
    if isinstance(colours, int):
        if not MIN_COLOURS <= colours <= MAX_COLOURS:
            raise SettingsError(
                f"{colours} colours cannot be: use {MIN_COLOURS} to {MAX_COLOURS}, or all."
            )
        chosen = colours
    elif colours is None and kind.palette and not transparent:
        chosen = MAX_COLOURS
    spec = Animation(
        kind,
        *size,
        rate=held,
        colours=chosen,
        crf=kind.crf,
        dither=dither or next(iter(DITHERS)),
        loop=loop or 0,
        bounce=bounce,
        transparent=transparent,
    )
    spec.settings(THEMES[0])  # a size that cannot be drawn fails here, at once
    return spec, tuple(notes)


def _check(
    kind: Format,
    *,
    colours: int | str | None,
    dither: str | None,
    loop: int | None,
    transparent: bool,
) -> None:
    """Raise SettingsError for what a format does not have."""
    with_palette = _names(lambda other: other.palette)
    if transparent and kind.transparent_format is None:
        able = _names(lambda other: other.transparent_format is not None)
        raise SettingsError(
            f"{kind.a_file} cannot be transparent with soft edges: use --format {able}."
        )
    if not kind.palette and (colours is not None or dither is not None):
        named = "--colors" if colours is not None else "--dither"
        raise SettingsError(
            f"{named} is not for {kind.name}, which keeps all colours: "
            f"leave it out, or use --format {with_palette}."
        )
    if kind.name == "gif" and colours == "all":
        raise SettingsError(
            f"A GIF has {MAX_COLOURS} colours at most: for all of them use --format webp or apng."
        )
    if transparent and isinstance(colours, int):
        raise SettingsError(
            "Soft edges need all colours: leave --colors out where there is --transparent."
        )
    if loop is not None and not kind.loops:
        raise SettingsError(
            f"{kind.a_file} does not say how often it is played: leave --loop out; "
            "a page repeats it with <video loop>."
        )


def frame_size(width: int, aspect: str) -> tuple[int, int]:
    """Return width and height for a name of `settings.ASPECTS`; the height is even.

    Raises
    ------
    SettingsError
        When the width, or the height that goes with it, is too small or too large for a frame.
    """
    across, up = ASPECTS[aspect]

    def height(width: int) -> int:
        return 2 * round(width * up / across / 2)

    fitting = [
        each
        for each in range(MIN_SIDE, MAX_SIDE + 1, 2)
        if MIN_SIDE <= height(each) <= MAX_SIDE and each * height(each) <= MAX_PIXELS
    ]
    if not fitting[0] <= width <= fitting[-1]:
        raise SettingsError(
            f"--width {width} cannot be: at --aspect {aspect}, use {fitting[0]} to {fitting[-1]}."
        )
    return width, height(width)


def _names(has: Callable[[Format], bool]) -> str:
    return " or ".join(kind.name for kind in FORMATS.values() if has(kind))
