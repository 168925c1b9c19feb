"""Comma- and tab-separated text with a header line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pa_csv

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.matrices import free_name, require_vectors, split_table
from dotscape.formats.registry import reader, writer
from dotscape.formats.untyped import ArrowTable, pa

# What stands for a missing value; "null" and "NULL" are also words.
_NULLS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL"]


@reader("csv", "CSV", ".csv", ".tsv")
def read_csv(path: Path) -> list[Bundle]:
    """A table with a header; an empty cell is missing, a quoted empty one is an empty text."""
    bundle = split_table(read_table(path), path.stem)
    require_vectors(bundle, path)
    return [bundle]


def read_table(path: Path, *, header: bool = True, quotes: bool = True) -> ArrowTable:
    """The table of a file whose suffix says what separates cells."""
    try:
        return pa_csv.read_csv(
            path,
            # One thread: whether a column is of numbers must not depend on how it was cut in
            # blocks.
            read_options=pa_csv.ReadOptions(
                autogenerate_column_names=not header, block_size=_block(path), use_threads=False
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter="," if path.suffix.lower() == ".csv" else "\t",
                quote_char='"' if quotes else False,
                double_quote=quotes,
                newlines_in_values=quotes,
            ),
            convert_options=pa_csv.ConvertOptions(
                null_values=_NULLS, strings_can_be_null=True, quoted_strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError) as error:
        raise DataError(f"{path} can't be read as CSV: {error}") from error


def _block(path: Path) -> int:
    """The whole file as one block, up to 1 GiB: types are told by the first block alone."""
    return max(1 << 20, min(path.stat().st_size + 1, 1 << 30))


@writer("csv", "CSV", ".csv", ".tsv")
def write_csv(bundle: Bundle, path: Path) -> Written:
    """Columns, then one column for each dimension: its axis, or the vector's name and a number."""
    columns, warnings = dict[str, Any](), list[str]()
    for field in bundle.columns.schema:
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            warnings.append(f"The pictures of '{field.name}' were left out: CSV is text.")
        else:
            columns[field.name] = bundle.columns.column(field.name)
    for name, array in bundle.vectors.items():
        axes = bundle.axes.get(name) or [f"{name or 'v'}{i}" for i in range(array.shape[1])]
        for position, axis in enumerate(axes):
            values = np.ascontiguousarray(array[:, position], dtype=np.float32)
            columns[free_name(axis, list(columns))] = pa.array(values)
    delimiter = "," if path.suffix.lower() == ".csv" else "\t"
    pa_csv.write_csv(pa.table(columns), path, pa_csv.WriteOptions(delimiter=delimiter))
    return Written((path,), tuple(warnings))
