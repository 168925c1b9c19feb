import { describe, expect, it } from 'vitest';

import { FLAG } from '../gpu/types';
import type { CategoryColumn, NumberColumn } from './columns';
import type { Filter, SearchFilter } from './filters';
import { passes } from './filters';
import {
  categoryCounts,
  drawMask,
  FAILS,
  failing,
  FILTERED_OUT,
  histogram,
  nextShown,
  placeAmongShown,
  shownRows,
  type FilterData,
} from './mask';
import { seeded, type Random } from './testing/random';
import { Texts } from './texts';

const NAMES = ['red', 'green', 'blue'];

interface Table {
  readonly rows: number;
  readonly colors: (string | null)[];
  readonly sizes: number[];
  readonly matching: boolean[];
  readonly data: FilterData;
}

function table(random: Random): Table {
  const rows = random.below(60);
  const colors = Array.from({ length: rows }, () => random.pick([...NAMES, null]));
  const sizes = Array.from({ length: rows }, () => random.pick([0, 1, 2, 3, 4.5, NaN, Infinity]));
  const matching = Array.from({ length: rows }, () => random.below(3) > 0);
  const bits = new Uint8Array(Math.ceil(rows / 8));
  matching.forEach((match, row) => {
    if (match) bits[row >> 3]! |= 1 << (row & 7);
  });
  return {
    rows,
    colors,
    sizes,
    matching,
    data: {
      category: () => category(colors),
      numbers: () => numbers(sizes),
      matches: () => bits,
    },
  };
}

function category(colors: readonly (string | null)[]): CategoryColumn {
  const codes = Uint8Array.from(colors, (one) => (one === null ? 3 : NAMES.indexOf(one)));
  const counts = new Uint32Array(4);
  for (const code of codes) counts[code]!++;
  return { kind: 'category', codes, values: Texts.of(NAMES), counts };
}

function numbers(sizes: readonly number[]): NumberColumn {
  const finite = sizes.filter(Number.isFinite);
  return {
    kind: 'number',
    values: Float64Array.from(sizes),
    minimum: finite.length > 0 ? Math.min(...finite) : NaN,
    maximum: finite.length > 0 ? Math.max(...finite) : NaN,
    missing: sizes.length - finite.length,
  };
}

const SEARCH: SearchFilter = { kind: 'search', query: 'x', mode: 'text', column: null };

function someFilters(random: Random): Filter[] {
  const filters: Filter[] = [];
  if (random.below(2) === 1) {
    filters.push({
      kind: 'values',
      column: 'color',
      mode: random.pick(['only', 'except'] as const),
      values: NAMES.filter(() => random.below(2) === 1),
      missing: random.below(2) === 1,
    });
  }
  if (random.below(2) === 1) {
    const [minimum, maximum] = random.pick([
      [1, 3],
      [null, 2],
      [2, null],
    ] as const);
    filters.push({
      kind: 'range',
      column: 'size',
      minimum,
      maximum,
      missing: random.below(2) === 1,
    });
  }
  if (random.below(2) === 1) filters.push(SEARCH);
  return filters;
}

/** The same by the definition, one row at a time. */
function rowPasses(filter: Filter, { colors, sizes, matching }: Table, row: number): boolean {
  if (filter.kind === 'values') return passes(filter, colors[row]!);
  if (filter.kind === 'search') return matching[row]!;
  const size = sizes[row]!;
  if (!Number.isFinite(size)) return filter.missing;
  return size >= (filter.minimum ?? -Infinity) && size <= (filter.maximum ?? Infinity);
}

describe('masks', () => {
  it('agree with the definition, row by row, for any filters', () => {
    const random = seeded(11);
    for (let round = 0; round < 300; round++) {
      const some = table(random);
      const filters = someFilters(random);
      const fails = failing(some.rows, filters, some.data, 'color');
      const own = filters.filter((one) => one.kind === 'values');
      const others = filters.filter((one) => one.kind !== 'values');
      for (let row = 0; row < some.rows; row++) {
        const ownFails = own.some((one) => !rowPasses(one, some, row));
        const otherFails = others.some((one) => !rowPasses(one, some, row));
        expect(fails[row]).toBe((ownFails ? FAILS.own : 0) | (otherFails ? FAILS.other : 0));
      }
    }
  });

  it('count each value by the other columns’ filters, and all of them once', () => {
    const random = seeded(12);
    for (let round = 0; round < 200; round++) {
      const some = table(random);
      const filters = someFilters(random);
      const fails = failing(some.rows, filters, some.data, 'color');
      const counts = categoryCounts(category(some.colors), fails);
      const others = filters.filter((one) => one.kind !== 'values');
      const left = some.colors.filter((_, row) => others.every((one) => rowPasses(one, some, row)));
      expect([...counts]).toEqual(
        [...NAMES, null].map((name) => left.filter((one) => one === name).length),
      );
    }
  });

  it('speak the renderer’s language', () => {
    expect(FILTERED_OUT).toBe(FLAG.filteredOut);
  });

  it('are the same rows in draw order', () => {
    const fails = Uint8Array.of(0, 1, 2, 0);
    const order = Uint32Array.of(2, 0, 3, 1);
    expect([...drawMask(fails, order, 1)]).toEqual([1, 0, 0, 1]);
    expect(shownRows(fails)).toBe(2);
  });

  it('put every number into one bin, the largest into the last', () => {
    const column = numbers([0, 1, 2, 3, 4, NaN, 4]);
    const fails = Uint8Array.of(0, FAILS.own, FAILS.other, 0, 0, FAILS.other, 0);
    const { total, left, missingLeft } = histogram(column, fails, 4);
    expect([...total]).toEqual([1, 1, 1, 3]);
    expect([...left]).toEqual([1, 1, 0, 3]);
    expect(missingLeft).toBe(0);
  });

  it('put equal numbers into the first bin', () => {
    expect([...histogram(numbers([5, 5]), new Uint8Array(2), 3).total]).toEqual([2, 0, 0]);
  });
});

describe('stepping through matches', () => {
  const fails = Uint8Array.of(0, 1, 0, 0, 1);

  it('goes round in both directions', () => {
    expect(nextShown(fails, 0, 1)).toBe(2);
    expect(nextShown(fails, 3, 1)).toBe(0);
    expect(nextShown(fails, 0, -1)).toBe(3);
    expect(nextShown(fails, 1, -1)).toBe(0);
  });

  it('stays where it is alone, and finds nothing where nothing is shown', () => {
    expect(nextShown(Uint8Array.of(1, 0), 1, 1)).toBe(1);
    expect(nextShown(Uint8Array.of(1, 1), 0, 1)).toBe(-1);
  });

  it('knows the place among those shown', () => {
    expect(placeAmongShown(fails, 3)).toBe(3);
    expect(placeAmongShown(fails, 4)).toBe(0);
  });
});
