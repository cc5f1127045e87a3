"""An act, or an excerpt of it, as an animation: drawn at its final size, encoded, measured, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pipeline.clip.encode import (
    check_codec,
    encoded,
    needs_buffer,
    open_animation,
    trial_folder,
    write_whole,
)
from pipeline.clip.fitting import MIN_SIMILARITY, Found, Trial, candidates, search
from pipeline.clip.formats import Animation
from pipeline.clip.frame_buffer import FrameBuffer
from pipeline.clip.rates import drawn_at, rate_text
from pipeline.clip.similarity import is_still, similarity
from pipeline.errors import SettingsError
from pipeline.render.film import Act, Film
from pipeline.render.frames import draw, draw_some, probe
from pipeline.sizes import bytes_text

if TYPE_CHECKING:
    from fractions import Fraction

    from pipeline.render.frames import ActFactory, Sink
    from pipeline.render.timeline import Timeline

#: Shows that something goes on: a label and a number of steps, None if it is not known.
Progress = Callable[[str, int | None], AbstractContextManager[Callable[[], None]]]


@contextmanager
def in_silence(label: str, n_steps: int | None) -> Iterator[Callable[[], None]]:
    """Show nothing."""
    yield lambda: None


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished animation, and what it took to make it.

    Attributes
    ----------
    path : Path
        The file.
    act : str
        What it shows.
    made : Animation
        What it is.
    theme : str
        Its colours.
    n_frames, n_bytes : int
        Frames shown, and bytes in it.
    still : bool
        Whether it is one picture that nothing moves in, with no duration.
    elapsed : float
        Seconds it took.
    limit : int or None
        The most bytes it might have had.
    similarity : float or None
        SSIM against the lossless frames, where there was a limit.
    n_trials : int
        Encodings it took to find it.
    """

    path: Path
    act: str
    made: Animation
    theme: str
    n_frames: int
    n_bytes: int
    still: bool
    elapsed: float
    limit: int | None = None
    similarity: float | None = None
    n_trials: int = 1

    @property
    def seconds(self) -> float:
        """How long the act lasts that it shows."""
        return float(self.n_frames / self.made.rate)


@dataclass
class Excerpt:
    """Seconds [first, last) of an act, to be drawn at any size and rate; what was drawn is kept."""

    act: str
    factory: ActFactory
    theme: str
    first: float | None = None
    last: float | None = None
    progress: Progress = in_silence
    _timelines: dict[int, Timeline] = field(default_factory=dict)
    _reels: dict[tuple[int, int, Fraction, bool], FrameBuffer] = field(default_factory=dict)

    def timeline(self, made: Animation) -> Timeline:
        """The whole act in time, at the frame rate it is drawn at."""
        settings = made.settings(self.theme)
        if settings.fps not in self._timelines:
            with self.progress(f"Stepping through {self.act}", None):
                self._timelines[settings.fps] = probe(self.factory, settings)
        return self._timelines[settings.fps]

    def film(self, made: Animation) -> Film:
        """What is shown of the act, at the rate it is drawn at.

        Raises
        ------
        SettingsError
            When there are no frames in it.
        """
        whole = Act(self.act, self.factory, timeline=self.timeline(made))
        return Film.of([whole], made.settings(self.theme), self.first, self.last)

    def frames(self, made: Animation) -> range:
        """The frames that are shown, by number at the rate it is drawn at."""
        return self.film(made).span[:: drawn_at(made.rate)[1]]

    def draw(self, made: Animation, sink: Sink) -> None:
        """Draw the frames that are shown, in order."""
        shown, settings = self.frames(made), made.settings(self.theme)
        with self.progress(f"{self.act} at {made.width}x{made.height}", len(shown)) as on_frame:

            def counted(frame: Any) -> None:
                sink(frame)
                on_frame()

            if shown.step == 1:
                draw(self.factory, settings, shown.start, shown.stop, counted)
            else:
                draw_some(self.factory, settings, shown, counted)

    def buffer(self, made: Animation) -> FrameBuffer:
        """The frames that are shown, drawn once for each size and rate."""
        key = (made.width, made.height, made.rate, made.transparent)
        if key not in self._reels:
            self._reels[key] = FrameBuffer(transparent=made.transparent)
            self.draw(made, self._reels[key].write)
        return self._reels[key]


def make_clip(excerpt: Excerpt, made: Animation, path: Path) -> Clip:
    """Draw and encode an animation, whole or not at all.

    Raises
    ------
    SettingsError
        When PyAV lacks the encoder, or no frame is in the excerpt.
    RenderError
        When drawing or encoding fails; `path` is then as it was.
    """
    began = perf_counter()
    check_codec(made)
    if needs_buffer(made):
        content, n_frames = _encode(excerpt, made, path)
        write_whole(path, content)
    else:
        excerpt.frames(made)  # that there are some is known before there is a folder for them
        with open_animation(path, made) as animation:
            excerpt.draw(made, animation.encode)
        n_frames = animation.n_frames
    size, elapsed = path.stat().st_size, perf_counter() - began
    still = is_still(path)
    return Clip(path, excerpt.act, made, excerpt.theme, n_frames, size, still, elapsed)


def fit_clip(
    excerpt: Excerpt,
    largest: Animation,
    path: Path,
    limit: int,
    kept: frozenset[str] = frozenset(),
) -> Clip:
    """Make the best animation of at most so many bytes, whole or not at all.

    Parameters
    ----------
    excerpt
        What it shows.
    largest
        The best that is wanted: nothing wider, faster or finer is tried.
    path
        The file.
    limit
        Bytes.
    kept
        What is not to be given up: of ``"width"``, ``"rate"``, ``"grade"``.

    Raises
    ------
    SettingsError
        When nothing acceptable fits; it says what would.
    RenderError
        When drawing or encoding fails; `path` is then as it was.
    """
    began = perf_counter()
    check_codec(largest)
    found = find_fit(excerpt, largest, limit, kept, path)
    if found.best is None:
        raise _too_large(excerpt, found, limit, kept)
    best = found.best
    write_whole(path, best.content)
    return Clip(
        path,
        excerpt.act,
        best.made,
        excerpt.theme,
        _shown(excerpt.buffer(best.made), best.made),
        len(best.content),
        is_still(path),
        perf_counter() - began,
        limit,
        best.similarity,
        found.n_trials,
    )


def find_fit(
    excerpt: Excerpt,
    largest: Animation,
    limit: int,
    kept: frozenset[str] = frozenset(),
    path: Path | None = None,
) -> Found:
    """Look for the best animation of at most so many bytes; see `fit_clip`.

    Nothing is written to `path`; it is what to call it when something goes wrong.

    Raises
    ------
    RenderError
        When drawing or encoding fails.
    """
    called = path or Path(f"The {largest.format.name} of {excerpt.act}")
    return search(
        candidates(largest, kept), limit, lambda made: _attempt(excerpt, made, limit, called)
    )


def _attempt(excerpt: Excerpt, made: Animation, limit: int, path: Path) -> Trial:
    content, _ = _encode(excerpt, made, path)
    if len(content) > limit:
        return Trial(made, content, 0.0)  # how good it looks does not matter
    with trial_folder(path) as folder:
        trial = folder / f"trial{made.format.suffix}"
        trial.write_bytes(content)
        drawn = excerpt.buffer(made).frames(bounce=made.bounce)
        return Trial(made, content, similarity(drawn, trial, made.rate))


def _encode(excerpt: Excerpt, made: Animation, path: Path) -> tuple[bytes, int]:
    buffer = excerpt.buffer(made)
    n_frames = _shown(buffer, made)
    label = f"{made.width}x{made.height}, {rate_text(made.rate)} fps, {made.grade_text}"
    with excerpt.progress(label, n_frames) as on_frame:
        return encoded(buffer, made, on_frame, path), n_frames


def _shown(buffer: FrameBuffer, made: Animation) -> int:
    return len(buffer) + (max(0, len(buffer) - 2) if made.bounce else 0)


def _too_large(excerpt: Excerpt, found: Found, limit: int, kept: frozenset[str]) -> SettingsError:
    """Say what the smallest came to, and what would fit."""
    smallest = found.smallest
    made, size = smallest.made, len(smallest.content)
    what = (
        f"the smallest, {made.width}x{made.height} at {rate_text(made.rate)} frames per second "
        f"with {made.grade_text}"
    )
    if size <= limit:
        return SettingsError(
            f"Nothing acceptable fits {bytes_text(limit)}: {what}, does, but its SSIM of "
            f"{smallest.similarity:.3f} is below {MIN_SIMILARITY}; more --max-size would do."
        )
    seconds = float(_shown(excerpt.buffer(made), made) / made.rate)
    would = [f"--max-size {bytes_text(int(size * 1.01)).replace(' ', '')}"]
    if seconds * limit / size >= 1.0:
        would.append(f"about {0.9 * seconds * limit / size:.1f} s of it (--from, --to)")
    names = {"width": "--width", "rate": "--fps", "grade": "--colors"}
    would += [f"leaving {names[name]} out" for name in sorted(kept)]
    smaller = {"gif": "--format webp", "apng": "--format webp", "webp": "--format avif"}
    if made.format.name in smaller:
        would.append(smaller[made.format.name])
    return SettingsError(
        f"Nothing acceptable fits {bytes_text(limit)}: {what}, takes {bytes_text(size)}; "
        f"what would fit, or might: {', or '.join(would)}."
    )


def clip_line(clip: Clip) -> str:
    """Return one line on a finished animation: its path, what is in it, and what it took."""
    made = clip.made
    told = [
        f"{made.width}x{made.height}",
        _length_text(clip),
        made.grade_text,
        bytes_text(clip.n_bytes),
    ]
    if clip.limit is not None and clip.similarity is not None:
        told[-1] += f" of {bytes_text(clip.limit)}"
        told.append(f"SSIM {clip.similarity:.4f}")
    tried = f" ({clip.n_trials} tried)" if clip.limit is not None else ""
    return f"{clip.path}: {', '.join(told)}; took {clip.elapsed:.1f} s{tried}"


def _length_text(clip: Clip) -> str:
    if clip.still:
        # A viewer shows it for as long as it is looked at, whatever excerpt it was made from.
        moved = f", since nothing moves in {clip.seconds:g} s" if clip.n_frames > 1 else ""
        return f"a still picture{moved}"
    frames = f"{clip.n_frames} frame{'s' * (clip.n_frames != 1)}"
    return f"{frames}, {clip.seconds:g} s at {rate_text(clip.made.rate)} fps"


def clip_facts(clip: Clip) -> dict[str, Any]:
    """Return what there is to say about a finished animation, for JSON."""
    made = clip.made
    return {
        "path": str(clip.path),
        "act": clip.act,
        "format": made.format.name,
        "frames": 1 if clip.still else clip.n_frames,
        "seconds": None if clip.still else clip.seconds,
        "width": made.width,
        "height": made.height,
        "fps": float(made.rate),
        "colors": made.colours,
        "crf": made.crf or None,
        "dither": made.dither if made.colours is not None else None,
        "loop": made.loop if made.format.loops else None,
        "bounce": made.bounce,
        "transparent": made.transparent,
        "theme": clip.theme,
        "bytes": clip.n_bytes,
        "max_bytes": clip.limit,
        "ssim": None if clip.similarity is None else round(clip.similarity, 5),
        "trials": clip.n_trials,
        "elapsed_seconds": round(clip.elapsed, 3),
    }
