import { describe, expect, it } from 'vitest';
import {
  axesOf,
  cameraBetween,
  centerOn,
  firstCamera,
  orbit,
  pan,
  placeAt,
  roll,
  sameCamera,
  SPAN_LIMITS,
  viewOf,
  zoom,
  type Camera,
} from './camera';
import { project } from './project';
import { someCamera } from './testpoints';
import { add, dot, rotate, scale, type Vec3 } from './vector';

const VIEWPORT = { width: 900, height: 600 };
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

const seen = (camera: Camera, place: Vec3, ratio = 1): { x: number; y: number; w: number } =>
  project(viewOf(camera, VIEWPORT, ratio), place);

describe('viewOf', () => {
  it.each([2, 3] as const)('puts the target in the middle at depth 1, in %i-D', (dimensions) => {
    for (const seed of SEEDS) {
      const camera = someCamera(dimensions, seed);
      const place = seen(camera, camera.target);
      expect(place.x).toBeCloseTo(450, 2);
      expect(place.y).toBeCloseTo(300, 2);
      expect(place.w).toBeCloseTo(1, 5);
    }
  });

  it('shows x to the right and y up in 2-D, the same length on both axes', () => {
    const camera = { ...firstCamera(2), span: 2 };
    expect(seen(camera, [1, 0, 0]).x).toBeCloseTo(600, 3);
    expect(seen(camera, [0, 1, 0]).y).toBeCloseTo(150, 3);
  });

  it('shows near things larger in 3-D', () => {
    const { back } = axesOf(firstCamera(3));
    expect(seen(firstCamera(3), scale(back, 0.5)).w).toBeLessThan(1);
    expect(seen(firstCamera(3), scale(back, -0.5)).w).toBeGreaterThan(1);
  });

  it('keeps all of the box that lies before the eye within its depth', () => {
    for (const seed of SEEDS) {
      const view = viewOf(someCamera(3, seed), VIEWPORT);
      const m = view.matrix;
      for (let corner = 0; corner < 8; corner++) {
        const p = [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? 1 : -1));
        const row = (r: number): number =>
          m[r]! * p[0]! + m[r + 4]! * p[1]! + m[r + 8]! * p[2]! + m[r + 12]!;
        if (row(3) > 0.05) expect(Math.abs(row(2) / row(3))).toBeLessThanOrEqual(1.0001);
      }
    }
  });

  it('counts device pixels, and places in CSS pixels don’t change with them', () => {
    const camera = someCamera(3, 5);
    const view = viewOf(camera, VIEWPORT, 2.5);
    expect([view.width, view.height]).toEqual([2250, 1500]);
    const [one, two] = [seen(camera, [0.1, 0.2, 0.3]), seen(camera, [0.1, 0.2, 0.3], 2.5)];
    expect(two.x).toBeCloseTo(one.x, 3);
    expect(two.y).toBeCloseTo(one.y, 3);
  });
});

describe('orbit', () => {
  it('moves what is in front with the pointer, however it is turned', () => {
    for (const seed of SEEDS) {
      const camera = { ...someCamera(3, seed), span: 1.5 };
      const front = add(camera.target, scale(axesOf(camera).back, 0.5));
      const before = seen(camera, front);
      const right = seen(orbit(camera, 12, 0, VIEWPORT), front);
      const down = seen(orbit(camera, 0, 12, VIEWPORT), front);
      expect(right.x).toBeGreaterThan(before.x + 2);
      expect(down.y).toBeGreaterThan(before.y + 2);
    }
  });

  it('keeps the horizon level through circling drags', () => {
    let camera = firstCamera(3);
    for (let step = 0; step < 300; step++) {
      camera = orbit(camera, 6 * Math.cos(step / 10), 6 * Math.sin(step / 10), VIEWPORT);
    }
    const [x, y] = rotate(camera.rotation, [0, 1, 0]);
    expect(Math.abs(Math.atan2(x, Math.abs(y)))).toBeLessThan(0.05);
  });

  it('goes over the pole: half a turn of dragging down comes out upside down', () => {
    let camera = { ...firstCamera(3), rotation: [0, 0, 0, 1] as const };
    for (let step = 0; step < 60; step++) camera = orbit(camera, 0, 10, VIEWPORT) as typeof camera;
    expect(rotate(camera.rotation, [0, 1, 0])[1]).toBeCloseTo(-1, 3);
    expect(rotate(camera.rotation, [0, 0, 1])[2]).toBeCloseTo(-1, 3);
  });

  it('changes nothing in 2-D', () => {
    expect(orbit(firstCamera(2), 30, 30, VIEWPORT)).toEqual(firstCamera(2));
    expect(roll(firstCamera(2), 1)).toEqual(firstCamera(2));
  });

  it('keeps the rotation of length 1 through a thousand steps', () => {
    let camera = firstCamera(3);
    for (let step = 0; step < 1000; step++) camera = orbit(camera, 7, step % 5, VIEWPORT);
    expect(Math.hypot(...camera.rotation)).toBeCloseTo(1, 9);
  });
});

describe('pan', () => {
  it.each([2, 3] as const)('moves the target’s place exactly as the pointer, in %i-D', (n) => {
    for (const seed of SEEDS) {
      const camera = someCamera(n, seed);
      const place = seen(pan(camera, 33, -21, VIEWPORT), camera.target);
      expect(place.x).toBeCloseTo(450 + 33, 2);
      expect(place.y).toBeCloseTo(300 - 21, 2);
    }
  });

  it('does not lose the points', () => {
    let camera = firstCamera(2);
    for (let step = 0; step < 500; step++) camera = pan(camera, 500, 0, VIEWPORT);
    expect(Math.hypot(...camera.target)).toBeLessThanOrEqual(4.001);
  });
});

describe('zoom', () => {
  it.each([2, 3] as const)('leaves the anchor where it is, in %i-D', (dimensions) => {
    for (const seed of SEEDS) {
      const camera = someCamera(dimensions, seed);
      const anchor: Vec3 = [0.1, 0.2, dimensions === 3 ? -0.1 : 0];
      const before = seen(camera, anchor);
      if (before.w < 0.1) continue;
      const after = seen(zoom(camera, 1.7, anchor), anchor);
      expect(after.x).toBeCloseTo(before.x, 1);
      expect(after.y).toBeCloseTo(before.y, 1);
    }
  });

  it('with what placeAt gives for an anchor holds the place under the pointer', () => {
    const camera = someCamera(3, 11);
    const place = placeAt(camera, 700, 120, VIEWPORT);
    const there = seen(zoom(camera, 0.5, place), place);
    expect([there.x, there.y].map(Math.round)).toEqual([700, 120]);
  });

  it('ends somewhere in both directions', () => {
    expect(zoom(firstCamera(3), 1e12).span).toBe(SPAN_LIMITS[0]);
    expect(zoom(firstCamera(3), 1e-12).span).toBe(SPAN_LIMITS[1]);
  });

  it('there and back again is the camera it was', () => {
    const camera = someCamera(3, 4);
    expect(sameCamera(zoom(zoom(camera, 3, [0.2, 0, 0]), 1 / 3, [0.2, 0, 0]), camera)).toBe(true);
  });
});

describe('cameraBetween', () => {
  const [from, to] = [someCamera(2, 3), someCamera(3, 8)];

  it('begins and ends where it should', () => {
    expect(cameraBetween(from, to, 1)).toBe(to);
    const first = cameraBetween(from, to, 0);
    expect({ ...first, dimensions: 2 }).toEqual({ ...from });
  });

  it('is a 3-D camera while it turns', () => {
    expect(cameraBetween(from, to, 0.5).dimensions).toBe(3);
    expect(cameraBetween(to, from, 0.99).dimensions).toBe(3);
    expect(cameraBetween(to, from, 1).dimensions).toBe(2);
  });

  it('never jumps: small steps move the picture little', () => {
    let last = seen(cameraBetween(from, to, 0), [0.2, -0.1, 0]);
    for (let step = 1; step <= 200; step++) {
      const place = seen(cameraBetween(from, to, step / 200), [0.2, -0.1, 0]);
      expect(Math.hypot(place.x - last.x, place.y - last.y)).toBeLessThan(30);
      last = place;
    }
  });
});

describe('centerOn', () => {
  it('looks at the place from the same side', () => {
    const camera = someCamera(3, 2);
    const centered = centerOn(camera, [0.3, 0.1, -0.2]);
    expect(seen(centered, [0.3, 0.1, -0.2]).x).toBeCloseTo(450, 2);
    expect(centered.rotation).toBe(camera.rotation);
    expect(centered.span).toBe(camera.span);
  });
});

describe('axesOf', () => {
  it('are at right angles', () => {
    const { right, up, back } = axesOf(someCamera(3, 9));
    expect(dot(right, up)).toBeCloseTo(0, 9);
    expect(dot(up, back)).toBeCloseTo(0, 9);
  });
});
