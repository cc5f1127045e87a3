"""Pages in a notebook: `explore(dataset)` or `studio()` as the last line of a cell."""

from __future__ import annotations

import atexit
import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import SettingsError
from pipeline.printable import shown

if TYPE_CHECKING:
    from ridge_math import Dataset

PROGRAM = Path(__file__).resolve().parents[1] / "render.py"
#: Seconds a studio has to end by itself.
_PATIENCE = 5.0


@dataclass(frozen=True)
class Frame:
    """A page inside the notebook; it needs no network, and stays in a notebook that is saved.

    Attributes
    ----------
    page : str
        All of it, as HTML.
    height : int
        Of its frame, in pixels.
    """

    page: str
    height: int

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height}px; border: 0; border-radius: 12px"
        return f'<iframe srcdoc="{escape(self.page)}" style="{style}"></iframe>'


def explore(
    dataset: Dataset,
    *,
    lam: float = 0.0,
    theme: str = "auto",
    language: str = "en",
    height: int = 760,
) -> Frame:
    """Return what a notebook shows as the surface of a problem, to be turned and dragged.

    Parameters
    ----------
    dataset
        Two features, from a file, from arrays or made.
    lam
        λ at first.
    theme
        ``"dark"``, ``"light"``, or ``"auto"`` for what the reader's system asks for.
    language
        Of its words.
    height
        Of its frame, in pixels.

    Raises
    ------
    SettingsError
        If the data do not have two features.
    """
    from commands.data import DataOptions, check_two_features
    from commands.explore import Asked, exhibit_of
    from pipeline.explore.page import page_of

    check_two_features(dataset)
    asked = Asked(DataOptions(), theme, language, f"lam={lam!r}" if lam else "")
    return Frame(page_of(exhibit_of(asked, dataset, stills=False)), height)


@dataclass(frozen=True)
class Studio:
    """A studio that runs beside the notebook, until `stop` or the end of the kernel.

    Attributes
    ----------
    address : str
        Of its page, on the machine of the kernel.
    """

    address: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it; once more does nothing."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _repr_html_(self) -> str:
        address = escape(self.address)
        return f'<a href="{address}" target="_blank" rel="noopener">Open the studio</a>'


#: Those that were begun, by their words.
_studios: dict[tuple[str, ...], Studio] = {}


def studio(*words: str) -> Studio:
    """Begin `render.py studio`, and return what a notebook shows as a link to its page.

    The same words again, as when a cell is run once more, are the same studio while it runs.

    Parameters
    ----------
    words
        As on the command line: acts and options, such as ``"bowl", "--theme", "light"``.

    Raises
    ------
    SettingsError
        If it does not begin; it says why.
    """
    known = _studios.get(words)
    if known is not None and known.process.poll() is None:
        return known
    command = [sys.executable, str(PROGRAM), "studio", *words, "--no-open", "--json"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as notes:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=notes,
            text=True,
            start_new_session=True,  # to interrupt a cell does not end it
        )
        assert process.stdout is not None
        told = process.stdout.readline()
        if not told:
            process.wait()
            process.stdout.close()
            notes.seek(0)
            said = notes.read().rpartition("Error: ")[2].strip()
            raise SettingsError(shown(said, 1000) or "The studio ended before it had an address.")
    begun = Studio(json.loads(told)["address"], process)
    atexit.register(begun.stop)
    _studios[words] = begun
    return begun
