"""The drawing processes together: who draws what, in the order of need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from pipeline.studio.drawers import Drawer, prepare
from pipeline.studio.drawing import Order, Word
from pipeline.studio.needs import ORDERED, SPAN, Need, Strip, next_need, under

#: A frame under the playhead is not waited for behind more than so many others.
_PATIENCE = 3


class Crew:
    """Some drawing processes that have the same film open.

    Parameters
    ----------
    opener, folder, threads
        As for `Drawer`; each has a folder of its own in `folder`.
    size
        How many there are.
    hear
        Called in some thread with a drawer and what it says.
    """

    def __init__(
        self,
        opener: str,
        folder: Path,
        size: int,
        hear: Callable[[Drawer, Word | None], None],
        threads: int = 0,
    ) -> None:
        self._opener, self._folder, self._threads = opener, folder, threads
        self._size, self._hear = size, hear
        self._numbers, self._folders = count(1), count(1)
        self._words: tuple[str, ...] = ()
        self._begun = False
        self._strips: Sequence[Strip] = ()
        self.drawers: list[Drawer] = []

    def open(self, words: tuple[str, ...]) -> None:
        """End those there are, and begin others, that open the film with the code as it now is."""
        self.close()
        self._words = words
        if self._begun:
            self.complete()
        else:  # the first picture is soonest where nobody else wants the cores
            self._begun = True
            self.add()

    def complete(self) -> None:
        """Begin those that are missing."""
        while len(self.drawers) < self._size:
            self.add()

    def add(self) -> None:
        """Begin one more."""
        number = next(self._folders)
        if number > 1:
            prepare()
        folder, first = self._folder / str(number), number == 1
        given = (self._opener, self._words, self._hear, self._threads)
        self.drawers.append(Drawer(folder, *given, first=first))

    def close(self) -> None:
        """End all of them."""
        for drawer in self.drawers:
            drawer.kill()
            self.release(drawer)
        self.drawers.clear()

    def draw(self, strips: Sequence[Strip]) -> None:
        """Draw these from now on."""
        self._strips = strips

    def release(self, drawer: Drawer, number: int | None = None) -> None:
        """Take an order back, or note that it is done: what it did not bring is missing again.

        A number is that of the order in question, where another may have taken its place.
        """
        order = drawer.order
        if order is None or number not in (None, order.number):
            return
        strip = self._strip(order.key)
        if strip is not None:
            strip.release(order.frames)
        drawer.order, drawer.urgent = None, False

    def serve(self, place: int, frame: int) -> None:
        """Give everyone who is free what is needed most, seen from a playhead; it goes before all."""
        self._hasten(place, frame)
        for drawer in self.drawers:
            if not drawer.open or drawer.order is not None:
                continue
            orders = [each.order for each in self.drawers if each.order]
            places = {strip.key: i for i, strip in enumerate(self._strips)}
            need = next_need(
                self._strips,
                place,
                frame,
                measuring={places[order.key] for order in orders if order.measure},
                taken={places[order.key] for order in orders},
                at=(places[drawer.at[0]], drawer.at[1]) if drawer.at else None,
            )
            if need is not None:
                self._give(drawer, need)

    def look(self, key: str, frame: int) -> bool:
        """Have somebody tell what is on screen at a frame; whether there is anybody."""
        drawer = self._quickest(key, frame)
        if drawer is not None:
            self.release(drawer)
            drawer.give(Order(next(self._numbers), key, (frame,), look=True), urgent=True)
        return drawer is not None

    def _hasten(self, place: int, frame: int) -> None:
        """See to it that somebody is about to draw the frame under the playhead."""
        strip = self._strips[place]
        for drawer in self.drawers:
            order = drawer.order
            if order is None or order.key != strip.key or frame not in order.frames:
                continue
            before = [i for i in order.frames if i < frame and strip.is_ordered(i)]
            if len(before) > _PATIENCE and not drawer.urgent and strip.is_ordered(frame):
                following = tuple(i for i in order.frames if i >= frame)
                self._give(drawer, Need(place, following, order.measure, urgent=True))
            return
        need, quickest = under(self._strips, place, frame), self._quickest(strip.key, frame)
        if need is not None and quickest is not None:
            self._give(quickest, need)

    def _quickest(self, key: str, frame: int) -> Drawer | None:
        """Who has a frame soonest: who stands before it, else who is free, else who is at other things."""

        def delay(drawer: Drawer) -> tuple[bool, bool]:
            near = drawer.at is not None and drawer.at[0] == key and drawer.at[1] <= frame
            return not near, drawer.order is not None

        ready = [each for each in self.drawers if each.open and not each.urgent]
        return min(ready, key=delay, default=None)

    def _give(self, drawer: Drawer, need: Need) -> None:
        self.release(drawer)
        strip = self._strips[need.place]
        frames = need.frames[:SPAN]
        for frame in frames:
            strip.mark(frame, frame + 1, ORDERED)
        order = Order(next(self._numbers), strip.key, frames, need.measure)
        drawer.give(order, urgent=need.urgent)

    def _strip(self, key: str) -> Strip | None:
        return next((strip for strip in self._strips if strip.key == key), None)
