// Made by `make wire` from src/dotscape/server/wire.py. Don't edit: change the structs there.
/* eslint-disable */

export type RunState = 'running' | 'finished' | 'failed' | 'crashed';

export type RowKind = 'embeddings' | 'table' | 'list' | 'points';

export type ColumnType = 'text' | 'category' | 'number' | 'integer' | 'boolean' | 'date' | 'image' | 'audio' | 'html' | 'vector' | 'json';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly parameter: string | null;
}

export interface ErrorReply {
  readonly error: ErrorBody;
}

export interface ProjectInfo {
  readonly name: string;
  readonly runs: number;
  readonly running: number;
  /** seconds since 1970, UTC, like every time here */
  readonly updated: number;
}

export interface Projects {
  readonly projects: readonly ProjectInfo[];
  /** the folder served, for the empty state's words */
  readonly root: string;
}

export interface RunInfo {
  readonly id: string;
  readonly project: string;
  readonly state: RunState;
  readonly created: number;
  readonly updated: number;
  readonly entity: string | null;
  readonly name: string | null;
  readonly group: string | null;
  readonly job_type: string | null;
  readonly tags: readonly string[];
  readonly notes: string | null;
  readonly program: string | null;
  readonly host: string | null;
  readonly exit_code: number | null;
  readonly steps: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, unknown>>;
  /** journal lines that could not be read */
  readonly damaged_lines: number;
}

export interface Runs {
  readonly runs: readonly RunInfo[];
}

/** One logged medium; which fields are set depends on ``type``. */
export interface MediaItem {
  readonly type: 'image' | 'audio' | 'html' | 'histogram' | 'file';
  readonly sha256: string | null;
  readonly caption: string | null;
  readonly format: string | null;
  readonly name: string | null;
  readonly size: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration: number | null;
  /** histogram: n counts */
  readonly values: readonly number[] | null;
  /** histogram: n + 1 edges */
  readonly bins: readonly number[] | null;
}

export interface MediaEntry {
  readonly key: string;
  readonly step: number;
  readonly items: readonly MediaItem[];
}

export interface RowSetInfo {
  readonly id: string;
  readonly key: string;
  readonly step: number;
  readonly kind: RowKind;
  readonly rows: number;
  readonly columns: readonly ColumnBrief[];
  readonly caption: string | null;
  /** 3, 4 or 6 for a point cloud, else null */
  readonly point_width: number | null;
}

export interface ColumnBrief {
  readonly name: string;
  readonly type: ColumnType;
}

export interface EmbeddingSetBrief {
  readonly id: string;
  readonly key: string;
  readonly step: number;
  readonly title: string;
  readonly rows: number;
  readonly dim: number;
  /** how many columns say what the points are */
  readonly columns: number;
}

export interface RunDetail {
  readonly info: RunInfo;
  readonly scalar_keys: readonly string[];
  readonly media: readonly MediaEntry[];
  readonly row_sets: readonly RowSetInfo[];
  readonly embedding_sets: readonly EmbeddingSetBrief[];
  /** one sentence for each thing that could not be read */
  readonly damage: readonly string[];
}

export interface RunEdit {
  readonly name?: string | null;
  readonly notes?: string | null;
  readonly tags?: readonly string[] | null;
}

export interface ScalarSeries {
  readonly key: string;
  readonly steps: readonly number[];
  readonly times: readonly number[];
  /** null where NaN or infinite */
  readonly values: readonly (number | null)[];
  /** points before thinning */
  readonly total: number;
}

export interface Scalars {
  readonly series: readonly ScalarSeries[];
}

export interface LogChunk {
  readonly writer: string;
  readonly text: string;
  /** byte offset where the text begins */
  readonly start: number;
  /** byte offset to ask from next time */
  readonly next: number;
}

export interface LogPage {
  readonly chunks: readonly LogChunk[];
}

export interface RowPage {
  readonly columns: readonly ColumnBrief[];
  /** images, audio and html cells are their SHA-256 */
  readonly rows: readonly (readonly unknown[])[];
  readonly offset: number;
  readonly total: number;
}

export interface CategoryCount {
  readonly value: string;
  readonly count: number;
}

/** One column of an embedding set, with what the page needs before it loads the column. */
export interface SetColumn {
  /** its number in routes */
  readonly id: number;
  readonly name: string;
  readonly type: ColumnType;
  /** "from `texts`, step 3" */
  readonly origin: string;
  /** the key it was logged under */
  readonly source: string;
  /** its name there */
  readonly source_column: string;
  readonly own: boolean;
  readonly detached: boolean;
  readonly missing: number;
  /** null where not counted (vectors, media) */
  readonly distinct: number | null;
  /** numbers and dates */
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** longest text, in characters */
  readonly longest: number | null;
}

export interface SetLayout {
  readonly id: string;
  /** "PCA, 3-D", "my_embeddings_tsne" */
  readonly name: string;
  /** "pca", "tsne", "umap", "logged" */
  readonly method: string;
  readonly dim: number;
  /** what each axis means: "PC1 31.2 %" */
  readonly axes: readonly string[] | null;
  readonly receipt: ReceiptInfo | null;
}

export interface ReceiptInfo {
  readonly data: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly rows: number;
  readonly rows_left_out: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly approximations: readonly string[];
  readonly measures: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  /** the steps before the method */
  readonly preprocess: readonly string[];
  /** the same in a sentence; null where there were none */
  readonly preprocessed: string | null;
  /** bytes of the whole process */
  readonly peak_memory: number | null;
}

/** What the panel shows first, by the rules of docs/page.md. */
export interface Defaults {
  readonly label_column: number | null;
  readonly color_column: number | null;
  readonly image_column: number | null;
  readonly layout: string;
}

export interface EmbeddingSetDetail {
  readonly id: string;
  readonly run: string;
  readonly key: string;
  readonly step: number;
  readonly title: string;
  readonly rows: number;
  readonly dim: number;
  readonly dtype: string;
  readonly columns: readonly SetColumn[];
  readonly layouts: readonly SetLayout[];
  /** what the script asked to see first */
  readonly projection: Readonly<Record<string, unknown>> | null;
  readonly defaults: Defaults;
  readonly nonfinite_rows: number;
  readonly zero_rows: number;
  readonly duplicate_ids: number;
  /** the line of code that would say what the points are */
  readonly hint: string | null;
  /** sentences about the data: rows left out, damage */
  readonly notes: readonly string[];
  /** False while statistics and counts are still made: a `rows` event follows */
  readonly complete: boolean;
}

export interface PointDetail {
  readonly row: number;
  readonly id: string | null;
  readonly values: readonly PointValue[];
  readonly nonfinite: boolean;
}

export interface PointValue {
  readonly column: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly value: unknown;
  readonly truncated: boolean;
}

export interface Labels {
  readonly labels: readonly (string | null)[];
}

export interface LinkEdit {
  readonly source: string;
  readonly column: string;
  readonly rename?: string | null;
  readonly detached?: boolean;
}

export interface ParameterInfo {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly kind: 'integer' | 'number' | 'choice' | 'boolean' | 'text';
  readonly default: unknown;
  readonly minimum: number | null;
  /** for the data at hand, where it depends on it: see limit */
  readonly maximum: number | null;
  readonly step: number | null;
  readonly choices: readonly string[] | null;
  /** in words, where it depends on the data: "less than a third of the rows" */
  readonly limit: string | null;
}

export interface MethodInfo {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly components: readonly number[];
  readonly parameters: readonly ParameterInfo[];
}

export interface Methods {
  readonly methods: readonly MethodInfo[];
}

export interface ProjectionRequest {
  readonly method: string;
  readonly n_components?: number;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** "centre", "normalise", "whiten", "pca:50", in this order */
  readonly preprocess?: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly run: string;
  readonly set: string;
  readonly method: string;
  readonly n_components: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly state: JobState;
  /** "neighbours", "optimising", ... in words for a person */
  readonly phase: string;
  readonly iteration: number;
  readonly iterations: number;
  readonly loss: number | null;
  readonly seconds: number;
  readonly seconds_left: number | null;
  /** number of the newest frame; 0 while there is none */
  readonly frame: number;
  /** id of the finished layout */
  readonly layout: string | null;
  readonly error: ErrorBody | null;
  readonly receipt: ReceiptInfo | null;
  readonly preprocess: readonly string[];
  readonly paused: boolean;
}

export interface JobEdit {
  readonly paused: boolean;
}

export interface Jobs {
  readonly jobs: readonly Job[];
}

export interface RunEvent {
  readonly run: string;
  readonly project: string;
  readonly change: 'new' | 'state' | 'scalars' | 'rows' | 'logs' | 'info' | 'gone';
}
