"""Sends requests to the application byte for byte: no client tidies paths or headers up first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import anyio

from tests.server.conftest import BASE, PORT, App

HOST = ("host", f"127.0.0.1:{PORT}")
ORIGIN = ("origin", BASE)
JSON = ("content-type", "application/json")
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "CONNECT", "BREW")
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, and body."""

    status: int
    headers: dict[str, str]
    body: bytes


def session(app: App) -> tuple[str, str]:
    """The cookie header of the signed-in client."""
    return ("cookie", "; ".join(f"{k}={v}" for k, v in app.client.cookies.items()))


def ask(
    app: App,
    method: str,
    address: str,
    headers: Headers = (HOST,),
    body: Iterable[bytes] = (b"",),
) -> Answer:
    """One request; a stream of events is left after its first bytes."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", PORT),
        "state": {},
    }
    return app.client.portal.call(_drive, app.guard, scope, list(body))


async def _drive(guard: Any, scope: dict[str, Any], chunks: list[bytes]) -> Answer:
    sent: list[dict[str, Any]] = []
    enough = anyio.Event()
    remaining = list(chunks)

    async def receive() -> dict[str, Any]:
        if remaining:
            chunk = remaining.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(remaining)}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message.get("body") or not message.get("more_body", True):
            enough.set()

    with anyio.fail_after(20):
        await guard(scope, receive, send)
    start = sent[0]
    assert start["type"] == "http.response.start", start
    headers = {k.decode().lower(): v.decode() for k, v in start["headers"]}
    return Answer(start["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]))


async def _connect_websocket(guard: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with anyio.fail_after(5):
        await guard(scope, receive, send)
    return sent


def websocket(app: App, path: str) -> list[dict[str, Any]]:
    """What a signed-in websocket handshake is answered."""
    headers = [(k.encode(), v.encode()) for k, v in (HOST, ORIGIN, session(app))]
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "subprotocols": [],
        "scheme": "ws",
    }
    return app.client.portal.call(_connect_websocket, app.guard, scope)
