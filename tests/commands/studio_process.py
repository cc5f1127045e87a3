"""A studio as tests run it: a real process with two small acts, asked over its address."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from pipeline.render.frames import Frame
from tests.browser import wait_for

ROOT = Path(__file__).resolve().parents[2]
LOOK = ("--size", "256x144", "--fps", "8")
ACTS = '''"""Two acts of a user's own."""

from manim import RIGHT, Square

from scenes.act import Act


class First(Act):
    """A square goes."""

    captions = {"title": "The first", "go": "It goes."}

    def construct(self):
        square = Square(side_length=3, fill_opacity=1, fill_color="#00aa00")
        self.add(square)
        self.say("go")
        self.play(square.animate.shift(RIGHT), run_time=2)
        self.beat("gone")
        self.wait(1)


class Second(Act):
    """A square stays."""

    captions = {"title": "The second"}

    def construct(self):
        self.add(Square(side_length=2, fill_opacity=1, fill_color="#aa0000"))
        self.wait(1)
'''
GREEN, BLUE, RED = (0, 170, 0), (0, 0, 170), (170, 0, 0)


@dataclass
class Studio:
    """A studio that runs, and what it tells."""

    process: subprocess.Popen[str]
    address: str
    acts: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Ask for a path below the token, with these headers; return status and answer."""
        with closing(http.client.HTTPConnection(self.host, timeout=20)) as connection:
            connection.request(method, urlsplit(self.address).path + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def state(self) -> dict[str, Any]:
        """How things stand: what a page that comes is told, by the type of the event."""
        told: dict[str, Any] = {"spans": {}}
        with closing(http.client.HTTPConnection(self.host, timeout=20)) as connection:
            connection.request("GET", urlsplit(self.address).path + "events")
            with connection.getresponse() as answer:
                while "fault" not in told:
                    line = answer.readline()
                    if line.startswith(b"data: "):
                        event = json.loads(line[6:])
                        if event["type"] == "drawn":
                            told["spans"][event["key"]] = event["spans"]
                        else:
                            told[event["type"]] = event
        return told

    def drawn(self) -> dict[str, Any]:
        """Wait until everything is drawn; return the acts by name."""

        def all_drawn() -> dict[str, Any] | None:
            told = self.state()
            acts = told.get("film", {}).get("acts", [])
            spans = told["spans"]
            whole = [
                act["frames"] == sum(stop - start for start, stop, _ in spans.get(act["key"], []))
                for act in acts
            ]
            return {act["name"]: act for act in acts} if whole and all(whole) else None

        end = time.monotonic() + 90  # Manim is imported meanwhile, on a machine that may be busy
        while not (acts := all_drawn()):
            assert time.monotonic() < end, self.state()
            time.sleep(0.05)
        return acts

    def picture(self, key: str, frame: int) -> Frame:
        status, content = self.ask(f"pictures/{key}/{frame}.jpg")
        assert status == 200
        with Image.open(io.BytesIO(content)) as picture:
            return np.asarray(picture.convert("RGB"))

    def save(self, before: str, after: str) -> None:
        text = self.acts.read_text(encoding="utf-8")
        assert before in text
        beside = self.acts.with_suffix(".new")
        beside.write_text(text.replace(before, after), encoding="utf-8")
        os.replace(beside, self.acts)  # as editors do

    def children(self) -> list[int]:
        """All processes that it has started and that live, theirs included."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            listed = subprocess.run(
                ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
            )
            waiting += [int(line) for line in listed.stdout.split()]
            found += [int(line) for line in listed.stdout.split()]
        return found


@contextmanager
def running(folder: Path, *options: str, content: str = ACTS) -> Iterator[Studio]:
    """Give a studio of the acts in a file of this content; afterwards none of its processes is left."""
    acts = folder / "my_acts.py"
    acts.write_text(content, encoding="utf-8")
    process = subprocess.Popen(
        [
            *(sys.executable, str(ROOT / "render.py"), "studio", str(acts), "--no-open"),
            *(*LOOK, "--captions", "none", "--cache-dir", str(folder / "cache"), *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    begun = Studio(process, process.stdout.readline().strip(), acts)
    try:
        yield begun
    finally:
        children = begun.children()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        process.stdout.close()
        wait_for(lambda: not any(_lives(pid) for pid in children), "its processes have ended")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def colour(frame: Frame) -> tuple[int, ...]:
    """The colour that most of the middle of a picture has, to a step of JPEG."""
    height, width = frame.shape[:2]
    middle = frame[height // 2 - 8 : height // 2 + 8, width // 2 - 8 : width // 2 + 8, :3]
    return tuple(int(value) for value in np.median(middle.reshape(-1, 3), axis=0))


def close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 4
