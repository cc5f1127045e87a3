"""The media of a piece in one theme: videos, moving pictures, posters; drawn once, encoded for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pipeline.clip.clips import Excerpt, find_fit
from pipeline.clip.encode import encoded
from pipeline.clip.formats import FORMATS, Animation, animation
from pipeline.clip.rates import rate_text
from pipeline.errors import SettingsError
from pipeline.render.frames import draw
from pipeline.render.settings import RenderSettings
from pipeline.scratch import scratch_folder
from pipeline.sizes import bytes_text
from pipeline.video.encode import write_png
from pipeline.video.stream import has_encoder

if TYPE_CHECKING:
    from pipeline.render.frames import ActFactory, Frame

#: Videos, the smaller one first, as browsers take the first they can play; and moving pictures.
VIDEOS = ("webm", "mp4")
PICTURES = ("webp", "gif")
#: What a page shows when it is shared (Open Graph).
CARD = (1200, 630)
#: A poster is drawn twice as wide as the video, for fine screens, unless the video is wide already.
_FINE_BELOW = 1920
#: The widest moving picture that is tried: sharp on fine screens, and no wider than most columns.
_WIDEST = 960


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a piece, by one worker.

    Attributes
    ----------
    piece : str
        Its name.
    factory : ActFactory
        Makes it.
    theme : str
        Its colours.
    size : tuple of int
        Of videos.
    rate : int
        Frames per second.
    formats : tuple of str
        Of `VIDEOS` and `PICTURES`.
    max_bytes : int
        The largest moving picture.
    poster : int or None
        The frame that stands for the piece; None for no poster.
    n_frames : int
        How long it is.
    """

    piece: str
    factory: ActFactory
    theme: str
    size: tuple[int, int]
    rate: int
    formats: tuple[str, ...]
    max_bytes: int
    poster: int | None
    n_frames: int

    @property
    def n_steps(self) -> int:
        """Frames to draw and to encode, if no more than one encoding is needed of each."""
        drawings = len({made.settings(self.theme) for made in self.wanted})
        return (drawings + len(self.formats)) * self.n_frames + (self.poster is not None)

    @property
    def wanted(self) -> list[Animation]:
        """The best of each format that is wanted."""
        return [_wanted(self, kind)[0] for kind in self.formats]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as it was asked for."""
        return tuple(note for kind in self.formats for note in _wanted(self, kind)[1])


@dataclass(frozen=True, slots=True)
class Medium:
    """A file of a kit that is looked at.

    Attributes
    ----------
    piece, theme : str
        What it shows, in which colours.
    kind : str
        ``"mp4"``, ``"webm"``, ``"gif"``, ``"webp"``, ``"poster"`` or ``"card"``.
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
    def facts(self) -> dict[str, Any]:
        """What there is to say about it, for JSON."""
        told = {"kind": self.kind, "theme": self.theme, "width": self.width, "height": self.height}
        return told | ({} if self.fps is None else {"fps": self.fps, "grade": self.grade})


@dataclass(frozen=True, slots=True)
class Missing:
    """A moving picture that fits no limit, and why, in a sentence."""

    piece: str
    theme: str
    kind: str
    reason: str


def orders(
    piece: str,
    factories: Sequence[tuple[str, ActFactory, ActFactory | None]],
    size: tuple[int, int],
    rate: int,
    max_bytes: int,
    poster: int,
    n_frames: int,
) -> list[Order]:
    """Lay out the work on a piece.

    A piece with captions is drawn twice in each theme: videos carry captions as a track, which
    every reader sees in a size of their own; a moving picture cannot, so there they are burnt in.

    Parameters
    ----------
    piece
        Its name.
    factories
        Themes; what makes the piece without captions in the picture; and what makes it with them,
        None if it has none.
    size, rate, max_bytes, poster, n_frames
        As in `Order`.
    """
    laid: list[Order] = []
    for theme, plain, captioned in factories:
        given = (piece, plain, theme, size, rate)
        if captioned is None:
            laid.append(Order(*given, VIDEOS + PICTURES, max_bytes, poster, n_frames))
        else:
            laid.append(Order(*given, VIDEOS, max_bytes, poster, n_frames))
            given = (piece, captioned, theme, size, rate)
            laid.append(Order(*given, PICTURES, max_bytes, None, n_frames))
    return laid


def check_codecs() -> None:
    """Raise SettingsError when this PyAV lacks an encoder that a kit needs."""
    for codec in (FORMATS[kind].codec for kind in (*VIDEOS, *PICTURES)):
        if not has_encoder(codec):
            raise SettingsError(
                f"This PyAV lacks the encoder {codec}, which a kit needs: install PyAV's own wheel "
                "with `pip install --force-reinstall --only-binary av av`."
            )


def make_media(order: Order, on_step: Callable[[], None]) -> list[Medium | Missing]:
    """Draw and encode everything of an order.

    Raises
    ------
    RenderError
        When drawing or encoding fails.
    """

    @contextmanager
    def progress(label: str, n_steps: int | None) -> Iterator[Callable[[], None]]:
        yield on_step

    excerpt = Excerpt(order.piece, order.factory, order.theme, progress=progress)
    made: list[Medium | Missing] = []
    for kind, best in zip(order.formats, order.wanted, strict=True):
        if kind in VIDEOS:
            with progress(kind, None) as on_frame:
                made.append(_medium(order, best, encoded(excerpt.buffer(best), best, on_frame)))
        else:
            made.append(_picture(order, excerpt, best))
    if order.poster is not None:
        made += [_still(order, "poster", _poster_size(order)), _still(order, "card", CARD)]
        on_step()
    return made


def _wanted(order: Order, kind: str) -> tuple[Animation, tuple[str, ...]]:
    width, height = order.size
    if kind in PICTURES and width > _WIDEST:
        width, height = _WIDEST, 2 * round(_WIDEST * height / width / 2)
    return animation(kind, (width, height), rate=Fraction(order.rate))


def _picture(order: Order, excerpt: Excerpt, best: Animation) -> Medium | Missing:
    found = find_fit(excerpt, best, order.max_bytes)
    if found.best is not None:
        return _medium(order, found.best.made, found.best.content)
    made, size = found.smallest.made, len(found.smallest.content)
    kind = made.format.name
    fault = "does not look acceptable" if size <= order.max_bytes else f"takes {bytes_text(size)}"
    reason = (
        f"No {kind} of {order.piece} in the {order.theme} theme fits "
        f"{bytes_text(order.max_bytes)}: even {made.width}x{made.height} at "
        f"{rate_text(made.rate)} frames per second with {made.grade_text} {fault}."
    )
    return Missing(order.piece, order.theme, kind, reason)


def _medium(order: Order, made: Animation, content: bytes) -> Medium:
    kind = made.format.name
    return Medium(
        order.piece,
        order.theme,
        kind,
        f"{order.piece}-{order.theme}{made.format.suffix}",
        made.width,
        made.height,
        content,
        made.grade_text,
        float(made.rate),
    )


def _poster_size(order: Order) -> tuple[int, int]:
    width, height = order.size
    factor = 2 if width < _FINE_BELOW else 1
    return factor * width, factor * height


def _still(order: Order, kind: str, size: tuple[int, int]) -> Medium:
    assert order.poster is not None
    frames: list[Frame] = []
    settings = RenderSettings(*size, order.rate, order.theme)
    draw(order.factory, settings, order.poster, order.poster + 1, frames.append)
    with scratch_folder() as folder:
        path = folder / "still.png"
        write_png(path, frames[0])
        content = path.read_bytes()
    end = "" if kind == "poster" else f"-{kind}"
    name = f"{order.piece}-{order.theme}{end}.png"
    return Medium(order.piece, order.theme, kind, name, *size, content)
