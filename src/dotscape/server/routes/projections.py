"""Projections: methods, starting, watching and cancelling jobs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.server.paths import SET
from dotscape.server.replies import PACKED, integer, json_reply, read_json
from dotscape.server.routes.sets import opened
from dotscape.server.services import services
from dotscape.server.wire import (
    Job,
    JobEdit,
    Jobs,
    MethodInfo,
    Methods,
    ParameterInfo,
    ProjectionRequest,
)

if TYPE_CHECKING:
    from dotscape.engine.core_names import Parameter


def methods(request: Request) -> Response:
    """The methods, their parameters and limits; with `rows` and `dim`, for that much data."""
    from dotscape.engine.core_names import METHODS

    rows = integer(request, "rows", 0, 0, 2**40)
    dim = integer(request, "dim", 1, 1, 2**31)
    found = [
        MethodInfo(
            name=method.name,
            title=method.title,
            help=method.help,
            components=list(method.components),
            parameters=[_parameter(p, rows, dim) for p in method.parameters],
        )
        for method in METHODS.values()
    ]
    return json_reply(Methods(found))


def _parameter(p: Parameter, rows: int, dim: int) -> ParameterInfo:
    below = p.below(rows, dim) if p.below is not None and rows else None
    limits = [limit for limit in (p.maximum, below) if limit is not None]
    default = p.default_for(rows, dim) if p.default_for is not None and rows else p.default
    return ParameterInfo(
        name=p.name,
        title=p.title,
        help=p.help,
        kind=p.kind,
        default=default,
        minimum=p.minimum,
        maximum=min(limits) if limits else None,
        step=p.step,
        choices=list(p.choices) if p.choices else None,
        limit=p.limit,
    )


async def start(request: Request) -> Response:
    """Start a projection; one that was computed before comes back done."""
    wanted = await read_json(request, ProjectionRequest)
    return json_reply(await anyio.to_thread.run_sync(partial(_start, request, wanted)))


def _start(request: Request, wanted: ProjectionRequest) -> Job:
    reader, embedding = opened(request)
    known = services(request)
    parameters = wanted.parameters
    if wanted.method == "axes":
        from dotscape.server.sets.search import SEARCHED, with_rows

        chosen = [c for c in embedding.columns if c.type in SEARCHED and not c.detached]
        values = [known.columns.values(reader, c.source, c.column) for c in chosen]
        parameters = with_rows(parameters, values, embedding.source.rows)
    return known.jobs.submit(embedding, wanted, parameters)


def every(request: Request) -> Response:
    """The jobs that wait, run, or have ended since the server started."""
    return json_reply(Jobs(services(request).jobs.jobs()))


def job(request: Request) -> Response:
    """A job as it is now."""
    return json_reply(services(request).jobs.job(request.path_params["job"]))


def cancel(request: Request) -> Response:
    """Ask a job to stop; it does within a second."""
    return json_reply(services(request).jobs.cancel(request.path_params["job"]))


async def edit(request: Request) -> Response:
    """Let a job wait, or go on."""
    wanted = await read_json(request, JobEdit)
    return json_reply(services(request).jobs.pause(request.path_params["job"], wanted.paused))


def frame(request: Request) -> Response:
    """Packed positions of the newest live layout, 204 where there is none newer."""
    from dotscape.engine.core_names import pack

    after = integer(request, "after", 0, 0, 2**53)
    newest = services(request).jobs.frame(request.path_params["job"], after)
    headers = {"Cache-Control": "no-store"}
    if newest is None:
        return Response(None, 204, headers)
    coordinates = newest.coordinates[:, :3]
    content = pack(coordinates, frame=newest.number, loss=newest.loss, final=newest.final)
    headers["X-Iteration"] = str(newest.iteration)
    return Response(content, 200, headers, PACKED)


routes = [
    Route("/api/methods", methods),
    Route(SET + "/projections", start, methods=["POST"]),
    Route("/api/jobs", every),
    Route("/api/jobs/{job:name}", job),
    Route("/api/jobs/{job:name}", cancel, methods=["DELETE"]),
    Route("/api/jobs/{job:name}", edit, methods=["PATCH"]),
    Route("/api/jobs/{job:name}/frame", frame),
]
