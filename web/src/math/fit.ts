/** Where to put the camera so that points are in the picture. */
import { firstCamera, PERSPECTIVE, SPAN_LIMITS, type Camera, type Viewport } from './camera';
import { MIDDLE, REACH } from './packed';
import { rowsOf, type Vec3 } from './vector';
import type { PackedPoints } from '../gpu/types';

/** Corners of what a set of points takes up, in box units. */
export interface Bounds {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** The part of the picture, at each side, that a fit leaves empty. */
export const MARGIN = 0.06;

const LEAST_SPAN = 0.004;

/** Which points count: all with a position, or those whose mask has none of `skip` and all of `need`. */
export interface Chosen {
  readonly mask: Uint8Array;
  readonly skip?: number;
  readonly need?: number;
}

function counts(chosen: Chosen | undefined, index: number): boolean {
  if (chosen === undefined) return true;
  const flags = chosen.mask[index] ?? 0;
  const need = chosen.need ?? 0;
  return (flags & (chosen.skip ?? 0)) === 0 && (flags & need) === need;
}

/** The box around the points that count; null where there is none. One pass. */
export function boundsOf(points: PackedPoints, chosen?: Chosen): Bounds | null {
  const { positions, count } = points;
  const low = [65536, 65536, 65536];
  const high = [-1, -1, -1];
  for (let index = 0; index < count; index++) {
    const at = 4 * index;
    if (positions[at + 3] === 0 || !counts(chosen, index)) continue;
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[at + axis] ?? 0;
      if (value < (low[axis] ?? 0)) low[axis] = value;
      if (value > (high[axis] ?? 0)) high[axis] = value;
    }
  }
  if ((high[0] ?? -1) < 0) return null;
  const place = (values: number[]): Vec3 => [
    ((values[0] ?? 0) - MIDDLE) / REACH,
    ((values[1] ?? 0) - MIDDLE) / REACH,
    ((values[2] ?? 0) - MIDDLE) / REACH,
  ];
  return { low: place(low), high: place(high) };
}

/**
 * The camera, seen from the same side, that has all points in the picture as large as they go.
 *
 * A point shows when |x| <= aspect (1 - margin) (span - z tan), z being its height above the target towards
 * the viewer; that is linear in the span, so one pass over the points gives the least span exactly.
 */
export function fitPoints(
  camera: Camera,
  points: PackedPoints,
  viewport: Viewport,
  chosen?: Chosen,
): Camera {
  const bounds = boundsOf(points, chosen);
  if (bounds === null) return { ...firstCamera(camera.dimensions), rotation: camera.rotation };
  const target = middleOf(bounds);
  const [right, up, back] = rowsOf(camera.rotation);
  const shown = 1 - 2 * MARGIN;
  const wide = 1 / (shown * (viewport.width / Math.max(1, viewport.height)));
  const high = 1 / shown;
  const { positions, count } = points;
  let span = LEAST_SPAN;
  for (let index = 0; index < count; index++) {
    const at = 4 * index;
    if (positions[at + 3] === 0 || !counts(chosen, index)) continue;
    const x = ((positions[at] ?? 0) - MIDDLE) / REACH - target[0];
    const y = ((positions[at + 1] ?? 0) - MIDDLE) / REACH - target[1];
    const z = ((positions[at + 2] ?? 0) - MIDDLE) / REACH - target[2];
    const across = Math.abs(right[0] * x + right[1] * y + right[2] * z) * wide;
    const along = Math.abs(up[0] * x + up[1] * y + up[2] * z) * high;
    const near = (back[0] * x + back[1] * y + back[2] * z) * camera.perspective;
    const needed = (across > along ? across : along) + near;
    if (needed > span) span = needed;
  }
  return { ...camera, target, span: Math.min(SPAN_LIMITS[1], span) };
}

/** The camera of the first picture of these points: all of them, from the side that shows depth. */
export function fittedCamera(points: PackedPoints, viewport: Viewport): Camera {
  return fitPoints(firstCamera(points.dimensions), points, viewport);
}

/** The same camera made fit for layouts of other dimensions; it keeps what it looks at. */
export function withDimensions(camera: Camera, dimensions: 2 | 3): Camera {
  if (camera.dimensions === dimensions) return camera;
  const { rotation } = firstCamera(dimensions);
  const perspective = dimensions === 3 ? PERSPECTIVE : 0;
  const [x, y] = camera.target;
  return { ...camera, dimensions, rotation, perspective, target: [x, y, 0] };
}

function middleOf({ low, high }: Bounds): Vec3 {
  return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
}
