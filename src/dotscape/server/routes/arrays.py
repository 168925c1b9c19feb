"""Arrays of an embedding set: draw order, layouts, columns."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dotscape.errors import NotFoundError
from dotscape.server.paths import SET
from dotscape.server.replies import (
    ARROW,
    FLOATS,
    FOREVER,
    PACKED,
    bad_parameter,
    bytes_reply,
    choice,
    unchanged,
)
from dotscape.server.routes.sets import opened
from dotscape.server.services import services

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def order(request: Request) -> Response:
    """The order in which rows are drawn."""
    _, embedding = opened(request)
    rows = embedding.source.rows
    etag = f"order-{rows}"
    known = unchanged(request, etag, FOREVER)
    if known is not None:
        return known
    from dotscape.engine.core_names import draw_order

    content = draw_order(rows).astype("<u4", copy=False).tobytes()
    return bytes_reply(request, content, media_type=FLOATS, etag=etag, cache=FOREVER)


def layout(request: Request) -> Response:
    """Packed positions of a layout."""
    from dotscape.engine.core_names import pack

    coordinates, etag = _coordinates(request)
    chosen = _axes(request, coordinates.shape[1])
    etag = f"{etag}-{'-'.join(map(str, chosen))}"
    known = unchanged(request, etag)
    if known is not None:
        return known
    picked = coordinates if len(chosen) == coordinates.shape[1] else coordinates[:, chosen]
    return bytes_reply(request, pack(picked), media_type=PACKED, etag=etag)


def floats(request: Request) -> Response:
    """A layout at full precision."""
    coordinates, etag = _coordinates(request)
    known = unchanged(request, f"{etag}-float")
    if known is not None:
        return known
    content = coordinates.astype("<f4", copy=False).tobytes()
    return bytes_reply(request, content, media_type=FLOATS, etag=f"{etag}-float")


def _axes(request: Request, count: int) -> list[int]:
    """Which two or three axes are drawn: the first ones, unless `?axes=0,1,4` says others."""
    text = request.query_params.get("axes")
    if text is None:
        return list(range(min(count, 3)))
    parts = [int(p) for p in text.split(",") if p.isascii() and p.isdecimal() and len(p) < 4]
    if len(parts) != text.count(",") + 1 or len(parts) not in (2, 3) or max(parts) >= count:
        raise bad_parameter(
            "axes",
            f"The 'axes' must be two or three numbers from 0 to {count - 1}. Got {text[:40]!r}.",
        )
    return parts


def _coordinates(request: Request) -> tuple[npt.NDArray[np.float32], str]:
    """The layout an address names, (rows, dimensions) in row order, and a tag of its content."""
    from dotscape.server.sets.detail import PCA_LAYOUTS, logged_layout_id

    reader, embedding = opened(request)
    name = request.path_params["layout"]
    jobs = services(request).jobs
    if name in PCA_LAYOUTS:
        stored, dim = jobs.pca(embedding), PCA_LAYOUTS[name]
        return stored.coordinates[:, :dim], f"{stored.id}-{dim}"
    for logged in embedding.layouts:
        if logged_layout_id(logged) == name:
            array: Any = reader.vectors(logged)
            return array.astype("float32", copy=False), name
    if name.startswith("logged-"):
        raise NotFoundError(f"'{embedding.title}' has no logged layout {name!r} any more.")
    stored = jobs.layout(embedding, name)
    return stored.coordinates, stored.id


def column(request: Request) -> Response:
    """A column as one Arrow batch."""
    from dotscape.server.sets.columns import FORMS, in_form, natural_form, stream
    from dotscape.server.sets.opened import column_of

    reader, embedding = opened(request)
    chosen = column_of(embedding, request.path_params["column"])
    form = choice(request, "as", natural_form(chosen.type), FORMS)
    text = f"{chosen.source.run}\0{chosen.source.meta}\0{chosen.column}\0{form}"
    etag = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    known = unchanged(request, etag)
    if known is not None:
        return known
    values = (
        services(request).columns.values(reader, chosen.source, chosen.column)
        if chosen.type != "vector"
        else _no_values()
    )
    content = stream(in_form(values, chosen.type, form, chosen.name))
    return bytes_reply(request, content, media_type=ARROW, etag=etag)


def _no_values() -> Any:
    """A column of vectors has no single values; `in_form` says so."""
    import pyarrow as pa

    return pa.chunked_array([pa.nulls(0)])


routes = [
    Route(SET + "/order", order),
    Route(SET + "/layouts/{layout:name}", layout),
    Route(SET + "/layouts/{layout:name}/float", floats),
    Route(SET + "/columns/{column:int}", column),
]
