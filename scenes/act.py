"""The base of every act: what it is given, and the words it speaks in.

An act is a Manim scene that takes its numbers from `ridge_math`, its colours from the theme and its
captions from the catalogue. It moves dials; labels and readouts follow at the moment of drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from manim import FadeIn, FadeOut, Mobject, Scene, Wait
from manim.animation.animation import prepare_animation

from scenes.brief import Brief
from scenes.cues import Beat, Cue
from scenes.layout import Layout
from scenes.stage.camera import FilmCamera
from scenes.stock import StockRenderer, background_colour, frames_of, stock_brief, stock_renderer
from scenes.summary import objective_summary
from scenes.text.captions import filled, key_for, reading_seconds
from scenes.text.captions.acts import act_texts
from scenes.text.numerals import Numerals, write_numbers
from scenes.text.typesetting import use_fonts
from scenes.text.words import Words, caption_markup, picture_markup

if TYPE_CHECKING:
    from ridge_math import QuadraticObjective
    from scenes.theme import Theme

#: Height of a logo in a corner, as a share of the margin.
LOGO = 0.68
#: How long a caption takes to appear, and to go, in seconds.
CAPTION_FADE, CAPTION_GONE = 0.3, 0.2
#: The type of a caption, in the first of these sizes in which it fills so much of its box or less.
CAPTION_SHARES, CAPTION_FILLS = (1.0, 0.9, 0.8, 0.72), 1.05


class Act(Scene):
    """One act of the film.

    Parameters
    ----------
    brief
        What to show and how; by default as the environment says, see `scenes.stock`.
    renderer
        Draws the frames; its camera becomes a `FilmCamera`. By default that of Manim's command line.

    Attributes
    ----------
    name : str
        The act's name in the list of acts and in the catalogue of captions.
    captions : mapping of str to str
        Captions of its own, by key; they go before those of the catalogue.
    beats : list of Beat
        Frames at which something has just been completed, with the numbers that are on the stage.
    """

    name = ""
    captions: Mapping[str, str] = {}

    def __init__(self, brief: Brief | None = None, renderer: Any = None) -> None:
        if renderer is None:
            renderer = stock_renderer()
        self.brief: Brief = brief or stock_brief()
        renderer.camera = FilmCamera(
            background_color=background_colour(self.brief.palette.background.hex),
            background_opacity=0.0 if self.brief.transparent else 1.0,
        )
        super().__init__(renderer=renderer, random_seed=0)
        camera, look = renderer.camera, self.brief.look
        use_fonts(look)
        self.layout: Layout = Layout.of(camera.pixel_width, camera.pixel_height)
        self.theme: Theme = self.brief.palette.sized(self.layout.type_scale)
        write_numbers(Numerals(self.term("point"), self.term("thousands")))
        self.beats: list[Beat] = []
        self._closed: list[Cue] = []
        self._open: Cue | None = None
        self._caption: Words | None = None
        self._followers: list[tuple[Mobject, Callable[[], None]]] = []
        camera.before_frame.append(self._follow)
        self.layout = self.arrange()
        if look and look.logo and not look.logo_on_title:
            camera.above.append(self.corner_logo())

    def arrange(self) -> Layout:
        """How this act divides the frame; a subclass may divide it otherwise."""
        return self.layout

    @property
    def em(self) -> float:
        """Size of the type of readouts, in frame units."""
        return self.theme.readout * self.layout.frame.height

    def logo(self, height: float) -> Words:
        """The logo of the look, so high in frame units."""
        assert self.brief.look is not None
        return Words(picture_markup(self.brief.look.logo), height, self.theme.ink)

    def corner_logo(self) -> Words:
        """The logo in the lower right corner, in the margin that all else keeps clear of."""
        frame, safe = self.layout.frame, self.layout.safe
        margin = min(safe.bottom - frame.bottom, frame.right - safe.right)
        logo = self.logo(LOGO * margin)
        gap = 0.5 * (1.0 - LOGO) * margin
        return logo.stand(frame.right - gap - logo.width, frame.bottom + gap)

    # -- words -----------------------------------------------------------------------------------

    def words(self, markup: str, size: float, colour: Any = None, **options: Any) -> Words:
        """Text in a size of the theme (a share of the frame's height)."""
        return Words(markup, size * self.layout.frame.height, colour or self.theme.ink, **options)

    def term(self, key: str, **values: Any) -> str:
        """A name or an abbreviation of the field in the film's language, as plain text."""
        return self.brief.wording.text("screen", key, **values)

    def say(
        self,
        key: str,
        *others: Any,
        run_time: float = 1.0,
        size: float | None = None,
        **values: Any,
    ) -> None:
        """Show a caption of the catalogue, while ``others`` play; the one before goes.

        Parameters
        ----------
        key
            Of the caption, as `caption` takes it.
        others
            Animations.
        run_time
            Of those, in seconds.
        size
            Of the type, as a share of the frame's height, where it is not that of other captions.
        values
            What the caption's ``{names}`` are filled in with.
        """
        text = self.caption(key, **values)
        self.hush()
        self._open = Cue(self.frame, self.frame, text, self.caption_key(key))
        moving = [prepare_animation(other) for other in others]
        for animation in moving:
            animation.run_time = run_time
        if self.brief.captions:
            self._caption = self._set_caption(text, size or self.theme.body)
            moving.append(FadeIn(self._caption, run_time=CAPTION_FADE))
        elif not moving:
            moving.append(Wait(CAPTION_FADE))  # the film is as long without burnt-in captions
        self.play(*moving)

    @cached_property
    def kind(self) -> str:
        """What the data of the act looks like: see `ridge_math.kind_of`."""
        return self.brief.forms[-1]

    @property
    def forms(self) -> tuple[str, ...]:
        """What its captions differ by, as of `scenes.brief.Brief.forms`; the last is its `kind`."""
        return (*self.brief.forms[:-1], self.kind)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """All it can say, by key: see `scenes.text.captions.acts`."""
        return act_texts(type(self), self.brief.wording)

    def caption(self, key: str, **values: Any) -> str:
        """A text of its own that is true of this kind of data, with its ``{names}`` filled in.

        Raises
        ------
        LookupError
            If it has none of that name.
        """
        text = self.texts.get(self.caption_key(key))
        if text is None:
            raise LookupError(
                f"{type(self).__name__} has no caption {key!r} in {self.brief.language!r}"
            )
        return filled(text, **values)

    def caption_key(self, key: str) -> str:
        """``key_form`` for the first of `forms` for which there is a text, else ``key``."""
        return key_for(key, self.texts, self.forms)

    def hush(self) -> None:
        """Take the caption away, once it is spoken."""
        if self._open is None:
            return
        self._let_speak()
        leaving = Wait() if self._caption is None else FadeOut(self._caption)
        self._close_cue()
        self.play(leaving, run_time=CAPTION_GONE)
        self._caption = None

    def hold(self, at_least: float = 0.6) -> None:
        """Wait until the caption is spoken, or has been up long enough to be read aloud."""
        need = at_least
        if self.cues:
            cue, fps = self.cues[-1], self.renderer.fps
            spoken = self.brief.spoken.get(cue.key)
            seconds = reading_seconds(cue.text) if spoken is None else spoken / fps
            need = max(need, seconds - (self.frame - cue.start) / fps)
        self.wait(need)

    def paced(self, run_time: float, most: float = 1.6, then: float = 0.6) -> float:
        """Seconds of a move that goes with the caption: longer where somebody speaks for longer.

        Parameters
        ----------
        run_time
            What it takes by itself, and at least.
        most
            How many times as long it may take.
        then
            Seconds before the end of the line at which it is over: for other moves, or to look.
        """
        return max(run_time, min(most * run_time, self._unspoken / self.renderer.fps - then))

    @property
    def _unspoken(self) -> int:
        """Frames until the caption on screen is spoken."""
        if self._open is None:
            return 0
        return self.brief.spoken.get(self._open.key, 0) - (self.frame - self._open.start)

    def _let_speak(self) -> None:
        if self._unspoken > 0:
            self.wait(self._unspoken / self.renderer.fps)

    def beat(self, name: str) -> None:
        """Mark this frame: something has just been completed."""
        self.beats.append(self.beat_at(self.frame, name))
        if self._stock:
            self.next_section(name)

    def beat_at(self, frame: int, name: str) -> Beat:
        """A beat at a frame, with the numbers of what is on the stage now."""
        objective = self.objective_now()
        return Beat(frame, name, objective_summary(objective) if objective else None)

    def objective_now(self) -> QuadraticObjective | None:
        """What the surface shows at this moment; None in an act that shows none."""
        return None

    @property
    def frame(self) -> int:
        """Number of the next frame."""
        return int(self.renderer.frame_number)

    def tear_down(self) -> None:
        self._let_speak()
        self._close_cue()

    @property
    def cues(self) -> list[Cue]:
        """The captions so far; the one on screen as if it ended now."""
        return [
            *self._closed,
            *([replace(self._open, stop=self.frame)] if self._open else []),
        ]

    def _close_cue(self) -> None:
        if self._stock and self._open is not None:
            seconds = (self.frame - self._open.start) / self.renderer.fps
            self.add_subcaption(self._open.text, duration=seconds, offset=-seconds)
        self._closed, self._open = self.cues, None

    @property
    def _stock(self) -> bool:
        """Whether stock Manim draws the act: then it also has its sections and subcaptions."""
        return isinstance(self.renderer, StockRenderer)

    def get_time_progression(self, run_time: float, *args: Any, **options: Any) -> Any:
        """As many frames as a film has; stock Manim has one more where they are no whole number."""
        if not self.renderer.skip_animations:
            run_time = (frames_of(run_time, self.renderer.fps) - 0.5) / self.renderer.fps
        return super().get_time_progression(run_time, *args, **options)

    def _set_caption(self, text: str, size: float) -> Words:
        """A caption in its place; one that takes more lines than there is room for in smaller type."""
        box = self.layout.caption
        width = min(box.width, size * self.layout.frame.height * 34)
        for share in CAPTION_SHARES:
            caption = self.words(
                caption_markup(text, self.theme), share * size, width=width, align="center"
            )
            if caption.height * self.theme.body < CAPTION_FILLS * box.height * size:
                break
        caption.balance().move_to((box.x, box.y, 0.0))
        below = box.bottom - caption.extent()[2]  # letters of the last line that go below it
        return caption.shift((0.0, max(below, 0.0), 0.0))

    # -- followers -------------------------------------------------------------------------------

    def follow(self, mobject: Mobject, bring_up_to_date: Callable[[], None]) -> None:
        """Call a function before every frame that is drawn while an object is on screen.

        It must depend on the present state alone: frames are drawn in any order. It is called once
        at once, since an animation begins with the object as it then is, drawn or not. One function
        may follow for several objects: it is called once a frame.
        """
        bring_up_to_date()
        self._followers.append((mobject, bring_up_to_date))

    def play(self, *animations: Any, **options: Any) -> None:
        """Play animations; what they bring in comes as it is at this moment."""
        brought = [getattr(animation, "mobject", None) for animation in animations]
        self._bring_up_to_date(mobject for mobject in brought if mobject is not None)
        super().play(*animations, **options)

    def _follow(self) -> None:
        self._bring_up_to_date(self.mobjects)

    def _bring_up_to_date(self, mobjects: Iterable[Mobject]) -> None:
        there, waiting = set(), list(mobjects)
        while waiting:
            part = waiting.pop()
            there.add(id(part))
            waiting += part.submobjects
        wanted = (follow for mobject, follow in self._followers if id(mobject) in there)
        for bring_up_to_date in dict.fromkeys(wanted):
            bring_up_to_date()
