"""What is made from the page: `render.py` as a process of its own, its progress, and the file."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

#: What a browser shows by itself, and may be opened from the page.
_SHOWN = {".mp4", ".gif", ".png", ".webp", ".avif", ".pdf", ".svg"}
#: Bytes of one line that a render says; a plan of many chunks is long.
_LINE = 2**24


class Renders:
    """Renders that were asked for, each with a number.

    Parameters
    ----------
    program
        The words before those of a verb.
    tell
        Called with an event for the pages.
    """

    def __init__(self, program: Sequence[str], tell: Callable[[dict[str, Any]], None]) -> None:
        self._program = tuple(program)
        self._tell = tell
        self._states: list[dict[str, Any]] = []
        self._running: dict[int, Process] = {}
        self._made: dict[int, Path] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def states(self) -> list[dict[str, Any]]:
        """Return an event for each, as it stands."""
        return [{"type": "render", **state} for state in self._states]

    def start(self, words: Sequence[str]) -> None:
        """Begin a render; its first word is the verb."""
        state = {"number": len(self._states), "verb": words[0], "state": "running", "share": 0.0}
        self._states.append({**state, "words": list(words)})
        self._change(len(self._states) - 1)
        task = asyncio.ensure_future(self._run(len(self._states) - 1, words))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self, number: int) -> None:
        """Press Ctrl-C on one: it leaves nothing unfinished behind."""
        if number in self._running:
            with contextlib.suppress(ProcessLookupError):
                self._running[number].send_signal(signal.SIGINT)

    def made(self, number: int) -> Path | None:
        """Return the file that one has made, if a browser can show it."""
        return self._made.get(number)

    def close(self) -> None:
        """Stop all of them; they clear up by themselves."""
        for number in tuple(self._running):
            self.stop(number)

    async def _run(self, number: int, words: Sequence[str]) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._program, *words, "--json", stdout=PIPE, stderr=PIPE, limit=_LINE
        )
        self._running[number] = process
        assert process.stdout is not None
        assert process.stderr is not None
        complaints = asyncio.ensure_future(process.stderr.read())
        last: dict[str, Any] = {}
        async for line in process.stdout:
            with contextlib.suppress(ValueError):
                last = json.loads(line)
                if last.get("event") == "frames" and last.get("to_draw"):
                    self._change(number, share=last["drawn"] / last["to_draw"])
        code = await process.wait()
        del self._running[number]
        said = (await complaints).decode(errors="replace").strip().splitlines()
        if code == 0:
            path = Path(str(last.get("path", last.get("folder", "")))).absolute()
            shown = path.suffix in _SHOWN and path.is_file()
            if shown:
                self._made[number] = path
            self._change(number, state="made", share=1.0, path=str(path), shown=shown)
        elif code in (130, -signal.SIGINT):
            self._change(number, state="stopped")
        else:
            self._change(number, state="failed", said=said[-1] if said else f"Exit code {code}.")

    def _change(self, number: int, **changes: Any) -> None:
        self._states[number].update(changes)
        self._tell({"type": "render", **self._states[number]})
