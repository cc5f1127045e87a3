"""What was made: a line for people, a payload for programs (its names stand in docs/programs.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.console.commandline import say
from pipeline.sizes import bytes_text

if TYPE_CHECKING:
    from pipeline.clip.clips import Clip
    from pipeline.deck.deck import Deck
    from pipeline.deck.handout import Handout
    from pipeline.deck.slides import Slide
    from pipeline.render.plan import Deliverable
    from pipeline.render.settings import RenderSettings
    from pipeline.storyboard import Storyboard


@dataclass(frozen=True)
class Report:
    """The report on a finished file or folder: a line for people, JSON for programs."""

    line: str
    payload: dict[str, Any]

    def tell(self, as_json: bool, *, event: bool = False) -> None:
        """Print it on stdout: the line or the JSON, as one of a row of events if so."""
        told = {"event": "made", **self.payload} if event else self.payload
        say(json.dumps(told) if as_json else self.line)


def film_report(made: Deliverable) -> Report:
    """Report a video or a still."""
    look = made.settings
    size = f"{look.width}x{look.height}, {bytes_text(made.n_bytes)}"
    line = f"{made.path}: {size}"
    if made.n_frames > 1:
        length = f"{made.n_frames} frames, {made.n_frames / look.fps:g} s at {look.fps} fps"
        took = f"took {made.elapsed:.1f} s ({made.n_frames / made.elapsed:.1f} frames/s)"
        line = f"{made.path}: {length}, {size}; {took}"
        line += "".join(f"; captions: {path}" for path in made.captions)
        line += "".join(f"; chapters: {path}" for path in made.chapters)
    payload = {
        "path": str(made.path),
        "acts": list(made.acts),
        "frames": made.n_frames,
        "seconds": made.n_frames / look.fps,
        **_look(look),
        "bytes": made.n_bytes,
        "elapsed_seconds": round(made.elapsed, 3),
        "frames_from_cache": made.n_cached,
        "captions": [str(path) for path in made.captions],
        "chapters": [str(path) for path in made.chapters],
    }
    return Report(line, payload)


def figure_report(path: Path, act: str, size_cm: tuple[float, float], elapsed: float) -> Report:
    """Report a figure for a paper."""
    width, height = size_cm
    n_bytes = path.stat().st_size
    line = f"{path}: {width:g} x {height:.3g} cm, {bytes_text(n_bytes)}"
    payload = {
        "path": str(path),
        "acts": [act],
        "width_cm": width,
        "height_cm": round(height, 3),
        "bytes": n_bytes,
        "elapsed_seconds": round(elapsed, 3),
    }
    return Report(line, payload)


def deck_report(deck: Deck, path: Path, form: str, n_drawn: int, elapsed: float) -> Report:
    """Report a deck in one of its forms, for which so many frames had to be drawn."""
    look, slides = deck.settings, deck.slides
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    n_bytes = sum(file.stat().st_size for file in files)
    stops = sum(not slide.loops for slide in slides)
    loops = f" and {len(slides) - stops} that loop{'s' * (len(slides) - stops == 1)}"
    line = (
        f"{path}: {stops} slides{loops if stops < len(slides) else ''}, "
        f"{look.width}x{look.height} at {look.fps} fps, {bytes_text(n_bytes)}; "
        f"{n_drawn} frames drawn, took {elapsed:.1f} s"
    )
    payload = {
        "path": str(path),
        "to": form,
        **_look(look),
        "frames": deck.n_frames,
        "frames_drawn": n_drawn,
        "bytes": n_bytes,
        "elapsed_seconds": round(elapsed, 3),
        "slides": _slides(slides),
    }
    return Report(line, payload)


def handout_report(handout: Handout, path: Path, elapsed: float) -> Report:
    """Report a deck on paper."""
    n_bytes, look = path.stat().st_size, handout.settings
    line = f"{path}: {len(handout.slides)} slides, {bytes_text(n_bytes)}; took {elapsed:.1f} s"
    payload = {
        "path": str(path),
        "to": "pdf",
        **_look(look),
        "bytes": n_bytes,
        "elapsed_seconds": round(elapsed, 3),
        "slides": _slides(handout.slides),
    }
    return Report(line, payload)


def _slides(slides: Sequence[Slide]) -> list[dict[str, Any]]:
    return [
        {
            "act": slide.act,
            "beat": slide.name or None,
            "title": slide.title,
            "frames": slide.n_frames,
            "loops": slide.loops,
            "notes": slide.notes,
        }
        for slide in slides
    ]


def clip_report(clip: Clip) -> Report:
    """Report an animation."""
    from pipeline.clip.rates import rate_text

    spec, rate = clip.spec, rate_text(clip.spec.rate)
    length = f"{clip.n_frames} frame{'s' * (clip.n_frames != 1)}, {clip.seconds:g} s at {rate} fps"
    if clip.still:
        # A viewer shows it for as long as it is looked at, whatever excerpt it was made from.
        moved = f", since nothing moves in {clip.seconds:g} s" if clip.n_frames > 1 else ""
        length = f"a still picture{moved}"
    size = bytes_text(clip.n_bytes)
    if clip.limit is not None:
        size += f" of {bytes_text(clip.limit)}, SSIM {clip.similarity:.4f}"
    tried = f" ({clip.n_trials} tried)" if clip.limit is not None else ""
    line = (
        f"{clip.path}: {spec.width}x{spec.height}, {length}, {spec.grade_text}, {size}; "
        f"took {clip.elapsed:.1f} s{tried}"
    )
    payload = {
        "path": str(clip.path),
        "act": clip.act,
        "format": spec.format.name,
        "frames": 1 if clip.still else clip.n_frames,
        "seconds": None if clip.still else clip.seconds,
        "width": spec.width,
        "height": spec.height,
        "fps": float(spec.rate),
        "colors": spec.colours,
        "crf": spec.crf or None,
        "dither": spec.dither if spec.colours is not None else None,
        "loop": spec.loop if spec.format.loops else None,
        "bounce": spec.bounce,
        "transparent": spec.transparent,
        "theme": clip.theme,
        "bytes": clip.n_bytes,
        "max_bytes": clip.limit,
        "ssim": None if clip.similarity is None else round(clip.similarity, 5),
        "trials": clip.n_trials,
        "elapsed_seconds": round(clip.elapsed, 3),
    }
    return Report(line, payload)


def kit_report(folder: Path, payload: Mapping[str, Any], files: Mapping[str, bytes]) -> Report:
    """Report a folder for an article."""
    sizes = {name: len(content) for name, content in files.items()}
    total = bytes_text(sum(sizes.values()))
    line = f"{folder}: {len(files)} files, {total}; open index.html first"
    return Report(line, {"path": str(folder), **payload, "files": sizes})


def storyboard_report(made: Storyboard) -> Report:
    """Report a storyboard."""
    fps, (width, height) = made.settings.fps, made.size
    frames = sum(len(each.moments) for each in made.scenarios)
    acts = f"{len(made.scenarios)} act" + "s" * (len(made.scenarios) != 1)
    payload = {
        "path": str(made.path),
        "width": width,
        "height": height,
        "theme": made.settings.theme,
        "acts": [
            {
                "name": each.name,
                "seconds": each.n_frames / fps,
                "moments": [{"seconds": m.frame / fps, "name": m.name} for m in each.moments],
            }
            for each in made.scenarios
        ],
    }
    return Report(f"{made.path}: {frames} frames of {acts}, {width}x{height}", payload)


def _look(look: RenderSettings) -> dict[str, Any]:
    return {"width": look.width, "height": look.height, "fps": look.fps, "theme": look.theme}
