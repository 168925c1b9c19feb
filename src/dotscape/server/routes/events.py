"""`GET /api/events`: what changes, as it changes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dotscape.server.replies import bad_parameter
from dotscape.server.services import services


async def events(request: Request) -> Response:
    """The event stream. `Last-Event-ID`, or `?after=`, is where an earlier one ended."""
    sent = request.headers.get("last-event-id") or request.query_params.get("after")
    if sent is not None and not (sent.isascii() and sent.isdecimal() and len(sent) <= 18):
        raise bad_parameter("after", f"The 'after' of events must be a number. Got {sent[:40]!r}.")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":  # whoever asks for the headers doesn't wait for the end
        return Response(None, 200, headers, "text/event-stream")
    stream = services(request).broker.stream(None if sent is None else int(sent))
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


routes = [Route("/api/events", events)]
