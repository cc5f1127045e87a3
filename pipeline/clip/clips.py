"""An act, or an excerpt of it, as an animation: drawn at its final size, encoded, measured, written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.clip.encode import check_codec, encoded, trial_folder, write_animation
from pipeline.clip.fitting import MIN_SIMILARITY, Found, Search, Trial, candidates, search
from pipeline.clip.rates import drawn_at, rate_text
from pipeline.clip.similarity import is_still, similarity
from pipeline.errors import SettingsError
from pipeline.outputs import write_whole
from pipeline.render.film import Film
from pipeline.render.plan import Watcher
from pipeline.sizes import bytes_text
from pipeline.work.executor import Advanced, Ended, Task

if TYPE_CHECKING:
    from pipeline.clip.formats import Animation
    from pipeline.render.film import Act, Script
    from pipeline.render.lossless import FrameBuffer
    from pipeline.render.service import RenderService
    from pipeline.work.executor import Event

#: Shows that something goes on: a label and a number of steps, None if it is not known.
Progress = Callable[[str, int | None], AbstractContextManager[Callable[[], None]]]
#: Shows how frames with this label are drawn.
Watching = Callable[[str], AbstractContextManager[Watcher]]


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished animation, and what it took to make it.

    Attributes
    ----------
    path : Path
        The file.
    act : str
        What it shows.
    spec : Animation
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
    spec: Animation
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
        return float(self.n_frames / self.spec.rate)


@dataclass(frozen=True)
class ClipEncoder:
    """Encodes animations from frames that a `RenderService` draws, with the same workers.

    Attributes
    ----------
    service : RenderService
        Draws, and keeps what it has drawn.
    progress, watching : callable
        Show how encoding and drawing go.
    """

    service: RenderService
    progress: Progress
    watching: Watching

    def frames(self, wanted: Sequence[tuple[Excerpt, Animation]]) -> list[FrameBuffer]:
        """Return the frames of each, without loss; each is drawn once, ever."""
        films = {
            (id(excerpt), spec.frames_key): self.film(excerpt, spec) for excerpt, spec in wanted
        }
        label = ", ".join(
            dict.fromkeys(f"{e.script.name} at {s.width}x{s.height}" for e, s in wanted)
        )
        with self.watching(label) as watcher:
            buffers = dict(
                zip(films, self.service.frames(list(films.values()), watcher), strict=True)
            )
        return [buffers[id(excerpt), spec.frames_key] for excerpt, spec in wanted]

    def film(self, excerpt: Excerpt, spec: Animation) -> Film:
        """Return what is shown of an act, at the rate it is shown at.

        Raises
        ------
        SettingsError
            When there are no frames in it.
        """
        settings = spec.settings(excerpt.theme)
        act = excerpt.act
        if act is None or act.timeline.fps != settings.fps:
            with self.progress(f"Stepping through {excerpt.script.name}", None):
                (act,) = self.service.measure([excerpt.script], settings)
        film = Film.of([act], settings, excerpt.first, excerpt.last)
        return film.every(drawn_at(spec.rate)[1])

    def run(self, searches: Sequence[tuple[Excerpt, Search, int | None, str]]) -> list[Found]:
        """Run searches in parallel: in each round, a trial encoding for each that is not finished.

        Each is of an excerpt, with the most bytes there may be, and what to call its file in an error.
        """
        found: dict[int, Found] = {}
        asked = {i: next(each) for i, (_, each, _, _) in enumerate(searches)}
        while asked:
            wanted = [(searches[i][0], spec) for i, spec in asked.items()]
            buffers = self.frames(wanted)
            tasks = [
                Task(
                    f"{searches[i][3]}, {spec.label}",
                    partial(attempt, buffer, spec, searches[i][2], searches[i][3]),
                    n_shown(buffer, spec),
                    patience=20,  # between two frames it may look for palettes and compare all
                )
                for (i, spec), buffer in zip(asked.items(), buffers, strict=True)
            ]
            trials = self._encoded(tasks, [spec.label for spec in asked.values()])
            for i, trial in zip(tuple(asked), trials, strict=True):
                try:
                    asked[i] = searches[i][1].send(trial)
                except StopIteration as end:
                    found[i] = end.value
                    del asked[i]
        return [found[i] for i in range(len(searches))]

    def _encoded(self, tasks: Sequence[Task], labels: Sequence[str]) -> list[Trial]:
        trials: dict[int, Trial] = {}
        label = labels[0] if len(set(labels)) == 1 else f"{len(labels)} animations"
        with self.progress(label, sum(task.n_frames for task in tasks)) as on_frame:

            def on_event(event: Event) -> None:
                if isinstance(event, Advanced):
                    for _ in range(event.n_frames):
                        on_frame()
                elif isinstance(event, Ended):
                    trials[event.task] = event.result

            self.service.local.run(tasks, on_event)
        return [trials[i] for i in range(len(tasks))]


@dataclass(frozen=True)
class Excerpt:
    """Seconds [first, last) of an act in a theme; `act` is what is known of it already."""

    script: Script
    theme: str
    first: float | None = None
    last: float | None = None
    act: Act | None = None


def attempt(
    buffer: FrameBuffer,
    spec: Animation,
    limit: int | None,
    name: str,
    on_frame: Callable[[], None],
) -> Trial:
    """Encode a buffer, and measure its SSIM where it fits the limit; in any process."""
    path = Path(name)
    content = encoded(buffer, spec, on_frame, path)
    if limit is None or len(content) > limit:
        return Trial(spec, content, 0.0)  # how good it looks does not matter
    with trial_folder(path) as folder:
        trial = folder / f"trial{spec.format.suffix}"
        trial.write_bytes(content)
        return Trial(spec, content, similarity(buffer.frames(bounce=spec.bounce), trial, spec.rate))


def n_shown(buffer: FrameBuffer, spec: Animation) -> int:
    """Return how many frames an animation shows, those of a bounce included."""
    return len(buffer) + (max(0, len(buffer) - 2) if spec.bounce else 0)


def make_clip(encoder: ClipEncoder, excerpt: Excerpt, spec: Animation, path: Path) -> Clip:
    """Draw and encode an animation, whole or not at all.

    Raises
    ------
    SettingsError
        When PyAV lacks the encoder, or no frame is in the excerpt.
    RenderError
        When drawing or encoding fails; `path` is then as it was.
    """
    began = perf_counter()
    check_codec(spec)
    (buffer,) = encoder.frames([(excerpt, spec)])
    n_frames = n_shown(buffer, spec)
    with encoder.progress(spec.label, n_frames) as on_frame:
        write_animation(path, buffer, spec, on_frame)
    return _clip(excerpt, spec, path, n_frames, began)


def fit_clip(
    encoder: ClipEncoder,
    excerpt: Excerpt,
    largest: Animation,
    path: Path,
    limit: int,
    kept: frozenset[str] = frozenset(),
) -> Clip:
    """Make the best animation of at most so many bytes, whole or not at all.

    Parameters
    ----------
    encoder
        Makes it.
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
    wanted = search(candidates(largest, kept), limit)
    (found,) = encoder.run([(excerpt, wanted, limit, str(path))])
    best = found.best or found.smallest
    n_frames = len(encoder.film(excerpt, best.spec).span[:: drawn_at(best.spec.rate)[1]])
    n_frames += max(0, n_frames - 2) if best.spec.bounce else 0
    if found.best is None:
        raise _too_large(float(n_frames / best.spec.rate), found, limit, kept)
    write_whole(path, best.content)
    return _clip(excerpt, best.spec, path, n_frames, began, limit, best.similarity, found.n_trials)


def _clip(
    excerpt: Excerpt,
    spec: Animation,
    path: Path,
    n_frames: int,
    began: float,
    limit: int | None = None,
    similar: float | None = None,
    n_trials: int = 1,
) -> Clip:
    size, still = path.stat().st_size, is_still(path)
    elapsed = perf_counter() - began
    shown = (excerpt.script.name, spec, excerpt.theme, n_frames, size, still, elapsed)
    return Clip(path, *shown, limit, similar, n_trials)


def _too_large(seconds: float, found: Found, limit: int, kept: frozenset[str]) -> SettingsError:
    """Say what the smallest came to, and what would fit."""
    smallest = found.smallest
    spec, size = smallest.spec, len(smallest.content)
    what = (
        f"the smallest, {spec.width}x{spec.height} at {rate_text(spec.rate)} frames per second "
        f"with {spec.grade_text}"
    )
    if size <= limit:
        return SettingsError(
            f"Nothing acceptable fits {bytes_text(limit)}: {what}, does, but its SSIM of "
            f"{smallest.similarity:.3f} is below {MIN_SIMILARITY}; more --max-size would do."
        )
    would = [f"--max-size {bytes_text(int(size * 1.01)).replace(' ', '')}"]
    if seconds * limit / size >= 1.0:
        would.append(f"about {0.9 * seconds * limit / size:.1f} s of it (--from, --to)")
    names = {"width": "--width", "rate": "--fps", "grade": "--colors"}
    would += [f"leaving {names[name]} out" for name in sorted(kept)]
    smaller = {"gif": "--format webp", "apng": "--format webp", "webp": "--format avif"}
    if spec.format.name in smaller:
        would.append(smaller[spec.format.name])
    return SettingsError(
        f"Nothing acceptable fits {bytes_text(limit)}: {what}, takes {bytes_text(size)}; "
        f"what would fit, or might: {', or '.join(would)}."
    )
