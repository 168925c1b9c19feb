"""Apache Parquet: columns, with vectors as lists of numbers."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.matrices import join_table, require_vectors, split_table
from dotscape.formats.registry import reader, writer
from dotscape.formats.untyped import pa


@reader("parquet", "Parquet", ".parquet", ".pq")
def read_parquet(path: Path) -> list[Bundle]:
    """A table; which of its columns are vectors is told by `split_table`."""
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{path} can't be read as Parquet: {error}") from error
    bundle = split_table(table, path.stem)
    require_vectors(bundle, path)
    return [bundle]


@writer("parquet", "Parquet", ".parquet", ".pq")
def write_parquet(bundle: Bundle, path: Path) -> Written:
    """Columns first, then vectors as FixedSizeList columns; zstd."""
    pq.write_table(join_table(bundle), path, compression="zstd")
    return Written((path,))
