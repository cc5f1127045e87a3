"""A deck for manim-slides' presenter: its clips, and its JSON file beside them.

    FOLDER/clips/01-….mp4, …          what is played
    FOLDER/slides/NAME.json           the order, what loops, what is said
    FOLDER/deck.json                  what is ours in it: see `pipeline.folders`

The paths in it begin at FOLDER, which is how manim-slides reads them: so the folder can be moved,
and ``manim-slides present NAME`` finds its deck when it is started there.

manim-slides plays a clip backwards from a file of its own. To encode every clip a second time would
take longer than all the rest, and gigabytes of memory; ours is the clip's first frame, cut out of
it, so that its key for backwards goes back to the beginning of the clip at once.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.deck.clips import cut
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from manim_slides.config import PresentationConfig

    from pipeline.deck.deck import Deck

CLIPS, SLIDES = "clips", "slides"


def check_extra() -> None:
    """Raise early when manim-slides is not installed. Nothing of it used here imports Qt.

    Raises
    ------
    SettingsError
        With what to type.
    """
    try:
        import manim_slides.config  # noqa: F401
        import pptx  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            f"--to pptx and --to manim-slides need manim-slides ({error}): install it with "
            "`make deck`, or make a page with --to html."
        ) from error


def presentation(deck: Deck, backwards: dict[Path, Path] | None = None) -> PresentationConfig:
    """Return the deck as manim-slides' own `PresentationConfig`."""
    from manim_slides.config import PresentationConfig, SlideConfig

    return PresentationConfig(
        slides=[
            SlideConfig(
                file=clip,
                rev_file=(backwards or {}).get(clip, clip),
                loop=slide.loops,
                notes=slide.notes,
                dedent_notes=False,
            )
            for slide, clip in zip(deck.slides, deck.clips, strict=True)
        ],
        resolution=deck.settings.size,
        background_color=deck.colours["background"],
    )


def write_presentation(deck: Deck, folder: Path, name: str) -> None:
    """Fill an empty folder with the deck; where that fails, OSError is raised."""
    (folder / CLIPS).mkdir()
    (folder / SLIDES).mkdir()
    moved, backwards = {}, {}
    for clip in dict.fromkeys(deck.clips):
        moved[clip] = folder / CLIPS / clip.name
        shutil.copyfile(clip, moved[clip])
        backwards[moved[clip]] = moved[clip].with_stem(f"{clip.stem}-back")
        backwards[moved[clip]].write_bytes(cut(clip.read_bytes(), 0, 1))
    config = presentation(replace(deck, clips=tuple(moved[clip] for clip in deck.clips)), backwards)
    payload = config.model_dump(mode="json")
    for slide in payload["slides"]:
        for key in ("file", "rev_file"):
            slide[key] = Path(slide[key]).relative_to(folder).as_posix()
    text = json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
    (folder / SLIDES / f"{name}.json").write_text(text, encoding="utf-8")
