import { describe, expect, it } from 'vitest';

import { categoryIndices, gradientIndices, STEPS } from './colors';
import type { CategoryColumn, NumberColumn } from './columns';
import { countWords, inNaturalOrder, legendOrder, naturalSort } from './legend';
import { seeded } from './testing/random';
import { Texts } from './texts';

describe('texts in buffers', () => {
  const words = ['', 'a', 'aa', 'é', '漢字', '🦊 fox', 'A'];
  const texts = Texts.of(words);

  it('come out as they went in', () => {
    expect(words.map((_, index) => texts.at(index))).toEqual(words);
    expect(texts.at(-1) + texts.at(99)).toBe('');
  });

  it('are found by their bytes', () => {
    expect(words.map((word) => texts.indexOf(word))).toEqual(words.map((_, index) => index));
    expect(texts.indexOf('b')).toBe(-1);
  });

  it('are searched whatever the case', () => {
    expect([...texts.containing('A')]).toEqual([1, 2, 6]);
    expect([...texts.containing('字')]).toEqual([4]);
    expect(texts.containing('')).toHaveLength(words.length);
  });
});

function category(names: string[], rows: (string | null)[]): CategoryColumn {
  const codes = Uint16Array.from(rows, (row) => (row === null ? names.length : names.indexOf(row)));
  const counts = new Uint32Array(names.length + 1);
  for (const code of codes) counts[code]!++;
  return { kind: 'category', codes, values: Texts.of(names), counts };
}

describe('a legend', () => {
  const digits = category(['10', '2', '1'], ['10', '10', '10', '2', '2', '1', null]);

  it('numbers digits by their size and everything else by count', () => {
    expect(naturalSort(digits.values)).toBe('name');
    expect(naturalSort(Texts.of(['b', '1']))).toBe('count');
    expect([...legendOrder(digits, 'count')]).toEqual([0, 1, 2]);
    expect([...legendOrder(digits, 'name')]).toEqual([2, 1, 0]);
    expect([...legendOrder(category(['b', 'a10', 'a2'], []), 'name')]).toEqual([2, 1, 0]);
  });

  it('renumbered keeps every row’s value and every count', () => {
    const sorted = inNaturalOrder(digits);
    const names = (column: CategoryColumn): string[] =>
      Array.from(column.codes, (code) => column.values.at(code));
    expect(names(sorted)).toEqual(names(digits));
    expect([...sorted.counts]).toEqual([1, 2, 3, 1]);
    expect([...legendOrder(sorted, 'count')]).toEqual([2, 1, 0]);
    expect(sorted.values.at(0)).toBe('1');
  });

  it('says filtered over total only when filtered', () => {
    expect([countWords(2000, 2000), countWords(0, 2000)]).toEqual(['2,000', '0 / 2,000']);
  });
});

describe('palette indices', () => {
  it('follow the draw order, missing is 0', () => {
    const column = category(['a', 'b'], ['a', null, 'b', 'a']);
    expect([...categoryIndices(column, Uint32Array.of(3, 2, 1, 0))]).toEqual([1, 2, 0, 1]);
  });

  it('of numbers rise with the numbers and use the whole ramp', () => {
    const random = seeded(2);
    const values = Float64Array.from({ length: 50 }, () => random.real() * 10 - 5).sort();
    values[49] = NaN;
    const column: NumberColumn = {
      kind: 'number',
      values,
      minimum: values[0]!,
      maximum: values[48]!,
      missing: 1,
    };
    const order = Uint32Array.from({ length: 50 }, (_, index) => index);
    const indices = gradientIndices(column, order);
    expect([indices[0], indices[48], indices[49]]).toEqual([1, STEPS, 0]);
    for (let row = 1; row < 49; row++)
      expect(indices[row]!).toBeGreaterThanOrEqual(indices[row - 1]!);
  });

  it('of equal numbers are one colour', () => {
    const column: NumberColumn = {
      kind: 'number',
      values: Float64Array.of(3, 3),
      minimum: 3,
      maximum: 3,
      missing: 0,
    };
    expect([...gradientIndices(column, Uint32Array.of(0, 1))]).toEqual([1, 1]);
  });
});
