import { describe, expect, it } from 'vitest';
import type { ScalarSeries } from '../../../wire/types';
import { axisNumber, axisTime, logTicks, padded, scale, ticks, timeTicks } from './scale';
import { draw, extentOf, groupKeys, lineOf, movingAverage, nearest } from './series';

describe('ticks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 399, 4, [0, 100, 200, 300]],
    [-0.03, 0.03, 3, [-0.02, 0, 0.02]],
    [5, 5, 4, [5]],
    [NaN, NaN, 4, []],
  ])('from %d to %d', (low, high, wanted, expected) => {
    expect(ticks(low, high, wanted)).toEqual(expected);
  });

  it('are few and inside for any range', () => {
    for (const low of [-1e9, -3.7, 0, 1e-9, 123456.789]) {
      for (const span of [1e-6, 0.4, 17, 1e12]) {
        const found = ticks(low, low + span, 5);
        expect(found.length).toBeLessThanOrEqual(12);
        for (const one of found) {
          expect(one).toBeGreaterThanOrEqual(low - span * 1e-6);
          expect(one).toBeLessThanOrEqual(low + span * (1 + 1e-6));
        }
      }
    }
  });

  it('of a log scale are powers, or finer where there are few', () => {
    expect(logTicks(0.001, 10, 5)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logTicks(1e-9, 1e9, 4)).toEqual([1e-9, 1e-4, 10, 1e6]);
    expect(logTicks(1.5, 6, 4)).toEqual([2, 5]);
    expect(logTicks(0.3, 0.4, 3).length).toBeGreaterThan(1);
  });

  it('of time are round for a clock', () => {
    expect(timeTicks(0, 3600, 4)).toEqual([0, 900, 1800, 2700, 3600]);
    expect(timeTicks(0, 3 * 86400, 3)).toEqual([0, 86400, 2 * 86400, 3 * 86400]);
  });
});

describe('words of an axis', () => {
  it.each([
    [0, '0'],
    [0.05, '0.05'],
    [1500, '1,500'],
    [12_000, '12K'],
    [3.5e6, '3.5M'],
    [3e-7, '3e-7'],
  ])('%d', (value, words) => expect(axisNumber(value)).toBe(words));

  it.each([
    [0, '0'],
    [90, '1 min 30 s'],
    [5400, '1 h 30 min'],
    [3 * 86400, '3 d'],
    [-30, '-30 s'],
    [0.65, '0.65 s'],
  ])('%d seconds', (value, words) => expect(axisTime(value)).toBe(words));
});

describe('scale', () => {
  it.each(['linear', 'log'] as const)('%s goes there and back', (kind) => {
    const one = scale(kind, [0.5, 200], [40, 300]);
    expect([one.at(0.5), one.at(200)].map(Math.round)).toEqual([40, 300]);
    for (const value of [0.5, 3, 77]) expect(one.from(one.at(value))).toBeCloseTo(value, 9);
  });

  it('leaves room, but keeps zero at the frame', () => {
    expect(padded(0, 10, 'linear')).toEqual([0, 10.6]);
    expect(padded(0, 0, 'linear')).toEqual([-1, 1]);
    expect(padded(Infinity, -Infinity, 'linear')).toEqual([0, 1]);
    const [low, high] = padded(1, 100, 'log');
    expect(low).toBeGreaterThan(0);
    expect(low * high).toBeCloseTo(100, 9);
  });
});

const series = (values: (number | null)[]): ScalarSeries => ({
  key: 'loss',
  steps: values.map((_, index) => index * 10),
  times: values.map((_, index) => 1000 + index),
  values,
  total: values.length,
});

describe('lines', () => {
  it('have x by step or by seconds since the start', () => {
    expect([...lineOf(series([1, 2]), 'step', 1000, 0).x]).toEqual([0, 10]);
    expect([...lineOf(series([1, 2]), 'time', 999, 0).x]).toEqual([1, 2]);
  });

  it('break at gaps, and a lone point is a dot', () => {
    const line = lineOf(series([1, 2, null, 3, null, 4, 5]), 'step', 0, 0);
    const { path, dots } = draw(
      line.x,
      line.y,
      scale('linear', [0, 60], [0, 60]),
      scale('linear', [0, 10], [100, 0]),
    );
    expect(path.match(/M/g)).toHaveLength(2);
    expect(dots).toEqual([[30, 70]]);
    expect(line.gaps).toBe(2);
  });

  it('on a log scale leave out what is not above zero, and say how many', () => {
    const line = lineOf(series([1, 0, -5, 10]), 'step', 0, 0);
    expect(extentOf(line, 'log', null)).toEqual({ x: [0, 30], y: [1, 10], hidden: 2 });
  });

  it('have the range of the part in view', () => {
    const line = lineOf(series([100, 1, 2, 3, -100]), 'step', 0, 0);
    expect(extentOf(line, 'linear', [10, 30]).y).toEqual([1, 3]);
    expect(extentOf(line, 'linear', [11, 12]).y).toEqual([Infinity, -Infinity]);
  });
});

describe('movingAverage', () => {
  it('of a constant is the constant, from the first value on', () => {
    for (const value of movingAverage(new Float64Array(50).fill(7), 0.9)) {
      expect(value).toBeCloseTo(7, 12);
    }
  });

  it('is the weighted mean by definition, gaps left out', () => {
    const y = Float64Array.from([3, NaN, -1, 4]);
    const known = [3, -1, 4];
    const weight = 0.6;
    let [top, bottom] = [0, 0];
    known.forEach((value, index) => {
      const share = Math.pow(weight, known.length - 1 - index);
      top += share * value;
      bottom += share;
    });
    const out = movingAverage(y, weight);
    expect(out[3]).toBeCloseTo(top / bottom, 12);
    expect(out[1]).toBeNaN();
  });
});

describe('nearest', () => {
  const x = Float64Array.from([0, 10, 20, 50]);

  it.each([
    [-5, 0],
    [4, 0],
    [6, 1],
    [34, 2],
    [36, 3],
    [99, 3],
  ])('to %d is %d', (wanted, index) => expect(nearest(x, wanted)).toBe(index));

  it('agrees with looking at all', () => {
    for (let wanted = -3; wanted < 60; wanted += 0.7) {
      const best = Math.min(...[...x].map((one) => Math.abs(one - wanted)));
      expect(Math.abs((x[nearest(x, wanted)] ?? NaN) - wanted)).toBeCloseTo(best, 12);
    }
  });

  it('of nothing is nothing', () => expect(nearest(new Float64Array(0), 1)).toBe(-1));
});

it('groupKeys keeps order, ungrouped first', () => {
  expect(groupKeys(['train/loss', 'lr', 'val.acc', 'train/acc', 'v1.5', 'a/', '/b'])).toEqual([
    { prefix: '', keys: ['lr', 'v1.5', 'a/', '/b'] },
    { prefix: 'train', keys: ['train/loss', 'train/acc'] },
    { prefix: 'val', keys: ['val.acc'] },
  ]);
});
