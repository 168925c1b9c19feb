"""The JSON bodies that pass between server and page.

``web/src/wire/types.ts`` is generated from these structs (``make wire``); a test says when it is
stale. Names are the wire's names; what a field means stands beside it. Structs that a client sends
forbid unknown fields, so that a misspelt name is an error and not silence.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from dotscape.model import ColumnType, RowKind, RunState

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class ErrorBody(Struct, frozen=True):
    code: str
    message: str
    hint: str | None = None
    parameter: str | None = None


class ErrorReply(Struct, frozen=True):
    error: ErrorBody


class ProjectInfo(Struct, frozen=True):
    name: str
    runs: int
    running: int
    updated: float  # seconds since 1970, UTC, like every time here


class Projects(Struct, frozen=True):
    projects: list[ProjectInfo]
    root: str  # the folder served, for the empty state's words


class RunInfo(Struct, frozen=True):
    id: str
    project: str
    state: RunState
    created: float
    updated: float
    entity: str | None
    name: str | None
    group: str | None
    job_type: str | None
    tags: list[str]
    notes: str | None
    program: str | None
    host: str | None
    exit_code: int | None
    steps: int
    config: dict[str, Any]
    summary: dict[str, Any]
    damaged_lines: int  # journal lines that could not be read


class Runs(Struct, frozen=True):
    runs: list[RunInfo]


class MediaItem(Struct, frozen=True):
    """One logged medium; which fields are set depends on ``type``."""

    type: Literal["image", "audio", "html", "histogram", "file"]
    sha256: str | None = None
    caption: str | None = None
    format: str | None = None
    name: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    values: list[float] | None = None  # histogram: n counts
    bins: list[float] | None = None  # histogram: n + 1 edges


class MediaEntry(Struct, frozen=True):
    key: str
    step: int
    items: list[MediaItem]


class RowSetInfo(Struct, frozen=True):
    id: str
    key: str
    step: int
    kind: RowKind
    rows: int
    columns: list[ColumnBrief]
    caption: str | None
    point_width: int | None  # 3, 4 or 6 for a point cloud, else null


class ColumnBrief(Struct, frozen=True):
    name: str
    type: ColumnType


class EmbeddingSetBrief(Struct, frozen=True):
    id: str
    key: str
    step: int
    title: str
    rows: int
    dim: int
    columns: int  # how many columns say what the points are


class RunDetail(Struct, frozen=True):
    info: RunInfo
    scalar_keys: list[str]
    media: list[MediaEntry]
    row_sets: list[RowSetInfo]
    embedding_sets: list[EmbeddingSetBrief]
    damage: list[str]  # one sentence for each thing that could not be read


class RunEdit(Struct, frozen=True, forbid_unknown_fields=True):
    name: str | None = None
    notes: str | None = None
    tags: list[str] | None = None


class ScalarSeries(Struct, frozen=True):
    key: str
    steps: list[int]
    times: list[float]
    values: list[float | None]  # null where NaN or infinite
    total: int  # points before thinning


class Scalars(Struct, frozen=True):
    series: list[ScalarSeries]


class LogChunk(Struct, frozen=True):
    writer: str
    text: str
    start: int  # byte offset where the text begins
    next: int  # byte offset to ask from next time


class LogPage(Struct, frozen=True):
    chunks: list[LogChunk]


class RowPage(Struct, frozen=True):
    columns: list[ColumnBrief]
    rows: list[list[Any]]  # images, audio and html cells are their SHA-256
    offset: int
    total: int


class CategoryCount(Struct, frozen=True):
    value: str
    count: int


class SetColumn(Struct, frozen=True):
    """One column of an embedding set, with what the page needs before it loads the column."""

    id: int  # its number in routes
    name: str
    type: ColumnType
    origin: str  # "from `texts`, step 3"
    source: str  # the key it was logged under
    source_column: str  # its name there
    own: bool
    detached: bool
    missing: int
    distinct: int | None  # null where not counted (vectors, media)
    minimum: float | None  # numbers and dates
    maximum: float | None
    longest: int | None  # longest text, in characters


class SetLayout(Struct, frozen=True):
    id: str
    name: str  # "PCA, 3-D", "my_embeddings_tsne"
    method: str  # "pca", "tsne", "umap", "logged"
    dim: int
    axes: list[str] | None  # what each axis means: "PC1 31.2 %"
    receipt: ReceiptInfo | None


class ReceiptInfo(Struct, frozen=True):
    data: str
    method: str
    parameters: dict[str, Any]
    seed: int
    rows: int
    rows_left_out: int
    versions: dict[str, str]
    approximations: list[str]
    measures: dict[str, Any]
    seconds: float
    preprocess: list[str]  # the steps before the method
    preprocessed: str | None  # the same in a sentence; null where there were none
    peak_memory: int | None  # bytes of the whole process


class Defaults(Struct, frozen=True):
    """What the panel shows first, by the rules of docs/page.md."""

    label_column: int | None
    color_column: int | None
    image_column: int | None
    layout: str


class EmbeddingSetDetail(Struct, frozen=True):
    id: str
    run: str
    key: str
    step: int
    title: str
    rows: int
    dim: int
    dtype: str
    columns: list[SetColumn]
    layouts: list[SetLayout]
    projection: dict[str, Any] | None  # what the script asked to see first
    defaults: Defaults
    nonfinite_rows: int
    zero_rows: int
    duplicate_ids: int
    hint: str | None  # the line of code that would say what the points are
    notes: list[str]  # sentences about the data: rows left out, damage
    complete: bool  # False while statistics and counts are still made: a `rows` event follows


class PointDetail(Struct, frozen=True):
    row: int
    id: str | None
    values: list[PointValue]
    nonfinite: bool


class PointValue(Struct, frozen=True):
    column: int
    name: str
    type: ColumnType
    value: Any
    truncated: bool


class Labels(Struct, frozen=True):
    labels: list[str | None]


class LinkEdit(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    column: str
    rename: str | None = None
    detached: bool = False


class ParameterInfo(Struct, frozen=True):
    name: str
    title: str
    help: str
    kind: Literal["integer", "number", "choice", "boolean", "text"]
    default: Any
    minimum: float | None
    maximum: float | None  # for the data at hand, where it depends on it: see limit
    step: float | None
    choices: list[str] | None
    limit: str | None  # in words, where it depends on the data: "less than a third of the rows"


class MethodInfo(Struct, frozen=True):
    name: str
    title: str
    help: str
    components: list[int]
    parameters: list[ParameterInfo]


class Methods(Struct, frozen=True):
    methods: list[MethodInfo]


class ProjectionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    method: str
    n_components: int = 3
    parameters: dict[str, Any] = {}
    seed: int = 42
    preprocess: list[str] = []  # "centre", "normalise", "whiten", "pca:50", in this order


class Job(Struct, frozen=True):
    id: str
    run: str
    set: str
    method: str
    n_components: int
    parameters: dict[str, Any]
    seed: int
    state: JobState
    phase: str  # "neighbours", "optimising", ... in words for a person
    iteration: int
    iterations: int
    loss: float | None
    seconds: float
    seconds_left: float | None
    frame: int  # number of the newest frame; 0 while there is none
    layout: str | None  # id of the finished layout
    error: ErrorBody | None
    receipt: ReceiptInfo | None
    preprocess: list[str]
    paused: bool


class JobEdit(Struct, frozen=True, forbid_unknown_fields=True):
    paused: bool


class Jobs(Struct, frozen=True):
    jobs: list[Job]


class RunEvent(Struct, frozen=True):
    run: str
    project: str
    change: Literal["new", "state", "scalars", "rows", "logs", "info", "gone"]
