"""Row sets about to be written, out of matrices and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from dotscape.errors import DataError
from dotscape.model import Column
from dotscape.sdk.arrays import count_nonfinite, is_array_like, stack_vectors, to_array, to_floats
from dotscape.sdk.arrow import as_arrow, is_arrow, matrix_of_lists
from dotscape.sdk.cells import Cells, ColumnReader
from dotscape.sdk.complaints import Complaints
from dotscape.sdk.jsonable import short_repr
from dotscape.store.rows import RowsDraft, VectorsDraft

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIST_COLUMN = "value"
CAPTION_COLUMN = "caption"


def vectors_draft(
    name: str,
    matrix: NDArray[Any],
    label: str,
    complaints: Complaints,
    axes: Sequence[str] | None = None,
) -> VectorsDraft:
    """Make an (n, d) matrix of numbers ready to be written.

    Raises
    ------
    DataError
        If it has no columns or isn't of real numbers.
    """
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise DataError(
            f"The vectors of {label} must be of shape (rows, dimensions) with at least one "
            f"dimension. Got {matrix.shape}. Flatten each row: x.reshape(len(x), -1)"
        )
    if matrix.dtype.kind == "f" and matrix.dtype.itemsize > 4:
        complaints.notice(
            f"{label} is {matrix.dtype}; vectors are stored as float32. (Said once.)",
            once="float32",
        )
    floats = to_floats(matrix)
    nonfinite = count_nonfinite(floats)
    if nonfinite:
        complaints.notice(
            f"{nonfinite:,} of {len(floats):,} rows of {label} hold NaN or infinity. They are "
            "kept, marked, and left out of layouts.",
            once=f"nonfinite {label}",
        )
    return VectorsDraft(name, floats, axes, nonfinite)


def as_matrix(value: Any, label: str) -> NDArray[Any]:
    """Return an array, or a sequence of vectors, as an (n, d) matrix.

    Raises
    ------
    DataError
        If it isn't one.
    """
    try:
        matrix = _matrix_of(value)
    except DataError as error:
        raise DataError(f"{label[0].upper()}{label[1:]}: {error}") from None
    if matrix.ndim != 2:
        raise DataError(
            f"The vectors of {label} must be of shape (rows, dimensions). Got {matrix.shape}."
        )
    return matrix


def _matrix_of(value: Any) -> NDArray[Any]:
    if is_arrow(value):
        matrix = matrix_of_lists(as_arrow(value))
        if matrix is None:
            raise DataError(f"Vectors are lists of numbers of one length. Got {value.type}.")
        return matrix
    if not is_array_like(value):
        if not isinstance(value, Iterable) or isinstance(value, str | bytes):
            raise DataError(f"Vectors are an array or a list of lists. Got {short_repr(value)}.")
        return stack_vectors(list(cast("Iterable[Any]", value)))
    array = to_array(value)
    return stack_vectors(list(array)) if array.ndim == 1 and array.dtype.kind == "O" else array


def list_draft(values: Any, reader: ColumnReader) -> RowsDraft:
    """Make the row set of a list or 1-D array: embeddings where its items are vectors."""
    cells = reader.read(LIST_COLUMN, values)
    if cells.vectors is not None:
        draft = vectors_draft("", cells.vectors, reader.label, reader.sink.complaints)
        return RowsDraft("embeddings", len(draft.array), [draft])
    rows = RowsDraft("list", len(cells.array))
    add_cells(rows, LIST_COLUMN, cells)
    if cells.captions:
        captions = reader.read(CAPTION_COLUMN, cells.captions)
        add_cells(rows, CAPTION_COLUMN, captions)
    return rows


def add_cells(rows: RowsDraft, name: str, cells: Cells) -> None:
    """Append a converted column that isn't one of vectors."""
    rows.columns.append(Column(name, cells.type))
    rows.cells[name] = cells.array


def add_columns(rows: RowsDraft, columns: Iterable[tuple[Any, Any]], reader: ColumnReader) -> None:
    """Append columns of as many values as there are rows; others are left out and said."""
    for name, values in unique_names(columns, reader):
        count = length_of(values)
        if count != rows.rows:
            reader.sink.complaints.warn(
                f"The column '{name}' of {reader.label} must have one value for each of the "
                f"{rows.rows:,} rows. Got {count:,}. It is left out."
            )
            continue
        cells = reader.read(name, values)
        if cells.vectors is None:
            add_cells(rows, name, cells)
        else:
            rows.vectors.append(
                vectors_draft(name, cells.vectors, reader.label, reader.sink.complaints)
            )
            rows.columns.append(Column(name, "vector"))


def unique_names(
    columns: Iterable[tuple[Any, Any]], reader: ColumnReader
) -> Iterable[tuple[str, Any]]:
    """Yield columns under names that are text and differ; a repeated one gets a number."""
    taken: set[str] = set()
    for given, values in columns:
        name = str(given).encode("utf-8", "replace").decode() if given is not None else "None"
        number = 2
        while name in taken:
            name = f"{given} ({number})"
            number += 1
        if number > 2:
            reader.sink.complaints.warn(
                f"{reader.label} has more than one column '{given}'; one is kept as '{name}'."
            )
        taken.add(name)
        yield name, values


def length_of(values: Any) -> int:
    """Return how many values a column has.

    Raises
    ------
    DataError
        If that can't be told.
    """
    shape = getattr(values, "shape", None)
    if shape:
        return int(shape[0])
    try:
        if isinstance(values, str | bytes):  # whose length is something else
            raise TypeError
        return len(values)
    except TypeError:
        raise DataError(
            f"A column must be a list or an array. Got {type(values).__name__}."
        ) from None
