/** Seeded points and cameras for the tests of this folder. */
import type { PackedPoints } from '../gpu/types';
import { firstCamera, type Camera } from './camera';
import { packBox } from './packed';
import { normalize } from './vector';

/** Numbers 0..1, the same in every run. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 15), 2246822519) >>> 0;
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296;
  };
}

/** Half in a dense clump, half anywhere; one in twenty without a position. */
export function somePoints(count: number, dimensions: 2 | 3, seed: number): PackedPoints {
  const random = seeded(seed);
  const values = new Float64Array(3 * count);
  for (let point = 0; point < count; point++) {
    const clump = random() < 0.5;
    for (let axis = 0; axis < 3; axis++) {
      values[3 * point + axis] = clump ? 0.3 + 0.05 * (random() - 0.5) : 2 * random() - 1;
    }
    if (random() < 0.05) values[3 * point] = NaN;
  }
  return packBox(values, dimensions);
}

/** A camera anywhere: near or far, turned, looking beside the middle, now and then orthographic. */
export function someCamera(dimensions: 2 | 3, seed: number): Camera {
  const random = seeded(seed + 1000);
  const signed = (reach: number): number => reach * (2 * random() - 1);
  const camera = firstCamera(dimensions);
  const span = Math.exp(signed(2));
  if (dimensions === 2) return { ...camera, span, target: [signed(0.6), signed(0.6), 0] };
  return {
    ...camera,
    span,
    target: [signed(0.6), signed(0.6), signed(0.6)],
    rotation: normalize([signed(1), signed(1), signed(1), signed(1)]),
    perspective: random() < 0.2 ? 0 : camera.perspective,
  };
}
