"""Projects and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.errors import ParameterError
from dotscape.server.convert import embedding_brief, media_entry, row_set_info, run_info
from dotscape.server.paths import RUN
from dotscape.server.replies import json_reply, read_json
from dotscape.server.services import Services, services
from dotscape.server.wire import ProjectInfo, Projects, RunDetail, RunEdit, RunInfo, Runs

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

_LONGEST = {"name": 200, "notes": 100_000, "tags": 100}


def projects(request: Request) -> Response:
    """Every project of the folder, newest first."""
    known = services(request)
    found = [
        ProjectInfo(name=p.name, runs=p.runs, running=p.running, updated=p.updated)
        for p in known.complete_catalog().projects()
    ]
    return json_reply(Projects(projects=found, root=str(known.root)))


def runs(request: Request) -> Response:
    """The runs of a project, or all."""
    found = services(request).complete_catalog().runs(request.query_params.get("project"))
    return json_reply(Runs([run_info(run) for run in found]))


def run(request: Request) -> Response:
    """One run with everything it logged, arrays left out."""
    reader = services(request).reader(request.path_params["run"])
    # Read first: what it can't read joins the damage.
    media = [entry for one in reader.media if (entry := media_entry(*one))]
    detail = RunDetail(
        info=run_info(reader.run),
        scalar_keys=_numeric_keys(reader),
        media=media,
        row_sets=[row_set_info(rows) for rows in reader.row_sets],
        embedding_sets=[embedding_brief(one) for one in reader.embedding_sets()],
        damage=reader.damage,
    )
    return json_reply(detail)


async def edit(request: Request) -> Response:
    """Change name, notes or tags; the run's own journal stays as it is."""
    wanted = await read_json(request, RunEdit)
    _check(wanted)
    known = services(request)
    return json_reply(
        await anyio.to_thread.run_sync(_edit, known, request.path_params["run"], wanted)
    )


def _edit(known: Services, run_id: str, wanted: RunEdit) -> RunInfo:
    edits = known.edit(run_id)
    edits.tags(wanted.tags, notes=wanted.notes, name=wanted.name)
    return run_info(known.reader(run_id).run)


def _numeric_keys(reader: RunReader) -> list[str]:
    """Keys with a curve: those whose last value isn't text."""
    summary = reader.run.summary
    return [key for key in reader.scalar_keys if not isinstance(summary.get(key), (str, list))]


def _check(wanted: RunEdit) -> None:
    for name, longest in _LONGEST.items():
        value = getattr(wanted, name)
        if value is not None and len(value) > longest:
            what = "tags" if name == "tags" else "characters"
            raise ParameterError(
                name,
                "a run",
                allowed=f"at most {longest:,} {what}",
                got=f"{len(value):,}",
                hint="Shorten it.",
            )
    for tag in wanted.tags or ():
        if not 0 < len(tag) <= 100:
            raise ParameterError(
                "tags",
                "a run",
                allowed="texts of 1 to 100 characters",
                got=repr(tag[:40]),
                hint="Shorten or remove that tag.",
            )


routes = [
    Route("/api/projects", projects),
    Route("/api/runs", runs),
    Route(RUN, run),
    Route(RUN, edit, methods=["PATCH"]),
]
