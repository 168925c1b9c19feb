import { describe, expect, it } from 'vitest';
import { columnSpan, LIMIT, rowWindow, scrollTopFor, trackHeight } from './window';

const ROW = 30;
const VIEW = 600;

describe('rowWindow', () => {
  it('draws a short list whole', () => {
    expect(rowWindow(5, ROW, 0, VIEW)).toEqual({ first: 0, last: 5, top: 0 });
  });

  it('draws nothing of an empty list', () => {
    expect(rowWindow(0, ROW, 0, VIEW)).toEqual({ first: 0, last: 0, top: 0 });
  });

  it.each([1_000, 266_667, 1_000_000, 50_000_000])(
    'covers the view of %d rows at any place',
    (n) => {
      const end = trackHeight(n, ROW) - VIEW;
      for (const part of [0, 0.1, 0.5, 0.9999, 1]) {
        const scrollTop = end * part;
        const { first, last, top } = rowWindow(n, ROW, scrollTop, VIEW);
        expect(last - first).toBeLessThan(40);
        expect(top).toBeLessThanOrEqual(scrollTop + 1e-6);
        expect(top + (last - first) * ROW).toBeGreaterThanOrEqual(scrollTop + VIEW - 1e-6);
        expect(top + (last - first) * ROW).toBeLessThanOrEqual(trackHeight(n, ROW) + 1e-6);
      }
    },
  );

  it('reaches the first and the last row of a list taller than the track', () => {
    const n = 10_000_000;
    expect(trackHeight(n, ROW)).toBe(LIMIT);
    expect(rowWindow(n, ROW, 0, VIEW).first).toBe(0);
    expect(rowWindow(n, ROW, LIMIT - VIEW, VIEW).last).toBe(n);
  });
});

describe('scrollTopFor', () => {
  it('stays where the row is on screen', () => {
    expect(scrollTopFor(3, 1000, ROW, 0, VIEW)).toBe(0);
  });

  it.each([1_000, 10_000_000])('brings any of %d rows on screen', (n) => {
    for (const row of [0, 1, Math.floor(n / 3), n - 1]) {
      const scrollTop = scrollTopFor(row, n, ROW, trackHeight(n, ROW) / 2, VIEW);
      const shown = rowWindow(n, ROW, scrollTop, VIEW, 0);
      expect(row).toBeGreaterThanOrEqual(shown.first);
      expect(row).toBeLessThan(shown.last);
    }
  });
});

describe('columnSpan', () => {
  const edges = [0, 100, 150, 400, 500];

  it.each([
    [0, 500, 0, 4],
    [0, 100, 0, 1],
    [100, 101, 1, 2],
    [120, 160, 1, 3],
    [499, 900, 3, 4],
    [500, 900, 4, 4],
  ])('from %d to %d are columns %d to %d', (from, to, first, last) => {
    expect(columnSpan(edges, from, to)).toEqual({ first, last });
  });
});
