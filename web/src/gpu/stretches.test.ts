import { describe, expect, it } from 'vitest';
import { summarize, Work } from './stretches';

/** The points that the calls of a work draw, in order, done in steps of `step`. */
function drawn(work: Work, lit: readonly number[], step: number): number[] {
  const order: number[] = [];
  for (let done = 0; done < work.total; done += step) {
    for (const stretch of work.stretches(done, Math.min(work.total, done + step))) {
      for (let at = stretch.first; at < stretch.first + stretch.count; at++) {
        const point = stretch.from === 'lit' ? lit[at]! : at;
        if (!(stretch.dimmedOnly && lit.includes(point))) order.push(point);
      }
    }
  }
  return order;
}

const LIT = [1, 4, 5];
const DIMMED = [0, 2, 3, 6, 7];

describe('the work of a picture', () => {
  it.each([1, 2, 3, 5, 100])('draws each point once, lit ones first, in steps of %i', (step) => {
    expect(drawn(new Work(8, 3, false), LIT, step)).toEqual([...LIT, ...DIMMED]);
  });

  it('leaves hidden points out', () => {
    expect(drawn(new Work(8, 3, true), LIT, 2)).toEqual(LIT);
    expect(new Work(8, 3, true).visible).toBe(3);
  });

  it('draws all as they come where nothing is filtered', () => {
    expect(drawn(new Work(8, null, true), [], 3)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('counts points, never more than there are, and all at the end', () => {
    for (const work of [
      new Work(80, 30, false),
      new Work(80, 30, true),
      new Work(80, null, false),
    ]) {
      let last = 0;
      for (let done = 0; done <= work.total; done++) {
        const now = work.drawn(done);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect(last).toBe(work.visible);
      expect(work.drawn(work.total - 1)).toBeLessThan(work.visible);
    }
  });

  it('of no points is none', () => {
    expect(new Work(0, null, false).stretches(0, 0)).toEqual([]);
    expect(new Work(5, 0, true).total).toBe(0);
  });
});

describe('summarize', () => {
  it('lists lit points in draw order, and the flags there are', () => {
    const { lit, present } = summarize(new Uint8Array([1, 0, 3, 2, 1]), 1);
    expect([...lit!]).toEqual([1, 3]);
    expect(present).toBe(3);
  });

  it('lists none where all are filtered out', () => {
    expect(summarize(new Uint8Array([1, 1]), 1).lit).toHaveLength(0);
  });

  it('makes no list of nearly all', () => {
    expect(summarize(new Uint8Array([0, 0, 0, 0, 1]), 1)).toEqual({ lit: null, present: 1 });
    expect(summarize(new Uint8Array(0), 1).lit).toHaveLength(0);
  });
});
