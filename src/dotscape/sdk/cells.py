"""One column of values, of whatever Python types, as one Arrow array or one matrix."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from dotscape.errors import DataError
from dotscape.model import ColumnType
from dotscape.sdk.arrays import is_array_like, is_vector_cell, library_of, stack_vectors, to_array
from dotscape.sdk.data.value import Medium, Sink
from dotscape.sdk.jsonable import jsonable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MISSING = frozenset({"NAType", "NaTType"})  # what pandas puts where nothing is
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Cells:
    """A converted column: its type, and either Arrow cells or, for vectors, a matrix."""

    type: ColumnType
    array: Any = None
    vectors: NDArray[Any] | None = None
    captions: list[str | None] | None = None


class ColumnReader:
    """Converts columns for one logged value.

    Parameters
    ----------
    sink
        Where media go and complaints are made.
    label
        What is being logged, for messages: "`my_table`".
    mixed
        Whether mixed types are meant.
    """

    def __init__(self, sink: Sink, label: str, *, mixed: bool = False) -> None:
        self.sink = sink
        self.label = label
        self.mixed = mixed

    def read(self, name: str, values: Any) -> Cells:
        """Convert one column: a list, an array, a series, or an Arrow array."""
        if _is_arrow(values):
            return self._from_arrow(name, _arrow(values))
        if library_of(values) == "pandas":
            values = _from_pandas(values)
            if _is_arrow(values):
                return self._from_arrow(name, values)
        if is_array_like(values):
            return self._from_array(name, to_array(values))
        return self._from_list(name, values if isinstance(values, list) else list(values))

    # --- Arrow and numpy --------------------------------------------------------------------------

    def _from_arrow(self, name: str, array: Any) -> Cells:
        import pyarrow as pa

        types, kind = pa.types, array.type
        if types.is_dictionary(kind):
            return self._from_arrow(name, array.cast(kind.value_type))
        if _is_list(kind) and _is_real(kind.value_type):
            matrix = _matrix_of_lists(array)
            if matrix is not None:
                return Cells("vector", vectors=matrix)
        if types.is_string(kind) or types.is_large_string(kind) or "string_view" in str(kind):
            return _typed(array.cast(pa.large_string()) if "view" in str(kind) else array)
        if types.is_timestamp(kind) or types.is_date(kind):
            return Cells("date", _cast(array, pa.timestamp("ms", "UTC")))
        if types.is_boolean(kind) or types.is_integer(kind) or types.is_float32(kind):
            return _typed(array)
        if types.is_float64(kind):
            return _typed(array)
        if types.is_float16(kind):
            return _typed(array.cast(pa.float32()))
        if types.is_decimal(kind):
            return _typed(_cast(array, pa.float64()))
        return self._from_list(name, array.to_pylist())

    def _from_array(self, name: str, array: NDArray[Any]) -> Cells:
        import numpy as np
        import pyarrow as pa

        kind = array.dtype.kind
        if array.ndim == 2 and kind in "fiub" and array.shape[1] > 0:
            return Cells("vector", vectors=array)
        if array.ndim != 1:
            return self._from_list(name, list(array))
        if array.dtype == np.float16 or (array.dtype.itemsize > 8 and kind == "f"):
            array = array.astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
        if kind in "fiub":
            return _typed(
                pa.array(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("="))))
            )
        if kind == "M":
            return Cells("date", _dates_of(array))
        return self._from_list(name, array.tolist())

    # --- Python values ----------------------------------------------------------------------------

    def _from_list(self, name: str, values: list[Any]) -> Cells:
        """Convert Python values by what types there are among them."""
        kinds = set(map(type, values))
        kinds.discard(type(None))
        if not kinds:
            return _texts([None] * len(values))
        if kinds == {str}:
            return self._texts(name, values)
        if kinds <= {bool} or kinds <= {int} or kinds <= {int, float}:
            return _numbers(values)
        if len(kinds) == 1 and issubclass(next(iter(kinds)), Medium):
            return self._media(name, cast("list[Medium | None]", values))
        if any(kind.__name__ in _MISSING for kind in kinds):
            missing = [None if type(v).__name__ in _MISSING else v for v in values]
            return self._from_list(name, missing)
        vectors = self._vectors(name, values)
        if vectors is not None:
            return vectors
        convert = self._conversion(values)
        if convert is not None:
            return self._from_list(name, [None if v is None else convert(v) for v in values])
        if all(v is None or isinstance(v, datetime | date) for v in values):
            return _dates(values)
        return self._anything(name, values, kinds)

    def _conversion(self, values: list[Any]) -> Callable[[Any], Any] | None:
        """Return what makes plain values of all of them, if one thing does and changes any."""
        for test, plain, convert in _CONVERSIONS:
            present = [v for v in values if v is not None]
            if all(map(test, present)) and not all(type(v) in plain for v in present):
                return convert
        return None

    def _vectors(self, name: str, values: list[Any]) -> Cells | None:
        present = [v for v in values if v is not None]
        if not all(map(is_vector_cell, present)):
            return None
        try:
            return Cells("vector", vectors=stack_vectors(values))
        except DataError as error:
            self.sink.complaints.warn_of(DataError(f"The column '{name}' of {self.label}: {error}"))
            return None

    def _texts(self, name: str, values: list[Any]) -> Cells:
        import pyarrow as pa

        try:
            return _typed(pa.array(values, pa.large_string() if _is_long(values) else pa.string()))
        except (UnicodeEncodeError, pa.ArrowInvalid):
            self.sink.complaints.warn(
                f"The column '{name}' of {self.label} holds text with lone surrogates, which no "
                "file can hold; each is shown as U+FFFD."
            )
            return _texts([v if v is None else _SURROGATES.sub("\ufffd", v) for v in values])

    def _media(self, name: str, values: list[Medium | None]) -> Cells:
        kind: ColumnType = "json"
        hashes: list[str | None] = []
        for row, value in enumerate(values):
            record = None
            if value is not None:
                kind = cast("ColumnType", value.type)
                try:
                    record = value.record(self.sink)
                except DataError as error:
                    message = f"Row {row} of '{name}' of {self.label}: {error}"
                    self.sink.complaints.warn_of(DataError(message), once=f"{self.label}/{name}")
            hashes.append(None if record is None else record["sha256"])
        captions = [None if v is None else v.caption for v in values]
        cells = Cells(kind, _texts(hashes).array)
        cells.captions = captions if any(captions) else None
        return cells

    def _anything(self, name: str, values: list[Any], kinds: set[type]) -> Cells:
        """Convert what has no common type: single values to text, others to JSON."""
        if all(v is None or isinstance(v, str | int | float | datetime | date) for v in values):
            if not self.mixed:
                found = " and ".join(sorted(kind.__name__ for kind in kinds))
                self.sink.complaints.warn(
                    f"The column '{name}' of {self.label} mixes {found}; it is kept as text. "
                    "allow_mixed_types=True says that this is meant."
                )
            return self._texts(name, [None if v is None else str(v) for v in values])
        texts = [None if v is None else json.dumps(jsonable(v)) for v in values]
        return Cells("json", _texts(texts).array)


# --- the conversions of single values -----------------------------------------------------------


def _is_scalar_array(value: Any) -> bool:
    return getattr(value, "shape", None) == () and hasattr(value, "item")


def _plain_number(value: Any) -> Any:
    if type(value) in (bool, int, float):
        return value
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        return value.astype("datetime64[ms]").item()  # nanoseconds would come as an integer
    return value.item()


def _is_plain_or_scalar(value: Any) -> bool:
    return type(value) in (bool, int, float) or _is_scalar_array(value)


# What all values of a column are, which types need nothing done, and what makes the rest plain.
_CONVERSIONS: tuple[tuple[Callable[[Any], bool], tuple[type, ...], Callable[[Any], Any]], ...] = (
    (lambda v: isinstance(v, str), (str,), str.__str__),
    (_is_plain_or_scalar, (bool, int, float), _plain_number),
    (lambda v: isinstance(v, bool | int | float), (bool, int, float), jsonable),
    (lambda v: library_of(v) == "PIL" and hasattr(v, "save"), (), lambda v: _image(v)),
    (lambda v: isinstance(v, enum.Enum | Decimal | Fraction | PathLike | UUID), (), jsonable),
)


def _image(value: Any) -> Any:
    from dotscape.sdk.data.image import Image

    return Image(value)


# --- Arrow --------------------------------------------------------------------------------------


def _typed(array: Any) -> Cells:
    from dotscape.store.columns import infer_type

    return Cells(infer_type(array), array)


def _texts(values: Sequence[str | None]) -> Cells:
    import pyarrow as pa

    return _typed(pa.array(values, pa.large_string() if _is_long(values) else pa.string()))


def _is_long(values: Sequence[Any]) -> bool:
    """Whether texts together may not fit the 2 GiB of one array with 32-bit offsets."""
    return sum(len(v) for v in values if v is not None) > (1 << 29)


def _numbers(values: list[Any]) -> Cells:
    import pyarrow as pa

    try:
        return _typed(pa.array(values))
    except (pa.ArrowException, OverflowError):
        pass
    if float in set(map(type, values)):
        return _typed(pa.array([None if v is None else float(v) for v in values]))
    # Integers beyond 64 bits are names rather than amounts: no digit may be lost.
    return _texts([None if v is None else str(v) for v in values])


def _dates(values: list[Any]) -> Cells:
    import pyarrow as pa

    def aware(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    try:
        moments = [aware(value) for value in values]
        return Cells("date", pa.array(moments, pa.timestamp("ms", "UTC")))
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return _texts([None if v is None else str(v) for v in values])


def _dates_of(array: NDArray[Any]) -> Any:
    import numpy as np
    import pyarrow as pa

    milliseconds = array.astype("datetime64[ms]")
    missing = np.isnat(milliseconds)
    numbers = pa.array(milliseconds.astype(np.int64), mask=missing)
    return numbers.cast(pa.timestamp("ms", "UTC"))


def _cast(array: Any, kind: Any) -> Any:
    """Cast, dropping what doesn't fit rather than failing (nanoseconds below milliseconds)."""
    return array.cast(kind, safe=False)


def _is_arrow(values: Any) -> bool:
    return library_of(values) == "pyarrow" or (
        library_of(values) == "polars" and hasattr(values, "to_arrow")
    )


def _arrow(values: Any) -> Any:
    import pyarrow as pa

    array = values.to_arrow() if hasattr(values, "to_arrow") else values
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _from_pandas(series: Any) -> Any:
    """Return a pandas series as Arrow, or as a list where its objects need a closer look."""
    import pyarrow as pa

    kind = str(series.dtype)
    if kind == "object":
        missing = series.isna().to_numpy()
        return [
            None if gone is True or gone == 1 else v
            for v, gone in zip(series, missing, strict=True)
        ]
    if kind.startswith(("float", "int", "uint")):
        return series.to_numpy()
    return _arrow(pa.array(series, from_pandas=True))


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    return any(
        test(kind)
        for test in (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    )


def _is_real(kind: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_floating(kind) or pa.types.is_integer(kind)


def _matrix_of_lists(array: Any) -> NDArray[Any] | None:
    """Return lists of one length as a matrix, without a copy where none is missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    lengths = pc.unique(pc.list_value_length(array).drop_null())
    if len(array) == 0 or len(lengths) != 1 or lengths[0].as_py() == 0:
        return None
    width = lengths[0].as_py()
    flat = array.flatten()
    numbers = np.asarray(flat.to_numpy(zero_copy_only=False))
    if flat.null_count and numbers.dtype.kind != "f":
        return None
    present = numbers.reshape(-1, width)
    if array.null_count == 0:
        return present
    out = np.full((len(array), width), np.nan, np.result_type(present.dtype, np.float16))
    out[np.asarray(array.is_valid())] = present
    return out
