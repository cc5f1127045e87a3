"""Heartbeats: how long workers have been silent, and the timeouts for that."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """Timeouts, in seconds.

    Attributes
    ----------
    look : float
        Between two looks at who is there.
    tell : float
        Of silence until a user is told of it.
    lose : float
        Of silence until a worker's task goes to another, times the patience with that task.
    connect : float
        For a scheduler to answer at first.
    give_up : float
        For a scheduler that is gone or silent to come back.
    """

    look: float = 1.0
    tell: float = 8.0
    lose: float = 45.0
    connect: float = 15.0
    give_up: float = 300.0


class Heartbeats:
    """Measures for how many seconds each worker has been silent.

    Only while we look: where this process was stopped itself, or its machine asleep, nobody else was
    silent. So no look counts for more than twice the time between two.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._seconds: dict[str, float] = {}
        self._told: set[str] = set()
        self._last = time.monotonic()

    def heard(self, who: str) -> None:
        """Begin to count, or begin again."""
        self._seconds[who] = 0.0
        self._told.discard(who)

    def forget(self, who: str) -> None:
        """Count no more."""
        self._seconds.pop(who, None)
        self._told.discard(who)

    def look(self) -> None:
        """Count the time since the last look."""
        now = time.monotonic()
        passed = min(now - self._last, 2 * self._timeouts.look)
        self._last = now
        for who in self._seconds:
            self._seconds[who] += passed

    def to_tell(self) -> list[str]:
        """Return who has been silent for long; each once until it is heard again."""
        due = [who for who in self._seconds if self.is_long(who) and who not in self._told]
        self._told.update(due)
        return due

    def is_long(self, who: str) -> bool:
        """Whether somebody has been silent so long that a user is told."""
        return self._seconds.get(who, 0.0) >= self._timeouts.tell

    def is_too_long(self, who: str, factor: float = 1.0) -> bool:
        """Whether somebody has been silent so long that a task is taken away."""
        return self._seconds.get(who, 0.0) >= factor * self._timeouts.lose
