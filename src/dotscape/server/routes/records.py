"""What a run logged over its steps: curves, printed text, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.server.paths import RUN
from dotscape.server.replies import PACKED, bad_parameter, bytes_reply, integer, json_reply
from dotscape.server.services import services
from dotscape.server.wire import (
    ColumnBrief,
    LogChunk,
    LogPage,
    RowPage,
    Scalars,
    ScalarSeries,
)

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

_AFTER = re.compile(r"([A-Za-z0-9-]{1,80}):([0-9]{1,15})")
_TAIL_BYTES = 512 << 10
MOST_KEYS = 200
MOST_ROWS = 1000


def scalars(request: Request) -> Response:
    """Curves of the keys that are asked for, thinned to what a screen shows."""
    from dotscape.server.thinning import series

    reader = services(request).reader(request.path_params["run"])
    keys = request.query_params.getlist("key")
    points = integer(request, "points", 2000, 10, 20_000)
    if len(keys) > MOST_KEYS:
        raise bad_parameter("key", f"At most {MOST_KEYS} keys at once. Got {len(keys)}.")
    found = reader.history(dict.fromkeys(keys))
    curves: list[ScalarSeries] = [series(key, *found[key], points) for key in found]
    return json_reply(Scalars(curves))


def logs(request: Request) -> Response:
    """What scripts printed, from the given offsets on; without offsets, the end of it."""
    reader = services(request).reader(request.path_params["run"])
    after: dict[str, int] = {}
    for text in request.query_params.getlist("after"):
        match = _AFTER.fullmatch(text)
        if match is None:
            raise bad_parameter(
                "after", f"An 'after' is a writer's name, ':' and a byte offset. Got {text[:60]!r}."
            )
        after[match.group(1)] = int(match.group(2))
    starts = after or _tails(reader)
    chunks = [
        LogChunk(chunk.writer, chunk.text, starts.get(chunk.writer, 0), chunk.next)
        for chunk in reader.logs(starts)
    ]
    return json_reply(LogPage(chunks))


def _tails(reader: RunReader) -> dict[str, int]:
    """Where the last half megabyte of each writer begins."""
    sizes: dict[str, int] = {}
    for path in reader.path.glob("output-*.log"):
        if not path.is_symlink():
            writer = path.name.removeprefix("output-").removesuffix(".log")
            sizes[writer] = max(0, path.stat().st_size - _TAIL_BYTES)
    return sizes


def rows(request: Request) -> Response:
    """A page of a row set, as a table shows it."""
    from dotscape.server.sets.tables import table_page

    known = services(request)
    reader = known.reader(request.path_params["run"])
    row_set = reader.row_set(request.path_params["rowset"])
    offset = integer(request, "offset", 0, 0, 2**53)
    limit = integer(request, "limit", 100, 1, MOST_ROWS)
    page = RowPage(
        columns=[ColumnBrief(c.name, c.type) for c in row_set.columns],
        rows=table_page(reader, known.columns, row_set, offset, limit),
        offset=offset,
        total=row_set.rows,
    )
    return json_reply(page)


def points(request: Request) -> Response:
    """A point cloud: packed positions, then colours."""
    from dotscape.server.sets.clouds import cloud_bytes

    reader = services(request).reader(request.path_params["run"])
    row_set = reader.row_set(request.path_params["rowset"])
    return bytes_reply(
        request,
        cloud_bytes(reader, row_set),
        media_type=PACKED,
        etag=_etag(row_set.vectors),
    )


def _etag(vectors: tuple[Any, ...]) -> str:
    import hashlib

    paths = "\0".join(one.path for one in vectors)
    return hashlib.sha256(paths.encode("utf-8", "surrogatepass")).hexdigest()[:32]


routes = [
    Route(RUN + "/scalars", scalars),
    Route(RUN + "/logs", logs),
    Route(RUN + "/rows/{rowset:digest}", rows),
    Route(RUN + "/points/{rowset:digest}", points),
]
