"""A deck for PowerPoint and its relatives: by manim-slides' converter, then finished.

Each slide is a clip that starts by itself and fills the slide, under its last frame as a poster: that is what
is printed, and shown in lists, and what the notes are about. The converter leaves
traces of its template (an author, a date, names of temporary files) and slides that say nothing to
whoever cannot see them; both are put right here, and the file is written with fixed dates, so that
the same deck is the same file.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.deck.presentation import presentation
from pipeline.outputs import atomic_write

if TYPE_CHECKING:
    from pipeline.deck.deck import Deck

#: The earliest date that a zip file can tell.
_NEVER = (1980, 1, 1, 0, 0, 0)
#: Slides are 7.5 inches along the shorter side, PowerPoint's own size, whatever the clips have.
_SHORTER_SIDE = 720


def write_office(deck: Deck, path: Path) -> None:
    """Write a deck as a PPTX file, whole or not at all.

    Parameters
    ----------
    deck
        What is to be shown.
    path
        The file.

    Raises
    ------
    SettingsError
        When the file's folder cannot be made.
    RenderError
        When it cannot be written.
    """
    from manim_slides.convert import PowerPoint

    scale = _SHORTER_SIDE / min(deck.settings.size)
    width, height = (round(scale * side) for side in deck.settings.size)
    converter = PowerPoint(
        presentation_configs=[presentation(deck)],
        width=width,
        height=height,
        poster_frame_image=deck.pictures[0],  # each has its own in the end
    )
    with atomic_write(path) as temporary:
        draft = temporary.with_name("draft.pptx")
        with contextlib.redirect_stderr(io.StringIO()):  # a progress bar of its own
            converter.convert_to(draft)
        _finish(deck, draft)
        _with_fixed_dates(draft, temporary)


def _finish(deck: Deck, draft: Path) -> None:
    from pptx import Presentation
    from pptx.dml.color import RGBColor

    deck_file = Presentation(str(draft))
    about = deck_file.core_properties
    about.title, about.language = deck.title, deck.language
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = datetime.datetime(*_NEVER)
    for shown, slide, picture in zip(deck_file.slides, deck.slides, deck.pictures, strict=True):
        fill = shown.background.fill
        fill.solid()
        background = bytes.fromhex(deck.colours["background"].lstrip("#"))
        fill.fore_color.rgb = RGBColor(*background)  # type: ignore[no-untyped-call]
        (movie,) = shown.shapes
        movie.name = slide.title
        _, poster = shown.part.get_or_add_image_part(str(picture))
        movie._element.blipFill.blip.rEmbed = poster
        movie._element.nvPicPr.cNvPr.set("descr", " ".join(slide.description.split()))
    deck_file.save(str(draft))


def _with_fixed_dates(draft: Path, path: Path) -> None:
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            entry: Any = zipfile.ZipInfo(name, _NEVER)
            packed = name.endswith((".mp4", ".png", ".jpeg"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
