"""A session: what is shown, what there is of it, and what the pages that look at it are told.

All of it happens in one event loop. Drawing processes speak through `call_soon_threadsafe`; a page is a
queue of events, each a dictionary for JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.render.entries import TIMELINE
from pipeline.render.timeline import Timeline
from pipeline.studio.choosing import Chooser
from pipeline.studio.crew import Crew
from pipeline.studio.drawers import Drawer
from pipeline.studio.drawing import Done, Drawn, Failed, Measured, Offered, Opened, Seen, Word
from pipeline.studio.faults import Fault
from pipeline.studio.needs import KEPT, ORDERED, Strip
from pipeline.studio.pictures import BLOCK, Picture, Pictures
from pipeline.studio.renders import Renders
from pipeline.studio.showing import Bill
from pipeline.studio.telling import runs, told_act, told_bill, told_fault
from pipeline.work.store import Store

if TYPE_CHECKING:
    from pipeline.studio.seen import Sight

#: Seconds between two words to a page about frames that are drawn in the background.
_PERIOD = 0.1
#: Seconds to wait for word of what is on screen.
_PATIENCE = 5.0
#: So often a drawing process may die over an act before it is given up.
_ATTEMPTS = 2


#: What a page is told, in order; None is the end.
Page = asyncio.Queue[dict[str, Any] | None]


class Session:
    """Everything a studio knows while it runs.

    Parameters
    ----------
    opener
        Who opens a film in a drawing process; see `pipeline.studio.drawing.serve`.
    chooser
        The options it is opened with, and those that can be chosen.
    store
        Where timelines and pictures are kept.
    folder
        For temporary files.
    n_drawers
        How many drawing processes there are.
    program
        The words that begin a command line.
    """

    def __init__(
        self,
        opener: str,
        chooser: Chooser,
        store: Store,
        folder: Path,
        n_drawers: int,
        program: Sequence[str] = (),
    ) -> None:
        self.chooser = chooser
        self.bill: Bill | None = None
        self.fault: Fault | None = None
        self.playhead: tuple[str, int] = ("", 0)
        self.on_files: list[Callable[[Iterable[str]], None]] = []
        self._store, self._pictures = store, Pictures(store)
        self._loop = asyncio.get_running_loop()
        self.renders = Renders(program, self.tell)
        self._crew = Crew(opener, folder, n_drawers, self._hear)
        self._looking: dict[tuple[str, int], list[asyncio.Future[Sight]]] = {}
        self._opening = False
        self._choices: tuple[dict[str, Any], ...] = ()
        self._strips: list[Strip] = []
        self._keys: set[str] = set()
        self._timelines: dict[str, Timeline] = {}
        self._faults: dict[str, Fault] = {}
        self._kept_blocks: set[tuple[str, int]] = set()
        self._lost: Counter[str] = Counter()
        self._pages: set[Page] = set()
        self._untold: dict[str, list[tuple[int, int, float]]] = {}
        self._telling: asyncio.TimerHandle | None = None

    # -- pages -----------------------------------------------------------------------------------

    def join(self) -> Page:
        """Let a page in: it is told how things stand, and all that changes."""
        page: Page = asyncio.Queue()
        for event in self._state():
            page.put_nowait(event)
        self._pages.add(page)
        return page

    def leave(self, page: Page) -> None:
        """A page is gone."""
        self._pages.discard(page)

    def tell(self, event: dict[str, Any]) -> None:
        """Tell all pages."""
        for page in self._pages:
            page.put_nowait(event)

    def _state(self) -> list[dict[str, Any]]:
        events = [self._choices_event()]
        if self.bill is not None:
            acts = [told_act(act, self._timelines.get(act.key)) for act in self.bill.acts]
            told = {**told_bill(self.bill), "acts": acts}
            events.append({"type": "film", **told})
            for strip in self._strips:
                spans = runs(strip, self._pictures.of(strip.key))
                events.append({"type": "drawn", "key": strip.key, "spans": spans})
        return [*events, *self.renders.states(), self._fault_event()]

    def _choices_event(self) -> dict[str, Any]:
        choices = list(self._choices)
        return {"type": "choices", "choices": choices, "words": list(self.chooser.words)}

    def _fault_event(self) -> dict[str, Any]:
        """What is told of several: what keeps the film from being opened, else the first act's."""
        of_acts = (self._faults[s.key] for s in self._strips if s.key in self._faults)
        return {"type": "fault", "fault": told_fault(self.fault or next(of_acts, None))}

    # -- what is asked for -----------------------------------------------------------------------

    def look_at(self, act: str, frame: int) -> None:
        """Move the playhead: what is under it is drawn first."""
        self.playhead = act, frame
        self._serve()

    def picture(self, key: str, frame: int) -> Picture | None:
        """Return the picture of a frame, of any film of this session, if it is there."""
        return self._pictures.get(key, frame) if key in self._keys else None

    def choose(self, changes: Mapping[str, object]) -> None:
        """Open the film with other options.

        Raises
        ------
        SettingsError
            For what cannot be chosen.
        """
        self.chooser.choose(changes)
        self.open()

    def render(self, wish: Mapping[str, object]) -> None:
        """Have something made.

        Raises
        ------
        SettingsError
            For what cannot be made.
        """
        self.renders.start(self.chooser.render(wish))

    def edit(self, act: str, key: str, text: str | None) -> str | None:
        """Change a caption, or with None take the change back, and open the film with it.

        Raises
        ------
        SettingsError
            For what cannot be said.
        """
        before = self.chooser.edit(act, key, text)
        self.open()
        return before

    def caption(self, id: str) -> str | None:
        """Return what a line says, by its id such as ``"bowl.grow"``, where it is known."""
        name, _, key = id.partition(".")
        for act in self.bill.acts if self.bill else ():
            timeline = self._timelines.get(act.key)
            if act.name == name and timeline is not None:
                spoken = dict(self.bill.spoken) if self.bill else {}
                texts = (spoken.get(id, cue.text) for cue in timeline.cues if cue.key == key)
                return next(texts, None)
        return None

    def open(self) -> None:
        """Open the film with the code as it now is."""
        self._lost.clear()
        self._opening = True
        self._crew.open(self.chooser.words)
        self.tell({"type": "opening"})

    def close(self) -> None:
        """End all drawing processes, and what pages are told."""
        self._crew.close()
        self.renders.close()
        for page in self._pages:
            page.put_nowait(None)

    async def look(self, key: str, frame: int) -> Sight | None:
        """Return what is on screen at a frame; None where nobody can say."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while any(strip.key == key for strip in self._strips):
                    if self._crew.look(key, frame):
                        waiting: asyncio.Future[Sight] = self._loop.create_future()
                        self._looking.setdefault((key, frame), []).append(waiting)
                        return await waiting
                    await asyncio.sleep(_PERIOD)  # all are at the frame under a playhead
        return None

    # -- what drawing processes say --------------------------------------------------------------

    def _hear(self, drawer: Drawer, word: Word | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_word, drawer, word)

    def _on_word(self, drawer: Drawer, word: Word | None) -> None:
        if drawer not in self._crew.drawers:
            return  # the last words of one that was ended
        if word is None:
            self._on_loss(drawer)
        elif isinstance(word, Offered):
            self._on_offered(word.choices)
        elif isinstance(word, Opened):
            self._on_opened(drawer, word.bill)
        elif isinstance(word, Drawn):
            drawer.at, drawer.urgent = (word.key, word.stop), False
            self._on_drawn(word)
        elif isinstance(word, Seen):
            for waiting in self._looking.pop((word.key, word.frame), []):
                if not waiting.done():
                    waiting.set_result(word.sight)
        elif isinstance(word, Measured):
            drawer.at = None
            self._on_measured(word.key, word.timeline)
        elif isinstance(word, Failed):
            self._on_failed(drawer, word)
        elif isinstance(word, Done):
            self._crew.release(drawer, word.number)
        self._serve()

    def _on_offered(self, choices: tuple[dict[str, Any], ...]) -> None:
        if choices != self._choices:
            self._choices = choices
            self.tell(self._choices_event())

    def _on_opened(self, drawer: Drawer, bill: Bill) -> None:
        drawer.open = True
        if self._opening:
            self._opening = False
            self._show(bill)
        elif self.bill is None or bill.acts != self.bill.acts:
            self.open()  # a file was saved between the two
        self._crew.complete()

    def _show(self, bill: Bill) -> None:
        self.bill, self.fault = bill, None
        self._faults.clear()
        self._strips = [Strip(act.key) for act in bill.acts]
        self._crew.draw(self._strips)
        self._keys |= {act.key for act in bill.acts}
        if self.playhead[0] not in {act.name for act in bill.acts}:
            self.playhead = (bill.acts[0].name, 0)
        for act in bill.acts:
            timeline = self._timelines.get(act.key) or self._store.get(act.timeline_key, TIMELINE)
            if timeline is not None:
                self._know(act.key, timeline)
        self._untold.clear()
        for event in self._state():
            self.tell(event)
        for each in self.on_files:
            each(bill.watched)

    def _know(self, key: str, timeline: Timeline) -> None:
        """Take note of how long an act is, and of which of its frames are there."""
        self._timelines[key] = timeline
        strip = self._strip(key)
        ordered = [i for i, mark in enumerate(strip.marks) if mark == ORDERED]
        strip.marks, strip.measured = bytearray(timeline.n_frames), True
        for frame in ordered:
            strip.mark(frame, frame + 1, ORDERED)
        for start, stop in self._pictures.in_store(key, timeline.n_frames):
            strip.mark(start, stop, KEPT)
            self._kept_blocks.add((key, start // BLOCK))
        for each in self._pictures.of(key):
            strip.mark(each.start, each.stop, KEPT)

    def _on_measured(self, key: str, timeline: Timeline) -> None:
        act = next((act for act in self.bill.acts if act.key == key), None) if self.bill else None
        if act is None or self._strip(key).measured:
            return
        self._know(key, timeline)
        self._store.put(act.timeline_key, TIMELINE, timeline)
        self.tell({"type": "act", "act": told_act(act, timeline)})
        self._untold.pop(key, None)
        spans = runs(self._strip(key), self._pictures.of(key))
        self.tell({"type": "drawn", "key": key, "spans": spans})

    def _on_drawn(self, word: Drawn) -> None:
        strip = self._strip(word.key)
        picture = Picture(word.start, word.stop, word.picture, word.seconds)
        self._pictures.add(word.key, picture)
        strip.lengthen(word.stop)
        strip.mark(word.start, word.stop, KEPT)
        self._untold.setdefault(word.key, []).append((word.start, word.stop, word.seconds))
        act, frame = self.playhead
        if self._name(word.key) == act and word.start <= frame < word.stop:
            self._tell_drawn()
        elif self._telling is None:
            self._telling = self._loop.call_later(_PERIOD, self._tell_drawn)
        if strip.measured:
            self._keep(strip, word.start, word.stop)

    def _keep(self, strip: Strip, start: int, stop: int) -> None:
        """Write blocks that are complete into the store."""
        for block in range(start // BLOCK, -(-stop // BLOCK)):
            pictures = self._pictures.block(strip.key, block, len(strip.marks))
            if pictures and (strip.key, block) not in self._kept_blocks:
                self._kept_blocks.add((strip.key, block))
                self._loop.run_in_executor(None, self._pictures.keep, strip.key, block, pictures)

    def _tell_drawn(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        for key, spans in self._untold.items():
            self.tell({"type": "drawn", "key": key, "spans": spans})
        self._untold.clear()

    def _on_failed(self, drawer: Drawer, word: Failed) -> None:
        drawer.at = None
        if word.key:
            self._crew.release(drawer, word.number)
            self._give_up(word.key, word.fault)
        else:
            self.fault = word.fault
            self.tell(self._fault_event())
            for each in self.on_files:
                each((*word.watched, *(self.bill.watched if self.bill else ())))

    def _give_up(self, key: str, fault: Fault) -> None:
        """Leave an act as it is from the frame on before which it fails."""
        strip, at = self._strip(key), fault.frame or 0
        strip.lengthen(at)
        strip.broken = at if strip.broken is None else min(at, strip.broken)
        self._faults[key] = fault
        self.tell(self._fault_event())

    def _on_loss(self, drawer: Drawer) -> None:
        """A drawing process is gone: another takes its place, unless it would die of the same act."""
        order, how = drawer.order, drawer.ending()
        self._crew.release(drawer)
        self._crew.drawers.remove(drawer)
        key = order.key if order else ""
        if order is not None or not drawer.open:
            self._lost[key] += 1
        if self._lost[key] >= _ATTEMPTS and order is None:
            self.fault = Fault("", f"The drawing process {how} while it opened the film.")
            self.tell(self._fault_event())
            return
        if self._lost[key] >= _ATTEMPTS and order is not None:
            at = min(order.frames, default=0)
            message = f"The drawing process {how}, {_ATTEMPTS} times over this act."
            self._give_up(key, Fault("", message, act=self._name(key), frame=at))
        else:
            sentence = f"A drawing process {how}; another takes its place."
            self.tell({"type": "said", "sentence": sentence})
        self._crew.add()

    def _serve(self) -> None:
        if self.bill is not None and self.fault is None:
            act, frame = self.playhead
            places = [i for i, each in enumerate(self.bill.acts) if each.name == act]
            if places:
                self._crew.serve(places[0], frame)

    def _strip(self, key: str) -> Strip:
        return next((strip for strip in self._strips if strip.key == key), Strip(key))

    def _name(self, key: str) -> str:
        acts = self.bill.acts if self.bill else ()
        return next((act.name for act in acts if act.key == key), "")
