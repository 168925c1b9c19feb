"""The rule that says which columns of a table are vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from dotscape.errors import DataError
from dotscape.model import Column
from dotscape.sdk.arrow import text_array, to_numpy
from dotscape.sdk.cells import Cells, ColumnReader
from dotscape.sdk.data.value import Sink
from dotscape.sdk.drafts import add_cells, length_of, unique_names, vectors_draft
from dotscape.store.rows import RowsDraft

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMERIC = ("number", "integer")
EmbeddingChoice = None | Literal[False] | str | Sequence[str]


def table_draft(
    columns: list[tuple[Any, Any]],
    sink: Sink,
    label: str,
    *,
    embedding: EmbeddingChoice = None,
    mixed: bool = False,
) -> RowsDraft:
    """Make a table's columns ready to be written.

    Parameters
    ----------
    columns
        Names and values; columns of another length than the first are left out and said.
    sink, label
        Where files go, and what the table is called in messages.
    embedding
        Which columns are vectors; see `Table`.
    mixed
        Whether columns of mixed types are meant.

    Raises
    ------
    DataError
        If a column can't be read at all.
    """
    reader = ColumnReader(sink, label, mixed=mixed)
    rows = RowsDraft("table", length_of(columns[0][1]) if columns else 0)
    read: dict[str, Cells] = {}
    for name, values in unique_names(columns, reader):
        count = length_of(values)
        if count != rows.rows:
            sink.complaints.warn(
                f"The columns of {label} must be of one length. '{name}' has {count:,} values, the "
                f"first column {rows.rows:,}. It is left out."
            )
            continue
        read[name] = reader.read(name, values)
    _choose(rows, read, reader, embedding)
    return rows


def _choose(
    rows: RowsDraft, read: dict[str, Cells], reader: ColumnReader, embedding: EmbeddingChoice
) -> None:
    """Write down columns, and as vectors those that the rule or the user chose."""
    names = _wanted(read, reader, embedding)
    vectors = [name for name in names if read[name].vectors is not None]
    axes = [name for name in names if read[name].vectors is None]
    for name, cells in read.items():
        if cells.vectors is None:
            add_cells(rows, name, cells)
            continue
        rows.columns.append(Column(name, "vector" if name in vectors else "json"))
        if name in vectors:
            label = f"the column '{name}' of {reader.label}"
            rows.vectors.append(vectors_draft(name, cells.vectors, label, reader.sink.complaints))
        else:
            rows.cells[name] = _as_json(cells.vectors)
    if (axes and not vectors) or len(axes) > 1:
        matrix = _matrix([read[name] for name in axes])
        draft = vectors_draft("", matrix, reader.label, reader.sink.complaints, axes)
        rows.vectors.append(draft)


def _wanted(read: dict[str, Cells], reader: ColumnReader, embedding: EmbeddingChoice) -> list[str]:
    """Return the columns that are vectors, or dimensions of vectors."""
    if embedding is False:
        return []
    if embedding is None:
        vectors = [name for name, cells in read.items() if cells.vectors is not None]
        if vectors:
            return vectors
        numeric = [name for name, cells in read.items() if cells.type in NUMERIC]
        return numeric if len(numeric) == len(read) >= 2 else []
    asked = [embedding] if isinstance(embedding, str) else list(embedding)
    fitting = [
        name
        for name in asked
        if name in read and (read[name].vectors is not None or read[name].type in NUMERIC)
    ]
    if len(fitting) < len(asked):
        wrong = [name for name in asked if name not in fitting]
        reader.sink.complaints.warn(
            f"The 'embedding' of {reader.label} must name columns of vectors or numbers. "
            f"Got {wrong}, which are not among them."
        )
    return fitting


def _matrix(columns: list[Cells]) -> NDArray[Any]:
    """Put numeric columns side by side; missing values become NaN."""
    import numpy as np

    arrays = [to_numpy(column.array) for column in columns]
    if len({array.dtype for array in arrays}) > 1:
        arrays = [array.astype(np.float64) for array in arrays]
    return np.column_stack(arrays)


def _as_json(matrix: NDArray[Any]) -> Any:
    """Return vectors that shall not be an embedding as JSON text."""
    import json

    return text_array([json.dumps(row) for row in matrix.tolist()])


def check_choice(embedding: Any) -> EmbeddingChoice:
    """Return `embedding` if it is something that can be chosen.

    Raises
    ------
    DataError
        If it isn't None, False, a name or names.
    """
    if embedding is None or embedding is False or isinstance(embedding, str):
        return embedding
    if isinstance(embedding, list | tuple):
        return [str(name) for name in embedding]
    raise DataError(f"'embedding' must be None, False, a name or a list. Got {embedding!r:.80}.")
