"""Recordings that are made on the page: each is kept as a WAV file named after its line, or refused.

They go into the folder that --voice names, and nowhere else: nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.errors import RenderError, SettingsError
from pipeline.outputs import atomic_write
from pipeline.voice.lines import LONGEST, line_of
from pipeline.voice.manifest import NAME, Entry, digest_of, read_manifest, write_manifest
from pipeline.voice.voice import recordings

#: Bytes of a recording: the longest line in 16 bits, at twice the rate that pages record at.
MOST_BYTES = 2 * 2 * 48_000 * int(LONGEST)
#: Where the page sends them, and has them from.
LINES = "/lines/"
_ID = re.compile(r"[\w-]{1,80}\.[\w-]{1,80}")


def keep_recording(folder: Path, id: str, content: bytes, text: str) -> str:
    """Write a recording in the place of the one before, and note the text it was spoken from.

    Returns
    -------
    str
        What is wrong with it, though it can be used; a sentence, or nothing.

    Raises
    ------
    SettingsError
        When it is no sound that can be used.
    RenderError
        When it cannot be written; what was there is as it was.
    """
    if _ID.fullmatch(id) is None:
        raise SettingsError("That is no name of a line.")
    path = folder / f"{id}.wav"
    before = recordings(folder).get(id) if folder.is_dir() else None
    with atomic_write(path, "--voice") as temporary:
        temporary.write_bytes(content)
        try:
            note = line_of(id, temporary).note
        except SettingsError as error:
            raise SettingsError(str(error).replace(str(temporary), path.name)) from error
        digest = digest_of(temporary)
    if before is not None and before != path:
        before.unlink()  # of another kind; there is one recording of a line
    known = read_manifest(folder / NAME)
    write_manifest(folder / NAME, {**known, id: Entry(text, digest)})
    return note.replace(str(temporary), path.name)


def recording_routes(
    token: str, folder: Path | None, text_of: Callable[[str], str | None], kept: Callable[[], None]
) -> list[Route]:
    """Return what the page asks of its recordings; nothing where there is no folder for them.

    Parameters
    ----------
    token
        The first part of every path.
    folder
        Where recordings are.
    text_of
        Returns the caption of a line, by its id.
    kept
        Called when there is a new one.
    """
    if folder is None:
        return []

    async def keep(request: Request) -> Response:
        id = request.path_params["id"]
        text, content = text_of(id), await request.body()
        if text is None:
            return PlainTextResponse("No caption has that name.", 404)
        try:
            note = await asyncio.to_thread(keep_recording, folder, id, content, text)
        except SettingsError as error:
            return PlainTextResponse(str(error), 400)
        except RenderError as error:
            return PlainTextResponse(str(error), 507)
        kept()
        return PlainTextResponse(note)

    async def listen(request: Request) -> Response:
        try:
            found = recordings(folder) if folder.is_dir() else {}
        except SettingsError as error:
            return PlainTextResponse(str(error), 400)
        path = found.get(request.path_params["id"])
        if path is None:
            return PlainTextResponse("There is no recording of it.", 404)
        return FileResponse(path, headers={"Cache-Control": "no-store"})

    return [
        Route(f"/{token}{LINES}{{id}}", keep, methods=["POST"]),
        Route(f"/{token}{LINES}{{id}}", listen),
    ]
