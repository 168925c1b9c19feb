"""Pages of row sets, as tables show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dotscape.errors import DotscapeError
from dotscape.model import Column, RowSet
from dotscape.server.sets.cells import cells
from dotscape.server.sets.opened import Columns

if TYPE_CHECKING:
    from dotscape.store.reader import RunReader

LONGEST_CELL = 10_000
VECTOR_SHOWN = 8


def table_page(
    reader: RunReader, columns: Columns, row_set: RowSet, offset: int, limit: int
) -> list[list[Any]]:
    """Up to `limit` rows of cells; vectors by their first 8 numbers, unreadable columns as null."""
    count = max(0, min(limit, row_set.rows - offset))
    by_column = [_column(reader, columns, row_set, c, offset, count) for c in row_set.columns]
    return [list(row) for row in zip(*by_column, strict=True)] if by_column else [[]] * count


def _column(
    reader: RunReader, columns: Columns, row_set: RowSet, column: Column, offset: int, count: int
) -> list[Any]:
    try:
        if column.type == "vector":
            return _vectors(reader, row_set, column.name, offset, count)
        values = columns.values(reader, row_set, column.name).slice(offset, count)
    except DotscapeError:
        return [None] * count
    return [value for value, _ in cells(values, LONGEST_CELL)]


def _vectors(
    reader: RunReader, row_set: RowSet, name: str, offset: int, count: int
) -> list[list[float | None] | None]:
    found = next((one for one in row_set.vectors if one.name == name), None)
    if found is None:
        return [None] * count
    block = np.asarray(reader.vectors(found)[offset : offset + count, :VECTOR_SHOWN], np.float64)
    return [[x if np.isfinite(x) else None for x in row] for row in block.tolist()]
