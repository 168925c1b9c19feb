"""Which columns say what the points of an embedding set are: the rules of docs/format.md."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dotscape.model import (
    AttachedColumn,
    AttachedLayout,
    Column,
    EmbeddingSet,
    Link,
    RowSet,
    Vectors,
)

# A table of more numeric columns than this holds vectors, not descriptions: its axes stay its own.
MOST_AXES_ATTACHED = 50


def embedding_sets(row_sets: Sequence[RowSet], links: Sequence[Link] = ()) -> list[EmbeddingSet]:
    """Return every embedding set of a run with the columns and layouts attached to it.

    Parameters
    ----------
    row_sets
        All row sets of one run.
    links
        Recorded wishes, in the order they were recorded.

    Returns
    -------
    list of EmbeddingSet
        In the order of `row_sets`; detached columns are listed and marked.
    """
    by_rows: dict[int, dict[str, list[RowSet]]] = defaultdict(lambda: defaultdict(list))
    for row_set in row_sets:
        by_rows[row_set.rows][row_set.key].append(row_set)
    for keys in by_rows.values():
        for same_key in keys.values():
            same_key.sort(key=lambda r: r.step)
    wishes: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        wishes[link.set].append(link)
    return [
        _attach(row_set, vectors, by_rows[row_set.rows], wishes)
        for row_set in row_sets
        if row_set.kind != "points"
        for vectors in row_set.vectors
    ]


def _attach(
    source: RowSet,
    vectors: Vectors,
    keys: dict[str, list[RowSet]],
    wishes: dict[str, list[Link]],
) -> EmbeddingSet:
    """Build one embedding set out of the row sets of as many rows."""
    near = _nearest(source, keys)
    set_id = source.embedding_id(vectors.name)
    last = {(link.source, link.column): link for link in wishes.get(set_id, ())}
    found = [
        _wished(_attached(row_set, column, own=row_set is source), last)
        for row_set in near
        for column in _describing(row_set, source)
    ]
    return EmbeddingSet(
        source,
        vectors,
        columns=tuple(_named(found)),
        layouts=tuple(_layouts(source, vectors, near)),
    )


def _nearest(source: RowSet, keys: dict[str, list[RowSet]]) -> list[RowSet]:
    """Return the set's own row set, then of every other key the nearest, nearest first."""
    near: list[RowSet] = []
    for key, candidates in keys.items():
        if key == source.key:
            continue
        after = bisect_left(candidates, source.step, key=lambda r: r.step)
        around = candidates[max(after - 1, 0) : after + 1]
        near.append(min(around, key=lambda r: (abs(r.step - source.step), -r.step)))
    near.sort(key=lambda r: (abs(r.step - source.step), -r.step))
    return [source, *near]


def _describing(row_set: RowSet, source: RowSet) -> Iterable[Column]:
    """Return the columns that can say something of a point."""
    hidden: set[str] = set()
    if row_set is not source:
        for vectors in row_set.vectors:
            if vectors.axes is not None and len(vectors.axes) > MOST_AXES_ATTACHED:
                hidden.update(vectors.axes)
    return (c for c in row_set.columns if c.type != "vector" and c.name not in hidden)


def _attached(row_set: RowSet, column: Column, *, own: bool) -> AttachedColumn:
    name = row_set.key if row_set.kind == "list" else column.name
    return AttachedColumn(name, column.type, row_set, column.name, own)


def _wished(column: AttachedColumn, last: dict[tuple[str, str], Link]) -> AttachedColumn:
    """Apply the last recorded wish about a column."""
    link = last.get((column.source.key, column.column))
    if link is None:
        return column
    return replace(column, name=link.rename or column.name, detached=link.detached)


def _named(columns: Iterable[AttachedColumn]) -> list[AttachedColumn]:
    """Make names unique; a detached column takes none away from others."""
    taken: set[str] = set()
    named: list[AttachedColumn] = []
    for column in columns:
        if column.detached:
            named.append(column)
            continue
        name = _free(column.name, column.source, taken)
        taken.add(name)
        named.append(column if name == column.name else replace(column, name=name))
    return named


def _layouts(source: RowSet, vectors: Vectors, near: Sequence[RowSet]) -> Iterable[AttachedLayout]:
    """Return the coordinates that fit: logged with the set, then other narrow vectors."""
    taken: set[str] = set()

    def offer(name: str, row_set: RowSet, dim: int, path: str, axes: tuple[str, ...] | None):
        free = _free(name, row_set, taken)
        taken.add(free)
        return AttachedLayout(free, dim, row_set, path, axes)

    for layout in source.layouts:
        if layout.dim in (2, 3):
            yield offer(layout.name, source, layout.dim, layout.path, None)
    for row_set in near:
        for other in row_set.vectors:
            if other.dim in (2, 3) and other.dim < vectors.dim:
                name = f"{row_set.key}: {other.name}" if other.name else row_set.key
                yield offer(name, row_set, other.dim, other.path, other.axes)


def _free(name: str, source: RowSet, taken: set[str]) -> str:
    """Return the first name that isn't taken: plain, with the key, with the step, with a number."""
    names = [name, f"{name} ({source.key})", f"{name} ({source.key}, step {source.step})"]
    for candidate in names:
        if candidate not in taken:
            return candidate
    number = 2
    while (candidate := f"{names[-1]} {number}") in taken:
        number += 1
    return candidate
