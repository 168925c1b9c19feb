import { describe, expect, it } from 'vitest';

import {
  filterWords,
  isolateValue,
  keepPossible,
  passes,
  setRange,
  setSearch,
  toggleValue,
  valuesFilter,
  type Filter,
} from './filters';

const VALUES = ['tweet', 'news', 'review', null] as const;
const shown = (filters: readonly Filter[]): (string | null)[] =>
  VALUES.filter((value) => passes(valuesFilter(filters, 'source'), value));

describe('legend clicks', () => {
  it('hide a value and show it again', () => {
    const hidden = toggleValue([], 'source', 'news');
    expect(shown(hidden)).toEqual(['tweet', 'review', null]);
    expect(toggleValue(hidden, 'source', 'news')).toEqual([]);
  });

  it('hide and show the missing value', () => {
    const hidden = toggleValue([], 'source', null);
    expect(shown(hidden)).toEqual(['tweet', 'news', 'review']);
    expect(toggleValue(hidden, 'source', null)).toEqual([]);
  });

  it('isolate a value, add another to it, and let all back', () => {
    const alone = isolateValue([], 'source', 'news');
    expect(shown(alone)).toEqual(['news']);
    const two = toggleValue(alone, 'source', 'tweet');
    expect(shown(two)).toEqual(['tweet', 'news']);
    expect(shown(isolateValue(two, 'source', 'tweet'))).toEqual(['tweet']);
    expect(isolateValue(alone, 'source', 'news')).toEqual([]);
  });

  it('isolate the missing value', () => {
    const alone = isolateValue([], 'source', null);
    expect(shown(alone)).toEqual([null]);
    expect(isolateValue(alone, 'source', null)).toEqual([]);
  });

  it('leave nothing where the last value of an isolation is hidden', () => {
    expect(shown(toggleValue(isolateValue([], 'source', 'news'), 'source', 'news'))).toEqual([]);
  });

  it('leave the filters of other columns alone, and their order', () => {
    const range: Filter = {
      kind: 'range',
      column: 'words',
      minimum: 3,
      maximum: null,
      missing: false,
    };
    const filters = toggleValue(toggleValue([range], 'source', 'news'), 'mood', 'bad');
    expect(toggleValue(filters, 'source', 'tweet').map((one) => one.kind)).toEqual([
      'range',
      'values',
      'values',
    ]);
  });
});

describe('ranges and searches', () => {
  it('replace the one before and vanish when empty', () => {
    const ranged = setRange(setRange([], 'n', 1, 2), 'n', 3, null);
    expect(ranged).toEqual([
      { kind: 'range', column: 'n', minimum: 3, maximum: null, missing: false },
    ]);
    expect(setRange(ranged, 'n', null, null)).toEqual([]);
    const search = setSearch([], { kind: 'search', query: 'a', mode: 'text', column: null });
    expect(setSearch(search, { kind: 'search', query: '', mode: 'text', column: null })).toEqual(
      [],
    );
  });

  it('are kept on another set only where they mean something', () => {
    const filters: Filter[] = [
      { kind: 'values', column: 'source', mode: 'only', values: ['a'], missing: false },
      { kind: 'range', column: 'gone', minimum: 1, maximum: 2, missing: false },
      { kind: 'search', query: 'x', mode: 'text', column: null },
    ];
    const kept = keepPossible(filters, new Set(['source']), false);
    expect(kept.map((one) => one.kind)).toEqual(['values']);
    expect(keepPossible(filters, new Set(['source']), true)).toHaveLength(2);
  });
});

describe('words of a chip', () => {
  const cases: [Filter, string][] = [
    [
      { kind: 'values', column: 'source', mode: 'only', values: ['a', 'b'], missing: false },
      'source: a, b',
    ],
    [
      { kind: 'values', column: 'source', mode: 'except', values: ['a', 'b'], missing: true },
      'source: not 3 values',
    ],
    [
      { kind: 'values', column: 'source', mode: 'only', values: [''], missing: false },
      'source: (empty)',
    ],
    [{ kind: 'range', column: 'n', minimum: 1, maximum: 2.5, missing: false }, 'n: 1 to 2.5'],
    [
      { kind: 'range', column: 'n', minimum: null, maximum: 2, missing: true },
      'n: at most 2 or missing',
    ],
    [{ kind: 'search', query: 'good', mode: 'text', column: null }, 'contains “good”'],
    [{ kind: 'search', query: '^a+', mode: 'regex', column: 'text' }, 'text matches /^a+/'],
  ];
  it.each(cases)('%o', (filter, words) => {
    expect(filterWords(filter)).toBe(words);
  });
});
