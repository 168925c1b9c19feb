/** Seeded points to draw: clusters with a few outliers, as embeddings look, already in shuffled order. */
import { packBox } from '../src/math/packed';
import type { PackedPoints } from '../src/gpu/types';

export interface Synthetic {
  /** Three to a point, within -1..1. */
  readonly coordinates: Float32Array;
  /** Cluster of each point. */
  readonly colors: Uint16Array;
  readonly points: PackedPoints;
}

/** The mulberry32 generator: numbers 0..1, the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many points in `groups` clusters; `seed` chooses places, so another seed is another layout. */
export function clusters(count: number, dimensions: 2 | 3, seed = 1, groups = 10): Synthetic {
  const members = randomFrom(7); // a point keeps its cluster from layout to layout
  const random = randomFrom(seed);
  const centers = Array.from({ length: groups }, () => ({
    at: [0, 1, 2].map(() => (random() - 0.5) * 1.3),
    wide: [0, 1, 2].map(() => 0.05 + 0.09 * random()),
  }));
  const coordinates = new Float32Array(3 * count);
  const colors = new Uint16Array(count);
  for (let point = 0; point < count; point++) {
    const group = Math.floor(members() * groups);
    const stray = random() < 0.02 ? 3 : 1;
    colors[point] = group;
    for (let axis = 0; axis < 3; axis++) {
      const { at, wide } = centers[group]!;
      const value = at[axis]! + wide[axis]! * stray * normal(random);
      coordinates[3 * point + axis] = axis < dimensions ? Math.min(1, Math.max(-1, value)) : 0;
    }
  }
  return { coordinates, colors, points: packBox(coordinates, dimensions) };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const HUES = [
  '0072b2',
  'e69f00',
  '009e73',
  'd55e00',
  '56b4e9',
  'cc79a7',
  '6d55b5',
  'b3ab1c',
  'a5263f',
  '8a5a33',
];

/** RGBA bytes of ten colours that colour-blind people can tell apart. */
export function palette(): Uint8Array {
  return new Uint8Array(
    HUES.flatMap((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(255)),
  );
}
