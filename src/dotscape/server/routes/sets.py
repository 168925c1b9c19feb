"""Embedding sets: what there is to know, points, labels, search, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.errors import NotFoundError
from dotscape.server.paths import SET
from dotscape.server.replies import (
    FLOATS,
    REVALIDATE,
    Problem,
    bad_parameter,
    choice,
    integer,
    json_reply,
    read_json,
)
from dotscape.server.services import Services, services
from dotscape.server.wire import EmbeddingSetDetail, Labels, LinkEdit

if TYPE_CHECKING:
    from dotscape.model import EmbeddingSet
    from dotscape.store.reader import RunReader

MOST_LABELS = 1000


def opened(request: Request) -> tuple[RunReader, EmbeddingSet]:
    """The reader and the embedding set that an address names."""
    reader = services(request).reader(request.path_params["run"])
    return reader, reader.embedding_set(request.path_params["set"])


def detail(request: Request) -> Response:
    """What the panel needs before it draws."""
    return json_reply(_detail(services(request), *opened(request)))


def _detail(known: Services, reader: RunReader, embedding: EmbeddingSet) -> EmbeddingSetDetail:
    from dotscape.server.sets.detail import describe

    def on_complete() -> None:
        known.changed(reader.run.id, reader.run.project, "rows")

    return describe(reader, embedding, known.columns, known.jobs.cached(embedding), on_complete)


def point(request: Request) -> Response:
    """Every column of one row."""
    from dotscape.server.sets.points import point_detail

    reader, embedding = opened(request)
    row = request.path_params["row"]
    if row >= embedding.source.rows:
        raise NotFoundError(
            f"'{embedding.title}' has {embedding.source.rows:,} rows, no row {row}."
        )
    return json_reply(point_detail(reader, embedding, services(request).columns, row))


def labels(request: Request) -> Response:
    """The texts of some rows, for tooltips."""
    from dotscape.server.sets.opened import column_of
    from dotscape.server.sets.points import texts

    reader, embedding = opened(request)
    rows = _rows(request, embedding.source.rows)
    number = integer(request, "column", 0, 0, 1_000_000)
    column = column_of(embedding, number)
    return json_reply(Labels(texts(reader, services(request).columns, column, rows)))


def _rows(request: Request, count: int) -> list[int]:
    text = request.query_params.get("rows", "")
    parts = text.split(",") if text else []
    if len(parts) > MOST_LABELS:
        raise bad_parameter("rows", f"At most {MOST_LABELS} rows at once. Got {len(parts)}.")
    rows = [int(p) for p in parts if p.isascii() and p.isdecimal() and len(p) < 18]
    if len(rows) != len(parts) or any(row >= count for row in rows):
        raise bad_parameter(
            "rows", f"The 'rows' must be numbers from 0 to {count - 1}, separated by commas."
        )
    return rows


def search(request: Request) -> Response:
    """A bit for each row: whether it holds the text."""
    from dotscape.server.sets.opened import column_of
    from dotscape.server.sets.search import SEARCHED, bit_mask
    from dotscape.server.sets.search import search as matching

    reader, embedding = opened(request)
    mode = choice(request, "mode", "text", ("text", "regex"))
    if "column" in request.query_params:
        chosen = [column_of(embedding, integer(request, "column", 0, 0, 1_000_000))]
    else:
        chosen = [c for c in embedding.columns if c.type in SEARCHED and not c.detached]
    if any(column.type == "vector" for column in chosen):
        raise bad_parameter("column", "A column of vectors can't be searched for text.")
    known = services(request).columns
    values = (known.values(reader, column.source, column.column) for column in chosen)
    hits = matching(values, request.query_params.get("q", ""), mode, embedding.source.rows)
    headers = {"Cache-Control": REVALIDATE, "X-Matches": str(int(hits.sum()))}
    return Response(bit_mask(hits), 200, headers, FLOATS)


async def links(request: Request) -> Response:
    """Detach, attach again or rename a column."""
    edit = await read_json(request, LinkEdit)
    return json_reply(await anyio.to_thread.run_sync(_link, request, edit))


def _link(request: Request, edit: LinkEdit) -> EmbeddingSetDetail:
    reader, embedding = opened(request)
    _check(embedding, edit)
    known = services(request)
    known.edit(reader.run.id).link(
        embedding.id, edit.source, edit.column, rename=edit.rename, detached=edit.detached
    )
    return _detail(known, *opened(request))


def _check(embedding: EmbeddingSet, edit: LinkEdit) -> None:
    if not any(c.source.key == edit.source and c.column == edit.column for c in embedding.columns):
        raise Problem(
            404,
            "not_found",
            f"'{embedding.title}' has no column '{edit.column[:100]}' from `{edit.source[:100]}`.",
            parameter="column",
        )
    if edit.rename is not None and not 0 < len(edit.rename) <= 200:
        raise bad_parameter("rename", "A column's name has 1 to 200 characters.")


routes = [
    Route(SET, detail),
    Route(SET + "/points/{row:int}", point),
    Route(SET + "/labels", labels),
    Route(SET + "/search", search),
    Route(SET + "/links", links, methods=["PATCH"]),
]
