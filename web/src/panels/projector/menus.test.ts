import { describe, expect, it } from 'vitest';

import { column, detail, layout } from '../../state/testing/records';
import type { PointValue } from '../../wire/types';
import {
  colorOptions,
  columnChoice,
  columnValue,
  labelOptions,
  layoutIdOf,
  layoutOptions,
  layoutValue,
  NEW_PROJECTION,
  NONE,
} from './menus';
import { valueText, valueWords } from './values';

describe('menus', () => {
  const some = detail({
    columns: [
      column({ name: 'label', distinct: 4 }),
      column({
        name: 'none',
        own: false,
        origin: 'from `texts`, step 3',
        type: 'text',
        distinct: 9,
      }),
      column({ name: 'picture', type: 'image' }),
      column({ name: 'gone', detached: true }),
    ],
    layouts: [layout({}), layout({ id: 'x', method: 'logged', name: 'mine', dim: 2 })],
  });

  it('say of each column what it would do', () => {
    expect(colorOptions(some).map(({ text, group }) => [text, group])).toEqual([
      ['One colour', undefined],
      ['label (4 colours)', 'Logged with these vectors'],
      ['none (9 colours)', 'from `texts`, step 3'],
    ]);
    expect(labelOptions(some).map(({ text }) => text)).toEqual([
      'Nothing',
      'label (category)',
      'none (text)',
    ]);
  });

  it('hold every layout and the way to a new one', () => {
    expect(layoutOptions(some).map(({ text }) => text)).toEqual([
      'PCA, 3-D',
      'mine (2-D)',
      'New projection…',
    ]);
    expect(layoutOptions(some).at(-1)?.value).toBe(NEW_PROJECTION);
  });

  it('tell a column called “none” and a layout called “new” from none and new', () => {
    const named = column({ name: NONE });
    expect(columnChoice(columnValue(named))).toEqual({ kind: 'column', name: NONE });
    expect(columnChoice(columnValue(null))).toEqual({ kind: 'none' });
    expect(layoutValue(NEW_PROJECTION)).not.toBe(NEW_PROJECTION);
    expect(layoutIdOf(layoutValue('pca-3'))).toBe('pca-3');
  });
});

describe('values of a point', () => {
  const value = (fields: Partial<PointValue>): PointValue => ({
    column: 0,
    name: 'x',
    type: 'text',
    value: null,
    truncated: false,
    ...fields,
  });

  const cases: [Partial<PointValue>, string, string][] = [
    [{ value: 'a\nb' }, 'a\nb', 'a\nb'],
    [{ value: '<b>x</b>' }, '<b>x</b>', '<b>x</b>'],
    [{ value: null }, '', ''],
    [{ value: true, type: 'boolean' }, 'true', 'true'],
    [{ value: 1234.5678, type: 'number' }, '1,235', '1234.5678'],
    [{ value: 86_400_000, type: 'date' }, '1970-01-02', '1970-01-02T00:00:00.000Z'],
    [{ value: '{"a":1}', type: 'json' }, '{\n  "a": 1\n}', '{"a":1}'],
    [{ value: 'not json', type: 'json' }, 'not json', 'not json'],
    [{ value: 'abc', type: 'image' }, '', ''],
    [{ value: [1, null], type: 'vector', truncated: true }, '[1, NaN, …]', '[1,null]'],
  ];
  it.each(cases)('%o', (fields, words, copied) => {
    expect(valueWords(value(fields))).toBe(words);
    expect(valueText(value(fields))).toBe(copied);
  });
});
