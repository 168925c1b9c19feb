/** The projector's worker: an embedding set's columns, and the calls the page makes on them. */
import { fetchColumn, fetchOrder, searchSet } from '../wire/api';
import { serve, type Port } from './calls';
import { SetData, type ColumnIds, type SetSource } from './setdata';

let current: SetData | null = null;

function data(): SetData {
  if (current === null) throw new Error('No embedding set is open.');
  return current;
}

function sourceOf(run: string, set: string): SetSource {
  return {
    order: () => fetchOrder(run, set),
    column: (id, as) => fetchColumn(run, set, id, as),
    search: async ({ query, mode }, column) =>
      (await searchSet(run, set, { q: query, mode, column })).mask,
  };
}

/** What the page may ask for. */
const methods = {
  open: (set: { run: string; set: string }) => {
    current = new SetData(sourceOf(set.run, set.set));
    return current.open();
  },
  rename: (columns: ColumnIds) => data().rename(columns),
  paint: (coloring: Parameters<SetData['paint']>[0]) => data().paint(coloring),
  filter: (request: Parameters<SetData['filter']>[0]) => data().filter(request),
  legend: (request: Parameters<SetData['legend']>[0]) => data().legend(request),
  valueOf: (request: Parameters<SetData['valueOf']>[0]) => data().valueOf(request),
  step: (request: Parameters<SetData['step']>[0]) => data().step(request),
  placeOf: (row: number) => data().placeOf(row),
};

export type ProjectorCalls = typeof methods;

serve(self as unknown as Port, methods);
