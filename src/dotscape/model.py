"""What dotscape's parts hand each other: projects, runs, row sets, embedding sets, columns.

Frozen records without behaviour beyond what follows from their own fields. The words are those of
``docs/format.md``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

RunState = Literal["running", "finished", "failed", "crashed"]
RowKind = Literal["embeddings", "table", "list", "points"]
ColumnType = Literal[
    "text",
    "category",
    "number",
    "integer",
    "boolean",
    "date",
    "image",
    "audio",
    "html",
    "vector",
    "json",
]


@dataclass(frozen=True, slots=True)
class Column:
    """One named column of a row set."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class Vectors:
    """One (rows, dim) array of a row set.

    ``path`` is relative to the run's folder. ``axes`` names the dimensions where they were numeric
    columns of a table. ``nonfinite`` counts rows that hold a NaN or an infinity.
    """

    name: str
    path: str
    dim: int
    dtype: Literal["float32", "float16"]
    axes: tuple[str, ...] | None = None
    nonfinite: int = 0


@dataclass(frozen=True, slots=True)
class LoggedLayout:
    """Coordinates somebody logged for a row set: (rows, dim) with dim 2 or 3."""

    name: str
    path: str
    dim: int


@dataclass(frozen=True, slots=True)
class RowSet:
    """N rows logged under one key at one step, whatever they were logged as."""

    run: str
    key: str
    step: int
    kind: RowKind
    rows: int
    vectors: tuple[Vectors, ...] = ()
    meta: str | None = None
    columns: tuple[Column, ...] = ()
    ids: str | None = None
    layouts: tuple[LoggedLayout, ...] = ()
    projection: dict[str, Any] | None = None
    caption: str | None = None

    @property
    def id(self) -> str:
        """16 hex digits that name this row set for good."""
        return _digest(self.run, self.key, str(self.step))

    def embedding_id(self, vector_name: str) -> str:
        """16 hex digits that name one of its embedding sets for good."""
        return _digest(self.run, self.key, str(self.step), vector_name)


@dataclass(frozen=True, slots=True)
class Link:
    """A recorded wish about one attached column; the last one of a column wins."""

    set: str
    source: str
    column: str
    rename: str | None = None
    detached: bool = False


@dataclass(frozen=True, slots=True)
class AttachedColumn:
    """A column as one embedding set shows it: its name there, and where it came from."""

    name: str
    type: ColumnType
    source: RowSet
    column: str
    own: bool
    detached: bool = False

    @property
    def origin(self) -> str:
        """Where the column came from, in words for a person."""
        return f"from `{self.source.key}`, step {self.source.step}"


@dataclass(frozen=True, slots=True)
class AttachedLayout:
    """Logged coordinates that an embedding set can be shown in."""

    name: str
    dim: int
    source: RowSet
    path: str
    axes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class EmbeddingSet:
    """One logged embedding with everything that says what its rows are."""

    source: RowSet
    vectors: Vectors
    columns: tuple[AttachedColumn, ...] = ()
    layouts: tuple[AttachedLayout, ...] = ()

    @property
    def id(self) -> str:
        """16 hex digits that name this embedding set for good."""
        return self.source.embedding_id(self.vectors.name)

    @property
    def title(self) -> str:
        """The key, with the vector column's name where there is one."""
        name = self.vectors.name
        return f"{self.source.key}: {name}" if name else self.source.key


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of a run without opening its arrays. Times are seconds since 1970, UTC."""

    id: str
    project: str
    state: RunState
    created: float
    updated: float
    entity: str | None = None
    name: str | None = None
    group: str | None = None
    job_type: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    program: str | None = None
    host: str | None = None
    exit_code: int | None = None
    steps: int = 0
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    summary: dict[str, Any] = field(default_factory=dict[str, Any])
    damaged_lines: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project and how much is in it."""

    name: str
    runs: int
    running: int
    updated: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a layout was made from and how: enough to make it again.

    ``data`` is a hash of the vectors as they came; ``preprocess`` the steps before the method
    ("centre", "pca:50"); ``approximations`` says in words what isn't exact; ``measures`` holds what
    was measured (KL divergence, variance, recall of the neighbours, quality, ...); ``seconds``,
    ``peak_memory`` (bytes of the whole process, None where the system doesn't tell) and
    ``versions`` say what it took and with what.
    """

    data: str
    method: str
    parameters: dict[str, Any]
    seed: int
    rows: int
    rows_left_out: int
    versions: dict[str, str]
    approximations: tuple[str, ...] = ()
    measures: dict[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.0
    preprocess: tuple[str, ...] = ()
    peak_memory: int | None = None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
