"""How a command ends: done, or one sentence and an exit code; a traceback is left for bugs."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import click

from commands.console.commandline import Failed, Misused, Stopped
from pipeline.errors import RenderError, SettingsError
from pipeline.scratch import sweep


class Commands(click.Group):
    """A group of commands that end in one sentence, whatever a user's input does."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a traceback is left for bugs."""
        sweep(Path(tempfile.gettempdir()))
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            ending = ending_of(error)
            if ending is None:
                raise
            raise ending from error


def end_tidily() -> None:
    """Let a run end after SIGTERM, or when its terminal is closed, as it does after Ctrl-C.

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
    """Return how a command ends after `error`; None for a bug."""
    if isinstance(error, KeyboardInterrupt):
        return Stopped(str(error) or "Stopped; no unfinished file was left behind.")
    if isinstance(error, SettingsError) or _is_data_error(error):
        return Misused(str(error))
    if isinstance(error, RenderError) or _is_stage_error(error):
        return Failed(str(error))
    if isinstance(error, MemoryError):
        return Failed("There is not enough memory for this: choose a smaller --size.")
    if isinstance(error, ImportError):
        return Failed(f"{error}: run `make setup`; `render.py doctor` shows what is missing.")
    if isinstance(error, OSError):
        return Failed(f"{error.filename or 'A file'}: {error.strerror or error}.")
    return None


def _is_data_error(error: BaseException) -> bool:
    if not isinstance(error, ValueError):
        return False
    from ridge_math.errors import DataError

    return isinstance(error, DataError)


def _is_stage_error(error: BaseException) -> bool:
    if not isinstance(error, RuntimeError):
        return False
    from scenes.stage.gl import StageError

    return isinstance(error, StageError)
