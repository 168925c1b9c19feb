"""An embedding set as formats take it, with its pictures."""

from __future__ import annotations

from typing import Any

from dotscape.errors import DotscapeError
from dotscape.formats import Bundle
from dotscape.formats.matrices import free_name
from dotscape.formats.untyped import ArrowArray, pa
from dotscape.model import EmbeddingSet
from dotscape.store.media import MediaFolder
from dotscape.store.reader import RunReader


def bundle_of(reader: RunReader, embedding: EmbeddingSet) -> Bundle:
    """Vectors and every attached column; what can't be read is left out and said."""
    columns, notes = dict[str, Any](), list[str]()
    ids: str | None = None
    for column in embedding.columns:
        if column.detached or column.type == "vector":
            continue
        try:
            values: Any = reader.column(column)
            if column.type == "image":
                values = _pictures(reader, values)
        except DotscapeError as error:
            notes.append(f"The column '{column.name}' was left out: {error}")
            continue
        name = free_name(column.name, list(columns))
        if column.own and column.column == embedding.source.ids:
            ids = name
        columns[name] = values
    name = embedding.vectors.name
    axes = {name: embedding.vectors.axes} if embedding.vectors.axes else {}
    vectors = {name: reader.vectors(embedding.vectors)}
    return Bundle(embedding.source.key, vectors, pa.table(columns), axes, ids, tuple(notes))


def _pictures(reader: RunReader, hashes: Any) -> ArrowArray:
    """The bytes behind the hashes of a column of images; None where they are gone."""
    folder = MediaFolder(reader.root)
    found: dict[str, bytes | None] = {}
    for digest in hashes.unique().to_pylist():
        path = folder.path(digest) if digest else None
        found[digest] = path.read_bytes() if path else None
    return pa.array([found.get(digest) for digest in hashes.to_pylist()], pa.binary())
