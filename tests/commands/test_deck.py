"""A deck is the film, stopped at its beats: the same frames, words and numbers, in three forms."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
import zipfile
from dataclasses import dataclass, replace
from functools import partial
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import typst
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from manim_slides.config import PresentationConfig
from PIL import Image
from pptx import Presentation

import render
from commands.data import read_data
from commands.deck import FORMS, numbers_line
from pipeline.deck import page
from pipeline.deck.clips import cut
from pipeline.deck.handout import Handout, handout_source, write_handout
from pipeline.deck.slides import Slide, captions_in, slides_of
from pipeline.errors import RenderError
from pipeline.pages import script_json
from pipeline.render.film import Act
from pipeline.render.settings import RenderSettings
from pipeline.render.timeline import Beat, Cue, Timeline
from scenes import ACTS, LOOPS, build_act
from scenes.act import CAPTION_FADE
from scenes.brief import Brief
from scenes.text.captions import languages
from tests.browser import DESKTOP, PHONE, Browser, Page, Window

#: Two acts, so that one leads into the other; the second has numbers at its beats.
SHOWN = ("hook", "bowl")
LOOK = ("--size", "160x90", "--fps", "10")
#: H.264 as our clips have it, and the right arrow, as a driver types it.
CLIPPED = ("html", "pptx", "manim-slides")
#: The background of the dark theme.
PAPER = (16, 21, 29)
RIGHT, LEFT, END = "\ue014", "\ue012", "\ue010"


# --- where it stops ------------------------------------------------------------------------------


def make(renderer: Any) -> Any:
    raise NotImplementedError


@st.composite
def an_act(draw: st.DrawFn, name: str) -> Act:
    n_frames = draw(st.integers(1, 200))
    edges = sorted(draw(st.sets(st.integers(0, n_frames), max_size=8)))
    cues = tuple(Cue(a, b, f"{name} {a}") for a, b in pairwise(edges))
    at = sorted(draw(st.lists(st.integers(0, n_frames), max_size=6)))
    numbers = st.sampled_from([None, {"lam": 1.0}, {"lam": 2.0}])
    beats = tuple(Beat(frame, f"beat {i}", draw(numbers)) for i, frame in enumerate(at))
    return Act(name, make, title=name.upper(), timeline=Timeline(n_frames, 10, cues, beats))


def told(numbers: dict[str, Any]) -> str:
    return f"λ = {numbers['lam']}"


ACTS_OF_THREE = st.tuples(*(an_act(name) for name in "abc"))


@given(acts=ACTS_OF_THREE)
def test_slides_one_after_the_other_are_the_film_but_for_how_it_ends(acts: tuple[Act, ...]) -> None:
    shown = [
        (span.act, frame)
        for slide in slides_of(acts, told)
        for span in slide.spans
        for frame in range(span.start, span.stop)
    ]
    film = [(act.name, frame) for act in acts for frame in range(act.n_frames)]
    assert shown == film[: len(shown)]
    left = len(film) - len(shown)
    assert left == acts[-1].n_frames - max(stop for stop, _ in acts[-1].stops)


@given(acts=ACTS_OF_THREE)
def test_every_beat_is_the_end_of_a_slide_with_its_name_and_numbers(acts: tuple[Act, ...]) -> None:
    ends = {(s.act, s.spans[-1].stop): s for s in slides_of(acts, told) if s.spans[-1].act == s.act}
    for act in acts:
        last_of = {beat.frame: beat for beat in act.timeline.beats if beat.frame > 0}
        for frame, beat in last_of.items():
            slide = ends[act.name, frame]
            assert (slide.name, slide.title) == (beat.name, act.title)
            assert slide.numbers == ((told(beat.numbers),) if beat.numbers else ())


@given(acts=ACTS_OF_THREE)
def test_every_caption_is_said_where_it_comes_up(acts: tuple[Act, ...]) -> None:
    slides = slides_of(acts, told)
    for act in acts:
        spans = [(s.spans[-1], s) for s in slides if s.act == act.name]
        for cue in act.timeline.cues:
            saying = [s for span, s in spans if span.start <= cue.start < span.stop]
            assert all(cue.text in slide.captions for slide in saying)
            assert saying or cue.start >= act.n_frames


def test_a_caption_that_stays_up_is_said_again_and_one_that_leaves_is_not() -> None:
    cues = (Cue(0, 10, "first"), Cue(12, 20, "second"))
    assert captions_in(cues, 0, 5) == ("first",)
    assert captions_in(cues, 5, 10) == ("first",)
    assert captions_in(cues, 9, 15) == ("second",)
    assert captions_in(cues, 10, 12) == ()


@given(act=an_act("a"))
def test_a_loop_is_one_slide_with_all_its_frames(act: Act) -> None:
    (slide,) = slides_of([replace(act, loops=True)], told)
    assert (slide.loops, slide.n_frames) == (True, act.n_frames)
    assert len(set(slide.numbers)) == len(slide.numbers)


@pytest.mark.parametrize("name", [entry.name for entry in ACTS])
def test_where_an_act_stops_nothing_moves_and_its_caption_is_there(name: str) -> None:
    """Acts that never hold still, since all of it keeps turning, may stop where nothing fades."""
    from pipeline.render.frames import probe

    look = RenderSettings(width=160, height=90, fps=30)
    brief = Brief(read_data())
    timeline = probe(partial(build_act, name, brief), look)
    assert timeline.beats
    for stop, beat in Act(name, make, timeline=timeline).stops:
        assert beat is not None, "an act ends as it leaves, not with something to be seen"
        shown = stop - 1
        held = [(a, b) for a, b in timeline.holds if a <= shown < b and b - a > 1]
        assert held or not timeline.holds, beat.name
        fading = [
            cue.text
            for cue in timeline.cues
            if cue.start <= shown < cue.start + CAPTION_FADE * look.fps
            or cue.stop <= shown < cue.stop + CAPTION_FADE * look.fps
        ]
        assert fading == [], beat.name


def test_a_column_may_be_called_anything(tmp_path: Path, made: Made) -> None:
    """A control character is no part of XML, and a line break is none of a note."""
    nasty = "a\x07\n</script>&\u2028"
    assert captions_in([Cue(0, 9, f"Is {nasty} it?")], 0, 9) == ("Is a </script>& it?",)
    csv = tmp_path / "nasty.csv"
    rows = ["1,2,3.1", "2,3,4.2", "3,5,7.9", "4,4,8.3", "5,8,12.6"]
    csv.write_text("\n".join(["a\x07</script>&,B,Y", *rows]), encoding="utf-8")
    options = ("--data", str(csv), "--features", "a\x07</script>&,B", "--response", "Y", *LOOK)
    for form in FORMS:
        result = made.run("deck", "twins", "--to", form, *options, "--out", str(tmp_path))
        assert result.exit_code == 0, result.output
    assert len(Presentation(str(tmp_path / "twins.pptx")).slides) > 3
    Elements((tmp_path / "twins.html").read_text(encoding="utf-8"))


def test_numbers_are_written_as_in_the_pictures() -> None:
    numbers = {"lam": 0.0, "theta": [0.7123, -12.0], "rss": 12345.0, "condition_number": None}
    assert numbers_line(numbers) == (
        "At the best θ: λ = 0 · θ̂₁ = 0.712 · θ̂₂ = −12.0 · RSS = 1.23 × 10⁴ · κ(XᵀX + λI) = ∞"
    )


# --- the deck, made once in each form ------------------------------------------------------------


def clean(environment: dict[str, str], cache: Path) -> dict[str, str | None]:
    ours: dict[str, str | None] = {n: None for n in os.environ if n.startswith("RIDGE_")}
    return {**ours, "RIDGE_CACHE_DIR": str(cache), "RIDGE_WORKERS": "0", **environment}


@dataclass
class Made:
    """A film and the decks made after it, and what was said of them."""

    folder: Path
    cache: Path
    facts: dict[str, dict[str, Any]]

    def run(self, *arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(
            render.cli, arguments, env=clean(environment, self.cache), prog_name="render.py"
        )

    def path(self, end: str) -> Path:
        return self.folder / f"{'+'.join(SHOWN)}{end}"

    @property
    def slides(self) -> list[dict[str, Any]]:
        return list(self.facts["html"]["slides"])

    @property
    def config(self) -> PresentationConfig:
        return PresentationConfig.from_file(self.path("") / "slides" / f"{self.path('').name}.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("cache"), {})
    common = (*LOOK, "--out", str(made.folder), "--json")
    assert made.run("film", *SHOWN, *common).exit_code == 0
    for form in FORMS:
        result = made.run("deck", *SHOWN, "--to", form, "--no-live", *common)
        assert result.exit_code == 0, result.output
        made.facts[form] = json.loads(result.stdout.splitlines()[-1])
    return made


def frames_in(clip: Path | bytes) -> list[Any]:
    with av.open(BytesIO(clip) if isinstance(clip, bytes) else clip) as file:
        return [frame.to_ndarray() for frame in file.decode(video=0)]


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
        # The encoder may still refine a picture that stands; nobody sees by one step.
        assert np.abs(last.astype(int) - before.astype(int)).max() <= 8


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


# --- the page ------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """What a page is made of; fails where an element is closed that is not open."""

    EMPTY = ("meta", "link", "img", "br", "path")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self._id = ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._id = dict(attrs).get("id") or ""
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._id = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._id] = self.texts.get(self._id, "") + data


def test_a_page_is_one_file_that_asks_for_nothing(made: Made) -> None:
    text = made.path(".html").read_text(encoding="utf-8")
    elements = Elements(text)
    addresses = [
        str(value)
        for _, attributes in elements.found
        for name, value in attributes.items()
        if name in ("src", "href", "poster", "action", "data", "srcset")
    ]
    assert [address for address in addresses if not address.startswith("data:")] == []
    assert re.findall(r"(?:https?:)?//[a-z]\S*", re.sub(r"(?m)//.*$", "", text)) == []
    assert "@import" not in text
    names = [attributes.get("id") for _, attributes in elements.found if attributes.get("id")]
    assert len(names) == len(set(names))
    slides = json.loads(elements.texts["deck"])["slides"]
    for slide, facts, ours in zip(slides, made.slides, made.config.slides, strict=True):
        clip = base64.b64decode(elements.texts[f"clip-{slide['clip']}"], validate=True)
        assert clip == Path(ours.file).read_bytes()
        assert "\n".join([*slide["captions"], *slide["numbers"]]) == facts["notes"]


def test_a_clip_that_is_shown_twice_is_in_the_page_once(made: Made, tmp_path: Path) -> None:
    command = (
        "deck",
        *SHOWN,
        "--idle",
        "both",
        "--no-live",
        *LOOK,
        "--out",
        str(tmp_path),
        "--json",
    )
    facts = json.loads(made.run(*command).stdout.splitlines()[-1])
    assert [s["act"] for s in facts["slides"]][:: len(facts["slides"]) - 1] == [LOOPS[0].name] * 2
    # Nothing but the second mention of the loop, and its poster in the list.
    more = facts["bytes"] - made.facts["html"]["bytes"]
    assert 0 < more < 20_000


def test_nothing_in_a_caption_ends_the_page_or_becomes_part_of_it() -> None:
    nasty = "</script><script>alert(1)</script><!-- clips --> & \u2028"
    data = script_json({"captions": nasty})
    assert "<" not in data
    assert json.loads(data) == {"captions": nasty}


def test_the_page_speaks_every_language_of_the_film() -> None:
    words = page.page_words()
    assert set(words) == set(languages())
    for language in words.values():
        assert language.keys() == words["en"].keys()
        assert [len(row) for row in language["keys"]] == [2] * len(words["en"]["keys"])


def test_there_is_one_slide_for_each_span_whatever_it_is_called() -> None:
    slide = Slide("an act", "T", "näme/../x", ())
    assert slide.file_name == "an-act-n-me-x"


# --- the page in a browser -----------------------------------------------------------------------

#: As wide as it is high as the clips are, so that they fill it.
SMALL = Window(640, 360)


def press(page_: Page, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    for key in keys:
        ActionChains(page_.driver, duration=0).send_keys(key).perform()


def reach(page_: Page, slide: int, state: str) -> None:
    page_.until(
        f"document.body.dataset.slide === '{slide}' && document.body.dataset.state === '{state}'"
    )


def seen(page_: Page, folder: Path) -> Any:
    """What is on the screen, as large as the clips."""
    # What was decoded is on the screen two frames later.
    page_.script(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    page_.script("document.getElementById('begin').textContent = ''")
    page_.script("document.body.classList.add('idle')")
    page_.script("document.getElementById('bar').hidden = true")
    page_.script("document.getElementById('progress').hidden = true")
    page_.screenshot(folder / "seen.png")
    picture = Image.open(folder / "seen.png").convert("RGB").resize((160, 90), Image.Resampling.BOX)
    return np.asarray(picture).astype(int)


def picture_of(clip: Path, number: int) -> Any:
    with av.open(clip) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    return frames[number].astype(int)


def farness(a: Any, b: Any) -> float:
    return float(np.abs(a - b).mean())


def test_it_waits_then_each_key_plays_to_the_next_stop(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    shown = browser.open(made.path(".html"), SMALL)
    reach(shown, 1, "waiting")
    clips = [Path(slide.file) for slide in made.config.slides]
    assert farness(seen(shown, tmp_path), picture_of(clips[0], 0)) < 3
    press(shown, RIGHT)
    reach(shown, 1, "playing")
    reach(shown, 1, "stopped")
    assert shown.script("return document.querySelector('video.front').ended")
    assert farness(seen(shown, tmp_path), picture_of(clips[0], -1)) < 3
    press(shown, RIGHT)
    reach(shown, 2, "playing")
    press(shown, RIGHT)  # complete it
    reach(shown, 2, "stopped")
    screen = seen(shown, tmp_path)
    assert farness(screen, picture_of(clips[1], -1)) + 0.5 < farness(
        screen, picture_of(clips[1], 0)
    )
    press(shown, LEFT)
    reach(shown, 1, "stopped")
    assert farness(seen(shown, tmp_path), picture_of(clips[0], -1)) < 3
    assert shown.troubles() == []


def test_round_the_picture_there_is_no_edge(made: Made, browser: Browser, tmp_path: Path) -> None:
    shown = browser.open(made.path(".html"), Window(640, 480))
    reach(shown, 1, "waiting")
    shown.screenshot(tmp_path / "seen.png")
    picture = Image.open(tmp_path / "seen.png").convert("RGB")
    outside, inside = picture.getpixel((5, 40)), picture.getpixel((5, 80))
    assert outside == inside


def test_all_of_it_can_be_gone_through_and_ends_on_the_loop(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    n_slides = len(made.slides)
    press(shown, RIGHT)
    for slide in range(1, n_slides):
        reach(shown, slide, "playing")
        press(shown, " ")
        reach(shown, slide, "stopped")
        press(shown, RIGHT)
    reach(shown, n_slides, "playing")
    shown.until("document.querySelector('video.front').currentTime > 0.5")
    shown.until("document.querySelector('video.front').currentTime < 0.5", "it starts again")
    press(shown, RIGHT)
    reach(shown, n_slides, "playing")
    assert (shown.overflow(), shown.troubles()) == ([], [])


def test_a_page_that_is_loaded_again_is_where_it_was(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    press(shown, "3", "\ue007")
    reach(shown, 3, "stopped")
    shown.reload()
    reach(shown, 3, "stopped")
    press(shown, END)
    reach(shown, len(made.slides), "playing")
    assert shown.troubles() == []


def test_who_wants_no_motion_sees_each_picture_at_once(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    shown = browser.open(made.path(".html"), SMALL, prefers_reduced_motion="reduce")
    reach(shown, 1, "waiting")
    press(shown, RIGHT)
    reach(shown, 1, "stopped")
    press(shown, RIGHT)
    reach(shown, 2, "stopped")
    assert shown.script("return document.querySelector('video.front').paused")
    last = picture_of(Path(made.config.slides[1].file), -1)
    assert farness(seen(shown, tmp_path), last) < 3


def test_notes_overview_and_help(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), DESKTOP)
    n_slides = len(made.slides)
    press(shown, "4", "\ue007")
    reach(shown, 4, "stopped")
    press(shown, "n")
    notes = shown.script("return document.getElementById('notes').innerText")
    assert all(line in notes for line in made.slides[3]["notes"].splitlines())
    press(shown, "n", "o")
    assert shown.script("return document.querySelectorAll('#overview li').length") == n_slides
    assert shown.script(
        "return [...document.querySelectorAll('#overview img')].every(one => one.naturalWidth > 0)"
    )
    shown.script("document.querySelectorAll('#overview button')[1].click()")
    reach(shown, 2, "stopped")
    assert shown.script("return document.getElementById('overview').hidden")
    press(shown, "?")
    assert shown.script("return document.getElementById('help').open")
    press(shown, "?")
    assert not shown.script("return document.getElementById('help').open")
    press(shown, "s")
    main, *others = shown.driver.window_handles
    try:
        (speaker,) = others
        shown.driver.switch_to.window(speaker)
        told = shown.script("return document.body.innerText")
        assert all(line in told for line in made.slides[1]["notes"].splitlines())
        assert made.slides[2]["notes"].splitlines()[0] in told
        shown.driver.close()
    finally:
        shown.driver.switch_to.window(main)
    assert shown.troubles() == []


def test_on_a_phone_a_tap_goes_on_and_nothing_is_out_of_reach(made: Made, browser: Browser) -> None:
    shown = browser.open(made.path(".html"), PHONE)
    reach(shown, 1, "waiting")
    shown.script("document.getElementById('stage').click()")
    reach(shown, 1, "playing")
    reach(shown, 1, "stopped")
    shown.script("document.getElementById('to-next').click()")
    reach(shown, 2, "playing")
    boxes = shown.script(
        """return [...document.querySelectorAll('#bar button:not([hidden])')]
            .map(one => one.getBoundingClientRect())
            .map(box => [box.left, box.top, box.right, box.bottom]);"""
    )
    assert len(boxes) >= 5
    assert all(0 <= box[0] < box[2] <= PHONE.width for box in boxes)
    assert all(0 <= box[1] < box[3] <= PHONE.height for box in boxes)
    assert all(min(box[2] - box[0], box[3] - box[1]) >= 24 for box in boxes)
    names = shown.script(
        "return [...document.querySelectorAll('#bar button')].map(b => b.ariaLabel)"
    )
    assert all(names)
    assert (shown.overflow(), shown.troubles()) == ([], [])


# --- what cannot be done -------------------------------------------------------------------------


def one_sentence(result: Result, code: int = 2) -> str:
    assert result.exit_code == code, result.output
    assert not isinstance(result.exception, RuntimeError)
    assert "Traceback" not in result.output
    return result.stderr.strip().splitlines()[-1]


def test_paper_has_no_voice(made: Made, tmp_path: Path) -> None:
    result = made.run("deck", "--to", "pdf", "--voice", str(tmp_path), "--out", str(tmp_path))
    assert "--voice" in one_sentence(result)


def test_a_form_that_there_is_not(made: Made) -> None:
    assert "'html', 'pptx', 'pdf', 'manim-slides'" in one_sentence(
        made.run("deck", "--to", "keynote")
    )


def test_captions_have_no_file_in_a_deck(made: Made) -> None:
    said = one_sentence(made.run("deck", "--captions", "file"))
    assert "--captions burned or none" in said


@pytest.mark.parametrize("form", ["pptx", "manim-slides"])
def test_without_the_extra_there_is_a_page_and_a_remedy(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setitem(sys.modules, "manim_slides", None)
    monkeypatch.delitem(sys.modules, "manim_slides.config")
    here = ("--out", str(tmp_path))
    said = one_sentence(made.run("deck", *SHOWN, "--to", form, *LOOK, *here))
    assert "`make deck`" in said
    assert list(tmp_path.iterdir()) == []
    assert made.run("deck", *SHOWN, *LOOK, *here).exit_code == 0


def test_an_output_that_cannot_be_written(made: Made, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for form in ("html", "pptx", "manim-slides"):
        said = one_sentence(made.run("deck", "--to", form, "--out", str(tmp_path / "file")))
        assert "--out" in said
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["thesis.txt", "slides/talk.json", "slides/{deck}.json"])
@pytest.mark.parametrize("beside_a_deck", [True, False])
def test_what_somebody_has_put_into_its_folder_is_not_lost(
    made: Made, tmp_path: Path, name: str, beside_a_deck: bool
) -> None:
    folder = tmp_path / made.path("").name
    if beside_a_deck:
        shutil.copytree(made.path(""), folder)
    mine = folder / name.format(deck=folder.name)  # another talk, or changed notes of this one
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    said = one_sentence(
        made.run("deck", *SHOWN, "--to", "manim-slides", *LOOK, "--out", str(tmp_path))
    )
    assert "--out" in said
    assert name.partition("/")[0] in said
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("html", "pipeline.deck.page._embedded"),
        ("pptx", "pipeline.deck.office._finish"),
        ("manim-slides", "pipeline.deck.presentation.cut"),
    ],
)
def test_a_run_that_fails_leaves_the_old_deck(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, where: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    command = ("deck", *SHOWN, "--to", form, *LOOK, "--out", str(tmp_path))
    assert made.run(*command).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made.run(*command).exit_code == 0  # a deck may take the place of a deck
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    monkeypatch.setattr(where, full)
    assert "no space left" in one_sentence(made.run(*command), 1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == [
        made.path({"html": ".html", "pptx": ".pptx"}.get(form, "")).name
    ]


def test_a_dry_run_draws_and_writes_nothing(made: Made, tmp_path: Path) -> None:
    result = made.run("deck", "--dry-run", "--json", *LOOK, "--out", str(tmp_path / "out"))
    assert (result.exit_code, json.loads(result.stdout)["event"]) == (0, "plan")
    assert list(tmp_path.iterdir()) == []


def test_to_is_not_the_end_of_a_film(made: Made, tmp_path: Path) -> None:
    """`film --to` takes seconds: neither the environment nor a file may confuse the two."""
    config = tmp_path / "our.toml"
    config.write_text('deck-to = "pptx"\nto = 3\n', encoding="utf-8")
    command = ("deck", *SHOWN, "--json", *LOOK, "--out", str(tmp_path))
    last = [
        json.loads(result.stdout.splitlines()[-1])
        for result in (
            made.run(*command, RIDGE_TO="3"),
            made.run(*command, RIDGE_DECK_TO="pptx"),
            made.run(*command, "--config", str(config)),
        )
    ]
    assert [facts["to"] for facts in last] == ["html", "pptx", "pptx"]
    film = made.run(
        "film", SHOWN[0], "--json", *LOOK, "--config", str(config), "--out", str(tmp_path)
    )
    assert json.loads(film.stdout.splitlines()[-1])["frames"] == 30


def test_without_burnt_captions_the_notes_still_have_them(made: Made, tmp_path: Path) -> None:
    command = ("deck", SHOWN[0], "--captions", "none", "--idle", "none", "--json", *LOOK)
    facts = json.loads(made.run(*command, "--out", str(tmp_path)).stdout.splitlines()[-1])
    assert [s["notes"] for s in facts["slides"]] == [
        s["notes"] for s in made.slides if s["act"] == SHOWN[0]
    ]


def test_live_slide_stands_after_its_act_and_lets_go_of_the_keys(
    made: Made, browser: Browser, tmp_path: Path
) -> None:
    result = made.run("deck", *SHOWN, *LOOK, "--out", str(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout.splitlines()[-1])
    assert facts["frames_drawn"] == 0
    # Before the loop that is left on the screen.
    live = len(facts["slides"])
    shown = browser.open(f"{(tmp_path / 'hook+bowl.html').resolve().as_uri()}#{live}")
    reach(shown, live, "stopped")
    assert shown.script("return document.body.classList.contains('live')")
    frame = shown.driver.find_element("id", "live")
    shown.driver.switch_to.frame(frame)
    try:
        shown.until("document.body.classList.contains('ready')")
        moment = shown.script("return [explore.state().step, explore.numbers().condition]")
        assert moment == ["bowl", pytest.approx(4.0)]
        shown.driver.find_element("id", "figure").send_keys("\ue00f")  # page down, as a clicker
    finally:
        shown.driver.switch_to.default_content()
    reach(shown, live + 1, "playing")
    assert not shown.script("return document.body.classList.contains('live')")
    assert shown.troubles() == []
