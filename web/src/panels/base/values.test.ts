import { describe, expect, it } from 'vitest';
import { compareValues, flattened, fullText, isMissing, lineOf } from './values';

describe('lineOf', () => {
  it.each([
    [0.1 + 0.2, '0.3'],
    [1e-7, '1e-7'],
    [true, 'true'],
    [null, ''],
    [undefined, ''],
    ['two\n  lines', 'two ⏎ lines'],
    [[1, 'a', null], '[1,"a",null]'],
    [{}, '{}'],
    [NaN, 'NaN'],
    ['مرحبا', 'مرحبا'],
    [{ _type: 'rows', kind: 'points', rows: 1200 }, 'point cloud, 1,200 rows'],
    [{ _type: 'image', sha256: 'ab', width: 8, height: 9 }, 'image, 8 × 9'],
    [{ _type: 'histogram' }, 'histogram'],
  ])('of %j', (value, words) => {
    expect(lineOf(value)).toBe(words);
  });

  it('cuts what is long, and no emoji in two', () => {
    const line = lineOf(`${'x'.repeat(299)}😀${'y'.repeat(100_000)}`);
    expect(line).toBe(`${'x'.repeat(299)}…`);
  });
});

it('fullText keeps every digit and every line', () => {
  expect(fullText(0.1 + 0.2)).toBe('0.30000000000000004');
  expect(fullText('a\nb')).toBe('a\nb');
  expect(fullText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(fullText(() => 1)).toContain('=>');
});

describe('compareValues', () => {
  it('puts numbers by size, texts as people count', () => {
    expect([10, 9, -1].sort(compareValues)).toEqual([-1, 9, 10]);
    expect(['run-10', 'run-2', 'Run-1'].sort(compareValues)).toEqual(['Run-1', 'run-2', 'run-10']);
  });

  it('puts kinds in one order, whichever way round', () => {
    const mixed = [{ a: 1 }, 'x', true, 3];
    expect([...mixed].sort(compareValues)).toEqual([3, true, 'x', { a: 1 }]);
    for (const one of mixed) {
      for (const other of mixed) {
        const [there, back] = [compareValues(one, other), compareValues(other, one)];
        expect(Math.sign(there) + Math.sign(back)).toBe(0);
      }
    }
  });
});

it('flattened joins keys by dots and keeps lists and empty objects', () => {
  const media = { _type: 'audio', size: 3 };
  const flat = flattened({ a: { b: { c: 1 }, d: [{ e: 2 }] }, f: {}, g: null, h: { media } });
  expect([...flat]).toEqual([
    ['a.b.c', 1],
    ['a.d', [{ e: 2 }]],
    ['f', {}],
    ['g', null],
    ['h.media', media],
  ]);
});

it.each([
  [null, true],
  [undefined, true],
  [NaN, true],
  [0, false],
  ['', false],
  [false, false],
])('isMissing(%j)', (value, missing) => {
  expect(isMissing(value)).toBe(missing);
});
