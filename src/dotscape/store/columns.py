"""Column segments: text, numbers, categories and dates of N rows, in Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dotscape.errors import NotFoundError, StoreError
from dotscape.model import ColumnType
from dotscape.store.segment import write_segment

# A text column is a category where values repeat, are short enough to stand in a legend, and are
# few enough that somebody may want to read through it.
CATEGORY_LONGEST = 200
CATEGORY_MOST = 10_000


def write_columns(path: Path, columns: Any) -> None:
    """Write columns as a column segment, under a temporary name first.

    Parameters
    ----------
    path
        Where it shall lie; its folder is made.
    columns : pyarrow.Table or mapping of name to pyarrow array
        All of one length.

    Raises
    ------
    StoreError
        If the file can't be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(columns)) if isinstance(columns, Mapping) else columns

    def write(target: str) -> None:
        # Text rarely repeats and would only fill a dictionary to throw it away; categories do.
        pq.write_table(table, target, compression="zstd", store_schema=True)

    write_segment(path, write)


def read_columns(path: Path, names: Sequence[str] | None = None) -> Any:
    """Read some or all columns of a column segment.

    Returns
    -------
    pyarrow.Table
        With the columns in the order of `names`.

    Raises
    ------
    NotFoundError
        If it has no column of that name.
    StoreError
        If the file is missing or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(str(path), memory_map=True) as file:
            present = file.schema_arrow.names
            for name in names or ():
                if name not in present:
                    raise NotFoundError(f"{path.name} has no column {name!r}, only {present}.")
            if names is None:
                return file.read()
            # Parquet also reads "a.b" where "a" was asked for; select leaves that out.
            return file.read(columns=list(names)).select(list(names))
    except FileNotFoundError:
        raise StoreError(f"The columns in {path} are missing.") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"The columns in {path} can't be read: {error}") from error


def infer_type(array: Any) -> ColumnType:
    """Return the column type that an Arrow array is stored as.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
    """
    import pyarrow as pa

    kind = array.type
    types = pa.types
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind):
        return "integer"
    if types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_temporal(kind) and not (types.is_duration(kind) or types.is_time(kind)):
        return "date"
    if types.is_string(kind) or types.is_large_string(kind):
        return "category" if _repeats(array) else "text"
    return "json"


def _repeats(array: Any) -> bool:
    """Whether texts repeat so much that they are a category."""
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at import, unseen by type checkers
    values = len(array) - array.null_count
    if values < 2:
        return False
    longest = pc.max(pc.utf8_length(array)).as_py()
    if longest is None or longest > CATEGORY_LONGEST:
        return False
    most = min(CATEGORY_MOST, (values + 1) // 2)
    # A sample tells most free text apart without counting a million distinct values.
    if values > 50_000 and pc.count_distinct(array.slice(0, 50_000)).as_py() > most:
        return False
    return pc.count_distinct(array).as_py() <= most
