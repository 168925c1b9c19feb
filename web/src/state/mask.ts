/** Which rows the filters leave, and how many of each value: plain loops over columns in row order. */
import type { CategoryColumn, NumberColumn } from './columns';
import type { Filter, RangeFilter, ValuesFilter } from './filters';

/** Bits of a row: it fails a filter of the coloured column itself, or one of any other. */
export const FAILS = { own: 1, other: 2 } as const;

/** The renderer's flag of a point that is filtered out (`FLAG.filteredOut` of `gpu/types.ts`). */
export const FILTERED_OUT = 1;

/** What a filter is judged by; bits of a search are those of the server's mask. */
export interface FilterData {
  category(column: string): CategoryColumn;
  numbers(column: string): NumberColumn;
  /** Bit `row & 7` of byte `row >> 3` is set where the row matches. */
  matches(filter: Filter & { kind: 'search' }): Uint8Array;
}

/** For each row the FAILS bits; `own` names the coloured column, whose legend counts ignore itself. */
export function failing(
  rows: number,
  filters: readonly Filter[],
  data: FilterData,
  own: string | null,
): Uint8Array {
  const fails = new Uint8Array(rows);
  for (const filter of filters) {
    const bit = filter.kind !== 'search' && filter.column === own ? FAILS.own : FAILS.other;
    if (filter.kind === 'values') failValues(fails, bit, filter, data.category(filter.column));
    else if (filter.kind === 'range') failRange(fails, bit, filter, data.numbers(filter.column));
    else failSearch(fails, bit, data.matches(filter));
  }
  return fails;
}

function failValues(
  fails: Uint8Array,
  bit: number,
  filter: ValuesFilter,
  { codes, values }: CategoryColumn,
): void {
  const listed = new Uint8Array(values.length + 1);
  for (const value of filter.values) {
    const code = values.indexOf(value);
    if (code >= 0) listed[code] = 1;
  }
  if (filter.missing) listed[values.length] = 1;
  const bad = filter.mode === 'only' ? 0 : 1;
  for (let row = 0; row < fails.length; row++) {
    if (listed[codes[row] ?? 0] === bad) fails[row] = (fails[row] ?? 0) | bit;
  }
}

function failRange(
  fails: Uint8Array,
  bit: number,
  filter: RangeFilter,
  { values }: NumberColumn,
): void {
  const low = filter.minimum ?? -Infinity;
  const high = filter.maximum ?? Infinity;
  for (let row = 0; row < fails.length; row++) {
    const value = values[row] ?? NaN;
    const good = Number.isFinite(value) ? value >= low && value <= high : filter.missing;
    if (!good) fails[row] = (fails[row] ?? 0) | bit;
  }
}

function failSearch(fails: Uint8Array, bit: number, matches: Uint8Array): void {
  for (let row = 0; row < fails.length; row++) {
    if ((((matches[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) fails[row] = (fails[row] ?? 0) | bit;
  }
}

/** How many rows fail nothing. */
export function shownRows(fails: Uint8Array): number {
  let shown = 0;
  for (const bits of fails) if (bits === 0) shown++;
  return shown;
}

/** The row bits as mask bytes in draw order: `flag` where a row fails anything. */
export function drawMask(fails: Uint8Array, order: Uint32Array, flag: number): Uint8Array {
  const mask = new Uint8Array(order.length);
  for (let place = 0; place < order.length; place++) {
    if (fails[order[place] ?? 0] !== 0) mask[place] = flag;
  }
  return mask;
}

/** Rows of each value that fail no filter but the column's own; the last entry counts the missing. */
export function categoryCounts(column: CategoryColumn, fails: Uint8Array): Uint32Array {
  const counts = new Uint32Array(column.values.length + 1);
  for (let row = 0; row < fails.length; row++) {
    if (((fails[row] ?? 0) & FAILS.other) === 0) {
      const code = column.codes[row] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  return counts;
}

/** Rows in each of `bins` equal parts of the column's range, of all and of those left by other filters. */
export interface Histogram {
  readonly total: Uint32Array;
  readonly left: Uint32Array;
  /** Missing values left by the other filters. */
  readonly missingLeft: number;
}

export function histogram(column: NumberColumn, fails: Uint8Array, bins: number): Histogram {
  const total = new Uint32Array(bins);
  const left = new Uint32Array(bins);
  const { values, minimum, maximum } = column;
  const scale = maximum > minimum ? bins / (maximum - minimum) : 0;
  let missingLeft = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? NaN;
    const passes = ((fails[row] ?? 0) & FAILS.other) === 0;
    if (!Number.isFinite(value)) {
      if (passes) missingLeft++;
      continue;
    }
    const bin = Math.min(bins - 1, Math.floor((value - minimum) * scale));
    total[bin] = (total[bin] ?? 0) + 1;
    if (passes) left[bin] = (left[bin] ?? 0) + 1;
  }
  return { total, left, missingLeft };
}

/** The next row that fails nothing, round the end; -1 where there is none. `from` itself comes last. */
export function nextShown(fails: Uint8Array, from: number, direction: 1 | -1): number {
  const rows = fails.length;
  for (let step = 1; step <= rows; step++) {
    const row = (((from + direction * step) % rows) + rows) % rows;
    if (fails[row] === 0) return row;
  }
  return -1;
}

/** Which of the shown rows this is, counted from 1; 0 where it isn't shown. */
export function placeAmongShown(fails: Uint8Array, row: number): number {
  if (fails[row] !== 0) return 0;
  let place = 0;
  for (let before = 0; before <= row; before++) if (fails[before] === 0) place++;
  return place;
}
