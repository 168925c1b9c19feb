"""What becomes of a value that somebody logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any, cast

from dotscape.errors import DataError, DotscapeError, StoreError
from dotscape.sdk.arrays import is_array_like, library_of, to_array
from dotscape.sdk.arrow import is_arrow
from dotscape.sdk.data.value import Medium, Sink, Value
from dotscape.sdk.frames import frame_columns
from dotscape.sdk.jsonable import jsonable, short_repr, text_key

# Items of a list of images that stand in the journal itself, to be shown without opening columns.
PREVIEWED = 64
DEEPEST = 16


class Converter:
    """Turns logged values into what the journal holds; files go to a sink on the way."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def record(self, data: Mapping[Any, Any], step: int) -> dict[str, Any]:
        """Convert one call's dictionary; nested ones become keys joined by dots.

        What can't be logged is replaced by a note of it, and a warning is given.

        Raises
        ------
        DotscapeError
            In strict mode, for what otherwise is a warning.
        """
        out: dict[str, Any] = {}
        for key, value in _flat(data, "", 0):
            try:
                out[key] = self._value(key, value, step)
            except StoreError as error:  # this value is lost; the others needn't be
                self.sink.failed(error)
            except DotscapeError as error:
                self.sink.complaints.warn_of(_about(key, error), once=f"value {key}")
                out[key] = unsupported(value)
            except Warning:  # somebody made errors of warnings
                raise
            except Exception as error:  # a value's own code may raise whatever it likes
                problem = f"`{key}` can't be logged: {type(error).__name__}: {error}"
                self.sink.complaints.warn(problem, once=f"value {key}")
                out[key] = unsupported(value)
        return out

    def _value(self, key: str, value: Any, step: int) -> Any:
        """Convert one value."""
        if isinstance(value, Value):
            return value.log(self.sink, key, step)
        if value is None or isinstance(value, str | bool | int | float):
            return jsonable(value)
        frame = frame_columns(value)
        if frame is not None:
            return self._frame(key, frame, step)
        if is_array_like(value) and not _is_picture(value):
            return self._array(key, value, step)
        if isinstance(value, list | tuple | range | Set) or _is_view(value):
            return self._list(key, list(cast("Sequence[Any]", value)), step)
        if _is_picture(value):
            from dotscape.sdk.data.image import Image

            return Image(value).log(self.sink, key, step)
        if hasattr(value, "to_html") and library_of(value) in ("plotly", "bokeh", "altair"):
            from dotscape.sdk.data.html import Html

            return Html(value.to_html(), data_is_not_path=True).log(self.sink, key, step)
        simple = jsonable(value)
        if isinstance(simple, str | bool | int | float) and simple != short_repr(value):
            return simple
        return self._unknown(key, value)

    def _unknown(self, key: str, value: Any) -> dict[str, Any]:
        name = f"{type(value).__module__}.{type(value).__qualname__}"
        raise DataError(
            f"`{key}` is a {name}, which can't be logged. Numbers, texts, arrays, tables, images, "
            "sound, HTML and dictionaries of these can; str(...) makes a text of anything."
        )

    def _array(self, key: str, value: Any, step: int) -> Any:
        if is_arrow(value):
            return self._list(key, value, step)
        array = to_array(value)
        if array.dtype.names:
            return self._frame(key, [(name, array[name]) for name in array.dtype.names], step)
        if array.ndim == 0:
            return self._scalar(key, array, step)
        if array.ndim == 1:
            return self._list(key, value if library_of(value) != "numpy" else array, step)
        if array.ndim > 2:
            raise DataError(
                f"`{key}` has shape {array.shape}. Embeddings have shape (rows, dimensions): "
                "x.reshape(len(x), -1) makes each row one vector. An image needs Image(...)."
            )
        if array.dtype.kind in "fiub":
            return self._matrix(key, array, step)
        return self._grid(key, array, step)

    def _matrix(self, key: str, array: Any, step: int) -> dict[str, Any]:
        from dotscape.sdk.data.embeddings import Embeddings

        return Embeddings(array).log(self.sink, key, step)

    def _scalar(self, key: str, array: Any, step: int) -> Any:
        """Convert an array without dimensions: a number, a text, or whatever object it holds."""
        if array.dtype.kind == "O":
            return self._value(key, array.item(), step)
        if array.dtype.kind == "M":
            return str(array)
        item = array.item()
        if isinstance(item, str | bool | int | float):
            return item
        return (
            self._value(key, item, step) if type(item) is not complex else self._unknown(key, item)
        )

    def _grid(self, key: str, array: Any, step: int) -> Any:
        """Convert a 2-D array of objects or texts: vectors if they are numbers, else a table."""
        from dotscape.sdk.arrays import to_floats

        if array.dtype.kind == "c":
            raise DataError(f"Vectors are real numbers. Got an array of {array.dtype}.")
        try:
            return self._matrix(key, to_floats(array), step)
        except DataError:
            columns = [(str(i), array[:, i].tolist()) for i in range(array.shape[1])]
            return self._frame(key, columns, step)

    def _frame(self, key: str, columns: list[tuple[Any, Any]], step: int) -> dict[str, Any]:
        from dotscape.sdk.data.table_draft import table_draft

        draft = table_draft(columns, self.sink, f"`{key}`")
        return self.sink.rows(key, step, draft)

    def _list(self, key: str, values: Any, step: int) -> Any:
        from dotscape.sdk.cells import ColumnReader
        from dotscape.sdk.drafts import list_draft

        if isinstance(values, list):
            items = cast("list[Any]", values)
            if items and all(isinstance(v, Value) and not isinstance(v, Medium) for v in items):
                return self._several(key, items, step)
        draft = list_draft(values, ColumnReader(self.sink, f"`{key}`"))
        if isinstance(values, list):
            draft.preview = self._preview(cast("list[Any]", values))
        return self.sink.rows(key, step, draft)

    def _several(self, key: str, values: list[Value], step: int) -> Any:
        """Convert a list of tables or histograms: only one can stand behind a key."""
        if len(values) > 1:
            self.sink.complaints.warn(
                f"`{key}` is a list of {len(values)} {type(values[0]).__name__} values; a key "
                "holds one. The first is logged. Give each a key of its own.",
                once=f"several {key}",
            )
        return values[0].log(self.sink, key, step)

    def _preview(self, values: list[Any]) -> list[dict[str, Any]]:
        first = list(islice((v for v in values if v is not None), PREVIEWED))
        if not first or not all(isinstance(v, Medium) for v in first):
            return []
        records: list[dict[str, Any]] = []
        for medium in cast("list[Medium]", first):
            try:
                records.append(medium.record(self.sink))
            except DataError:  # said when its cell was read
                continue
        return records


def unsupported(value: Any) -> dict[str, Any]:
    """Return what stands for a value that can't be logged."""
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    return {"_type": "unsupported", "python": name, "text": short_repr(value)}


def _about(key: str, error: DotscapeError) -> DotscapeError:
    """Return an error whose message names the key."""
    return error if f"`{key}`" in str(error) else DataError(f"`{key}`: {error}")


def _flat(data: Mapping[Any, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the entries of nested dictionaries under keys joined by dots."""
    for name, value in data.items():
        key = prefix + text_key(name)
        if isinstance(value, Mapping) and depth < DEEPEST and frame_columns(value) is None:
            yield from _flat(cast("Mapping[Any, Any]", value), f"{key}.", depth + 1)
        else:
            yield key, value


def _is_view(value: Any) -> bool:
    return type(value).__name__ in ("dict_keys", "dict_values", "deque")


def _is_picture(value: Any) -> bool:
    """Whether it is a PIL image or a matplotlib figure."""
    library = library_of(value)
    return library == "PIL" or (library == "matplotlib" and hasattr(value, "savefig"))
