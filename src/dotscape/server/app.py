"""Puts routes, error handlers and the guard together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import BaseRoute

from dotscape.errors import DotscapeError
from dotscape.server import replies
from dotscape.server.guard import Guard
from dotscape.server.hosts import AllowedHosts
from dotscape.server.services import Services
from dotscape.server.tokens import Access
from dotscape.server.watch import watch

# Level 1: on a local network the bytes cost less than the time of the higher levels.
_COMPRESSION = Middleware(
    GZipMiddleware,
    minimum_size=1024,
    compresslevel=1,
    exclude_content_types=(
        *DEFAULT_EXCLUDED_CONTENT_TYPES,
        "image/*",
        "font/woff2",
        replies.PACKED,
        replies.FLOATS,
    ),
)


def every_route() -> list[BaseRoute]:
    """All routes of the server."""
    from dotscape.server.routes import ALL

    return [route for module in ALL for route in module.routes]


def create_app(services: Services, access: Access, hosts: AllowedHosts) -> Guard:
    """The application: guard outside, routes inside.

    Parameters
    ----------
    services
        What the routes share; closed with the application.
    access, hosts
        The guard's rules.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        services.start()
        watching = asyncio.create_task(watch(services))
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await asyncio.to_thread(services.close)

    app = Starlette(
        routes=every_route(),
        middleware=[_COMPRESSION],
        exception_handlers={
            DotscapeError: replies.on_dotscape_error,
            HTTPException: replies.on_http_error,
            Exception: replies.on_failure,
        },
        lifespan=lifespan,
    )
    # A redirect to the address with a slash more or less would be an answer to an unknown path.
    app.router.redirect_slashes = False
    app.state.services = services
    return Guard(app, access, hosts)
