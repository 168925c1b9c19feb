"""Embeddings: vectors with everything that says what their rows are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from dotscape.errors import DataError
from dotscape.sdk.cells import ColumnReader
from dotscape.sdk.data.value import Sink, Value
from dotscape.sdk.drafts import (
    add_cells,
    add_columns,
    as_matrix,
    length_of,
    unique_names,
    vectors_draft,
)
from dotscape.sdk.frames import frame_columns
from dotscape.sdk.jsonable import jsonable
from dotscape.store.rows import RowsDraft

ID_COLUMN = "id"


class Embeddings(Value):
    """Vectors, their columns, ids and layouts, logged as one.

    Parameters
    ----------
    vectors : (n, d) array, tensor or list of vectors
        float16 stays float16, everything else becomes float32.
    columns : mapping or data frame, optional
        Name to n values: texts, numbers, booleans, dates, images.
    ids : sequence of n values, or the name of a column, optional
        What tells the rows apart.
    layouts : mapping, optional
        Name to (n, 2) or (n, 3) coordinates that are ready to be shown.
    projection : mapping or str, optional
        What to show first: ``dict(method="tsne", n_components=3, perplexity=50)``.
    caption : str, optional
        Shown beside it.

    Examples
    --------
    >>> dotscape.log({"words": dotscape.Embeddings(
    ...     vectors, columns={"word": words, "kind": kinds}, projection="tsne")})
    """

    def __init__(
        self,
        vectors: Any,
        columns: Any = None,
        ids: Any = None,
        layouts: Mapping[str, Any] | None = None,
        projection: Mapping[str, Any] | str | None = None,
        caption: str | None = None,
    ) -> None:
        self.vectors = vectors
        self.columns = columns
        self.ids = ids
        self.layouts = layouts
        self.projection = projection
        self.caption = caption

    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Write everything; see `Value.log`."""
        label = f"`{key}`"
        draft = vectors_draft("", as_matrix(self.vectors, label), label, sink.complaints)
        rows = RowsDraft("embeddings", len(draft.array), [draft], caption=self.caption)
        reader = ColumnReader(sink, label)
        if self.columns is not None:
            add_columns(rows, self._columns(label), reader)
        self._add_ids(rows, reader)
        self._add_layouts(rows, reader)
        rows.projection = self._projection(reader)
        return sink.rows(key, step, rows)

    def _columns(self, label: str) -> Iterable[tuple[Any, Any]]:
        columns = frame_columns(self.columns)
        if columns is None and isinstance(self.columns, Mapping):
            return cast("Mapping[Any, Any]", self.columns).items()
        if columns is None:
            raise DataError(
                f"The columns of {label} must be a mapping of names to values, or a data frame. "
                f"Got {type(self.columns).__name__}."
            )
        return columns

    def _add_ids(self, rows: RowsDraft, reader: ColumnReader) -> None:
        if self.ids is None:
            return
        if isinstance(self.ids, str):
            if self.ids not in rows.cells:
                reader.sink.complaints.warn(
                    f"The ids of {reader.label} must name one of its columns, "
                    f"{list(rows.cells)}. Got '{self.ids}'. They are left out."
                )
                return
            rows.ids = self.ids
            return
        count = length_of(self.ids)
        if count != rows.rows:
            reader.sink.complaints.warn(
                f"The ids of {reader.label} must be one for each of the {rows.rows:,} rows. "
                f"Got {count:,}. They are left out."
            )
            return
        name = ID_COLUMN
        while name in rows.cells:
            name += "_"
        cells = reader.read(name, self.ids)
        if cells.vectors is not None:
            reader.sink.complaints.warn(f"The ids of {reader.label} are vectors; left out.")
            return
        add_cells(rows, name, cells)
        rows.ids = name

    def _add_layouts(self, rows: RowsDraft, reader: ColumnReader) -> None:
        for name, coordinates in unique_names((self.layouts or {}).items(), reader):
            label = f"the layout '{name}' of {reader.label}"
            try:
                draft = vectors_draft(
                    name, as_matrix(coordinates, label), label, reader.sink.complaints
                )
                shape = draft.array.shape
                if shape[0] != rows.rows or shape[1] not in (2, 3):
                    raise DataError(
                        f"{label[0].upper()}{label[1:]} must be of shape ({rows.rows}, 2) or "
                        f"({rows.rows}, 3). Got {shape}. It is left out."
                    )
            except DataError as error:
                reader.sink.complaints.warn_of(error)
                continue
            rows.layouts.append(draft)

    def _projection(self, reader: ColumnReader) -> dict[str, Any] | None:
        wanted = self.projection
        if wanted is None:
            return None
        if isinstance(wanted, str):
            return {"method": wanted}
        plain = jsonable(wanted)
        if isinstance(plain, dict) and isinstance(plain.get("method"), str):
            return cast("dict[str, Any]", plain)
        reader.sink.complaints.warn(
            f"The projection of {reader.label} must be the name of a method or a mapping such as "
            f'dict(method="tsne", n_components=3). Got {wanted!r:.80}. It is left out.'
        )
        return None
