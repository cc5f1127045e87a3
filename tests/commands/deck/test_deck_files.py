"""A deck is the film, stopped at its beats: the same frames, words and numbers, in every form."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import av
import numpy as np
import pytest
import typst
from manim_slides.config import PresentationConfig
from PIL import Image
from pptx import Presentation

from commands.deck import FORMS, _title
from pipeline.deck.clips import cut
from pipeline.deck.handout import Handout, handout_source, write_handout
from pipeline.deck.slides import Slide
from pipeline.errors import RenderError
from pipeline.render.settings import RenderSettings
from scenes import ACTS
from scenes.text.wording import Wording
from tests.commands.deck.made import CLIPPED, LOOK, PAPER, SHOWN, Made, frames_in


@pytest.mark.slow
def test_after_a_film_only_the_loop_is_drawn_and_then_nothing(made: Made) -> None:
    n_loop = made.slides[-1]["frames"]
    assert [made.facts[f]["frames_drawn"] for f in CLIPPED] == [n_loop, 0, 0]
    assert [s["loops"] for s in made.slides] == [False] * (len(made.slides) - 1) + [True]
    assert {str(made.path(end)) for end in FORMS.values()} == {
        facts["path"] for facts in made.facts.values()
    }


def test_decoded_clips_are_the_film_frame_by_frame(made: Made) -> None:
    film = frames_in(made.path(".mp4"))
    clips = [frames_in(slide.file) for slide in made.config.slides]
    assert [len(clip) for clip in clips] == [slide["frames"] for slide in made.slides]
    shown = [frame for clip in clips[:-1] for frame in clip]
    assert len(shown) < len(film)  # how the last act leaves is not shown
    assert all(np.array_equal(a, b) for a, b in zip(shown, film, strict=False))


def test_a_slide_stops_on_a_picture_that_does_not_move(made: Made) -> None:
    for slide in made.config.slides[:-1]:
        *_, before, last = frames_in(slide.file)
        # The encoder may still refine a picture that stands, by a step or two of 255.
        change = np.abs(last.astype(int) - before.astype(int))
        assert change.mean() < 0.5
        assert (change > 8).mean() < 1e-3


def test_a_segment_is_parted_where_a_group_begins_and_nowhere_else(made: Made) -> None:
    clip = Path(made.config.slides[0].file).read_bytes()
    assert len(frames_in(cut(clip, 0, 3))) == 3
    assert cut(clip, 0, len(frames_in(clip))) == clip
    with pytest.raises(RenderError, match="cannot be parted"):
        cut(clip, 1, 2)
    with pytest.raises(RenderError, match="cannot be parted"):
        cut(clip, 0, 10_000)


# --- manim-slides --------------------------------------------------------------------------------


def test_manim_slides_reads_its_deck_wherever_the_folder_is(made: Made, tmp_path: Path) -> None:
    moved = tmp_path / "a USB stick"
    shutil.copytree(made.path(""), moved)
    config = PresentationConfig.from_file(moved / "slides" / f"{made.path('').name}.json")
    assert [slide.notes for slide in config.slides] == [slide["notes"] for slide in made.slides]
    assert [slide.loop for slide in config.slides] == [slide["loops"] for slide in made.slides]
    assert config.resolution == (160, 90)
    for slide in config.slides:
        assert Path(slide.file).is_relative_to(moved)
        (back,) = frames_in(Path(slide.rev_file))
        assert np.array_equal(back, frames_in(Path(slide.file))[0])
    assert {entry.name for entry in moved.iterdir()} == {"clips", "slides", "deck.json"}


# --- PowerPoint ----------------------------------------------------------------------------------


def test_a_powerpoint_slide_is_a_clip_that_starts_with_its_poster_and_notes(made: Made) -> None:
    deck = Presentation(str(made.path(".pptx")))
    assert len(deck.slides) == len(made.slides)
    for shown, facts, ours in zip(deck.slides, made.slides, made.config.slides, strict=True):
        (movie,) = shown.shapes
        assert (movie.left, movie.top) == (0, 0)
        assert (movie.width, movie.height) == (deck.slide_width, deck.slide_height)
        (media,) = {
            part.blob
            for part in (relation.target_part for relation in shown.part.rels.values())
            if part.content_type == "video/mp4"
        }
        assert media == Path(ours.file).read_bytes()
        poster = np.asarray(Image.open(BytesIO(movie.poster_frame.blob)).convert("RGB"))
        assert tuple(poster[0, 0]) == PAPER, "drawn: no video has this colour"
        with av.open(BytesIO(media)) as file:
            *_, last = file.decode(video=0)
        off = np.abs(poster.astype(int) - last.to_ndarray(format="rgb24"))
        assert off.mean() < 3, "the picture on which it stops"
        notes = shown.notes_slide.notes_text_frame.text if shown.has_notes_slide else ""
        assert notes == facts["notes"]
        xml = shown.part.blob.decode()
        assert '<p:cond delay="0"/>' in xml
        assert ('repeatCount="indefinite"' in xml) == facts["loops"]


def test_a_powerpoint_deck_names_nobody_and_is_the_same_every_time(
    made: Made, tmp_path: Path
) -> None:
    about = Presentation(str(made.path(".pptx"))).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.title == "Ridge regression: why the L2 penalty works"
    command = ("deck", *SHOWN, "--to", "pptx", *LOOK, "--out", str(tmp_path))
    result = made.run(*command)
    assert (result.exit_code, result.stderr) == (0, "")
    again = tmp_path / made.path(".pptx").name
    assert again.read_bytes() == made.path(".pptx").read_bytes()
    assert zipfile.ZipFile(again).testzip() is None


# --- on paper ------------------------------------------------------------------------------------


def test_a_handout_has_every_slide_with_its_notes_and_is_the_same_every_time(
    made: Made, tmp_path: Path
) -> None:
    path = made.path(".pdf")
    told = made.facts["pdf"]
    assert path.read_bytes().startswith(b"%PDF-")
    assert told["theme"] == "light", "paper is white, where nothing else is asked for"
    assert told["slides"] == made.slides[:-1], "nobody waits on paper"
    result = made.run("deck", *SHOWN, "--to", "pdf", *LOOK, "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_the_whole_is_called_as_its_title_says() -> None:
    """As players list a film, so are a page, its print, a handout and slides called."""
    called = [
        _title(cast("Any", SimpleNamespace(title=title, wording=Wording("en"))), ACTS, ())
        for title in ("Regression II", None)
    ]
    assert called == ["Regression II", "Ridge regression: why the L2 penalty works"]


def test_text_of_a_handout_is_no_markup(tmp_path: Path) -> None:
    nasty = '#panic("x") $ "] \\ *b* </script> \x07'
    picture = tmp_path / "a-1.png"
    Image.new("RGB", (160, 90)).save(picture)
    slides = [Slide("a", nasty, "", (), captions=(nasty,), numbers=(nasty,))] * 2
    look = RenderSettings(160, 90, 10)
    source = handout_source(Handout(slides, [picture] * 2, look, nasty, "de"))
    assert source.count("#heading(") == 1, "of slides with one title, the first has it"
    write_handout(Handout(slides, [picture] * 2, look, nasty, "de"), tmp_path / "a.pdf")
    svg = typst.Compiler(root=str(tmp_path), ignore_system_fonts=True).compile(
        source.encode(), format="svg"
    )
    assert isinstance(svg, bytes)
    assert svg.count(b"<image") == 2
