"""One column of values, of whatever Python types, as one Arrow array or one matrix."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from dotscape.errors import DataError
from dotscape.model import ColumnType
from dotscape.sdk.arrays import is_array_like, is_vector_cell, library_of, stack_vectors, to_array
from dotscape.sdk.arrow import (
    as_arrow,
    date_array,
    date_array_of,
    from_numpy,
    from_pandas,
    is_arrow,
    matrix_of_lists,
    number_array,
    plain_arrow,
    text_array,
)
from dotscape.sdk.data.value import Medium, Sink
from dotscape.sdk.jsonable import jsonable
from dotscape.store.columns import infer_type

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

    @classmethod
    def of(cls, array: Any) -> Cells:
        """Make cells of an Arrow array whose values say what type of column it is."""
        return cls(infer_type(array), array)


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
        """Convert one column: a list, an array, a series, or an Arrow array.

        Raises
        ------
        DataError
            If it is something that has no values.
        """
        if library_of(values) == "pandas" and hasattr(values, "dtype"):
            values = from_pandas(values)
        if is_arrow(values):
            return self._from_arrow(name, as_arrow(values))
        if is_array_like(values):
            return self._from_array(name, to_array(values))
        return self._from_list(name, values if isinstance(values, list) else list(values))

    def _from_arrow(self, name: str, array: Any) -> Cells:
        matrix = matrix_of_lists(array)
        if matrix is not None:
            return Cells("vector", vectors=matrix)
        plain = plain_arrow(array)
        return self._from_list(name, array.to_pylist()) if plain is None else Cells.of(plain)

    def _from_array(self, name: str, array: NDArray[Any]) -> Cells:
        import numpy as np

        kind = array.dtype.kind
        if array.ndim == 2 and kind in "fiub" and array.shape[1] > 0:
            return Cells("vector", vectors=array)
        if array.ndim != 1:
            return self._from_list(name, list(array))
        if kind == "M":
            return Cells("date", date_array_of(array))
        if kind not in "fiub":
            return self._from_list(name, array.tolist())
        if kind == "f" and array.dtype.itemsize not in (4, 8):  # half and long double
            array = array.astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
        native = array.astype(array.dtype.newbyteorder("="), copy=False)
        return Cells.of(from_numpy(native))

    # --- Python values ----------------------------------------------------------------------------

    def _from_list(self, name: str, values: list[Any]) -> Cells:
        """Convert Python values by what types there are among them."""
        kinds = set(map(type, values))
        kinds.discard(type(None))
        if kinds <= {str}:
            return self._texts(name, values)
        if kinds <= {bool} or kinds <= {int, float}:
            return Cells.of(number_array(values))
        if len(kinds) == 1 and issubclass(next(iter(kinds)), Medium):
            return self._media(name, cast("list[Medium | None]", values))
        if any(kind.__name__ in _MISSING for kind in kinds):
            missing = [None if type(v).__name__ in _MISSING else v for v in values]
            return self._from_list(name, missing)
        vectors = self._vectors(name, values)
        if vectors is not None:
            return vectors
        convert = _conversion(values)
        if convert is not None:
            return self._from_list(name, [None if v is None else convert(v) for v in values])
        if all(v is None or isinstance(v, datetime | date) for v in values):
            return Cells.of(date_array(values))
        return self._anything(name, values, kinds)

    def _vectors(self, name: str, values: list[Any]) -> Cells | None:
        if not all(is_vector_cell(v) for v in values if v is not None):
            return None
        try:
            return Cells("vector", vectors=stack_vectors(values))
        except DataError as error:
            message = f"The column '{name}' of {self.label} is no set of vectors. {error}"
            self.sink.complaints.warn_of(DataError(f"{message} It is kept as JSON text."))
            return None

    def _texts(self, name: str, values: list[Any]) -> Cells:
        try:
            return Cells.of(text_array(values))
        except UnicodeEncodeError:
            self.sink.complaints.warn(
                f"The column '{name}' of {self.label} holds text with lone surrogates, which no "
                "file can hold; each is shown as U+FFFD."
            )
            shown = [v if v is None else _SURROGATES.sub("\ufffd", v) for v in values]
            return Cells.of(text_array(shown))

    def _media(self, name: str, values: list[Medium | None]) -> Cells:
        kind = next(v.type for v in values if v is not None)
        hashes = [None if v is None else self._keep(name, row, v) for row, v in enumerate(values)]
        captions = [None if v is None else v.caption for v in values]
        cells = Cells(cast("ColumnType", kind), text_array(hashes))
        cells.captions = captions if any(captions) else None
        return cells

    def _keep(self, name: str, row: int, medium: Medium) -> str | None:
        """Keep one file; one that can't be read is said and left out."""
        try:
            return medium.record(self.sink)["sha256"]
        except DataError as error:
            message = f"Row {row} of the column '{name}' of {self.label}: {error}"
            self.sink.complaints.warn_of(DataError(message), once=f"{self.label}/{name}")
            return None

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
        return Cells("json", text_array(texts))


# --- single values ------------------------------------------------------------------------------


def _is_scalar_array(value: Any) -> bool:
    return getattr(value, "shape", None) == () and hasattr(value, "item")


def _plain_number(value: Any) -> Any:
    if type(value) in (bool, int, float):
        return value
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        return value.astype("datetime64[ms]").item()  # nanoseconds would come as an integer
    return value.item()


def _image(value: Any) -> Any:
    from dotscape.sdk.data.image import Image

    return Image(value)


def _image_bytes(value: Any) -> Any:
    """Return the bytes of an image file, alone or as data sets have them: {"bytes", "path"}."""
    from dotscape.sdk.data.image import is_image_file

    if isinstance(value, dict):
        value = cast("dict[str, Any]", value).get("bytes")
    return value if is_image_file(value) else None


# What all values of a column are, which types need nothing done, and what makes the rest plain.
_CONVERSIONS: tuple[tuple[Callable[[Any], bool], tuple[type, ...], Callable[[Any], Any]], ...] = (
    (lambda v: isinstance(v, str), (str,), str.__str__),
    (
        lambda v: type(v) in (bool, int, float) or _is_scalar_array(v),
        (bool, int, float),
        _plain_number,
    ),
    (lambda v: isinstance(v, bool | int | float), (bool, int, float), jsonable),
    (lambda v: library_of(v) == "PIL" and hasattr(v, "save"), (), _image),
    (lambda v: _image_bytes(v) is not None, (), lambda v: _image(_image_bytes(v))),
    (lambda v: isinstance(v, enum.Enum | Decimal | Fraction | PathLike | UUID), (), jsonable),
)


def _conversion(values: list[Any]) -> Callable[[Any], Any] | None:
    """Return what makes all values plain, if one thing does and some aren't yet."""
    present = [v for v in values if v is not None]
    for fits, plain, convert in _CONVERSIONS:
        if all(map(fits, present)) and not all(type(v) in plain for v in present):
            return convert
    return None
