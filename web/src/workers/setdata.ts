/**
 * One embedding set's columns and what is computed from them: colours, masks, counts, legends.
 *
 * It lives in a worker, so that a million rows never hold up the page; it knows nothing of threads.
 */
import { categoryIndices, gradientIndices } from '../state/colors';
import type { CategoryColumn, NumberColumn, Scale } from '../state/columns';
import type { Filter, SearchFilter } from '../state/filters';
import { inNaturalOrder, legendOrder, type LegendSort } from '../state/legend';
import {
  categoryCounts,
  drawMask,
  failing,
  FILTERED_OUT,
  histogram,
  nextShown,
  placeAmongShown,
  shownRows,
  type FilterData,
} from '../state/mask';
import type { TextBuffers } from '../state/texts';
import { readCategory, readNumbers } from './arrow';
import { moved } from './calls';

/** Parts of a histogram over a colour bar. */
export const BINS = 48;

/** Where bytes come from: the server, or a test. */
export interface SetSource {
  order(): Promise<Uint32Array>;
  column(id: number, as: 'category' | 'number'): Promise<ArrayBuffer>;
  /** Bit `row & 7` of byte `row >> 3` is set where the row matches. */
  search(filter: SearchFilter, column: number | null): Promise<Uint8Array>;
}

/** A column's number in routes, by its name. */
export type ColumnIds = Readonly<Record<string, number>>;

export interface Coloring {
  readonly column: string;
  readonly scale: Scale;
}

/** What colours the points; arrays are in draw order. */
export type Paint =
  | { readonly kind: 'single'; readonly indices: Uint16Array }
  | {
      readonly kind: 'category';
      readonly indices: Uint16Array;
      readonly values: TextBuffers;
      /** Rows of each value; the last entry counts the missing. */
      readonly counts: Uint32Array;
    }
  | {
      readonly kind: 'gradient';
      readonly indices: Uint16Array;
      readonly minimum: number;
      readonly maximum: number;
      readonly missing: number;
    };

/** What the filters leave. */
export interface Filtered {
  readonly mask: Uint8Array;
  readonly shown: number;
  /** Rows of each category (the missing last) that the other columns' filters leave. */
  readonly counts: Uint32Array | null;
  readonly bins: { readonly total: Uint32Array; readonly left: Uint32Array } | null;
  /** Missing numbers that the other columns' filters leave. */
  readonly missingLeft: number;
  /** How many rows each search matches by itself, in the filters' order; null for other filters. */
  readonly matches: readonly (number | null)[];
}

export class SetData {
  #order: Uint32Array = new Uint32Array(0);
  #fails: Uint8Array = new Uint8Array(0);
  readonly #categories = new Map<string, Promise<CategoryColumn>>();
  readonly #numbers = new Map<string, Promise<NumberColumn>>();
  readonly #searches = new Map<string, Promise<Uint8Array>>();

  #ids: ColumnIds = {};

  constructor(readonly source: SetSource) {}

  get rows(): number {
    return this.#order.length;
  }

  /** Load the draw order; it comes first. A copy is returned. */
  async open(): Promise<Uint32Array> {
    this.#order = await this.source.order();
    this.#fails = new Uint8Array(this.rows);
    return this.#order.slice();
  }

  /** Say which columns there are, at first and when some come, go or are renamed. */
  rename(ids: ColumnIds): void {
    for (const [name, id] of Object.entries(this.#ids)) {
      if (ids[name] === id) continue;
      this.#categories.delete(name);
      this.#numbers.delete(name);
    }
    this.#ids = ids;
    this.#searches.clear();
  }

  async paint(coloring: Coloring | null): Promise<Paint> {
    if (coloring === null) {
      const indices = new Uint16Array(this.rows);
      return moved({ kind: 'single', indices }, indices);
    }
    if (coloring.scale === 'gradient') {
      const column = await this.#number(coloring.column);
      const indices = gradientIndices(column, this.#order);
      const { minimum, maximum, missing } = column;
      return moved({ kind: 'gradient', indices, minimum, maximum, missing }, indices);
    }
    const column = await this.#category(coloring.column);
    const indices = categoryIndices(column, this.#order);
    const { values, counts } = column;
    return moved({ kind: 'category', indices, values: values.buffers, counts }, indices);
  }

  async filter(request: {
    readonly filters: readonly Filter[];
    readonly coloring: Coloring | null;
  }): Promise<Filtered> {
    const { filters, coloring } = request;
    const { data, matches } = await this.#dataFor(filters);
    this.#fails = failing(this.rows, filters, data, coloring?.column ?? null);
    const mask = drawMask(this.#fails, this.#order, FILTERED_OUT);
    const counted = await this.#count(coloring);
    return moved({ mask, shown: shownRows(this.#fails), matches, ...counted }, mask);
  }

  /** Codes of the legend's entries: those whose value contains the query, in the order asked for. */
  async legend(request: {
    readonly column: string;
    readonly query: string;
    readonly sort: LegendSort;
  }): Promise<Uint32Array> {
    const column = await this.#category(request.column);
    const order = legendOrder(column, request.sort);
    if (request.query === '') return moved(order, order);
    const found = new Uint8Array(column.values.length);
    for (const code of column.values.containing(request.query)) found[code] = 1;
    return order.filter((code) => found[code] === 1);
  }

  /** The colour column's value of a row, and its palette index's code: for the tooltip. */
  async valueOf(request: { readonly coloring: Coloring; readonly row: number }): Promise<{
    readonly text: string | null;
    readonly number: number | null;
    readonly code: number;
  }> {
    const { coloring, row } = request;
    if (coloring.scale === 'gradient') {
      const value = (await this.#number(coloring.column)).values[row] ?? NaN;
      return { text: null, number: value, code: -1 };
    }
    const { codes, values } = await this.#category(coloring.column);
    const code = codes[row] ?? values.length;
    return { text: code < values.length ? values.at(code) : null, number: null, code };
  }

  /** The next row that the filters leave, and which of them it is; row -1 where there is none. */
  step(request: { readonly from: number; readonly direction: 1 | -1 }): {
    readonly row: number;
    readonly place: number;
  } {
    const row = nextShown(this.#fails, request.from, request.direction);
    return { row, place: row < 0 ? 0 : placeAmongShown(this.#fails, row) };
  }

  /** Which of the rows that the filters leave this is, from 1; 0 where it isn't among them. */
  placeOf(row: number): number {
    return placeAmongShown(this.#fails, row);
  }

  async #count(
    coloring: Coloring | null,
  ): Promise<Pick<Filtered, 'counts' | 'bins' | 'missingLeft'>> {
    if (coloring === null) return { counts: null, bins: null, missingLeft: 0 };
    if (coloring.scale === 'category') {
      const counts = categoryCounts(await this.#category(coloring.column), this.#fails);
      return { counts, bins: null, missingLeft: counts.at(-1) ?? 0 };
    }
    const column = await this.#number(coloring.column);
    const { total, left, missingLeft } = histogram(column, this.#fails, BINS);
    return { counts: null, bins: { total, left }, missingLeft };
  }

  /** Everything the filters are judged by, loaded; all of it at the same time. */
  async #dataFor(
    filters: readonly Filter[],
  ): Promise<{ data: FilterData; matches: (number | null)[] }> {
    const categories = new Map<string, CategoryColumn>();
    const numbers = new Map<string, NumberColumn>();
    const searches = new Map<SearchFilter, Uint8Array>();
    const matches = await Promise.all(
      filters.map(async (filter) => {
        if (filter.kind === 'values') {
          categories.set(filter.column, await this.#category(filter.column));
        } else if (filter.kind === 'range') {
          numbers.set(filter.column, await this.#number(filter.column));
        } else {
          const bits = await this.#search(filter);
          searches.set(filter, bits);
          return bitsIn(bits);
        }
        return null;
      }),
    );
    const data: FilterData = {
      category: (name) => loaded(categories.get(name), name),
      numbers: (name) => loaded(numbers.get(name), name),
      matches: (filter) => loaded(searches.get(filter), filter.query),
    };
    return { data, matches };
  }

  #category(name: string): Promise<CategoryColumn> {
    return kept(this.#categories, name, async () => {
      const bytes = await this.source.column(this.#id(name), 'category');
      return inNaturalOrder(readCategory(bytes, this.rows));
    });
  }

  #number(name: string): Promise<NumberColumn> {
    return kept(this.#numbers, name, async () => {
      const bytes = await this.source.column(this.#id(name), 'number');
      return readNumbers(bytes, this.rows);
    });
  }

  #search(filter: SearchFilter): Promise<Uint8Array> {
    const key = JSON.stringify([filter.mode, filter.column, filter.query]);
    if (this.#searches.size > 40) this.#searches.clear();
    return kept(this.#searches, key, async () => {
      const column = filter.column === null ? null : this.#id(filter.column);
      const bits = await this.source.search(filter, column);
      if (bits.length * 8 < this.rows) throw new Error('The search answered for too few rows.');
      return bits;
    });
  }

  #id(name: string): number {
    const id = this.#ids[name];
    if (id === undefined) throw new Error(`There is no column '${name}' here.`);
    return id;
  }
}

/** What a key stands for, made once; a failure isn't kept, so that the next try is a new one. */
function kept<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const old = cache.get(key);
  if (old !== undefined) return old;
  const fresh = make();
  cache.set(key, fresh);
  fresh.catch(() => cache.delete(key));
  return fresh;
}

function loaded<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`'${name}' was not loaded.`);
  return value;
}

function bitsIn(bytes: Uint8Array): number {
  let total = 0;
  for (let byte of bytes) {
    for (; byte !== 0; byte &= byte - 1) total++;
  }
  return total;
}
