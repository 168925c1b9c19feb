/** What the legend shows of the coloured column, and what its entries do. */
import { DISTINCT, type Theme } from '../../state/palette';
import { categoryPalette, entryOf, gradientPalette, singlePalette } from '../../state/colors';
import { isolateValue, passes, toggleValue, valuesFilter, type Value } from '../../state/filters';
import { naturalSort, type LegendSort } from '../../state/legend';
import { Texts } from '../../state/texts';
import { Failure } from '../../wire/failure';
import { dependsOn } from './depends';
import { Latest } from './latest';
import type { ProjectorModel } from './model.svelte';

/** One value's line; `code` is its place among the values, their number for the missing one. */
export interface LegendEntry {
  readonly code: number;
  readonly value: Value;
  readonly total: number;
  readonly left: number;
  readonly shown: boolean;
}

interface Question {
  readonly column: string;
  readonly query: string;
  readonly sort: LegendSort;
}

export class CategoryLegend {
  query = $state('');
  sort = $state<LegendSort>('count');
  /** Codes in the order shown; null: as they come. */
  #codes = $state.raw<Uint32Array | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly #ask = new Latest<Question, Uint32Array>(
    (question) =>
      this.model.open?.worker.call('legend', question) ?? Promise.resolve(new Uint32Array()),
    (codes, question) => {
      if (question.column !== this.column || question.query !== this.query) return;
      this.#codes = codes;
      this.failure = null;
    },
    (error) => {
      this.failure = Failure.of(error);
    },
  );

  readonly #paint = $derived.by(() => {
    const painted = this.model.paint;
    return painted?.paint.kind === 'category' && painted.coloring !== null
      ? { column: painted.coloring.column, paint: painted.paint }
      : null;
  });
  readonly column = $derived.by(() => this.#paint?.column ?? '');
  readonly values = $derived.by(() =>
    this.#paint === null ? Texts.of([]) : new Texts(this.#paint.paint.values),
  );
  /** The order in which the values come; it is a new one when the column is. */
  readonly #natural = $derived.by(() => naturalSort(this.values));
  readonly #counts = $derived.by(() => this.#paint?.paint.counts ?? new Uint32Array(1));
  readonly #left = $derived.by(() => {
    const left = this.model.filtered?.counts ?? null;
    return left?.length === this.#counts.length ? left : this.#counts;
  });
  readonly #filter = $derived.by(() => valuesFilter(this.model.view.filters, this.column));
  /** Values among those that the own filter lists, for columns with very many. */
  readonly #listed = $derived(new Set(this.#filter?.values ?? []));
  readonly largest = $derived.by(() => {
    let most = 1;
    for (const count of this.#counts) if (count > most) most = count;
    return most;
  });

  readonly total = $derived.by(() => this.values.length);
  readonly found = $derived.by(() => this.#codes?.length ?? this.total);
  readonly missing = $derived.by(() => this.#counts.at(-1) ?? 0);
  readonly isFiltered = $derived.by(() => this.#filter !== null);
  readonly repeats = $derived.by(() => this.total > DISTINCT);

  constructor(readonly model: ProjectorModel) {
    $effect(() => {
      dependsOn(this.column);
      this.sort = this.#natural;
      this.query = '';
      this.#codes = null;
    });
    $effect(() => {
      const { column, query, sort } = this;
      if (query === '' && sort === this.#natural) this.#codes = null;
      else this.#ask.put({ column, query, sort });
    });
    $effect(() => () => this.#ask.stop());
  }

  /** The entry at a place of the list. */
  at(place: number): LegendEntry {
    return this.entry(this.#codes === null ? place : (this.#codes[place] ?? 0));
  }

  entry(code: number): LegendEntry {
    const value = code >= this.total ? null : this.values.at(code);
    return {
      code,
      value,
      total: this.#counts[code] ?? 0,
      left: this.#left[code] ?? 0,
      shown: this.#shows(value),
    };
  }

  /** The palette's entry of a value. */
  paletteEntry(code: number): number {
    return entryOf(code, this.total);
  }

  toggle(value: Value): void {
    const { view } = this.model;
    view.change({ filters: toggleValue(view.filters, this.column, value) });
  }

  isolate(value: Value): void {
    const { view } = this.model;
    view.change({ filters: isolateValue(view.filters, this.column, value) });
  }

  showAll(): void {
    const { view } = this.model;
    view.change({ filters: view.filters.filter((one) => one !== this.#filter) });
  }

  #shows(value: Value): boolean {
    const filter = this.#filter;
    if (filter === null || value === null || filter.values.length < 50)
      return passes(filter, value);
    return (filter.mode === 'only') === this.#listed.has(value);
  }
}

/** The palette of what is painted, in a theme. */
export function paletteOf(model: ProjectorModel, theme: Theme): Uint8Array {
  const paint = model.paint?.paint;
  if (paint?.kind === 'category') return categoryPalette(paint.values.offsets.length - 1, theme);
  return paint?.kind === 'gradient' ? gradientPalette(theme) : singlePalette(theme);
}
