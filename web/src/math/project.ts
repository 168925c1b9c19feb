/** Where things lie on screen. */
import type { View } from '../gpu/types';
import type { Bounds } from './fit';
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

/** A part of the picture in device pixels from the lower left, as WebGL counts. */
export interface PixelBox {
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the picture that holds all discs within bounds; `size` is the style's, in CSS pixels. */
export function pixelBox(view: View, bounds: Bounds | null, size: number): PixelBox {
  const whole = { left: 0, bottom: 0, width: view.width, height: view.height };
  if (bounds === null) return whole;
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const place = [0, 1, 2].map((axis) =>
      (corner >> axis) & 1 ? (bounds.high[axis] ?? 0) : (bounds.low[axis] ?? 0),
    );
    const { x, y, w } = project(view, [place[0] ?? 0, place[1] ?? 0, place[2] ?? 0]);
    if (w < 0.02) return whole; // it reaches behind the eye
    const reach = discRadius(size, view, w) + 2;
    left = Math.min(left, x - reach);
    right = Math.max(right, x + reach);
    top = Math.max(top, y + reach);
    bottom = Math.min(bottom, y - reach);
  }
  const clip = (value: number, most: number): number =>
    Math.round(Math.min(most, Math.max(0, value * view.pixelRatio)));
  const [x0, x1] = [clip(left, view.width), clip(right, view.width)];
  const [y0, y1] = [clip(bottom, view.height), clip(top, view.height)];
  return { left: x0, bottom: view.height - y1, width: x1 - x0, height: y1 - y0 };
}
