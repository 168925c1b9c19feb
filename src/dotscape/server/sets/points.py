"""Single points: all their columns, or one text each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dotscape.errors import DotscapeError
from dotscape.formats.untyped import pa
from dotscape.model import AttachedColumn, EmbeddingSet
from dotscape.server.sets.cells import cells
from dotscape.server.sets.columns import as_text
from dotscape.server.sets.opened import Columns
from dotscape.server.wire import PointDetail, PointValue

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

LONGEST_TEXT = 100_000
LONGEST_LABEL = 300
VECTOR_SHOWN = 8


def point_detail(
    reader: RunReader, embedding: EmbeddingSet, columns: Columns, row: int
) -> PointDetail:
    """Every column of one row; a column that can't be read is left out."""
    values = [
        value
        for number, column in enumerate(embedding.columns)
        if not column.detached and (value := _value(reader, columns, number, column, row))
    ]
    own = embedding.source.ids
    identifier = next(
        (
            str(v.value)
            for v in values
            if embedding.columns[v.column].own
            and embedding.columns[v.column].column == own
            and v.value is not None
        ),
        None,
    )
    vector = np.asarray(reader.vectors(embedding.vectors)[row], dtype=np.float32)
    return PointDetail(row, identifier, values, nonfinite=not bool(np.isfinite(vector).all()))


def _value(
    reader: RunReader, columns: Columns, number: int, column: AttachedColumn, row: int
) -> PointValue | None:
    try:
        if column.type == "vector":
            return _vector_value(reader, number, column, row)
        values = columns.values(reader, column.source, column.column)
    except DotscapeError:
        return None
    [(value, cut)] = cells(values.slice(row, 1), LONGEST_TEXT)
    return PointValue(number, column.name, column.type, value, cut)


def _vector_value(
    reader: RunReader, number: int, column: AttachedColumn, row: int
) -> PointValue | None:
    """The first numbers of a vector, enough to tell it from others."""
    found = next((v for v in column.source.vectors if v.name == column.column), None)
    if found is None:
        return None
    head = np.asarray(reader.vectors(found)[row, :VECTOR_SHOWN], dtype=np.float64)
    shown = [float(x) if np.isfinite(x) else None for x in head]
    return PointValue(number, column.name, "vector", shown, found.dim > VECTOR_SHOWN)


def texts(
    reader: RunReader, columns: Columns, column: AttachedColumn, rows: Sequence[int]
) -> list[str | None]:
    """One text for each of the rows, cut to what a tooltip shows."""
    if column.type == "vector":
        return [None] * len(rows)
    values = columns.values(reader, column.source, column.column)
    chosen = as_text(values.take(pa.array(rows, pa.int64())))
    return [None if text is None else text[:LONGEST_LABEL] for text in chosen.to_pylist()]
