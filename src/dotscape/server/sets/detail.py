"""`EmbeddingSetDetail`: everything the panel needs before it draws."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from dotscape.errors import DotscapeError
from dotscape.model import AttachedLayout, EmbeddingSet
from dotscape.server.convert import receipt_info
from dotscape.server.jobs import COMPONENTS
from dotscape.server.sets.background import after_all, settled
from dotscape.server.sets.defaults import Described, defaults
from dotscape.server.sets.notes import hint, notes
from dotscape.server.sets.opened import Columns, result
from dotscape.server.sets.statistics import Statistics
from dotscape.server.wire import EmbeddingSetDetail, SetColumn, SetLayout

if TYPE_CHECKING:
    from dotscape.engine import StoredLayout
    from dotscape.store.reader import RunReader

# A first answer comes after at most this long; counts that take longer follow.
PATIENCE_SECONDS = 0.25
PCA_LAYOUTS = {"pca-2": 2, "pca-3": 3}


def describe(
    reader: RunReader,
    embedding: EmbeddingSet,
    columns: Columns,
    cached: Future[list[StoredLayout]],
    on_complete: Callable[[], None],
) -> EmbeddingSetDetail:
    """The detail of a set, complete or as far as it is known after a quarter of a second.

    Parameters
    ----------
    cached
        Layouts that were computed before, once the vectors' fingerprint is known.
    on_complete
        Called later, where the answer isn't complete, when everything is counted.
    """
    counted = columns.statistics(reader, embedding.columns)
    facts = columns.vector_facts(reader, embedding)
    waiting: list[Future[Any]] = [*counted, facts, cached]
    complete = settled(waiting, PATIENCE_SECONDS)
    if not complete:
        after_all([one for one in waiting if not one.done()], on_complete)
    described = [
        Described(number, column, result(future))
        for number, (column, future) in enumerate(zip(embedding.columns, counted, strict=True))
    ]
    zero = _if_ready(facts)
    stored = _if_ready(cached) or []
    zero_rows = zero.zero_rows if zero else 0
    duplicates = _duplicate_ids(embedding, described)
    source, vectors = embedding.source, embedding.vectors
    return EmbeddingSetDetail(
        id=embedding.id,
        run=source.run,
        key=source.key,
        step=source.step,
        title=embedding.title,
        rows=source.rows,
        dim=vectors.dim,
        dtype=vectors.dtype,
        columns=[_column(one) for one in described],
        layouts=_layouts(embedding, stored),
        projection=source.projection,
        defaults=defaults(embedding, described, _first_layout(embedding)),
        nonfinite_rows=vectors.nonfinite,
        zero_rows=zero_rows,
        duplicate_ids=duplicates,
        hint=hint(embedding),
        notes=notes(
            embedding,
            zero_rows=zero_rows,
            duplicate_ids=duplicates,
            damage=_damage(embedding, counted),
        ),
        complete=complete,
    )


def logged_layout_id(layout: AttachedLayout) -> str:
    """The id of logged coordinates: by their file, which never changes."""
    text = f"{layout.source.run}\0{layout.path}"
    return "logged-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def _column(described: Described) -> SetColumn:
    column = described.column
    known = described.statistics or Statistics(column.source.rows, 0)
    return SetColumn(
        id=described.id,
        name=column.name,
        type=column.type,
        origin=column.origin,
        source=column.source.key,
        source_column=column.column,
        own=column.own,
        detached=column.detached,
        missing=known.missing,
        distinct=known.distinct,
        minimum=known.minimum,
        maximum=known.maximum,
        longest=known.longest,
    )


def _layouts(embedding: EmbeddingSet, stored: list[StoredLayout]) -> list[SetLayout]:
    """PCA, which always exists; then what was logged; then what was computed, newest first."""
    known = (s for s in stored if s.receipt.method == "pca" and s.n_components == COMPONENTS)
    pca = next(known, None)
    found = [_pca(name, dim, pca) for name, dim in PCA_LAYOUTS.items()]
    for layout in embedding.layouts:
        axes = list(layout.axes) if layout.axes else None
        identifier = logged_layout_id(layout)
        found.append(SetLayout(identifier, layout.name, "logged", layout.dim, axes, None))
    for one in stored:
        if one.receipt.method == "pca" and one.n_components in PCA_LAYOUTS.values():
            continue
        found.append(
            SetLayout(
                id=one.id,
                name=_title(one),
                method=one.receipt.method,
                dim=one.n_components,
                axes=list(one.axes) if one.axes else None,
                receipt=receipt_info(one.receipt),
            )
        )
    return found


def _pca(name: str, dim: int, stored: StoredLayout | None) -> SetLayout:
    return SetLayout(
        id=name,
        name=f"PCA, {dim}-D",
        method="pca",
        dim=dim,
        axes=list(stored.axes[:dim]) if stored and stored.axes else None,
        receipt=receipt_info(stored.receipt) if stored else None,
    )


def _title(stored: StoredLayout) -> str:
    """Method, dimensions, and the parameters people tell layouts apart by."""
    from dotscape.engine.core_names import METHODS

    receipt = stored.receipt
    method = METHODS.get(receipt.method)
    title = f"{method.title if method else receipt.method}, {stored.n_components}-D"
    for parameter in method.parameters[:2] if method else ():
        value = receipt.parameters.get(parameter.name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            title += f", {parameter.title.lower()} {value:g}"
    if receipt.preprocess:
        title += f", {' + '.join(receipt.preprocess)} first"
    return title if receipt.seed == 42 else f"{title}, seed {receipt.seed}"


def _first_layout(embedding: EmbeddingSet) -> str:
    wanted = embedding.source.projection or {}
    flat = wanted.get("n_components") == 2 or embedding.vectors.dim <= 2
    return "pca-2" if flat else "pca-3"


def _duplicate_ids(embedding: EmbeddingSet, described: list[Described]) -> int:
    """How many ids stand for more than one row, at most: rows less different ids."""
    for one in described:
        s = one.statistics
        if one.column.own and one.column.column == embedding.source.ids and s and s.distinct:
            return s.rows - s.missing - s.distinct
    return 0


def _damage(embedding: EmbeddingSet, counted: list[Future[Statistics]]) -> list[str]:
    found: list[str] = []
    for column, future in zip(embedding.columns, counted, strict=True):
        if future.done() and not future.cancelled() and (error := future.exception()):
            found.append(f"The column '{column.name}' can't be read: {error}")
    return found


def _if_ready(future: Future[Any]) -> Any:
    """The result; None where it isn't there yet, or can't be had (which is said elsewhere)."""
    if not future.done() or future.cancelled():
        return None
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, DotscapeError):
        return None
    raise error
