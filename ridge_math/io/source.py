"""The bytes of a table as UTF-8 text: unpacked, decoded, taken out of a spreadsheet.

A file is examined once as a whole, since its last line may be the one that tells its encoding, and
is then read in pieces, so that memory does not grow with it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol

from ridge_math.errors import DataError
from ridge_math.sentence import Sentence

AS_UTF8 = 'save it with the encoding UTF-8, in Excel as "CSV UTF-8"'
PIECE_BYTES = 8 << 20
_BOM = b"\xef\xbb\xbf"

#: How packed files begin, and the module that unpacks them.
PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ": "lzma"}
#: How files begin that people take for tables; a column may be called "<b>" or "{x}".
NO_TABLES = {
    b"%PDF": "a PDF",
    b'{"': "JSON",
    b"{\n": "JSON",
    b"{\r": "JSON",
    b"{ ": "JSON",
    b"[{": "JSON",
    b"<!": "a web page or XML",
    b"<?": "a web page or XML",
    b"<html": "a web page or XML",
    b"\x28\xb5\x2f\xfd": "packed with Zstandard",
}
_URL = re.compile(r"([a-z][a-z0-9+.-]+):/+", re.IGNORECASE)


class Source(Protocol):
    """Text that can be read as often as needed."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to make UTF-8 text of it."""
        ...

    @property
    def is_sheet(self) -> bool:
        """Whether it is a sheet of a workbook, whose numbers are numbers already."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Yield it as UTF-8 in pieces of some megabytes."""
        ...


@dataclass(frozen=True)
class TextFile:
    """A file of text, packed or not, in the encoding its content tells."""

    path: Path
    name: str
    packed: str | None = None
    encoding: str = "utf-8"
    carriage_returns: bool = False
    notes: tuple[str, ...] = ()
    is_sheet = False

    @classmethod
    def examine(cls, path: Path, name: str, start: bytes) -> TextFile:
        """Read all of it once to find out how it is to be read.

        Raises
        ------
        DataError
            If it is no text, or text in an encoding that cannot be told.
        """
        packed = next((PACKED[magic] for magic in PACKED if start.startswith(magic)), None)
        file = cls(path, name, packed)
        notes = [Sentence.of("note.unpacked", packed=packed)] if packed else []
        encoding, returns, feeds = file._examined()
        if encoding.startswith("utf-16"):
            notes.append(Sentence.of("note.utf16"))
        elif encoding != "utf-8":
            notes.append(Sentence.of("note.windows"))
        if returns and not feeds:
            notes.append(Sentence.of("note.returns"))
        return cls(path, name, packed, encoding, returns, tuple(notes))

    def pieces(self) -> Iterator[bytes]:
        """Yield it as UTF-8, lines ending with LF or CR LF, without a byte order mark."""
        with self._opened() as raw:
            if self.encoding == "utf-8" and not self.carriage_returns:
                piece = raw.read(PIECE_BYTES)
                yield piece.removeprefix(_BOM)
                while piece := raw.read(PIECE_BYTES):
                    yield piece
                return
            encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
            text = io.TextIOWrapper(raw, encoding, newline=None)
            try:
                while part := text.read(PIECE_BYTES):
                    yield part.encode()
            except UnicodeError:
                raise DataError(f"{self.name} is damaged {encoding} text: {AS_UTF8}") from None

    def _examined(self) -> tuple[str, bool, bool]:
        """Return the encoding, and whether lines end with a lone CR and with LF."""
        import codecs

        decoder = codecs.getincrementaldecoder("utf-8")()
        encoding, beyond_ascii, returns, feeds, before, last = "utf-8", False, False, False, 0, b""
        with self._opened() as raw:
            piece = raw.read(PIECE_BYTES)
            if not piece.removeprefix(_BOM).strip():
                raise DataError(
                    f"{self.name} is empty: give a table with a header line and rows of numbers"
                )
            wide = _utf_16(piece)
            if wide is not None:
                return wide, True, True
            while piece:
                if b"\0" in piece:
                    line = self._raw_line(before + piece.index(b"\0"))
                    raise DataError(
                        f"{self.name}, line {line} holds a NUL byte, so it is not a table of text, "
                        "or it is damaged: give a CSV, Parquet or Excel file"
                    )
                if encoding == "utf-8":
                    try:
                        text = decoder.decode(piece)
                        beyond_ascii = beyond_ascii or len(text) != len(piece)
                    except UnicodeDecodeError as error:
                        good = piece[: error.start].removeprefix(_BOM)
                        if beyond_ascii or not good.isascii():  # then it is no other encoding
                            line = self._raw_line(before + error.start)
                            raise DataError(
                                f"{self.name}, line {line} is not UTF-8 text: {AS_UTF8}"
                            ) from None
                        encoding = "cp1252"
                if encoding == "cp1252" and any(byte in piece for byte in b"\x81\x8d\x8f\x90\x9d"):
                    raise DataError(f"{self.name} is not UTF-8 text, nor Windows-1252: {AS_UTF8}")
                before += len(piece)
                feeds = feeds or b"\n" in piece
                together = last + piece
                returns = returns or together.count(b"\r", 0, -1) > together.count(b"\r\n")
                last = piece[-1:]
                piece = raw.read(PIECE_BYTES)
            returns = returns or last == b"\r"
        return encoding, returns, feeds

    def _raw_line(self, offset: int) -> int:
        with self._opened() as raw:
            return line_at(iter(lambda: raw.read(PIECE_BYTES), b""), offset)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        """Open it, unpacked; what goes wrong while it is read becomes one sentence."""
        import zlib

        try:
            opener = import_module(self.packed).open if self.packed else open
            with opener(self.path, "rb") as raw:
                yield raw
        except (EOFError, zlib.error) as error:
            raise DataError(
                f"{self.name} is a damaged packed file ({error}): save it anew"
            ) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise DataError(f"{self.name} cannot be read ({reason}): check it") from None


def check_readable(path: str | Path, name: str) -> Path:
    """Return the path if it is a file of a disk, or say what it is instead; opens nothing.

    Raises
    ------
    DataError
        If it is a URL, missing, a folder, a pipe or a device.
    """
    if (found := _URL.match(str(path))) and not Path(path).exists():
        address = _URL.sub(r"\1://", name, count=1)  # a path has but one of its slashes
        raise DataError(
            f"{address} is an address ({found[1]}): save the file first, with a browser or curl, "
            "and name it"
        )
    path = Path(path)
    try:
        kind = path.stat()
    except FileNotFoundError:
        raise DataError(f"{name} does not exist: check the path of the data file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{name} cannot be read ({reason}): check it and its folder") from None
    if stat.S_ISDIR(kind.st_mode):
        raise DataError(f"{name} is a folder: give a CSV or Parquet file in it")
    if not stat.S_ISREG(kind.st_mode):
        raise DataError(f"{name} is {_special(kind.st_mode)}, not a file: save the table to a file")
    if kind.st_size == 0:
        if os.path.realpath(path).startswith(("/proc/", "/sys/")):
            raise DataError(f"{name} belongs to the system and is no file of a disk: give a table")
        raise DataError(f"{name} is empty: give a table with a header line and rows of numbers")
    return path


def line_at(pieces: Iterable[bytes], offset: int) -> int:
    """Return the line, counted from 1, in which a byte of a text is."""
    line = 1
    for piece in pieces:
        line += piece.count(b"\n", 0, max(offset, 0))
        offset -= len(piece)
        if offset <= 0:
            break
    return line


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _utf_16(start: bytes) -> str | None:
    """Tell UTF-16 by its byte order mark, or by the zeros beside ASCII characters."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = start[:65_536]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if not even and odd > 0.4 * len(sample) / 2:
        return "utf-16-le"
    if not odd and even > 0.4 * len(sample) / 2:
        return "utf-16-be"
    return None
