import { describe, expect, it } from 'vitest';
import {
  between,
  compose,
  dot,
  inverse,
  length,
  normalize,
  NO_ROTATION,
  rotate,
  rowsOf,
  turn,
  type Quat,
  type Vec3,
} from './vector';

const X: Vec3 = [1, 0, 0];
const Y: Vec3 = [0, 1, 0];
const Z: Vec3 = [0, 0, 1];

const close = (a: readonly number[], b: readonly number[], digits = 10): void => {
  expect(a.length).toBe(b.length);
  a.forEach((value, index) => expect(value).toBeCloseTo(b[index]!, digits));
};

/** Rotations that cover the sphere without a pattern. */
const ROTATIONS: Quat[] = Array.from({ length: 40 }, (_, i) =>
  normalize([Math.sin(i * 1.7), Math.cos(i * 2.3), Math.sin(i * 0.9 + 1), Math.cos(i * 3.1 + 2)]),
);

describe('rotations', () => {
  it('turn by the right hand', () => {
    close(rotate(turn(Z, Math.PI / 2), X), Y);
    close(rotate(turn(X, Math.PI / 2), Y), Z);
    close(rotate(turn(Y, Math.PI / 2), Z), X);
  });

  it('compose in the order last first', () => {
    const both = compose(turn(X, 0.4), turn(Z, 1.1));
    close(rotate(both, Y), rotate(turn(X, 0.4), rotate(turn(Z, 1.1), Y)));
  });

  it('keep lengths and angles, and have an inverse', () => {
    for (const q of ROTATIONS) {
      const [a, b, c] = rowsOf(q);
      close([dot(a, b), dot(b, c), dot(c, a)], [0, 0, 0]);
      close([length(a), length(b), length(c)], [1, 1, 1]);
      close(rotate(inverse(q), rotate(q, [0.3, -2, 5])), [0.3, -2, 5]);
    }
  });

  it('between two begin at the first, end at the second and stay of length 1', () => {
    for (const [index, from] of ROTATIONS.entries()) {
      const to = ROTATIONS[(index * 7 + 3) % ROTATIONS.length]!;
      close(rotate(between(from, to, 0), X), rotate(from, X), 6);
      close(rotate(between(from, to, 1), X), rotate(to, X), 6);
      expect(Math.hypot(...between(from, to, 0.37))).toBeCloseTo(1, 9);
    }
  });

  it('between two go at even speed, by the shorter way', () => {
    const to = turn(Y, 1.2);
    const far: Quat = [-to[0], -to[1], -to[2], -to[3]];
    close(rotate(between(NO_ROTATION, far, 0.25), Z), rotate(turn(Y, 0.3), Z), 9);
  });

  it('of no length are no rotation', () => {
    expect(normalize([0, 0, 0, 0])).toEqual(NO_ROTATION);
    expect(normalize([NaN, 0, 0, 1])).toEqual(NO_ROTATION);
  });
});
