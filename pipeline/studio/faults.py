"""What went wrong, for a page: the exception, where it was raised, and the lines around."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RenderError, SettingsError

#: The project's folder: its lines, and those of acts from elsewhere, are what an author can mend.
PROJECT = Path(__file__).resolve().parents[2]
#: Lines of a source before and after the one in question.
_AROUND = 4


@dataclass(frozen=True)
class Place:
    """A line of a source, and the function it is in."""

    path: str
    line: int
    function: str = ""


@dataclass(frozen=True)
class Fault:
    """An error as it is shown.

    Attributes
    ----------
    title : str
        The class of the exception; empty for a sentence that needs none.
    message : str
        What it says.
    trace : tuple of Place
        The lines that led to it, the innermost last, those of libraries left out.
    excerpt : tuple of (int, str)
        The lines around the last of them, by number.
    act, frame : str, int or None
        In which act, and before which of its frames.
    """

    title: str
    message: str
    trace: tuple[Place, ...] = ()
    excerpt: tuple[tuple[int, str], ...] = ()
    act: str = ""
    frame: int | None = None


def fault_of(error: BaseException, act: str = "", frame: int | None = None) -> Fault:
    """Return an error as a fault, with the last of an author's lines that led to it.

    A sentence of ours that is meant for users stands alone; where it wraps an error in an act's file, the
    error itself is shown.
    """
    inner = error.__cause__ or error.__context__
    if isinstance(error, SettingsError | RenderError):
        if inner is None or "\n" not in str(error):
            return Fault("", str(error), act=act, frame=frame)
        error = inner
    if type(error).__module__.startswith("ridge_math"):
        return Fault("", str(error), act=act, frame=frame)
    trace = tuple(_places(error))
    return Fault(
        title=type(error).__name__,
        message=error.msg if isinstance(error, SyntaxError) else str(error),
        trace=trace,
        excerpt=tuple(excerpt(trace[-1])) if trace else (),
        act=act,
        frame=frame,
    )


def excerpt(place: Place) -> Iterator[tuple[int, str]]:
    """Give the lines around a place, by number; none where the source cannot be read."""
    try:
        lines = Path(place.path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    first = max(1, place.line - _AROUND)
    yield from enumerate(lines[first - 1 : place.line + _AROUND], first)


def _places(error: BaseException) -> Iterator[Place]:
    for each in traceback.extract_tb(error.__traceback__):
        path = Path(each.filename).resolve()
        if each.lineno is not None and _is_an_authors(path):
            yield Place(str(path), each.lineno, each.name)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        yield Place(str(Path(error.filename).resolve()), error.lineno)


def _is_an_authors(path: Path) -> bool:
    """Whether a source is an act, a part of one, or a file of acts; not what steps and draws them."""
    if "site-packages" in path.parts or not path.is_file():
        return False
    if path.is_relative_to(PROJECT):
        return path.relative_to(PROJECT).parts[0] in ("scenes", "ridge_math", "examples")
    return not any(path.is_relative_to(folder) for folder in _library())


def _library() -> tuple[Path, ...]:
    return (Path(traceback.__file__).resolve().parent,)
