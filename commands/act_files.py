"""Acts from a file anywhere, such as ``my_acts.py:Corner``: read, listed and made as ours are.

What goes wrong in such a file is shown by its own lines, as Python shows them, without ours around.
"""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RenderError, SettingsError
from pipeline.inputs import open_input, read_toml, unreadable
from scenes import ACTS, LOOPS, ActEntry
from scenes.act_file import ActFile
from scenes.text.captions import languages
from scenes.text.captions.acts import captions_beside, own_name

if TYPE_CHECKING:
    from types import TracebackType

    from scenes.brief import Brief

#: ``my_acts.py`` or ``my_acts.py:Corner``.
WRITTEN = re.compile(r"(?P<file>.+\.py)(?::(?P<act>[^:/]*))?", re.DOTALL)
#: Faults of a machine, which are nobody's lines.
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}


class ActFileError(SettingsError):
    """A file of acts that cannot be loaded, by the lines in question."""


class ActError(RenderError):
    """An error in an act from a file, by the lines of that file."""


def acts_in(path: Path) -> list[ActEntry]:
    """All acts of a file, in its order; those of a file in our own list as they stand there.

    Raises
    ------
    SettingsError
        If it cannot be read, or holds no act of a name that is free.
    ActFileError
        If running it fails.
    """
    scenes = Path(__file__).parents[1]
    ours = {scenes.joinpath(*each.module.split(".")).with_suffix(".py"): each for each in _ours()}
    if path.resolve() in ours:
        return [ours[path.resolve()]]
    file = read_act_file(path)
    try:
        module = file.load()
    except (Exception, SystemExit) as error:
        raise ActFileError(told(error, file, f"{path} cannot be loaded")) from error
    from scenes.act import Act

    classes = [
        value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Act)
        and value.__module__ == module.__name__
        and (value.__name__, name[0]) == (name, name.lstrip("_")[:1])
    ]
    classes = [each for each in classes if each.construct is not Act.construct]
    if not classes:
        raise SettingsError(
            f"{path} has no act: derive a class from scenes.act.Act, with a construct."
        )
    return [_entry(each, file, path) for each in classes]


def read_act_file(path: Path) -> ActFile:
    """Read a file of acts, the modules beside it that it imports, and its captions.

    Raises
    ------
    SettingsError
        If one of them cannot be read.
    ActFileError
        If one of them is no Python.
    """
    from commands.request import OUR_PACKAGES
    from pipeline.work.sources import modules_beside

    with open_input(path):
        file = path.resolve()
    name = f"acts:{file.stem.replace('.', '_')}"  # no module can be called so
    try:
        beside, uses = modules_beside(file, name, (*OUR_PACKAGES, "pipeline", "commands", "render"))
    except SyntaxError as error:
        lines = "".join(traceback.format_exception_only(error)).rstrip()
        raise ActFileError(f"{path} cannot be loaded:\n{lines}") from None
    except ValueError as error:
        raise unreadable(path, str(error)) from None
    captions = [
        Path(captions_beside(each, lang)) for each in beside.values() for lang in languages()
    ]
    contents = []
    for each in (*beside.values(), *(caption for caption in captions if caption.exists())):
        if each.suffix == ".toml":
            _check_captions(each)
        with open_input(each) as opened:
            contents.append((str(each), opened.read()))
    modules = tuple((module, str(place)) for module, place in beside.items())
    ours = tuple(module for module in uses if module.split(".")[0] in OUR_PACKAGES)
    return ActFile(str(file), modules, tuple(contents), ours)


def build_act_of_file(entry: ActEntry, brief: Brief, renderer: Any) -> Any:
    """Make an act of a file; its errors, now and later, are told by the lines of the file."""
    act = _guarded(entry, entry.build)(brief, renderer)
    for step in ("setup", "construct", "tear_down"):
        setattr(act, step, _guarded(entry, getattr(act, step)))
    return act


def told(error: BaseException, file: ActFile, what: str) -> str:
    """What went wrong, with the lines of the file that led to it, as Python writes them."""
    lines = [f"{what}:\n"]
    if not isinstance(error, SyntaxError):
        summary = traceback.extract_tb(error.__traceback__)
        lines += traceback.format_list([each for each in summary if each.filename in _files(file)])
    return "".join([*lines, *traceback.format_exception_only(error)]).rstrip()


def _ours() -> tuple[ActEntry, ...]:
    return (*ACTS, *LOOPS)


def _entry(act: type, file: ActFile, path: Path) -> ActEntry:
    name = own_name(act)
    if name in {entry.name for entry in _ours()}:
        raise SettingsError(
            f"{path}:{act.__name__} is called {name!r}, as an act of the film is: give the class "
            "another name."
        )
    if not re.fullmatch(r"[\w-]+", name):
        raise SettingsError(
            f"{path}:{act.__name__}: {name!r} is no name for files: use letters, digits, _."
        )
    summary = (act.__doc__ or "").strip().split("\n")[0]
    return ActEntry(name, act.__module__, act.__name__, summary, credited=True, file=file)


def _check_captions(path: Path) -> None:
    for table, texts in read_toml(path).items():
        if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise unreadable(
                path, f'{table!r} is no table of texts: write [act] and lines of key = "text"'
            )


def _guarded(entry: ActEntry, step: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(step)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return step(*args, **options)
        except Exception as error:
            if entry.file is None or not _is_of(entry.file, error):
                raise
            what = f"{Path(entry.file.path).name}:{entry.class_name} failed"
            raise ActError(told(error, entry.file, what)) from None

    return guarded


def _is_of(file: ActFile, error: Exception) -> bool:
    """Whether an error comes from the lines of a file, or of what they call, not from who draws."""
    from scenes.stage.gl import StageError

    if isinstance(error, RenderError | SettingsError | StageError | MemoryError):
        return False
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        return False
    callers = list(_callers(error.__traceback__))
    last = max((i for i, (path, _) in enumerate(callers) if path in _files(file)), default=-1)
    beyond = {module for _, module in callers[last + 1 :] if module.startswith("pipeline.")}
    return beyond <= {
        "pipeline.render.frames"
    }  # what steps the act; the rest is encoders and workers


def _callers(trace: TracebackType | None) -> Iterator[tuple[str, str]]:
    """The file and module of every call, the innermost last."""
    while trace is not None:
        frame = trace.tb_frame
        yield frame.f_code.co_filename, str(frame.f_globals.get("__name__"))
        trace = trace.tb_next


def _files(file: ActFile) -> set[str]:
    return {place for _, place in file.modules}
