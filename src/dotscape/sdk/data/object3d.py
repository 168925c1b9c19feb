"""Object3D: a point cloud, or vectors of any other width."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from dotscape.errors import DataError
from dotscape.sdk.data.value import Sink, Value
from dotscape.sdk.drafts import as_matrix, vectors_draft
from dotscape.store.rows import RowsDraft

POINT_WIDTHS = (3, 4, 6)


class Object3D(Value):
    """Points in space, or embeddings.

    Parameters
    ----------
    data_or_path : (n, d) array, list of vectors, dict, path or open file
        With d of 3 (x y z), 4 (x y z category) or 6 (x y z r g b) a point cloud; of any other
        width embeddings. A dict as W&B writes it (``{"type": "lidar/beta", "points": ...}``), a
        ``.pts.json`` file of either, or a file of another 3-D format, which is kept as a file.
    caption : str, optional
        Shown beside it.
    """

    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: Any) -> None:
        self._data = data_or_path
        self.caption = caption
        self._options = kwargs

    @classmethod
    def from_numpy(cls, data: Any) -> Object3D:
        """Make one from an array."""
        return cls(data)

    @classmethod
    def from_file(cls, data_or_path: Any, file_type: str | None = None) -> Object3D:
        """Make one from a file."""
        return cls(data_or_path, file_type=file_type)

    @classmethod
    def from_point_cloud(
        cls, points: Any, boxes: Any = (), vectors: Any = None, point_cloud_type: str = "lidar/beta"
    ) -> Object3D:
        """Make one from points; boxes and vectors aren't shown."""
        return cls({"type": point_cloud_type, "points": points, "boxes": boxes, "vectors": vectors})

    def log(self, sink: Sink, key: str, step: int) -> dict[str, Any]:
        """Write the points; see `Value.log`."""
        data = self._data
        if isinstance(data, str | os.PathLike):
            path = Path(cast("str | os.PathLike[str]", data))
            if not path.name.endswith(".json"):
                return self._log_file(sink, path)
            data = _read_json(path)
        elif hasattr(data, "read"):
            data = _parse(data.read(), "an open file")
        if isinstance(data, Mapping):
            data = self._points_of(cast("Mapping[str, Any]", data), sink, key)
        label = f"`{key}`"
        matrix = as_matrix(data, label)
        draft = vectors_draft("", matrix, label, sink.complaints)
        kind = "points" if matrix.shape[1] in POINT_WIDTHS else "embeddings"
        rows = RowsDraft(kind, len(matrix), [draft], caption=self.caption)
        return sink.rows(key, step, rows)

    def _points_of(self, data: Mapping[str, Any], sink: Sink, key: str) -> Any:
        if "points" not in data:
            raise DataError(
                f"`{key}`: a dict for Object3D needs 'points'. Got {sorted(map(str, data))}."
            )
        extra = [name for name in ("boxes", "vectors") if _filled(data.get(name))]
        if extra:
            sink.complaints.notice(f"`{key}`: {' and '.join(extra)} of a point cloud aren't shown.")
        return data["points"]

    def _log_file(self, sink: Sink, path: Path) -> dict[str, Any]:
        if not path.is_file():
            raise DataError(f"There is no file {path}.")
        size = path.stat().st_size
        return {"_type": "file", "sha256": sink.media(str(path)), "name": path.name, "size": size}


def _filled(value: Any) -> bool:
    return value is not None and len(value) > 0


def _read_json(path: Path) -> Any:
    try:
        return _parse(path.read_bytes(), str(path))
    except OSError as error:
        raise DataError(f"Can't read {path}: {error.strerror}") from None


def _parse(text: str | bytes, source: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"{source} isn't a JSON file of points: {error}") from None
