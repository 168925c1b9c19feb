"""`GET /media/{sha256}`: logged bytes, named by what they are and shown as nothing more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from dotscape.errors import NotFoundError
from dotscape.server.headers import HTML_POLICY, MEDIA_POLICY
from dotscape.server.replies import FOREVER, choice, unchanged
from dotscape.server.services import services
from dotscape.server.sniff import SNIFFED, media_type


def media(request: Request) -> Response:
    """The bytes: images, audio and plain text in place, everything else to be saved.

    With `?as=html` they are served as HTML in a sandbox: an origin of its own, inline scripts, no
    network. Nothing but the page's own frames can show it.
    """
    digest = request.path_params["sha256"]
    wanted = choice(request, "as", "bytes", ("bytes", "html"))
    path = services(request).media.path(digest)
    if path is None:
        raise NotFoundError(f"No media with the hash {digest}.")
    etag = f"{digest}-{wanted}"
    known = unchanged(request, etag, FOREVER)
    if known is not None:
        return known
    with path.open("rb") as file:
        kind = media_type(file.read(SNIFFED))
    headers = {
        "Cache-Control": FOREVER,
        "ETag": f'"{etag}"',
        "Content-Security-Policy": HTML_POLICY if wanted == "html" else MEDIA_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
    }
    if wanted == "html":
        kind = "text/html; charset=utf-8"
    elif kind is None:
        headers["Content-Disposition"] = f'attachment; filename="{digest[:16]}.bin"'
    return FileResponse(path, headers=headers, media_type=kind or "application/octet-stream")


routes = [Route("/media/{sha256:sha256}", media)]
