"""The media of a piece: videos, moving pictures, posters, in every theme; drawn once, encoded for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.clip.clips import Excerpt
from pipeline.clip.fitting import Found, Search, candidates, only, search
from pipeline.clip.formats import FORMATS, Animation, animation
from pipeline.clip.rates import rate_text
from pipeline.errors import SettingsError
from pipeline.render.settings import RenderSettings
from pipeline.sizes import bytes_text
from pipeline.video.encode import png
from pipeline.video.stream import INSTALL_PYAV, has_encoder

if TYPE_CHECKING:
    from pipeline.clip.clips import ClipEncoder
    from pipeline.render.film import Act

#: Videos, the smaller one first, as browsers take the first they can play; and moving pictures.
VIDEOS = ("webm", "mp4")
PICTURES = ("avif", "webp", "gif")
#: What a page shows when it is shared (Open Graph).
CARD = (1200, 630)
#: A poster is drawn twice as wide as the video, for fine screens, unless the video is wide already.
_FINE_BELOW = 1920
#: The widest moving picture that is tried: sharp on fine screens, and no wider than most columns.
_WIDEST = 960


@dataclass(frozen=True, slots=True)
class Order:
    """The media to make of a piece in one theme.

    Attributes
    ----------
    plain, captioned : Act
        The piece without captions in the picture, and with them; the same where it has none.
    theme : str
        Its colours.
    size : tuple of int
        Of videos.
    rate : int
        Frames per second.
    max_bytes : int
        The largest moving picture.
    poster : int
        The frame that stands for the piece.
    times : int
        How often a moving picture is played; 0 for ever.

    Notes
    -----
    A piece with captions is drawn twice: videos carry captions as a track, which every reader sees in
    a size of their own; a moving picture cannot, so there they are burnt in.
    """

    plain: Act
    captioned: Act
    theme: str
    size: tuple[int, int]
    rate: int
    max_bytes: int
    poster: int
    times: int = 0

    @property
    def piece(self) -> str:
        """Its name."""
        return self.plain.name

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as it was asked for."""
        return tuple(note for kind in (*VIDEOS, *PICTURES) for note in _wanted(self, kind)[1])


@dataclass(frozen=True, slots=True)
class Medium:
    """A media file of a kit: a video, a moving picture, a poster or a card.

    Attributes
    ----------
    piece, theme : str
        What it shows, in which colours.
    kind : str
        ``"mp4"``, ``"webm"``, ``"avif"``, ``"webp"``, ``"gif"``, ``"poster"`` or ``"card"``.
    name : str
        Of the file.
    width, height : int
        Of the picture.
    content : bytes
        The file.
    grade : str
        What was given up for size, in words.
    fps : float or None
        Frames per second, of what moves.
    """

    piece: str
    theme: str
    kind: str
    name: str
    width: int
    height: int
    content: bytes
    grade: str = ""
    fps: float | None = None

    @property
    def payload(self) -> dict[str, Any]:
        """Format, theme, size and rate, as JSON."""
        facts = {"kind": self.kind, "theme": self.theme, "width": self.width, "height": self.height}
        return facts | ({} if self.fps is None else {"fps": self.fps, "grade": self.grade})


@dataclass(frozen=True, slots=True)
class Missing:
    """A moving picture that does not fit the size limit, and why, in a sentence."""

    piece: str
    theme: str
    kind: str
    reason: str


def check_codecs() -> None:
    """Raise SettingsError when this PyAV lacks an encoder that a kit needs."""
    for codec in (FORMATS[kind].codec for kind in (*VIDEOS, *PICTURES)):
        if not has_encoder(codec):
            raise SettingsError(
                f"This PyAV lacks the encoder {codec}, which a kit needs: {INSTALL_PYAV}."
            )


def make_media(encoder: ClipEncoder, orders: Sequence[Order]) -> list[Medium | Missing]:
    """Draw and encode everything that is ordered.

    Raises
    ------
    RenderError
        When drawing or encoding fails.
    """
    wanted = [(order, _search(order, kind)) for order in orders for kind in VIDEOS + PICTURES]
    found = encoder.run([search for _, search in wanted])
    made = [_medium(order, each) for (order, _), each in zip(wanted, found, strict=True)]
    stills = [
        (order, kind, RenderSettings(*size, order.rate, order.theme))
        for order in orders
        for kind, size in (("poster", _poster_size(order)), ("card", CARD))
    ]
    with encoder.watching("Posters") as watcher:
        frames = encoder.service.stills(
            [(order.plain, order.poster, settings) for order, _, settings in stills], watcher
        )
    made += [
        Medium(
            order.piece,
            order.theme,
            kind,
            f"{order.piece}-{order.theme}{'' if kind == 'poster' else f'-{kind}'}.png",
            *settings.size,
            png(frame),
        )
        for (order, kind, settings), frame in zip(stills, frames, strict=True)
    ]
    places = [(order.piece, order.theme) for order in orders]
    return sorted(made, key=lambda one: places.index((one.piece, one.theme)))


def _wanted(order: Order, kind: str) -> tuple[Animation, tuple[str, ...]]:
    width, height = order.size
    if kind in PICTURES and width > _WIDEST:
        width, height = _WIDEST, 2 * round(_WIDEST * height / width / 2)
    times = order.times if kind in PICTURES else None
    return animation(kind, (width, height), rate=Fraction(order.rate), loop=times)


def _search(order: Order, kind: str) -> tuple[Excerpt, Search, int | None, str]:
    best, _ = _wanted(order, kind)
    name = f"The {kind} of {order.piece}"
    if kind in VIDEOS:
        return Excerpt(order.plain, order.theme, act=order.plain), only(best), None, name
    excerpt = Excerpt(order.captioned, order.theme, act=order.captioned)
    return excerpt, search(candidates(best), order.max_bytes), order.max_bytes, name


def _medium(order: Order, found: Found) -> Medium | Missing:
    if found.best is None:
        spec, size = found.smallest.spec, len(found.smallest.content)
        kind = spec.format.name
        fault = (
            "does not look acceptable" if size <= order.max_bytes else f"takes {bytes_text(size)}"
        )
        reason = (
            f"No {kind} of {order.piece} in the {order.theme} theme fits "
            f"{bytes_text(order.max_bytes)}: even {spec.width}x{spec.height} at "
            f"{rate_text(spec.rate)} frames per second with {spec.grade_text} {fault}."
        )
        return Missing(order.piece, order.theme, kind, reason)
    spec = found.best.spec
    return Medium(
        order.piece,
        order.theme,
        spec.format.name,
        f"{order.piece}-{order.theme}{spec.format.suffix}",
        spec.width,
        spec.height,
        found.best.content,
        spec.grade_text,
        float(spec.rate),
    )


def _poster_size(order: Order) -> tuple[int, int]:
    width, height = order.size
    factor = 2 if width < _FINE_BELOW else 1
    return factor * width, factor * height
