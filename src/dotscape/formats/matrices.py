"""Finding the vectors among a table's columns, and putting them back."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle
from dotscape.formats.untyped import ArrowColumn, ArrowTable, ArrowType, pa, pc

_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_LEAST_NUMBERED = 3
_LIST_TEXT = r"^\s*\[[-+0-9.eE,\s]*(?:nan|inf|NaN|Infinity)?[-+0-9.eE,\s]*\]\s*$"


def split_table(table: ArrowTable, name: str) -> Bundle:
    """Take the vectors out of a table.

    Vectors are, in this order: columns of lists of numbers, all of one length; columns of text that
    holds such lists (`[0.1, 0.2]`, as pandas writes them to CSV); runs of numeric columns that are
    numbered (`x0, x1, x2`), three or more; where there is none of these, all columns of floats, if
    there are at least two. Those last ones stay columns too.
    """
    table = _unique_names(table)
    vectors: dict[str, npt.NDArray[Any]] = {}
    axes: dict[str, tuple[str, ...]] = {}
    for field in table.schema:
        matrix = _from_lists(_parsed(table.column(field.name)))
        if matrix is not None:
            vectors[field.name] = matrix
            table = table.drop_columns([field.name])
    if not vectors:
        for stem, names in _numbered(table).items():
            vectors[stem] = _from_columns(table, names)
            if not _are_plain(stem, names):
                axes[stem] = tuple(names)
            table = table.drop_columns(names)
    if not vectors:
        names = [f.name for f in table.schema if pa.types.is_floating(f.type)]
        if len(names) >= 2:
            vectors[""], axes[""] = _from_columns(table, names), tuple(names)
    return Bundle(name, vectors, table, axes)


def join_table(bundle: Bundle) -> ArrowTable:
    """Columns and vectors as one table, the vectors as FixedSizeList columns."""
    columns: dict[str, Any] = dict(
        zip(bundle.columns.column_names, bundle.columns.columns, strict=True)
    )
    for name, array in bundle.vectors.items():
        flat = pa.array(np.ascontiguousarray(array).reshape(-1))
        column = pa.FixedSizeListArray.from_arrays(flat, array.shape[1])
        columns[free_name(name or "vector", list(columns))] = column
    return pa.table(columns)


def free_name(name: str, taken: list[str]) -> str:
    """`name`, with a number where it is taken."""
    found, count = name, 2
    while found in taken:
        found, count = f"{name}_{count}", count + 1
    return found


def is_numeric(kind: ArrowType) -> bool:
    """Whether a column can be an axis; one without any value can, all of it missing."""
    types = pa.types
    return types.is_floating(kind) or types.is_integer(kind) or types.is_null(kind)


def _unique_names(table: ArrowTable) -> ArrowTable:
    names: list[str] = []
    for name in table.column_names:
        names.append(free_name(name, names))
    return table if names == table.column_names else table.rename_columns(names)


def _parsed(column: ArrowColumn) -> ArrowColumn:
    """Texts that are lists of numbers as lists; anything else as it is."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    head = pc.drop_null(column.slice(0, 100))
    if not len(head) or not pc.all(pc.match_substring_regex(head, _LIST_TEXT)).as_py():
        return column
    rows: list[npt.NDArray[np.float32] | None] = []
    for text in column.to_pylist():
        if text is None:
            rows.append(None)
            continue
        try:
            words = text.strip().strip("[]").replace(",", " ").split()
            rows.append(np.array(words, dtype=np.float32))
        except ValueError:
            return column
    return pa.chunked_array([pa.array(rows, pa.list_(pa.float32()))])


def _from_lists(column: ArrowColumn) -> npt.NDArray[Any] | None:
    """(n, d) of a column of lists of numbers of one length, null rows as NaN; else None."""
    kind = column.type
    is_fixed = pa.types.is_fixed_size_list(kind)
    if not (is_fixed or pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return None
    if not (pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)):
        return None
    lengths = pc.list_value_length(column)
    ends = pc.min_max(lengths)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if not low or low != high:
        return None
    dtype = np.float16 if kind.value_type == pa.float16() else np.float32
    pieces: list[npt.NDArray[Any]] = []
    for chunk in column.chunks:
        values = chunk.flatten().to_numpy(zero_copy_only=False)
        present = chunk.is_valid().to_numpy(zero_copy_only=False)
        if present.all():
            pieces.append(values.astype(dtype, copy=False).reshape(-1, low))
            continue
        piece = np.full((len(chunk), low), np.nan, dtype)
        piece[present] = values.reshape(-1, low)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _numbered(table: ArrowTable) -> dict[str, list[str]]:
    """Runs of numeric columns that share a stem and count up from 0 or 1."""
    stems: dict[str, list[tuple[int, str]]] = {}
    for field in table.schema:
        match = _NUMBERED.fullmatch(field.name)
        if match and is_numeric(field.type):
            stems.setdefault(match.group(1), []).append((int(match.group(2)), field.name))
    runs: dict[str, list[str]] = {}
    for stem, columns in stems.items():
        numbers = [number for number, _ in sorted(columns)]
        counts_up = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if len(columns) >= _LEAST_NUMBERED and numbers[0] in (0, 1) and counts_up:
            runs[stem.rstrip("_-. ")] = [name for _, name in sorted(columns)]
    return runs


def _are_plain(stem: str, names: list[str]) -> bool:
    """Whether the names only count; "PC1" and "gene 12" say something, "vector3" doesn't."""
    return stem.lower() in ("", "v", "x", "d", "dim", "f", "vector", "emb", "embedding", "feature")


def _from_columns(table: ArrowTable, names: list[str]) -> npt.NDArray[np.float32]:
    matrix = np.empty((table.num_rows, len(names)), np.float32)
    for position, name in enumerate(names):
        floats = table.column(name).cast(pa.float64(), safe=False)
        matrix[:, position] = pc.fill_null(floats, float("nan")).to_numpy()
    return matrix


def text_of(array: ArrowColumn) -> list[str | None]:
    """A column as texts, for formats that know nothing else."""
    try:
        return array.cast(pa.string()).to_pylist()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return [None if value is None else str(value) for value in array.to_pylist()]


def require_vectors(bundle: Bundle, path: object) -> None:
    """DataError where a file holds no vectors."""
    if not bundle.vectors:
        raise DataError(
            f"{path} holds no vectors: no column of equally long lists of numbers, no numbered "
            "columns (x0, x1, x2), no columns of floats. Its columns are "
            f"{', '.join(bundle.columns.column_names[:20])}."
        )
