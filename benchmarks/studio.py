"""How long the studio keeps one waiting: medians and 95th percentiles over an address of its own.

Beside each stands what was aimed at, on two cores with nothing else to do.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
#: What is measured, and what was aimed at, in seconds.
AIMS = {
    "command to first picture, cold": 3.0,
    "command to first picture, warm": 1.5,
    "a frame that is drawn": 0.05,
    "a frame that is not drawn": 0.4,
    "the whole film in the background": 12.0,
    "save to new picture": 1.5,
}
#: An act in a file of one's own, with all that an act of ours has.
OWN = '''from scenes.bowl import Bowl


class Mine(Bowl):
    """The bowl, once more."""

    name = "mine"
    captions = {"title": "Mine %d"}
'''


class Studio:
    """A studio in a process of its own, and what it tells."""

    def __init__(self, cache: Path, *words: str) -> None:
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, str(ROOT / "render.py"), "studio", "--no-open"),
                *("--cache-dir", str(cache), *words),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.parts = urlsplit(self.process.stdout.readline().strip())
        self.changed = threading.Condition()
        self.acts: dict[str, Any] = {}
        self.drawn: dict[str, set[int]] = {}
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        connection = http.client.HTTPConnection(self.parts.netloc)
        connection.request("GET", self.parts.path + "events")
        answer = connection.getresponse()
        while line := answer.readline():
            if not line.startswith(b"data: "):
                continue
            event = json.loads(line[6:])
            with self.changed:
                if event["type"] == "film":
                    self.acts = {act["name"]: act for act in event["acts"]}
                elif event["type"] == "act":
                    self.acts[event["act"]["name"]] = event["act"]
                elif event["type"] == "drawn":
                    frames = self.drawn.setdefault(event["key"], set())
                    for start, stop, _ in event["spans"]:
                        frames.update(range(start, stop))
                self.changed.notify_all()

    def ask(self, path: str, body: object = None) -> tuple[int, bytes]:
        """Ask once, over a connection of its own."""
        connection = http.client.HTTPConnection(self.parts.netloc)
        with contextlib.closing(connection):
            text = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else "POST", self.parts.path + path, text)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def has(self, act: str, frame: int) -> bool:
        """Whether a frame is told to be drawn."""
        told = self.acts.get(act)
        return told is not None and frame in self.drawn.get(told["key"], ())

    def picture(self, act: str, frame: int) -> bytes:
        """Put the playhead on a frame, wait until it is drawn, and fetch it."""
        self.ask("playhead", {"act": act, "frame": frame})
        with self.changed:
            self.changed.wait_for(lambda: self.has(act, frame))
            key = self.acts[act]["key"]
        status, content = self.ask(f"pictures/{key}/{frame}.jpg")
        assert status == 200
        return content

    def whole(self) -> bool:
        """Whether all is drawn."""
        acts = self.acts.values()
        return bool(acts) and all(
            act["frames"] and len(self.drawn.get(act["key"], ())) >= act["frames"] for act in acts
        )

    def end(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


@contextlib.contextmanager
def studio(cache: Path, *words: str) -> Iterator[Studio]:
    """Give a studio that runs."""
    one = Studio(cache, *words)
    try:
        yield one
    finally:
        one.end()


def seconds(call: Any, *given: Any) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call(*given)
    return time.perf_counter() - began


def first_picture(cache: Path) -> tuple[Studio, float]:
    """Start a studio, and wait for the first frame of the film."""
    one = Studio(cache)
    with one.changed:
        one.changed.wait_for(lambda: bool(one.acts))
        act = next(iter(one.acts))
    one.picture(act, 0)
    return one, time.perf_counter() - one.began


def measured(rounds: int) -> dict[str, list[float]]:
    """Measure everything; many frames, a few starts."""
    found: dict[str, list[float]] = {name: [] for name in AIMS}
    chance = random.Random(0)
    for i in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            one, took = first_picture(Path(folder))
            found["command to first picture, cold"].append(took)
            with one.changed:
                one.changed.wait_for(lambda one=one: all(a["frames"] for a in one.acts.values()))
            if i:  # where nobody scrubs, the background is measured
                with one.changed:
                    one.changed.wait_for(one.whole)
                found["the whole film in the background"].append(time.perf_counter() - one.began)
            for _ in range(30):
                act = chance.choice(list(one.acts.values()))
                frame = chance.randrange(act["frames"])
                kind = "a frame that is drawn" if one.has(act["name"], frame) else None
                took = seconds(one.picture, act["name"], frame)
                found[kind or "a frame that is not drawn"].append(took)
            with one.changed:
                one.changed.wait_for(one.whole)
            time.sleep(1.0)  # the last blocks are written
            one.end()
            one, took = first_picture(Path(folder))
            found["command to first picture, warm"].append(took)
            one.end()
    found["save to new picture"] = saves(5 * rounds)
    return found


def saves(count: int) -> list[float]:
    """Save an act again and again, and wait for its picture in the middle."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "my_acts.py"
        file.write_text(OWN % 0)
        taken = []
        with studio(Path(folder) / "cache", str(file)) as one:
            one.picture("mine", 200)
            for i in range(1, count + 1):
                time.sleep(2.0)  # as one who types
                old = one.acts["mine"]["key"]
                began = time.perf_counter()
                file.write_text(OWN % i)
                with one.changed:
                    one.changed.wait_for(
                        lambda old=old: one.acts["mine"]["key"] != old and one.has("mine", 200)
                    )
                one.ask(f"pictures/{one.acts['mine']['key']}/200.jpg")
                taken.append(time.perf_counter() - began)
        return taken


def measure(rounds: int, console: Console) -> None:
    """Measure and print."""
    with console.status("studio"):
        found = measured(max(rounds, 2))
    table = Table(title="studio, a draft of the film, in seconds")
    for heading in ("", "median", "p95", "aimed at", "of"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, taken in found.items():
        high = quantiles(taken, n=20, method="inclusive")[-1] if len(taken) > 1 else taken[0]
        row = (f"{median(taken):.3f}", f"{high:.3f}", f"{AIMS[name]:g}", str(len(taken)))
        table.add_row(name, *row)
    console.print(table)
