/** Where things lie on screen. */
import type { View } from '../gpu/types';
import type { Vec3 } from './vector';

/** A place in CSS pixels from the picture's top left, and w: depth, 1 at the camera's target. */
export interface ScreenPlace {
  readonly x: number;
  readonly y: number;
  /** At or below 0 the place is behind the eye, and x and y mean nothing. */
  readonly w: number;
}

export function project(view: View, place: Vec3): ScreenPlace {
  const m = view.matrix;
  const [x, y, z] = place;
  const row = (r: number): number =>
    (m[r] ?? 0) * x + (m[r + 4] ?? 0) * y + (m[r + 8] ?? 0) * z + (m[r + 12] ?? 0);
  const w = row(3);
  const width = view.width / view.pixelRatio;
  const height = view.height / view.pixelRatio;
  return {
    x: ((row(0) / w + 1) / 2) * width,
    y: ((1 - row(1) / w) / 2) * height,
    w,
  };
}

/** Points are never larger, in CSS pixels: large discs hide the rest and are slow to draw. */
export const LARGEST_DISC = 64;

/** A disc's radius on screen, in CSS pixels, at depth w: the vertex shader's rule. */
export function discRadius(size: number, view: View, w: number): number {
  return Math.min(LARGEST_DISC, (size * view.magnification) / w) / 2;
}
