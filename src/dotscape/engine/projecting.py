"""What a worker thread does for one job: from vectors to a layout with its receipt."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from typing import Any

from dotscape.core.analysis import quality
from dotscape.core.matrix import Matrix
from dotscape.core.progress import Progress
from dotscape.core.projection import versions
from dotscape.core.projection.method import Result
from dotscape.engine.cache import layout_id
from dotscape.engine.job import Request
from dotscape.model import Receipt

_QUALITY_K = 15
_QUALITY_ROWS, _QUALITY_ROWS_OF_MANY, _MANY = 500, 200, 100_000  # rows looked at


def request_id(fingerprint: str, request: Request) -> str:
    """The id of the layout that a request for the data of that fingerprint makes."""
    return layout_id(
        fingerprint,
        request.method.name,
        request.method.version,
        request.n_components,
        request.parameters,
        request.seed,
    )


def projected(
    request: Request, vectors: Matrix, data: str, progress: Progress, threads: int | None
) -> tuple[Result, Receipt]:
    """Run the method; ``data`` is the fingerprint of the vectors."""
    started = time.perf_counter()
    result = request.method.fit(
        vectors,
        n_components=request.n_components,
        parameters=request.parameters,
        seed=request.seed,
        progress=progress,
        threads=threads,
    )
    measures = {**result.measures, **_measured(request, vectors, result, progress, threads)}
    result = replace(result, measures=measures)
    return result, _receipt(request, vectors, data, result, time.perf_counter() - started)


def _measured(
    request: Request, vectors: Matrix, result: Result, progress: Progress, threads: int | None
) -> dict[str, Any]:
    """How far the layout can be trusted, for the receipt; not for quick methods."""
    rows = len(vectors) - result.rows_left_out
    k = min(_QUALITY_K, (rows - 1) // 2)
    if request.method.quick or k < 1:
        return {}
    found = quality(
        vectors,
        result.layout,
        k,
        metric=request.parameters.get("metric", "euclidean"),
        sample=_QUALITY_ROWS if rows <= _MANY else _QUALITY_ROWS_OF_MANY,
        progress=progress,
        threads=threads,
    )
    return {
        "quality_k": k,
        "quality_rows": found.looked_at,
        "trustworthiness": found.trustworthiness,
        "continuity": found.continuity,
        "neighbors_kept": found.neighbors_kept,
        "neighbors_kept_by_chance": found.random["neighbors_kept"],
    }


def _receipt(
    request: Request, vectors: Matrix, data: str, result: Result, seconds: float
) -> Receipt:
    values: dict[str, Any] = {
        "data": data,
        "method": request.method.name,
        "parameters": {"n_components": request.n_components, **request.parameters},
        "seed": request.seed,
        "rows": len(vectors),
        "rows_left_out": result.rows_left_out,
        "versions": versions(request.method),
        "approximations": result.approximations,
        "measures": result.measures,
        "seconds": seconds,
    }
    return Receipt(**{field.name: values[field.name] for field in fields(Receipt)})
