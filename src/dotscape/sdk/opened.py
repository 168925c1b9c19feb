"""`open_run`: what was logged, read back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dotscape.errors import MissingExtraError, NotFoundError
from dotscape.model import AttachedColumn, EmbeddingSet
from dotscape.store.reader import RunReader
from dotscape.store.root import default_root

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dotscape.store.vectors import FloatArray


def open_run(
    run_id_or_path: str | os.PathLike[str], dir: str | os.PathLike[str] | None = None
) -> OpenedRun:
    """Open a run to read what was logged. It may still be running.

    Parameters
    ----------
    run_id_or_path
        The run's id, ``project/id`` or ``entity/project/id``, or the path of its folder.
    dir
        The folder of all runs; by default ``DOTSCAPE_DIR``, else the user's data folder.

    Raises
    ------
    NotFoundError
        If there is no such run.
    StoreError
        If it is of a newer format than this release reads.
    """
    text = os.fspath(run_id_or_path)
    folder = Path(os.path.abspath(os.path.expanduser(text)))
    if dir is None and folder.parent.name == "runs" and folder.is_dir():
        return OpenedRun(RunReader(folder.parent.parent, folder.name))
    root = default_root() if dir is None else Path(os.path.abspath(os.path.expanduser(dir)))
    return OpenedRun(RunReader(root, text.rstrip("/").rpartition("/")[2]))


class OpenedRun:
    """A run, read-only."""

    def __init__(self, reader: RunReader) -> None:
        self._reader = reader

    @property
    def id(self) -> str:
        """What names the run for good."""
        return self._reader.run.id

    @property
    def name(self) -> str | None:
        """What people call it."""
        return self._reader.run.name

    @property
    def project(self) -> str:
        """The project it belongs to."""
        return self._reader.run.project

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by."""
        return self._reader.run.tags

    @property
    def state(self) -> str:
        """``running``, ``finished``, ``failed`` or ``crashed``, as of the last `refresh`."""
        return self._reader.run.state

    @property
    def config(self) -> dict[str, Any]:
        """The configuration."""
        return dict(self._reader.run.config)

    @property
    def summary(self) -> dict[str, Any]:
        """The last value of each key, or what `define_metric` asked for, and what was set."""
        return dict(self._reader.run.summary)

    @property
    def damage(self) -> list[str]:
        """One sentence for each thing that could not be read."""
        return self._reader.damage

    def refresh(self) -> OpenedRun:
        """Read what was logged since; returns the same object."""
        self._reader.refresh()
        return self

    def keys(self) -> list[str]:
        """Return all keys that were logged."""
        reader = self._reader
        found = [*reader.scalar_keys, *(r.key for r in reader.row_sets)]
        return list(dict.fromkeys([*found, *(key for key, _, _ in reader.media)]))

    def history(
        self, keys: Iterable[str] | None = None
    ) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64], NDArray[Any]]]:
        """Return numbers and texts by key: steps (n,), times (n,), values (n,)."""
        return self._reader.history(keys)

    def embedding(self, key: str, step: int | None = None) -> OpenedEmbedding:
        """Return an embedding set.

        Parameters
        ----------
        key
            What it was logged under. Of a table with several columns of vectors the first;
            ``"key: column"`` takes another.
        step
            At which step; by default the last.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        sets = self._reader.embedding_sets()
        found = [s for s in sets if key in (s.title, s.source.key)]
        at = [s for s in found if step is None or s.source.step == step]
        if not at:
            there = [f"{s.title}, step {s.source.step}" for s in found or sets]
            asked = f"'{key}'" if step is None else f"'{key}' at step {step}"
            raise NotFoundError(f"Run '{self.id}' has no embeddings {asked}. It has: {there}")
        last = max(s.source.step for s in at)
        return OpenedEmbedding(self._reader, next(s for s in at if s.source.step == last))

    def table(self, key: str, step: int | None = None) -> Any:
        """Return a logged table or list as a pyarrow.Table, its columns of vectors left out.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        found = [r for r in self._reader.row_sets if r.key == key and step in (None, r.step)]
        if not found:
            raise NotFoundError(f"Run '{self.id}' has no rows '{key}'.")
        return self._reader.columns(max(found, key=lambda r: r.step))

    def __repr__(self) -> str:
        return f"<run {self.project}/{self.id} '{self.name}', {self.state}>"


class OpenedEmbedding:
    """One embedding set, read-only."""

    def __init__(self, reader: RunReader, embedding_set: EmbeddingSet) -> None:
        self._reader = reader
        self._set = embedding_set

    @property
    def step(self) -> int:
        """The step it was logged at."""
        return self._set.source.step

    @property
    def vectors(self) -> FloatArray:
        """The vectors, (n, d) float32 or float16: mapped from the file and read-only."""
        return self._reader.vectors(self._set.vectors)

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """All columns that say what the rows are, by name; read when asked for."""
        attached = [column for column in self._set.columns if not column.detached]
        return _Columns(self._reader, attached)

    @property
    def origins(self) -> dict[str, str]:
        """Where each column came from, in words."""
        return {c.name: c.origin for c in self._set.columns if not c.detached}

    @property
    def ids(self) -> list[Any] | None:
        """The rows' ids, if some were logged."""
        source = self._set.source
        if source.ids is None:
            return None
        return self._reader.column((source, source.ids)).to_pylist()

    @property
    def layouts(self) -> dict[str, FloatArray]:
        """Coordinates that were logged for these rows, by name: (n, 2) or (n, 3)."""
        return {layout.name: self._reader.vectors(layout) for layout in self._set.layouts}

    def to_pandas(self) -> Any:
        """Return a data frame with all columns, and the vectors in a column ``vector``.

        Raises
        ------
        MissingExtraError
            If pandas isn't installed.
        """
        try:
            import pandas as pd  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise MissingExtraError("pandas", "pandas", "to_pandas") from None
        columns = dict(self.columns)
        name = "vector"
        while name in columns:
            name += "_"
        columns[name] = cast(Any, list(self.vectors))
        return pd.DataFrame(columns)

    def __len__(self) -> int:
        return self._set.source.rows

    def __repr__(self) -> str:
        dim = self._set.vectors.dim
        return f"<embeddings '{self._set.title}', step {self.step}, {len(self)} x {dim}>"


class _Columns(Mapping[str, Any]):
    """Columns by name, each read when it is asked for."""

    def __init__(self, reader: RunReader, columns: Iterable[AttachedColumn]) -> None:
        self._reader = reader
        self._columns = {column.name: column for column in columns}

    def __getitem__(self, name: str) -> NDArray[Any]:
        column = self._reader.column(self._columns[name])
        if self._columns[name].type in ("text", "category", "json", "image", "audio", "html"):
            return _objects(column)
        return column.to_numpy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<columns {list(self._columns)}>"


def _objects(column: Any) -> NDArray[Any]:
    import numpy as np

    values = np.empty(len(column), object)
    values[:] = column.to_pylist()
    return values
