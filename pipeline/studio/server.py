"""The studio's address on this machine: the page, its pictures, and what it asks for.

Only who has the token can ask for anything. Host and Origin are checked, so that no page from elsewhere
can, either: not through a name that it lets point here, and not with a form that it sends.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import SettingsError
from pipeline.pages import templates_of
from pipeline.studio.recording import LINES, recording_routes
from pipeline.studio.recording import MOST_BYTES as MOST_BYTES_RECORDED
from pipeline.studio.session import Session

WEB = Path(__file__).parent / "web"
#: By these names this machine is asked; the port may be another's that forwards to ours.
HOSTS = ("127.0.0.1", "localhost", "[::1]")
#: Of what a page may send.
MOST_BYTES = 100_000
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def app_of(session: Session, token: str, voice: Path | None = None) -> Starlette:
    """Return the application that answers for a session.

    Parameters
    ----------
    session
        What is shown.
    token
        The first part of every path.
    voice
        Where recordings of lines are kept, if the page may make some.
    """

    async def page(request: Request) -> Response:
        text = templates_of("pipeline.studio").get_template("page.html.j2").render(voice=voice)
        return Response(text, media_type="text/html", headers={"Cache-Control": "no-store"})

    async def module(request: Request) -> Response:
        path = WEB / request.path_params["name"]
        if path not in WEB.iterdir() or path.suffix not in _TYPES:
            return PlainTextResponse("There is no such file.", 404)
        content = path.read_bytes()
        kind = _TYPES[path.suffix]
        return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})

    async def events(request: Request) -> Response:
        return StreamingResponse(
            _events(session),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def picture(request: Request) -> Response:
        found = session.picture(request.path_params["key"], request.path_params["frame"])
        if found is None:
            return PlainTextResponse("It is not drawn yet.", 404)
        forever = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(found.content, media_type="image/jpeg", headers=forever)

    async def things(request: Request) -> Response:
        found = await session.look(request.path_params["key"], request.path_params["frame"])
        if found is None:
            return PlainTextResponse("Nobody can say now.", 404)
        return JSONResponse(asdict(found))

    async def playhead(request: Request) -> Response:
        told = await _json(request)
        act, frame = told.get("act"), told.get("frame")
        if not isinstance(act, str) or type(frame) is not int or not 0 <= frame < 10**8:
            return PlainTextResponse("It takes an act and a frame.", 400)
        session.look_at(act, frame)
        return Response(status_code=204)

    async def choices(request: Request) -> Response:
        try:
            session.choose(await _json(request))
        except SettingsError as error:
            return PlainTextResponse(str(error), 400)
        return Response(status_code=204)

    async def render(request: Request) -> Response:
        wish = await _json(request)
        try:
            if type(wish.get("stop")) is int:
                session.renders.stop(wish["stop"])
            else:
                session.render(wish)
        except SettingsError as error:
            return PlainTextResponse(str(error), 400)
        return Response(status_code=204)

    async def caption(request: Request) -> Response:
        told = await _json(request)
        act, key, text = (told.get(name) for name in ("act", "key", "text"))
        if not isinstance(act, str) or not isinstance(key, str) or not isinstance(text, str | None):
            return PlainTextResponse("It takes an act, a key and a text.", 400)
        try:
            return JSONResponse({"before": session.edit(act, key, text)})
        except SettingsError as error:
            return PlainTextResponse(str(error), 400)

    async def made(request: Request) -> Response:
        path = session.renders.made(request.path_params["number"])
        if path is None or not path.is_file():
            return PlainTextResponse("There is no such file.", 404)
        return FileResponse(path, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route(f"/{token}/", page),
            Route(f"/{token}/web/{{name}}", module),
            Route(f"/{token}/events", events),
            Route(f"/{token}/pictures/{{key}}/{{frame:int}}.jpg", picture),
            Route(f"/{token}/things/{{key}}/{{frame:int}}", things),
            Route(f"/{token}/playhead", playhead, methods=["POST"]),
            Route(f"/{token}/choices", choices, methods=["POST"]),
            Route(f"/{token}/render", render, methods=["POST"]),
            Route(f"/{token}/caption", caption, methods=["POST"]),
            Route(f"/{token}/made/{{number:int}}", made),
            *recording_routes(token, voice, session.caption, session.open),
        ],
        middleware=[Middleware(_Guard)],
    )


class _Guard:
    """Lets through who asks by this machine's name, from a page of ours or from none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = _refusal(Headers(scope=scope), scope["path"])
        if refused is not None:
            await refused(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SAFE)
            await send(message)

        await self._app(scope, receive, send_safely)


def _refusal(headers: Headers, path: str) -> Response | None:
    host, origin = headers.get("host", ""), headers.get("origin")
    name, _, port = host.rpartition(":")
    if (name if port.isdigit() else host) not in HOSTS:
        return PlainTextResponse("This address has another name.", 403)
    if origin is not None and origin != f"http://{host}":
        return PlainTextResponse("Another page has asked.", 403)
    length = headers.get("content-length", "0")
    most = MOST_BYTES_RECORDED if LINES in path else MOST_BYTES
    if not length.isdigit() or int(length) > most:
        return PlainTextResponse("That is too much.", 413)
    return None


async def _json(request: Request) -> dict[str, Any]:
    try:
        told = json.loads(await request.body())
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


async def _events(session: Session) -> AsyncIterator[str]:
    page = session.join()
    try:
        while (event := await page.get()) is not None:
            yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"
    finally:
        session.leave(page)
