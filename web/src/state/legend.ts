/** The order of a legend's entries, and what stands in each. */
import type { CategoryColumn } from './columns';
import { Texts } from './texts';

export type LegendSort = 'count' | 'name';

/**
 * Codes in the legend's order: the commonest first, or by name, numbers by their size. Sorting a million
 * names takes about a second: it is done in the worker.
 */
export function legendOrder(column: CategoryColumn, sort: LegendSort): Uint32Array {
  const { counts } = column;
  const codes = Uint32Array.from({ length: column.values.length }, (_, code) => code);
  const count = (code: number): number => counts[code] ?? 0;
  if (sort === 'count') {
    const sorted = codes.every((code) => code === 0 || count(code - 1) >= count(code));
    return sorted ? codes : codes.sort((a, b) => count(b) - count(a) || a - b);
  }
  const names = Array.from(codes, (code) => column.values.at(code));
  const sizes = names.map(Number);
  if (sizes.every((size, code) => Number.isFinite(size) && names[code] !== '')) {
    return codes.sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return codes.sort((a, b) => collator.compare(names[a] ?? '', names[b] ?? ''));
}

/** The order in which values come from `inNaturalOrder`: few values that are all numbers by their size. */
export function naturalSort(values: Texts): LegendSort {
  const total = values.length;
  if (total === 0 || total > 200) return 'count';
  for (let code = 0; code < total; code++) {
    const name = values.at(code);
    if (name === '' || !Number.isFinite(Number(name))) return 'count';
  }
  return 'name';
}

/**
 * The column with its values numbered in the order of their names where these are numbers: class 0 has the
 * first colour whichever class is the commonest. Other columns come back as they are.
 */
export function inNaturalOrder(column: CategoryColumn): CategoryColumn {
  if (naturalSort(column.values) === 'count') return column;
  const order = legendOrder(column, 'name');
  if (order.every((code, place) => code === place)) return column;
  const place = new Uint32Array(order.length + 1);
  order.forEach((code, index) => (place[code] = index));
  place[order.length] = order.length;
  const texts = Array.from(order, (code) => column.values.at(code));
  return {
    kind: 'category',
    codes: column.codes.map((code) => place[code] ?? 0),
    values: Texts.of(texts),
    counts: Uint32Array.from([...order, order.length], (code) => column.counts[code] ?? 0),
  };
}

/** `1,203 / 2,000` where filters leave less than all, else `2,000`. */
export function countWords(left: number, total: number): string {
  const all = total.toLocaleString('en-US');
  return left === total ? all : `${left.toLocaleString('en-US')} / ${all}`;
}

/** A value as the legend writes it. */
export function valueWords(value: string): string {
  return value === '' ? '(empty text)' : value;
}
