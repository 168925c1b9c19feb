"""Row sets: from and to the objects that stand in a journal, and their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from dotscape.errors import DataError
from dotscape.model import Column, ColumnType, LoggedLayout, RowKind, RowSet, Vectors
from dotscape.store.columns import write_columns
from dotscape.store.root import folder_name
from dotscape.store.vectors import write_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dotscape.store.vectors import FloatArray

_KINDS = frozenset(get_args(RowKind))
_TYPES = frozenset(get_args(ColumnType))


@dataclass(slots=True)
class VectorsDraft:
    """An (n, d) float32 or float16 array about to be written."""

    name: str
    array: FloatArray
    axes: Sequence[str] | None = None
    nonfinite: int = 0


@dataclass(slots=True)
class RowsDraft:
    """N rows about to be written.

    ``columns`` names every column in order, those of type ``vector`` too; ``cells`` holds a
    pyarrow array of N values for each of the others.
    """

    kind: RowKind
    rows: int
    vectors: list[VectorsDraft] = field(default_factory=list[VectorsDraft])
    columns: list[Column] = field(default_factory=list[Column])
    cells: dict[str, Any] = field(default_factory=dict[str, Any])
    ids: str | None = None
    layouts: list[VectorsDraft] = field(default_factory=list[VectorsDraft])
    projection: dict[str, Any] | None = None
    caption: str | None = None
    preview: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def write_rows(
    run: Path, key: str, step: int, draft: RowsDraft, number: Callable[[], str]
) -> tuple[dict[str, Any], list[Path]]:
    """Write the segments of a row set.

    Parameters
    ----------
    run
        The run's folder.
    key, step
        What they are logged under.
    draft
        The rows; its arrays aren't modified.
    number
        Returns a text that makes a segment's name unique within its folder.

    Returns
    -------
    record, paths
        The object for the journal, and the files that it names.

    Raises
    ------
    StoreError
        If a segment can't be written.
    """
    folder = folder_name(key)
    paths: list[Path] = []

    def place(kind: str, suffix: str) -> tuple[str, Path]:
        relative = f"{kind}/{folder}/{step}-{number()}.{suffix}"
        paths.append(run / relative)
        return relative, run / relative

    def put(vectors: VectorsDraft) -> dict[str, Any]:
        relative, path = place("vec", "arrow")
        write_vectors(path, vectors.array)
        return {"name": vectors.name, "path": relative, "dim": int(vectors.array.shape[1])}

    record: dict[str, Any] = {"_type": "rows", "kind": draft.kind, "rows": draft.rows}
    record["vectors"] = [
        {
            **put(vectors),
            "dtype": str(vectors.array.dtype),
            "axes": list(vectors.axes) if vectors.axes is not None else None,
            "nonfinite": vectors.nonfinite,
        }
        for vectors in draft.vectors
    ]
    record["meta"] = None
    if draft.cells:
        record["meta"], path = place("meta", "parquet")
        write_columns(path, draft.cells)
    record["columns"] = [{"name": c.name, "type": c.type} for c in draft.columns]
    record["ids"] = draft.ids
    record["layouts"] = [put(layout) for layout in draft.layouts]
    record["projection"] = draft.projection
    record["caption"] = draft.caption
    if draft.preview:
        record["preview"] = draft.preview
    return record, paths


def parse_rows(run: str, key: str, step: int, record: dict[str, Any]) -> RowSet:
    """Read a row set from a journal's object.

    Raises
    ------
    DataError
        If it doesn't say what it must, in the types it must.
    """
    try:
        return _parse(run, key, step, record)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The row set `{key}`, step {step}, can't be understood: {error}") from None


def _parse(run: str, key: str, step: int, record: dict[str, Any]) -> RowSet:
    kind = record["kind"]
    if kind not in _KINDS:
        raise ValueError(f"its kind is {kind!r}")
    projection = record.get("projection")
    return RowSet(
        run=run,
        key=key,
        step=step,
        kind=kind,
        rows=_count(record["rows"]),
        vectors=tuple(_vectors(v) for v in _objects(record.get("vectors"))),
        meta=_text_or_none(record.get("meta")),
        columns=tuple(_column(c) for c in _objects(record.get("columns"))),
        ids=_text_or_none(record.get("ids")),
        layouts=tuple(
            LoggedLayout(_text(v["name"]), _text(v["path"]), _count(v["dim"], 1))
            for v in _objects(record.get("layouts"))
        ),
        projection=cast("dict[str, Any]", projection) if isinstance(projection, dict) else None,
        caption=_text_or_none(record.get("caption")),
    )


def _vectors(value: dict[str, Any]) -> Vectors:
    dtype = value["dtype"]
    if dtype not in ("float32", "float16"):
        raise ValueError(f"its vectors are {dtype!r}")
    axes = value.get("axes")
    return Vectors(
        name=_text(value["name"]),
        path=_text(value["path"]),
        dim=_count(value["dim"], 1),
        dtype=dtype,
        axes=None if axes is None else tuple(_text(axis) for axis in axes),
        nonfinite=_count(value.get("nonfinite") or 0),
    )


def _column(value: dict[str, Any]) -> Column:
    # A type that a later release adds is shown as what it is stored as.
    kind = value["type"] if value["type"] in _TYPES else "json"
    return Column(_text(value["name"]), kind)


def _objects(value: Any) -> list[dict[str, Any]]:
    items = [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in cast(Any, items)):
        raise TypeError(f"{items!r:.60} isn't a list of objects")
    return cast("list[dict[str, Any]]", items)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} isn't text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _count(value: Any, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise TypeError(f"{value!r:.60} isn't a count")
    return value
