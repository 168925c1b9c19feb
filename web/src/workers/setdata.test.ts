import {
  columnFromArray,
  columnFromValues,
  dictionary,
  float64,
  tableFromColumns,
  tableToIPC,
  uint16,
  utf8,
} from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';

import type { Filter } from '../state/filters';
import { seeded } from '../state/testing/random';
import { Texts } from '../state/texts';
import { readCategory, readNumbers } from './arrow';
import { Failure } from '../wire/failure';
import { caller, serve, type Callable, type Port } from './calls';
import { SetData, type SetSource } from './setdata';

const COLORS = ['red', 'green', '', 'blue', 'green', null, 'green', 'red'];
const SIZES = [1, 2, NaN, 4, 5, 6, Infinity, 8];
const WORDS = ['good day', 'bad day', '', 'good', 'night', 'day', 'x', 'Good'];
const ORDER = [3, 1, 7, 0, 2, 6, 5, 4];

function ipc(column: ReturnType<typeof columnFromArray>): ArrayBuffer {
  const bytes = tableToIPC(tableFromColumns({ value: column }), { format: 'stream' });
  return (bytes as Uint8Array).slice().buffer;
}

const categoryBytes = (values: readonly (string | null)[]): ArrayBuffer =>
  ipc(columnFromArray(values as unknown[], dictionary(utf8(), uint16())));

const numberBytes = (values: readonly number[]): ArrayBuffer =>
  ipc(columnFromArray(values as unknown[], float64()));

interface Source extends SetSource {
  readonly asked: string[];
}

function source(): Source {
  const asked: string[] = [];
  return {
    asked,
    order: () => Promise.resolve(Uint32Array.from(ORDER)),
    column: (id, as) => {
      asked.push(`${id} ${as}`);
      return Promise.resolve(as === 'category' ? categoryBytes(COLORS) : numberBytes(SIZES));
    },
    search: (filter) => {
      asked.push(`search ${filter.query}`);
      if (filter.query === '(') return Promise.reject(new Error('Not an expression.'));
      const bits = new Uint8Array(1);
      WORDS.forEach((text, row) => {
        if (text.includes(filter.query)) bits[0]! |= 1 << row;
      });
      return Promise.resolve(bits);
    },
  };
}

async function opened(from: SetSource = source()): Promise<SetData> {
  const data = new SetData(from);
  data.rename({ color: 0, size: 1 });
  expect([...(await data.open())]).toEqual(ORDER);
  return data;
}

const search = (query: string): Filter => ({ kind: 'search', query, mode: 'text', column: null });
const color = { column: 'color', scale: 'category' } as const;
const size = { column: 'size', scale: 'gradient' } as const;

describe('columns from the server', () => {
  it('keep categories, counts and missing values', () => {
    const { codes, values, counts } = readCategory(categoryBytes(COLORS), 8);
    const back = Array.from(codes, (code) => (code === values.length ? null : values.at(code)));
    expect(back).toEqual(COLORS);
    expect(Array.from(counts).reduce((sum, one) => sum + one)).toBe(8);
    expect(counts[values.length]).toBe(1);
  });

  it('have room for the missing code beside 255, 256 and 65,535 values', () => {
    for (const total of [255, 256, 65_535]) {
      const texts = Array.from({ length: total }, (_, index) => `v${index}`);
      const column = readCategory(categoryBytes([...texts, null]), total + 1);
      expect(column.codes[total]).toBe(total);
      expect(column.values.at(total - 1)).toBe(`v${total - 1}`);
    }
  });

  it('keep numbers, and know their range without the missing', () => {
    const column = readNumbers(numberBytes(SIZES), 8);
    expect([...column.values]).toEqual(SIZES);
    expect([column.minimum, column.maximum, column.missing]).toEqual([1, 8, 2]);
    expect(readNumbers(numberBytes([NaN]), 1).minimum).toBeNaN();
  });

  it('read nulls among numbers as missing', () => {
    const nulls = ipc(columnFromValues([1, null, 3], float64()));
    expect([...readNumbers(nulls, 3).values]).toEqual([1, NaN, 3]);
  });

  it('of no rows are empty', () => {
    expect(readCategory(categoryBytes([]), 0).values).toHaveLength(0);
    expect(readNumbers(numberBytes([]), 0).values).toHaveLength(0);
  });

  it('of another length are refused', () => {
    expect(() => readNumbers(numberBytes([1, 2]), 3)).toThrow('must have 3 rows, got 2');
  });
});

describe('colours', () => {
  it('of categories follow the draw order', async () => {
    const paint = await (await opened()).paint(color);
    if (paint.kind !== 'category') throw new Error(paint.kind);
    const texts = new Texts(paint.values);
    const names = Array.from(paint.indices, (index) => (index === 0 ? null : texts.at(index - 1)));
    expect(names).toEqual(ORDER.map((row) => COLORS[row]));
  });

  it('of numbers know range and missing', async () => {
    const paint = await (await opened()).paint(size);
    expect(paint).toMatchObject({ kind: 'gradient', minimum: 1, maximum: 8, missing: 2 });
  });

  it('load a column once', async () => {
    const from = source();
    const data = await opened(from);
    await Promise.all([
      data.paint(color),
      data.paint(color),
      data.valueOf({ coloring: color, row: 1 }),
    ]);
    expect(from.asked).toEqual(['0 category']);
  });
});

describe('filters', () => {
  const only = (values: string[]): Filter => ({
    kind: 'values',
    column: 'color',
    mode: 'only',
    values,
    missing: false,
  });

  it('combine, and the coloured column’s counts ignore its own', async () => {
    const data = await opened();
    const filtered = await data.filter({
      filters: [only(['red']), search('good')],
      coloring: color,
    });
    expect(filtered.shown).toBe(1);
    expect([...filtered.mask].map((bit, place) => [bit, ORDER[place]])).toEqual(
      ORDER.map((row) => [row === 0 ? 0 : 1, row]),
    );
    expect(filtered.matches).toEqual([null, 2]);
    const paint = await data.paint(color);
    if (paint.kind !== 'category') throw new Error(paint.kind);
    const texts = new Texts(paint.values);
    const counts = Array.from(filtered.counts!, (count, code) => [texts.at(code), count]);
    expect(counts.filter(([, count]) => count !== 0)).toEqual([
      ['red', 1],
      ['blue', 1],
    ]);
  });

  it('say what a failed search failed of, and try again next time', async () => {
    const from = source();
    const data = await opened(from);
    await expect(data.filter({ filters: [search('(')], coloring: null })).rejects.toThrow(
      'Not an expression.',
    );
    await expect(data.filter({ filters: [search('(')], coloring: null })).rejects.toThrow();
    expect(from.asked).toEqual(['search (', 'search (']);
  });

  it('walk through what they leave', async () => {
    const data = await opened();
    await data.filter({ filters: [search('day')], coloring: null });
    expect(data.step({ from: 0, direction: 1 })).toEqual({ row: 1, place: 2 });
    expect(data.step({ from: 0, direction: -1 })).toEqual({ row: 5, place: 3 });
    expect([data.placeOf(5), data.placeOf(4)]).toEqual([3, 0]);
  });

  it('count numbers into bins, all and left', async () => {
    const { bins, missingLeft } = await (
      await opened()
    ).filter({ filters: [search('o')], coloring: size });
    const sum = (counts: Uint32Array): number => counts.reduce((total, one) => total + one, 0);
    expect([sum(bins!.total), sum(bins!.left), missingLeft]).toEqual([6, 3, 0]);
  });
});

describe('legends', () => {
  it('are searched and sorted', async () => {
    const data = await opened();
    const paint = await data.paint(color);
    if (paint.kind !== 'category') throw new Error(paint.kind);
    const texts = new Texts(paint.values);
    const found = await data.legend({ column: 'color', query: 'RE', sort: 'name' });
    expect(Array.from(found, (code) => texts.at(code))).toEqual(['green', 'red']);
  });

  it('survive that other columns come and go', async () => {
    const from = source();
    const data = await opened(from);
    await data.paint(color);
    data.rename({ color: 0, length: 5 });
    await data.paint(color);
    data.rename({ color: 4 });
    await data.paint(color);
    expect(from.asked).toEqual(['0 category', '4 category']);
    await expect(data.paint(size)).rejects.toThrow("no column 'size'");
  });
});

describe('calls between threads', () => {
  const wire = (target: Callable): Port => {
    const { port1, port2 } = new MessageChannel();
    serve(port1, target);
    port1.start();
    port2.start();
    return port2;
  };

  it('bring results back to whoever asked, in any order', async () => {
    const random = seeded(4);
    const target = {
      double: async (value: number): Promise<number> => {
        await new Promise((resolve) => setTimeout(resolve, random.below(4)));
        return value * 2;
      },
    };
    const call = caller<typeof target>(wire(target));
    const asked = Array.from({ length: 20 }, (_, index) => call('double', index));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
  });

  it('bring errors with their code and hint', async () => {
    const target = {
      fail: (_: null): never => {
        throw new Failure('refused', 'No.', 'Try less.', 'bad', 400);
      },
    };
    const call = caller<typeof target>(wire(target));
    const error = await call('fail', null).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ message: 'No.', code: 'bad', hint: 'Try less.', status: 400 });
  });
});
