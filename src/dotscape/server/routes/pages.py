"""The web page and its parts; every page address gives the same document."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.server import words
from dotscape.server.replies import FOREVER, Problem, bytes_reply

PAGE = Path(__file__).resolve().parent.parent / "page"
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}")
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".map": "application/json",
}


def page(request: Request) -> Response:
    """The document; the script in it reads the address."""
    try:
        content = (PAGE / "index.html").read_bytes()
    except OSError:
        return words.page(503, *words.NOT_BUILT)
    return bytes_reply(request, content, media_type="text/html", etag=_digest(content))


def asset(request: Request) -> Response:
    """A script, style or picture of the page. Names carry a hash, so they never change."""
    name = request.path_params["file"]
    path = PAGE / "assets" / name
    if not _FILE.fullmatch(name) or not path.is_file():
        raise Problem(404, "not_found", "The page has no such part. Load it again.")
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    content = path.read_bytes()
    return bytes_reply(request, content, media_type=kind, etag=_digest(content), cache=FOREVER)


def icon(request: Request) -> Response:
    """The tab's picture, which browsers ask for by this name."""
    for name, kind in (("favicon.svg", "image/svg+xml"), ("favicon.ico", "image/x-icon")):
        if (PAGE / name).is_file():
            content = (PAGE / name).read_bytes()
            return bytes_reply(request, content, media_type=kind, etag=_digest(content))
    return Response(None, 204)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


TABS = ("overview", "charts", "media", "tables", "logs")

routes = [
    Route("/", page),
    Route("/projects/{project:path}", page),
    Route("/runs/{run:run}", page),
    *(Route(f"/runs/{{run:run}}/{tab}", page) for tab in TABS),
    Route("/assets/{file}", asset),
    Route("/favicon.ico", icon),
    Route("/favicon.svg", icon),
]
