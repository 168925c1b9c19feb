/** One embedding set as it is open: what the server says of it, its draw order, its worker. */
import { fetchSet } from '../../wire/api';
import type { EmbeddingSetDetail } from '../../wire/types';
import { startProjectorWorker, type ProjectorWorker } from '../../workers/projector';
import type { ColumnIds } from '../../workers/setdata';

export interface OpenSet {
  readonly run: string;
  readonly id: string;
  readonly detail: EmbeddingSetDetail;
  /** The row that is drawn i-th. */
  readonly order: Uint32Array;
  readonly worker: ProjectorWorker;
}

/** Open a set: its detail and its order come side by side. */
export async function openSet(run: string, id: string, signal: AbortSignal): Promise<OpenSet> {
  const worker = startProjectorWorker();
  try {
    const [detail, order] = await Promise.all([
      fetchSet(run, id, signal),
      worker.call('open', { run, set: id }),
    ]);
    await worker.call('rename', columnIds(detail));
    return { run, id, detail, order, worker };
  } catch (error) {
    worker.stop();
    throw error;
  }
}

/** The numbers columns have in routes, by name. */
export function columnIds(detail: EmbeddingSetDetail): ColumnIds {
  return Object.fromEntries(
    detail.columns.filter((column) => !column.detached).map(({ name, id }) => [name, id]),
  );
}

/** The place in draw order of a row, or -1. */
export function placeOfRow(order: Uint32Array, row: number): number {
  return order.indexOf(row);
}
