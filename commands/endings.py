"""Exceptions to exit codes: one sentence for the user, a traceback for bugs alone."""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from commands.act_files import ActError, ActFileError
from commands.console.commandline import (
    PREFIX,
    Ending,
    Failed,
    Misused,
    Stopped,
    note,
)
from commands.console.config import options_by_variable
from commands.console.memory import short_of_memory
from pipeline.errors import RenderError, SettingsError
from pipeline.printable import shown
from pipeline.scratch import PREFIX as SCRATCH
from pipeline.scratch import sweep

#: What helps against a fault of the system that nobody has foreseen where it came up.
_REMEDIES = {
    errno.ENOSPC: "make room there",
    errno.EDQUOT: "make room there, or have your quota raised",
    errno.EMFILE: "allow more of them with `ulimit -n 1024`",
    errno.ENFILE: "close other programs",
    errno.EAGAIN: "allow more processes with `ulimit -u`, or use --workers 0",
    errno.EACCES: "choose another place, or have its permissions changed",
    errno.EPERM: "choose another place, or have its permissions changed",
    errno.EROFS: "choose another place",
    errno.EIO: "look after the disk or the network it is on",
}


class Traced(Ending):
    """A sentence on a file of code, and below it the lines in question."""

    def format_message(self) -> str:
        """Return it, line by line in characters that can be shown."""
        return "\n".join(shown(line) for line in self.message.split("\n"))


class FailedInFile(Traced):
    """What code of a user's own did; exit code 1."""

    exit_code = 1


class MisusedFile(Traced):
    """A file of code that cannot be used; exit code 2."""

    exit_code = 2


class Commands(click.Group):
    """A click group whose commands end in one sentence, whatever a user's input does."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line up to the command."""
        with _shown_usage():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a traceback is left for bugs."""
        try:
            with contextlib.suppress(
                OSError
            ):  # where there is no such folder, who needs one says so
                sweep(Path(tempfile.gettempdir()))
            for sentence in _unknown_variables(ctx):
                note(sentence)
            with _shown_usage():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            ending = ending_of(error)
            if ending is None:
                raise
            raise ending from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones there are, the nearest first."""
        if self.get_command(ctx, args[0]) is None:
            names = self.list_commands(ctx)
            near = difflib.get_close_matches(args[0], names, n=len(names))
            listed = ", ".join([*near, *(name for name in names if name not in near)])
            ctx.fail(f"There is no command '{shown(args[0], 60)}': choose from {listed}.")
        return super().resolve_command(ctx, args)


@contextlib.contextmanager
def _shown_usage() -> Iterator[None]:
    """Have click's own sentences, too, hold nothing that disturbs a terminal."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise click.UsageError(shown(error.format_message()), error.ctx) from error


def _unknown_variables(ctx: click.Context) -> list[str]:
    """A sentence for each variable of the environment that looks like an option's and is none."""
    known = {variable.removeprefix(PREFIX) for variable in options_by_variable(ctx)}
    sentences = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1)
            meant = f"did you mean {PREFIX}{near[0]}?" if near else "nothing is changed by it."
            sentences.append(f"{shown(name, 60)} in the environment sets no option: {meant}")
    return sentences


def end_tidily() -> None:
    """Handle SIGTERM and SIGHUP as Ctrl-C: the run cleans up and ends.

    Only the first counts, for both often come together and must not disturb clearing up. What was
    ignored when we were started, as by nohup, stays ignored.
    """

    def stop(number: int, frame: object) -> NoReturn:
        for each in stops:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    stops = [s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) != signal.SIG_IGN]
    for each in stops:
        signal.signal(each, stop)


def ending_of(error: BaseException) -> click.ClickException | None:
    """Return the click exception, with its exit code, for an error; None for a bug."""
    if isinstance(error, KeyboardInterrupt):
        return Stopped(str(error) or "Stopped; no unfinished file was left behind.")
    if isinstance(error, ActFileError):
        return MisusedFile(str(error))
    if isinstance(error, ActError):
        return FailedInFile(str(error))
    if isinstance(error, SettingsError) or _is(error, "ridge_math.errors", "DataError"):
        return Misused(str(error))
    of_stage = _is(error, "scenes.stage.gl", "StageError")
    refused = isinstance(error, OSError) and error.errno == errno.ENOMEM
    if isinstance(error, MemoryError | ImportError) or of_stage or refused:
        scarce = short_of_memory()
        if scarce is not None:
            return Failed(scarce)
    if isinstance(error, RenderError) or of_stage:
        return Failed(str(error))
    if isinstance(error, MemoryError):
        return Failed("There is not enough memory for this: choose a smaller --size.")
    if isinstance(error, ImportError):
        return Failed(f"{error}: run `make setup`; `render.py doctor` shows what is missing.")
    if isinstance(error, OSError):
        return Failed(_on_disk(error))
    return None


def _on_disk(error: OSError) -> str:
    """What the system refused, and what of."""
    if "No usable temporary directory" in str(error):
        return (
            "No folder for temporary files can be written: make room in the one that TMPDIR names, "
            "or name another with TMPDIR."
        )
    told = error.strerror or str(error) or type(error).__name__
    if error.filename is not None:
        parts = Path(os.fsdecode(error.filename)).parts
        place = Path(*(part for part in parts if not part.startswith(SCRATCH)))
        told = f"{place}: {told[:1].lower()}{told[1:]}"
    remedy = _REMEDIES.get(error.errno or 0)
    return f"{told}: {remedy}." if remedy else f"{told}."


def _is(error: BaseException, module: str, name: str) -> bool:
    """Whether an error is of this class; of one that nobody has imported, none can be."""
    return isinstance(error, getattr(sys.modules.get(module), name, ()))
