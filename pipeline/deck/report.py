"""What there is to say about a deck that was made: a line for people, facts for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.sizes import bytes_text

if TYPE_CHECKING:
    from pipeline.deck.deck import Deck


@dataclass(frozen=True)
class MadeDeck:
    """A finished deck and what it took to make it.

    Attributes
    ----------
    deck : Deck
        What is in it.
    path : Path
        The file or folder.
    form : str
        Which of the forms it has.
    n_drawn : int
        Frames that had to be drawn.
    elapsed : float
        Seconds it took.
    """

    deck: Deck
    path: Path
    form: str
    n_drawn: int
    elapsed: float

    @property
    def n_bytes(self) -> int:
        """Its size; of a folder, that of all files in it."""
        if self.path.is_file():
            return self.path.stat().st_size
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())


def deck_line(made: MadeDeck) -> str:
    """Return one line on a finished deck."""
    look, slides = made.deck.settings, made.deck.slides
    stops = sum(not slide.loops for slide in slides)
    loops = f" and {len(slides) - stops} that loop{'s' * (len(slides) - stops == 1)}"
    return (
        f"{made.path}: {stops} slides{loops if stops < len(slides) else ''}, "
        f"{look.width}x{look.height} at {look.fps} fps, {bytes_text(made.n_bytes)}; "
        f"{made.n_drawn} frames drawn, took {made.elapsed:.1f} s"
    )


def deck_facts(made: MadeDeck) -> dict[str, Any]:
    """Return what there is to say about a finished deck, for JSON."""
    look = made.deck.settings
    return {
        "path": str(made.path),
        "to": made.form,
        "width": look.width,
        "height": look.height,
        "fps": look.fps,
        "theme": look.theme,
        "frames": made.deck.n_frames,
        "frames_drawn": made.n_drawn,
        "bytes": made.n_bytes,
        "elapsed_seconds": round(made.elapsed, 3),
        "slides": [
            {
                "act": slide.act,
                "beat": slide.name or None,
                "title": slide.title,
                "frames": slide.n_frames,
                "loops": slide.loops,
                "notes": slide.notes,
            }
            for slide in made.deck.slides
        ],
    }
