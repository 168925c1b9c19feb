/** The server's routes as functions; docs/http.md says what each answers. */
import { decodePacked, HEADER_BYTES, type PackedFrame } from '../math/packed';
import { get, getBytes, getJson, send, type RequestOptions } from './client';
import { Failure } from './failure';
import type {
  EmbeddingSetDetail,
  Job,
  Labels,
  LinkEdit,
  LogPage,
  Methods,
  PointDetail,
  ProjectionRequest,
  Projects,
  RowPage,
  RunDetail,
  RunEdit,
  RunInfo,
  Runs,
  Scalars,
} from './types';

type Signal = AbortSignal | undefined;

const run = (id: string): string => `/api/runs/${encodeURIComponent(id)}`;
const set = (id: string, setId: string): string => `${run(id)}/sets/${encodeURIComponent(setId)}`;

export const fetchProjects = (signal?: Signal): Promise<Projects> =>
  getJson('/api/projects', { signal });

export const fetchRuns = (project: string, signal?: Signal): Promise<Runs> =>
  getJson('/api/runs', { query: { project }, signal });

export const fetchRun = (id: string, signal?: Signal): Promise<RunDetail> =>
  getJson(run(id), { signal });

export const editRun = (id: string, edit: Partial<RunEdit>): Promise<RunInfo> =>
  send('PATCH', run(id), edit);

export const fetchScalars = (
  id: string,
  keys: readonly string[],
  options: { points?: number; signal?: Signal } = {},
): Promise<Scalars> =>
  getJson(`${run(id)}/scalars`, {
    query: { key: keys, points: options.points },
    signal: options.signal,
  });

/** `after` says for each writer from which byte on: `writer:offset`. */
export const fetchLogs = (
  id: string,
  after: Readonly<Record<string, number>>,
  signal?: Signal,
): Promise<LogPage> =>
  getJson(`${run(id)}/logs`, {
    query: { after: Object.entries(after).map(([writer, offset]) => `${writer}:${offset}`) },
    signal,
  });

export const fetchRows = (
  id: string,
  rowSet: string,
  page: { offset: number; limit: number },
  signal?: Signal,
): Promise<RowPage> =>
  getJson(`${run(id)}/rows/${encodeURIComponent(rowSet)}`, { query: { ...page }, signal });

export const fetchSet = (id: string, setId: string, signal?: Signal): Promise<EmbeddingSetDetail> =>
  getJson(set(id, setId), { signal });

export const fetchPoint = (
  id: string,
  setId: string,
  row: number,
  signal?: Signal,
): Promise<PointDetail> => getJson(`${set(id, setId)}/points/${row}`, { signal });

export const fetchLabels = (
  id: string,
  setId: string,
  rows: readonly number[],
  column: number,
  signal?: Signal,
): Promise<Labels> =>
  getJson(`${set(id, setId)}/labels`, { query: { rows: rows.join(','), column }, signal });

export interface Found {
  /** One bit a row, in row order: bit `row & 7` of byte `row >> 3`. */
  readonly mask: Uint8Array<ArrayBuffer>;
  readonly matches: number;
}

export async function searchSet(
  id: string,
  setId: string,
  query: { q: string; mode: 'text' | 'regex'; column?: number | null },
  signal?: Signal,
): Promise<Found> {
  const reply = await get(`${set(id, setId)}/search`, { query, signal });
  const mask = new Uint8Array(await reply.arrayBuffer());
  return { mask, matches: Number(reply.headers.get('X-Matches') ?? NaN) };
}

export const editLink = (id: string, setId: string, edit: LinkEdit): Promise<EmbeddingSetDetail> =>
  send('PATCH', `${set(id, setId)}/links`, edit);

export const fetchMethods = (options: RequestOptions = {}): Promise<Methods> =>
  getJson('/api/methods', options);

export const startProjection = (
  id: string,
  setId: string,
  wanted: ProjectionRequest,
): Promise<Job> => send('POST', `${set(id, setId)}/projections`, wanted);

export const fetchJob = (job: string, signal?: Signal): Promise<Job> =>
  getJson(`/api/jobs/${encodeURIComponent(job)}`, { signal });

export const cancelJob = (job: string): Promise<Job> =>
  send('DELETE', `/api/jobs/${encodeURIComponent(job)}`);

export const pauseJob = (job: string, paused: boolean): Promise<Job> =>
  send('PATCH', `/api/jobs/${encodeURIComponent(job)}`, { paused });

/** Which row is drawn i-th: uint32, as many as rows. */
export async function fetchOrder(id: string, setId: string, signal?: Signal): Promise<Uint32Array> {
  return new Uint32Array(await getBytes(`${set(id, setId)}/order`, { signal }));
}

export async function fetchLayout(
  id: string,
  setId: string,
  layout: string,
  signal?: Signal,
): Promise<PackedFrame> {
  const path = `${set(id, setId)}/layouts/${encodeURIComponent(layout)}`;
  return decodePacked(await getBytes(path, { signal }));
}

/** float32, rows x dimensions, in row order. */
export async function fetchLayoutFloats(
  id: string,
  setId: string,
  layout: string,
  signal?: Signal,
): Promise<Float32Array> {
  const path = `${set(id, setId)}/layouts/${encodeURIComponent(layout)}/float`;
  return new Float32Array(await getBytes(path, { signal }));
}

/** The newest frame of a running job, or null while there is none newer than `after`. */
export async function fetchFrame(
  job: string,
  after: number,
  signal?: Signal,
): Promise<PackedFrame | null> {
  const path = `/api/jobs/${encodeURIComponent(job)}/frame`;
  const reply = await get(path, { query: { after }, signal });
  return reply.status === 204 ? null : decodePacked(await reply.arrayBuffer());
}

export type ColumnForm = 'category' | 'number' | 'text';

/** A column as an Arrow stream; `arrow.ts` reads it. */
export const fetchColumn = (
  id: string,
  setId: string,
  column: number,
  as: ColumnForm,
  signal?: Signal,
): Promise<ArrayBuffer> =>
  getBytes(`${set(id, setId)}/columns/${column}`, { query: { as }, signal });

export interface Cloud {
  readonly points: PackedFrame;
  /** What follows the positions: RGBA bytes of each point in draw order, or nothing. */
  readonly colors: Uint8Array<ArrayBuffer>;
}

export async function fetchCloud(id: string, rowSet: string, signal?: Signal): Promise<Cloud> {
  const bytes = await getBytes(`${run(id)}/points/${encodeURIComponent(rowSet)}`, { signal });
  if (bytes.byteLength < HEADER_BYTES) {
    throw new Failure('garbled', 'The point cloud that came is cut off.', 'Load the page again.');
  }
  const count = new DataView(bytes).getUint32(4, true);
  const end = HEADER_BYTES + 8 * count;
  return { points: decodePacked(bytes.slice(0, end)), colors: new Uint8Array(bytes.slice(end)) };
}

/** Where a logged medium is. With `html`, in a sandbox that runs its scripts. */
export const mediaAddress = (sha256: string, html = false): string =>
  `/media/${sha256}${html ? '?as=html' : ''}`;
