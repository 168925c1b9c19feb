import { describe, expect, it } from 'vitest';
import { firstCamera, viewOf } from './camera';
import { boundsOf, fitPoints, fittedCamera, MARGIN, withDimensions } from './fit';
import { boxPlace, packBox } from './packed';
import { pixelBox, project } from './project';
import { someCamera, somePoints } from './testpoints';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 2000, height: 300 },
];
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

/** How far out points lie, 1 being the edge of the picture: the farthest across, and up. */
function reach(
  points: ReturnType<typeof somePoints>,
  camera: Parameters<typeof viewOf>[0],
  size: { width: number; height: number },
): number {
  const view = viewOf(camera, size);
  let most = 0;
  for (let point = 0; point < points.count; point++) {
    const place = boxPlace(points, point);
    if (place === null) continue;
    const { x, y, w } = project(view, place);
    expect(w).toBeGreaterThan(0);
    most = Math.max(most, Math.abs((2 * x) / size.width - 1), Math.abs((2 * y) / size.height - 1));
  }
  return most;
}

describe('fitPoints', () => {
  it.each([2, 3] as const)(
    'has all points within the margin, as large as they go, in %i-D',
    (n) => {
      for (const seed of SEEDS) {
        for (const size of SIZES) {
          const points = somePoints(400, n, seed);
          const camera = fitPoints(someCamera(n, seed), points, size);
          expect(reach(points, camera, size)).toBeCloseTo(1 - 2 * MARGIN, 2);
        }
      }
    },
  );

  it('keeps the side the points are seen from', () => {
    const camera = someCamera(3, 3);
    expect(fitPoints(camera, somePoints(50, 3, 1), SIZES[0]!).rotation).toBe(camera.rotation);
  });

  it('fits the chosen points alone', () => {
    const points = packBox([0.5, 0.5, 0, 0.6, 0.5, 0, -1, -1, 0, NaN, 0, 0], 2);
    const mask = new Uint8Array([2, 2, 0, 2]);
    const camera = fitPoints(firstCamera(2), points, SIZES[0]!, { mask, need: 2 });
    expect(camera.target[0]).toBeCloseTo(0.55, 3);
    expect(camera.target[1]).toBeCloseTo(0.5, 3);
    expect(camera.span).toBeLessThan(0.1);
    const rest = fitPoints(firstCamera(2), points, SIZES[0]!, { mask, skip: 2 });
    expect(rest.target[0]).toBeCloseTo(-1, 3);
  });

  it('finds a place for one point, for equal points and for none', () => {
    for (const values of [
      [0.2, 0.3, 0],
      [0.2, 0.3, 0, 0.2, 0.3, 0],
    ]) {
      const camera = fitPoints(firstCamera(2), packBox(values, 2), SIZES[0]!);
      expect(camera.target[0]).toBeCloseTo(0.2, 3);
      expect(camera.span).toBeGreaterThan(0);
    }
    for (const values of [[], [NaN, 0, 0]]) {
      expect(fitPoints(firstCamera(2), packBox(values, 2), SIZES[0]!)).toEqual(firstCamera(2));
    }
  });
});

describe('fittedCamera', () => {
  it('is of the layout’s dimensions', () => {
    for (const n of [2, 3] as const) {
      expect(fittedCamera(somePoints(30, n, 1), SIZES[0]!).dimensions).toBe(n);
    }
  });
});

describe('withDimensions', () => {
  it('turns a camera flat and round again, keeping what it looks at', () => {
    const camera = someCamera(3, 6);
    const flat = withDimensions(camera, 2);
    expect(flat).toMatchObject({ dimensions: 2, perspective: 0, rotation: [0, 0, 0, 1] });
    expect(flat.target.slice(0, 2)).toEqual(camera.target.slice(0, 2));
    expect(withDimensions(flat, 3).perspective).toBeGreaterThan(0);
    expect(withDimensions(camera, 3)).toBe(camera);
  });
});

describe('boundsOf', () => {
  it('are the corners of the points with a position', () => {
    const points = packBox([-0.5, 0.25, 1, 0.5, -1, 0, NaN, 5, 5], 3);
    const { low, high } = boundsOf(points)!;
    [-0.5, -1, 0].forEach((value, axis) => expect(low[axis]).toBeCloseTo(value, 4));
    [0.5, 0.25, 1].forEach((value, axis) => expect(high[axis]).toBeCloseTo(value, 4));
  });

  it('of no points are none', () => {
    expect(boundsOf(packBox([NaN, 0, 0], 3))).toBeNull();
  });
});

describe('pixelBox', () => {
  it('holds every disc that can be seen', () => {
    for (const seed of SEEDS) {
      const points = somePoints(300, 3, seed);
      const view = viewOf(someCamera(3, seed), SIZES[0]!, 1.5);
      const box = pixelBox(view, boundsOf(points), 5);
      for (let point = 0; point < points.count; point++) {
        const place = boxPlace(points, point);
        if (place === null) continue;
        const { x, y, w } = project(view, place);
        const [px, py] = [x * 1.5, view.height - y * 1.5];
        const visible = w > 0.03 && px >= 0 && px < view.width && py >= 0 && py < view.height;
        if (!visible) continue;
        expect(px).toBeGreaterThanOrEqual(box.left);
        expect(px).toBeLessThanOrEqual(box.left + box.width);
        expect(py).toBeGreaterThanOrEqual(box.bottom);
        expect(py).toBeLessThanOrEqual(box.bottom + box.height);
      }
    }
  });

  it('is the whole picture where bounds are unknown', () => {
    const view = viewOf(firstCamera(3), SIZES[0]!);
    expect(pixelBox(view, null, 4)).toEqual({ left: 0, bottom: 0, width: 1280, height: 800 });
  });
});
