"""What a worker thread does for one job: from vectors to a layout with its receipt."""

from __future__ import annotations

import math
import time
from dataclasses import fields, replace
from typing import Any

from dotscape.core.analysis import quality
from dotscape.core.analysis.quality import FIGURES
from dotscape.core.matrix import Matrix
from dotscape.core.memory import PeakMemory
from dotscape.core.progress import Progress
from dotscape.core.projection import left_out_words, versions
from dotscape.core.projection.method import Result
from dotscape.core.projection.preprocessing import Allocate, preprocess
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
        request.stated,
        request.seed,
        request.preprocess,
    )


def projected(
    request: Request,
    vectors: Matrix,
    data: str,
    progress: Progress,
    threads: int | None,
    allocate: Allocate | None = None,
) -> tuple[Result, Receipt]:
    """Run the steps before the method, then the method.

    ``data`` is the fingerprint of the vectors; ``allocate`` makes the arrays that the steps fill.
    """
    started = time.perf_counter()
    with PeakMemory() as memory:
        ready = preprocess(
            vectors, request.steps, progress=progress, threads=threads, allocate=allocate
        )
        result = request.method.fit(
            ready,
            n_components=request.n_components,
            parameters=request.parameters,
            seed=request.seed,
            progress=progress,
            threads=threads,
        )
        measures = {**result.measures, **_measured(request, ready, result, progress, threads)}
    result = replace(result, measures=measures)
    took = time.perf_counter() - started, memory.peak
    return result, _receipt(request, vectors, data, result, *took)


def _measured(
    request: Request, vectors: Matrix, result: Result, progress: Progress, threads: int | None
) -> dict[str, Any]:
    """How far the layout can be trusted, for the receipt; not for quick methods.

    Measured against the vectors that the method was given, after the steps before it.
    """
    rows = len(vectors) - result.rows_left_out
    k = min(_QUALITY_K, (rows - 1) // 2)
    if request.method.quick or k < 1:
        return {}
    metric = request.parameters.get("metric", "euclidean")
    found = quality(
        vectors,
        result.layout,
        k,
        metric="cosine" if metric == "cosine" else "euclidean",
        sample=_QUALITY_ROWS if rows <= _MANY else _QUALITY_ROWS_OF_MANY,
        progress=progress,
        threads=threads,
    )
    return {
        "quality_k": k,
        "quality_rows": found.looked_at,
        **{name: _or_none(getattr(found, name)) for name in FIGURES},
        "quality_errors": {name: _or_none(found.errors[name]) for name in FIGURES},
        "quality_by_chance": {name: found.random[name] for name in FIGURES},
    }


def _or_none(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None


def _receipt(
    request: Request,
    vectors: Matrix,
    data: str,
    result: Result,
    seconds: float,
    peak_memory: int | None,
) -> Receipt:
    values: dict[str, Any] = {
        "data": data,
        "method": request.method.name,
        "parameters": {"n_components": request.n_components, **request.stated},
        "seed": request.seed,
        "rows": len(vectors),
        "rows_left_out": result.rows_left_out,
        "versions": versions(request.method),
        "approximations": (*result.approximations, *left_out_words(result.layout)),
        "measures": result.measures,
        "seconds": seconds,
        "preprocess": request.preprocess,
        "peak_memory": peak_memory,
    }
    return Receipt(**{field.name: values[field.name] for field in fields(Receipt)})
