"""`GET /healthz`: whether the server answers. The one route without a session."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.server.replies import NEVER


async def health(request: Request) -> Response:
    """A constant; it tells nothing about what is served."""
    return Response(b'{"status":"ok"}', 200, {"Cache-Control": NEVER}, "application/json")


routes = [Route("/healthz", health)]
