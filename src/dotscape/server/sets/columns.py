"""A column as the page takes it: categories, numbers or text, as one Arrow batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.errors import ParameterError
from dotscape.formats.untyped import ArrowArray, ArrowColumn, pa, pc
from dotscape.model import ColumnType

FORMS = ("category", "number", "text")
NUMERIC = ("number", "integer", "boolean", "date")
_MOST_TEXT = 2**31 - 1  # bytes that 32-bit offsets reach


def natural_form(kind: ColumnType) -> str:
    """How a column is sent where nothing else is asked for."""
    if kind in ("category", "boolean"):
        return "category"
    return "number" if kind in NUMERIC else "text"


def in_form(values: ArrowColumn, kind: ColumnType, form: str, name: str) -> ArrowArray:
    """The column in one of `FORMS`, rows in row order.

    Parameters
    ----------
    values
        The column as it is stored, (rows,).
    kind
        Its type.
    form
        `category`: dictionary of uint8, uint16 or uint32 indices into text, the most frequent
        first; `number`: float64, missing is NaN, dates are milliseconds since 1970; `text`: UTF-8.
    name
        Its name, for the message.

    Raises
    ------
    ParameterError
        If a column of this type has no such form.
    """
    if kind == "vector" or (form == "number" and kind not in NUMERIC):
        raise ParameterError(
            "as",
            f"column '{name}'",
            allowed="a form that its type has",
            got=f"{form!r} for a column of type '{kind}'",
            hint="Numbers, dates and booleans can be read as 'number'; all but vectors as 'text' "
            "or 'category'.",
        )
    if form == "number":
        return pa.array(as_numbers(values))
    texts = as_text(values)
    return as_category(texts) if form == "category" else _one_chunk(texts)


def as_numbers(values: ArrowColumn) -> npt.NDArray[np.float64]:
    """Float64 (rows,), missing as NaN, dates as milliseconds since 1970."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("ms", values.type.tz)).cast(pa.int64())
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    floats = values.cast(pa.float64(), safe=False)
    return pc.fill_null(floats, float("nan")).to_numpy()


def as_text(values: ArrowColumn) -> ArrowColumn:
    """The column as text, as a person writes the values; missing stays null."""
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return values
    if pa.types.is_dictionary(kind):
        return values.cast(pa.large_string())
    if pa.types.is_floating(kind):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, kind), values)
    elif pa.types.is_timestamp(kind):
        return _dates(values)
    return values.cast(pa.string())


def _dates(values: ArrowColumn) -> ArrowColumn:
    """Day, and the time of day (UTC) only where one is set."""
    plain = (
        values.cast(pa.timestamp("ms"))
        if values.type.tz is None
        else values.cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("ms"))
    )
    days = pc.floor_temporal(plain, unit="day")
    midnight = pc.all(pc.equal(days, plain)).as_py()
    seconds = pc.floor_temporal(plain, unit="second").cast(pa.timestamp("s"))
    return pc.strftime(seconds, format="%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")


def as_category(texts: ArrowColumn) -> ArrowArray:
    """Indices into the different texts, the most frequent first, ties by their first row.

    Time and memory are linear in the rows, whatever the number of categories.
    """
    encoded = _one_chunk(texts).dictionary_encode()
    count = len(encoded.dictionary)
    indices = encoded.indices
    missing = indices.is_null().to_numpy(zero_copy_only=False)
    codes = indices.fill_null(0).to_numpy() if indices.null_count else indices.to_numpy()
    counts = np.bincount(codes[~missing], minlength=count)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(max(count, 1), np.min_scalar_type(max(count - 1, 0)))
    rank[order] = np.arange(count, dtype=rank.dtype)
    kind = pa.from_numpy_dtype(rank.dtype)
    ranked = pa.array(rank[codes], kind, mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(ranked, encoded.dictionary.take(pa.array(order)))


def _one_chunk(texts: ArrowColumn) -> ArrowArray:
    if pa.types.is_string(texts.type) and texts.nbytes > _MOST_TEXT:
        texts = texts.cast(pa.large_string())
    joined: Any = texts.combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # some versions keep a chunked array of one chunk
        joined = joined.chunk(0) if joined.num_chunks else pa.array([], joined.type)
    return joined


def stream(values: ArrowArray) -> bytes:
    """Arrow IPC stream of one uncompressed batch with one column, `value`."""
    batch = pa.record_batch([values], names=["value"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
