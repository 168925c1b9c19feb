"""JSON Lines: one object a row, vectors as arrays of numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.json as pa_json

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written
from dotscape.formats.matrices import join_table, require_vectors, split_table
from dotscape.formats.registry import reader, writer
from dotscape.formats.untyped import ArrowArray, ArrowTable, pa


@reader("jsonl", "JSON Lines", ".jsonl", ".ndjson")
def read_jsonl(path: Path) -> list[Bundle]:
    """One object a line. Values that don't agree in type become their JSON text."""
    try:
        table = pa_json.read_json(
            path, read_options=pa_json.ReadOptions(block_size=64 << 20, use_threads=False)
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        table = _slowly(path)
    bundle = split_table(table, path.stem)
    require_vectors(bundle, path)
    return [bundle]


def _slowly(path: Path) -> ArrowTable:
    """Line by line, for what Arrow's reader refuses: mixed types, NaN."""
    rows: list[dict[str, Any]] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DataError(f"Line {number} of {path} isn't JSON: {error}") from None
            if not isinstance(value, dict):
                raise DataError(
                    f"Line {number} of {path} must be an object. Got {type(value).__name__}."
                )
            rows.append(value)
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: list[Any]) -> ArrowArray:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([v if v is None or isinstance(v, str) else json.dumps(v) for v in values])


@writer("jsonl", "JSON Lines", ".jsonl", ".ndjson")
def write_jsonl(bundle: Bundle, path: Path) -> Written:
    """One object a line; NaN and infinity as Python writes them, dates as ISO 8601."""
    table, warnings = bundle.columns, list[str]()
    for field in table.schema:
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            table = table.drop_columns([field.name])
            warnings.append(f"The pictures of '{field.name}' were left out: JSON is text.")
    joined = join_table(Bundle(bundle.name, bundle.vectors, table))
    with path.open("w", encoding="utf-8") as file:
        for batch in joined.to_batches(max_chunksize=1000):
            for row in batch.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
    return Written((path,), tuple(warnings))


def _plain(value: Any) -> Any:
    if isinstance(value, np.floating):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
