/** Rows of a row set, loaded in pages as they are looked at. */
import { SvelteMap } from 'svelte/reactivity';
import { fetchRows } from '../../../wire/api';
import { Failure } from '../../../wire/failure';

export const PAGE = 200;
/** Tables of up to so many rows can be loaded whole, to be sorted and searched. */
export const WHOLE = 5_000;
const LARGEST_PAGE = 1_000; // the server's limit
const KEPT = 60; // pages

export type Row = readonly unknown[];

export class RowPages {
  readonly #pages = new SvelteMap<number, readonly Row[]>();
  readonly #asked = new Set<number>();
  readonly #control = new AbortController();
  failure = $state.raw<Failure | null>(null);
  /** Every row, once `loadWhole` is through. */
  whole = $state.raw<readonly Row[] | null>(null);
  loadingWhole = $state(false);

  constructor(
    private readonly run: string,
    private readonly rowSet: string,
    readonly total: number,
  ) {}

  /** A row, or undefined while it isn't here. */
  row(index: number): Row | undefined {
    if (this.whole !== null) return this.whole[index];
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** These rows are looked at: load what is missing. */
  want(first: number, last: number): void {
    if (this.whole !== null || this.total === 0) return;
    const end = Math.floor(Math.max(first, Math.min(last, this.total) - 1) / PAGE);
    for (let page = Math.floor(first / PAGE); page <= end; page++) {
      if (!this.#asked.has(page)) void this.#load(page);
    }
  }

  /** Every row, for tables small enough. */
  async loadWhole(): Promise<void> {
    if (this.whole !== null || this.loadingWhole || this.total > WHOLE) return;
    this.loadingWhole = true;
    try {
      const rows: Row[] = [];
      while (rows.length < this.total) {
        const page = { offset: rows.length, limit: LARGEST_PAGE };
        const found = await fetchRows(this.run, this.rowSet, page, this.#control.signal);
        if (found.rows.length === 0) break;
        rows.push(...found.rows);
      }
      this.whole = rows;
      this.failure = null;
    } catch (error) {
      this.#failed(error);
    }
    this.loadingWhole = false;
  }

  retry(first: number, last: number): void {
    this.failure = null;
    this.want(first, last);
  }

  stop(): void {
    this.#control.abort();
  }

  async #load(page: number): Promise<void> {
    this.#asked.add(page);
    try {
      const place = { offset: page * PAGE, limit: PAGE };
      const found = await fetchRows(this.run, this.rowSet, place, this.#control.signal);
      this.#pages.set(page, found.rows);
      this.#forget(page);
      this.failure = null;
    } catch (error) {
      this.#asked.delete(page);
      this.#failed(error);
    }
  }

  /** A walk through a million rows must not keep a million rows. */
  #forget(near: number): void {
    if (this.#pages.size <= KEPT) return;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const page of far.slice(0, this.#pages.size - KEPT)) {
      this.#pages.delete(page);
      this.#asked.delete(page);
    }
  }

  #failed(error: unknown): void {
    const failure = Failure.of(error);
    if (failure.kind !== 'aborted') this.failure = failure;
  }
}
