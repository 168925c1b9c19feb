import { describe, expect, it } from 'vitest';
import { firstCamera, viewOf } from './camera';
import { boxPlace, packBox } from './packed';
import { pickBrute, pickInGrid, type Pick } from './pick';
import { CELLS, PickGrid } from './pickgrid';
import { discRadius, project } from './project';
import { seeded, someCamera, somePoints } from './testpoints';
import type { PackedPoints } from '../gpu/types';

const VIEWPORT = { width: 800, height: 600 };

/** The rule itself, point by point, from the projection: what covers the place in front, else the nearest. */
function oracle(points: PackedPoints, pick: Pick): number {
  const { view, mask } = pick;
  const found = [];
  for (let index = 0; index < points.count; index++) {
    const place = boxPlace(points, index);
    if (place === null || ((mask?.[index] ?? 0) & (pick.skip ?? 0)) !== 0) continue;
    const { x, y, w } = project(view, place);
    if (w <= 0) continue;
    const away = Math.hypot(x - pick.x, y - pick.y);
    const covers = away <= discRadius(pick.size, view, w);
    if (covers || away <= pick.radius)
      found.push({ index, away, covers, depth: depthOf(view, place) });
  }
  const covering = found.filter((one) => one.covers);
  const flat = view.dimensions === 2;
  const [best] = covering.length
    ? covering.sort((a, b) => (flat ? 0 : a.depth - b.depth) || a.away - b.away)
    : found.sort((a, b) => a.away - b.away);
  return best?.index ?? -1;
}

function depthOf(
  { matrix: m }: Pick['view'],
  [x, y, z]: readonly [number, number, number],
): number {
  const row = (r: number): number => m[r]! * x + m[r + 4]! * y + m[r + 8]! * z + m[r + 12]!;
  return row(2) / row(3);
}

function gridOf(points: PackedPoints): PickGrid {
  const grid = new PickGrid(points);
  grid.build();
  return grid;
}

describe('picking', () => {
  it.each([2, 3] as const)('finds what the rule says, by grid and by brute force, in %i-D', (n) => {
    let hits = 0;
    for (let seed = 0; seed < 25; seed++) {
      const points = somePoints(1500, n, seed);
      const random = seeded(seed + 77);
      const mask = Uint8Array.from({ length: points.count }, () => (random() < 0.3 ? 1 : 0));
      const grid = gridOf(points);
      for (let shot = 0; shot < 12; shot++) {
        const view = viewOf(someCamera(n, seed), VIEWPORT, 1 + (seed % 3));
        const aim = boxPlace(points, Math.floor(random() * points.count)) ?? [0, 0, 0];
        const { x, y } = project(view, aim);
        const pick: Pick = {
          view,
          x: x + 20 * (random() - 0.5),
          y: y + 20 * (random() - 0.5),
          radius: 30 * random(),
          size: 1 + 14 * random(),
          ...(shot % 2 ? { mask, skip: 1 } : {}),
        };
        const expected = oracle(points, pick);
        hits += expected >= 0 ? 1 : 0;
        expect(pickBrute(points, pick)).toBe(expected);
        expect(pickInGrid(grid, pick)).toBe(expected);
      }
    }
    expect(hits).toBeGreaterThan(150); // else the test says nothing
  });

  it('finds each lone point at its own place', () => {
    const points = packBox([-0.8, 0, 0, 0, 0.5, 0.3, 0.7, -0.4, -0.9], 3);
    const view = viewOf(someCamera(3, 2), VIEWPORT);
    for (let index = 0; index < 3; index++) {
      const { x, y, w } = project(view, boxPlace(points, index)!);
      if (w <= 0) continue;
      expect(pickInGrid(gridOf(points), { view, x, y, radius: 2, size: 2 })).toBe(index);
    }
  });

  it('takes the disc in front, not the nearer middle behind it', () => {
    const camera = { ...firstCamera(3), rotation: [0, 0, 0, 1] as const };
    const points = packBox([0.01, 0, 0.5, 0, 0, -0.5], 3);
    const view = viewOf(camera, VIEWPORT);
    const pick = { view, x: 400, y: 300, radius: 3, size: 20 };
    expect(pickInGrid(gridOf(points), pick)).toBe(0);
    expect(pickInGrid(gridOf(points), { ...pick, mask: new Uint8Array([1, 0]), skip: 1 })).toBe(1);
  });

  it('finds nothing beyond the radius', () => {
    const points = packBox([0, 0, 0], 2);
    const view = viewOf(firstCamera(2), VIEWPORT);
    expect(pickBrute(points, { view, x: 412, y: 300, radius: 8, size: 4 })).toBe(-1);
    expect(pickBrute(points, { view, x: 407, y: 300, radius: 8, size: 4 })).toBe(0);
  });

  it('looks at the first points only where only those are drawn', () => {
    const points = packBox([-0.5, 0, 0, 0, 0, 0], 2);
    const view = viewOf(firstCamera(2), VIEWPORT);
    const pick = { view, x: 400, y: 300, radius: 5, size: 4 };
    expect(pickBrute(points, pick, 2)).toBe(1);
    expect(pickBrute(points, pick, 1)).toBe(-1);
  });

  it('follows points that glide', () => {
    const from = packBox([-0.5, 0, 0], 2).positions;
    const points = packBox([0.5, 0, 0], 2);
    const view = viewOf(firstCamera(2), VIEWPORT);
    const glide = { from, fraction: 0.5, scale: 1, offset: [0, 0, 0] as const };
    const pick = { view, x: 400, y: 300, radius: 5, size: 4 };
    expect(pickBrute(points, pick, 1, glide)).toBe(0);
    expect(pickBrute(points, pick, 1)).toBe(-1);
  });
});

describe('PickGrid', () => {
  it.each([2, 3] as const)('holds every point with a position once, in %i-D', (n) => {
    const points = somePoints(3000, n, 4);
    const grid = gridOf(points);
    const known = Array.from({ length: points.count }, (_, index) => index).filter(
      (index) => boxPlace(points, index) !== null,
    );
    const end = grid.starts[CELLS]!;
    expect(end).toBe(known.length);
    expect([...grid.sorted.subarray(0, end)].sort((a, b) => a - b)).toEqual(known);
  });

  it('built in steps is the grid built at once', () => {
    const points = somePoints(1000, 3, 9);
    const steps = new PickGrid(points);
    let count = 1;
    while (!steps.build(170)) count++;
    expect(count).toBe(12); // six stretches, twice
    expect(steps.sorted).toEqual(gridOf(points).sorted);
  });
});
