import { describe, expect, it } from 'vitest';
import type { RowSetInfo, RunDetail } from '../../wire/types';
import { byKey, byTitle, defaultTab, firstSet, mediaCount, tableSets } from './contents';

const rowSet = (key: string, fields: Partial<RowSetInfo> = {}): RowSetInfo => ({
  id: `${key}-id`,
  key,
  step: 0,
  kind: 'table',
  rows: 3,
  columns: [],
  caption: null,
  point_width: null,
  ...fields,
});

function detail(fields: Partial<RunDetail>): RunDetail {
  const empty = { scalar_keys: [], media: [], row_sets: [], embedding_sets: [], damage: [] };
  return { info: {} as RunDetail['info'], ...empty, ...fields };
}

const SET = { id: 's', key: 'e', step: 0, title: 'e', rows: 3, dim: 8, columns: 0 };

describe('defaultTab', () => {
  it.each([
    [{ embedding_sets: [SET], scalar_keys: ['loss'] }, 'media'],
    [{ scalar_keys: ['loss'] }, 'charts'],
    [{}, 'overview'],
  ] as const)('%#', (fields, tab) => expect(defaultTab(detail(fields))).toBe(tab));
});

it('tables are what has something to read', () => {
  const sets = [
    rowSet('t'),
    rowSet('texts', { kind: 'list', columns: [{ name: 'texts', type: 'text' }] }),
    rowSet('cloud', { kind: 'points', columns: [{ name: 'x', type: 'number' }] }),
    rowSet('bare', { kind: 'embeddings' }),
    rowSet('vectors', { kind: 'embeddings', columns: [{ name: '', type: 'vector' }] }),
  ];
  expect(tableSets(detail({ row_sets: sets })).map((set) => set.key)).toEqual(['t', 'texts']);
});

it('mediaCount counts keys, not steps', () => {
  const media = [0, 1, 2].map((step) => ({ key: 'image', step, items: [] }));
  const clouds = [0, 1].map((step) => rowSet('cloud', { step, kind: 'points' }));
  expect(mediaCount(detail({ media, row_sets: clouds, embedding_sets: [SET, SET] }))).toBe(3);
});

it('byKey sorts steps and keeps the keys’ order', () => {
  const found = byKey([rowSet('b', { step: 5 }), rowSet('a'), rowSet('b', { step: 1 })]);
  expect(found.map(({ key, steps }) => [key, steps.map((one) => one.step)])).toEqual([
    ['b', [1, 5]],
    ['a', [0]],
  ]);
});

describe('firstSet', () => {
  const set = (id: string, dim: number, step: number, title = 'e') => ({
    ...SET,
    id,
    dim,
    step,
    title,
  });

  it.each([
    [[], null],
    [[set('a', 2, 0, 'pca'), set('b', 384, 1, 'e'), set('c', 2, 2, 'tsne')], 'b'],
    [[set('a', 384, 0), set('b', 384, 5), set('c', 384, 3)], 'b'],
    [[set('a', 384, 0), set('b', 384, 5, 'other')], 'a'],
  ])('%#', (sets, id) => {
    expect(firstSet(detail({ embedding_sets: sets }))?.id ?? null).toBe(id);
  });
});

it('byTitle keeps the last step of each', () => {
  const sets = [
    { ...SET, id: 'a', step: 0 },
    { ...SET, id: 'x', title: 'other' },
    { ...SET, id: 'c', step: 9 },
    { ...SET, id: 'b', step: 4 },
  ];
  expect(byTitle(sets).map(({ set, steps }) => [set.id, steps])).toEqual([
    ['c', 3],
    ['x', 1],
  ]);
});
