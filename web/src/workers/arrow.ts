/** Columns as the server sends them (Arrow IPC, one batch, one column) into plain typed arrays. */
import { tableFromIPC } from '@uwdata/flechette';

import type { CategoryColumn, NumberColumn } from '../state/columns';
import { Texts, type TextBuffers } from '../state/texts';

/** Why bytes are not the column they should be, in words. */
export class ColumnError extends Error {}

type Codes = Uint8Array | Uint16Array | Uint32Array;

/** What is read of a batch: the Arrow buffers themselves, which the package doesn't declare. */
interface Buffers {
  readonly length: number;
  readonly nullCount: number;
  readonly values?: unknown;
  readonly offsets?: Int32Array | BigInt64Array;
  readonly dictionary?: { readonly data: readonly Buffers[] };
  isValid(row: number): boolean;
}

/** `?as=category`: indices into text; missing rows get the code after the last value. */
export function readCategory(bytes: ArrayBuffer, rows: number): CategoryColumn {
  const batch = onlyBatch(bytes, rows);
  if (batch === null) {
    return { kind: 'category', codes: new Uint8Array(0), values: Texts.of([]), counts: COUNT_NONE };
  }
  const values = textsOf(batch.dictionary?.data ?? []);
  const codes = withMissing(batch, values.length, rows);
  const counts = new Uint32Array(values.length + 1);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return { kind: 'category', codes, values, counts };
}

/** `?as=number`: float64; missing is NaN. */
export function readNumbers(bytes: ArrayBuffer, rows: number): NumberColumn {
  const batch = onlyBatch(bytes, rows);
  const values = batch === null ? new Float64Array(0) : floatsOf(batch);
  let minimum = Infinity;
  let maximum = -Infinity;
  let missing = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) missing++;
    else {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  if (missing === values.length) minimum = maximum = NaN;
  return { kind: 'number', values, minimum, maximum, missing };
}

const COUNT_NONE = new Uint32Array(1);

function onlyBatch(bytes: ArrayBuffer, rows: number): Buffers | null {
  const column = tableFromIPC(new Uint8Array(bytes)).getChildAt(0);
  const batches = column.data as unknown as readonly Buffers[];
  const [batch] = batches;
  const length = batch?.length ?? 0;
  if (batches.length > 1) throw new ColumnError('A column must come in one batch.');
  if (length !== rows) {
    throw new ColumnError(`The column must have ${rows} rows, got ${length}. Load the page again.`);
  }
  return batch ?? null;
}

function textsOf(batches: readonly Buffers[]): Texts {
  const [batch] = batches;
  if (batch === undefined || batch.length === 0) return Texts.of([]);
  const { values, offsets, length } = batch;
  if (batches.length > 1 || !(values instanceof Uint8Array) || offsets === undefined) {
    throw new ColumnError('A dictionary must be one batch of text.');
  }
  const starts = offsets instanceof Int32Array ? offsets : Int32Array.from(offsets, Number);
  const buffers: TextBuffers = {
    offsets: starts.slice(0, length + 1),
    bytes: values.slice(0, starts[length]),
  };
  return new Texts(buffers);
}

/** The codes in the narrowest array that has room for the missing code too. */
function withMissing(batch: Buffers, total: number, rows: number): Codes {
  const keys = batch.values as Codes;
  const codes: Codes =
    total < 256
      ? new Uint8Array(rows)
      : total < 65_536
        ? new Uint16Array(rows)
        : new Uint32Array(rows);
  codes.set(keys.subarray(0, rows));
  if (batch.nullCount > 0) {
    for (let row = 0; row < rows; row++) if (!batch.isValid(row)) codes[row] = total;
  }
  return codes;
}

function floatsOf(batch: Buffers): Float64Array {
  const floats = (batch.values as Float64Array).slice(0, batch.length);
  if (batch.nullCount > 0) {
    for (let row = 0; row < floats.length; row++) if (!batch.isValid(row)) floats[row] = NaN;
  }
  return floats;
}
