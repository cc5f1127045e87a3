"""Speech programs: lines spoken by whatever reads text on its standard input and writes sound.

Lines are spoken side by side, and only those whose text, or program, is another than when they were
spoken last. A recording of one's own is never replaced.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import atomic_write, make_folder, reason
from pipeline.printable import shown
from pipeline.voice.lines import line_of
from pipeline.voice.manifest import NAME, Entry, digest_of, read_manifest, write_manifest
from pipeline.voice.voice import recordings

#: What stands for speaking without a program: lines take their time and are not heard.
SILENCE = "silence"
#: Words a minute of somebody who explains; and seconds that one line may take a program.
WORDS_A_MINUTE, _PATIENCE = 140.0, 600


class Running:
    """Programs that run, side by side, so that an interruption ends them, whatever they are at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def run(self, command: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end, as `subprocess.run` does."""
        with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
            try:
                with self._lock:
                    self._processes.add(process)
                    if self._ended:
                        process.kill()
                out, err = process.communicate(given, timeout=_PATIENCE)
            finally:
                process.kill()
                with self._lock:
                    self._processes.discard(process)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def end(self) -> None:
        """End all of them, and whatever is begun from now on."""
        with self._lock:
            self._ended = True
            for process in self._processes:
                process.kill()


@dataclass(frozen=True)
class Program:
    """A speech program.

    Attributes
    ----------
    command : tuple of str
        Its name and arguments; ``{lang}`` and ``{out}`` stand for language and file. Without
        ``{out}``, its standard output is the file.
    language : str
        Such as ``"en"``.
    """

    command: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, command: str, language: str) -> Program:
        """Read a command as a shell would; no shell runs it.

        Raises
        ------
        SettingsError
            When it is empty, or its quotes do not end.
        """
        try:
            words = tuple(shlex.split(command))
        except ValueError:
            words = ()
        if not words:
            raise SettingsError(
                f"--with {command!r} is no command: write it like 'espeak-ng -v {{lang}} -w {{out}}'."
            )
        return cls(words, language)

    def key(self, text: str) -> str:
        """Return a digest of all that decides what is heard."""
        return hashlib.sha256(repr((self.command, self.language, text)).encode()).hexdigest()

    def speak(self, id: str, text: str, path: Path, running: Running) -> None:
        """Have a text spoken into a WAV file, by a program that is one of those that run.

        Raises
        ------
        SettingsError
            When there is no such program.
        RenderError
            When it fails, or leaves no sound.
        """
        filled = {"{lang}": self.language, "{out}": str(path)}
        command = [_filled(word, filled) for word in self.command]
        writes = any("{out}" in word for word in self.command)
        try:
            done = running.run(command, text.encode())
        except FileNotFoundError:
            raise SettingsError(
                f"There is no program {shown(command[0])!r}: install it, or name another with --with."
            ) from None
        except subprocess.TimeoutExpired:
            raise RenderError(
                f"{id}: {shown(command[0])} has not spoken it within {_PATIENCE // 60} minutes."
            ) from None
        except OSError as error:
            raise SettingsError(
                f"{shown(command[0])!r} cannot be run ({reason(error)}): name another with --with."
            ) from error
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            said = f": {shown(lines[-1], 200)}" if lines else ""
            raise RenderError(f"{id}: {shown(command[0])} ended with {done.returncode}{said}")
        if not writes:
            path.write_bytes(done.stdout)
        try:
            line_of(id, path)
        except SettingsError as error:
            said = str(error).partition(": ")[2].replace(str(path), path.name)
            raise RenderError(
                f"{id}: {shown(command[0])} left no sound that can be used: "
                f"{'is {out} in --with?' if not writes else said}"
            ) from error


@dataclass
class Spoken:
    """What became of lines, by id: spoken now, as they were, or recordings of one's own."""

    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)


def speak_lines(
    texts: Mapping[str, tuple[str, str]],
    program: Program,
    folder: Path,
    n_at_once: int = 0,
    on_line: Callable[[], None] = lambda: None,
) -> Spoken:
    """Have lines spoken into a folder, and note there what was spoken.

    Parameters
    ----------
    texts
        By id, what is to be spoken and how it is pronounced.
    program
        Who speaks.
    folder
        Where recordings are.
    n_at_once
        How many lines are spoken at once; as many as there are cores if 0.
    on_line
        Called after each.

    Raises
    ------
    SettingsError, RenderError
        As in `Program.speak`, and when the folder cannot be read or written. What is finished stays.
    """
    found, entries, spoken = _folder(folder)
    todo = {}
    for id, (text, said) in texts.items():
        entry = entries.get(id, Entry(""))
        if id in found and entry.made_by and entry.sound == digest_of(found[id]):
            if entry.made_by == program.key(said):
                entries[id] = Entry(text, entry.sound, made_by=entry.made_by)
                spoken.kept.append(id)
                continue
        elif id in found:
            spoken.own.append(id)
            continue
        todo[id] = (text, said)

    running = Running()

    def one(id: str) -> None:
        text, said = todo[id]
        path = folder / f"{id}.wav"
        with atomic_write(path, "--out") as temporary:
            program.speak(id, said, temporary, running)
            entries[id] = Entry(text, digest_of(temporary), made_by=program.key(said))
            if id in found and found[id] != path:
                found[id].unlink()

    try:
        with ThreadPoolExecutor(n_at_once or os.cpu_count() or 1) as pool:
            try:
                for done in _each(pool, one, todo):
                    # At once: of what a run that is killed has left, nothing is taken for one's own.
                    write_manifest(folder / NAME, dict(entries))
                    spoken.new.append(done)
                    on_line()
            except KeyboardInterrupt:
                running.end()  # else the pool waits for them
                raise
    finally:
        write_manifest(folder / NAME, entries)
    return spoken


def time_lines(
    texts: Mapping[str, tuple[str, str]], folder: Path, words_a_minute: float = WORDS_A_MINUTE
) -> Spoken:
    """Note in a folder how long lines take at so many words a minute; parameters as `speak_lines`."""
    found, entries, spoken = _folder(folder)
    for id, (text, said) in texts.items():
        entry = Entry(text, seconds=seconds_of(said, words_a_minute))
        if id in found:
            spoken.own.append(id)
        else:
            (spoken.kept if entries.get(id) == entry else spoken.new).append(id)
            entries[id] = entry
    write_manifest(folder / NAME, entries)
    return spoken


def seconds_of(text: str, words_a_minute: float = WORDS_A_MINUTE) -> float:
    """Return how long a text takes at so many words a minute, to a millisecond."""
    return round(60.0 * max(len(re.findall(r"\w+", text)), 1) / words_a_minute, 3)


def _folder(folder: Path) -> tuple[dict[str, Path], dict[str, Entry], Spoken]:
    make_folder(folder)
    return recordings(folder), read_manifest(folder / NAME), Spoken()


def _each(
    pool: ThreadPoolExecutor, do: Callable[[str], None], ids: Mapping[str, object]
) -> Iterator[str]:
    """Do something for each id, side by side; after a failure nothing is begun any more."""
    futures: dict[Future[None], str] = {pool.submit(do, id): id for id in ids}
    try:
        for future in as_completed(futures):
            future.result()
            yield futures[future]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _filled(word: str, values: Mapping[str, str]) -> str:
    return re.sub("|".join(map(re.escape, values)), lambda found: values[found[0]], word)
