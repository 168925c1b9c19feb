/**
 * The camera as plain data, and what can be done with it.
 *
 * One description serves 2-D and 3-D: `span` is half the picture's height at the target, in box units
 * (the points' box is -1..1 on each axis), and `perspective` the tangent of half the field of view. At 0 the
 * picture is orthographic, so a 2-D view is a 3-D view without perspective or rotation, and going from one
 * to the other is a walk between two cameras.
 */
import type { View } from '../gpu/types';
import {
  add,
  between,
  compose,
  dot,
  inverse,
  length,
  mix,
  NO_ROTATION,
  normalize,
  ORIGIN,
  rotate,
  rowsOf,
  scale,
  subtract,
  turn,
  type Quat,
  type Vec3,
} from './vector';

export interface Camera {
  readonly dimensions: 2 | 3;
  /** What it looks at and turns about, in box units. */
  readonly target: Vec3;
  /** From box axes to the picture's: x right, y up, z towards the viewer. */
  readonly rotation: Quat;
  /** Half the picture's height at the target, in box units. */
  readonly span: number;
  /** Tangent of half the vertical field of view; 0 is orthographic. */
  readonly perspective: number;
}

/** The picture's size in CSS pixels. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export const PERSPECTIVE = Math.tan((34 / 2) * (Math.PI / 180));
/** Nearer, the steps of 16-bit positions would show: one is 12 pixels of a picture 800 high. */
export const SPAN_LIMITS = [1e-3, 16] as const;

/** A little from the right and from above, so that depth shows at once. */
const FIRST_ROTATION = compose(turn([1, 0, 0], 0.32), turn([0, 1, 0], -0.52));

const BOX_RADIUS = Math.sqrt(3);

/** Points grow with the square root's root of the zoom, so that spread-out regions don't look empty. */
const GROWTH = 0.3;

/** The camera of the first picture: the whole box is in it. */
export function firstCamera(dimensions: 2 | 3): Camera {
  return dimensions === 2
    ? { dimensions, target: ORIGIN, rotation: NO_ROTATION, span: 1.1, perspective: 0 }
    : {
        dimensions,
        target: ORIGIN,
        rotation: FIRST_ROTATION,
        span: 1.7,
        perspective: PERSPECTIVE,
      };
}

/**
 * The camera's matrices for the renderer.
 *
 * w is 1 at the target's depth, so that a size divided by w is right there. Depth spans what of the box
 * lies before the eye.
 */
export function viewOf(camera: Camera, viewport: Viewport, pixelRatio = 1): View {
  const { target, span, perspective } = camera;
  const width = Math.max(1, Math.round(viewport.width * pixelRatio));
  const height = Math.max(1, Math.round(viewport.height * pixelRatio));
  const [right, up, back] = rowsOf(camera.rotation);
  const k = perspective / span; // one over the distance from eye to target
  const far = length(target) + BOX_RADIUS + 0.05;
  const near = k > 0 ? Math.max(-far, -0.97 / k) : -far;
  const a = (2 + k * (far + near)) / (far - near);
  const b = 1 + k * far - a * far;
  const matrix = new Float32Array(16);
  setRow(matrix, 0, scale(right, height / (span * width)), target, 0);
  setRow(matrix, 1, scale(up, 1 / span), target, 0);
  setRow(matrix, 2, scale(back, -a), target, b);
  setRow(matrix, 3, scale(back, -k), target, 1);
  return {
    matrix,
    dimensions: camera.dimensions,
    width,
    height,
    pixelRatio,
    magnification: Math.min(4, Math.max(0.5, Math.pow(1 / span, GROWTH))),
    span,
    near,
    far,
  };
}

/** Row r of the matrix so that it reads `axis . (p - target) + constant`. */
function setRow(matrix: Float32Array, row: number, axis: Vec3, target: Vec3, constant: number) {
  matrix[row] = axis[0];
  matrix[row + 4] = axis[1];
  matrix[row + 8] = axis[2];
  matrix[row + 12] = constant - dot(axis, target);
}

/** Turn by a drag of (dx, dy) CSS pixels: what is in front follows the pointer. */
export function orbit(camera: Camera, dx: number, dy: number, viewport: Viewport): Camera {
  const drag = Math.hypot(dx, dy);
  if (drag === 0 || camera.dimensions === 2) return camera;
  const angle = (drag * Math.PI) / Math.max(200, Math.min(viewport.width, viewport.height));
  const turned = compose(turn([dy / drag, dx / drag, 0], angle), camera.rotation);
  return { ...camera, rotation: normalize(level(turned, angle)) };
}

/**
 * Take back the roll that circling drags build up: wholly where the box's y axis lies in the picture, not at
 * all where it points at the viewer, so that there is no pole to get stuck at.
 */
function level(rotation: Quat, angle: number): Quat {
  const [x, y] = rotate(rotation, [0, 1, 0]);
  const upright = x * x + y * y;
  const roll = y >= 0 ? Math.atan2(x, y) : Math.atan2(-x, -y);
  return compose(turn([0, 0, 1], roll * upright * (1 - Math.exp(-8 * angle))), rotation);
}

/** Turn about the axis through the picture (a two-finger twist); positive is counter-clockwise. */
export function roll(camera: Camera, angle: number): Camera {
  if (camera.dimensions === 2) return camera;
  return { ...camera, rotation: normalize(compose(turn([0, 0, 1], angle), camera.rotation)) };
}

/** Move by a drag of (dx, dy) CSS pixels: what lies at the target's depth follows the pointer. */
export function pan(camera: Camera, dx: number, dy: number, viewport: Viewport): Camera {
  const unit = (2 * camera.span) / Math.max(1, viewport.height);
  const [right, up] = rowsOf(camera.rotation);
  const moved = add(scale(right, -dx * unit), scale(up, dy * unit));
  return { ...camera, target: within(add(camera.target, moved)) };
}

/** Scale the picture by `factor` (above 1 is nearer); `anchor`, in box units, stays where it is. */
export function zoom(camera: Camera, factor: number, anchor: Vec3 = camera.target): Camera {
  const [least, most] = SPAN_LIMITS;
  const span = Math.min(most, Math.max(least, camera.span / factor));
  const kept = span / camera.span;
  return { ...camera, span, target: within(mix(anchor, camera.target, kept)) };
}

/** The box point at the target's depth under a place in CSS pixels from the top left. */
export function placeAt(camera: Camera, x: number, y: number, viewport: Viewport): Vec3 {
  const unit = (2 * camera.span) / Math.max(1, viewport.height);
  const [right, up] = rowsOf(camera.rotation);
  return add(
    camera.target,
    add(scale(right, (x - viewport.width / 2) * unit), scale(up, (viewport.height / 2 - y) * unit)),
  );
}

/** Look at a point, from the same side and distance. */
export function centerOn(camera: Camera, target: Vec3): Camera {
  return { ...camera, target: within(target) };
}

/** Between two cameras, for a gentle walk; `fraction` 1 is exactly `to`. */
export function cameraBetween(from: Camera, to: Camera, fraction: number): Camera {
  if (fraction >= 1) return to;
  return {
    dimensions: from.dimensions === 3 ? 3 : to.dimensions,
    target: mix(from.target, to.target, fraction),
    rotation: between(from.rotation, to.rotation, fraction),
    span: from.span * Math.pow(to.span / from.span, fraction),
    perspective: from.perspective + (to.perspective - from.perspective) * fraction,
  };
}

/** The camera at a place in space, x right and y up: where the picture's axes point in the box. */
export function axesOf(camera: Camera): { right: Vec3; up: Vec3; back: Vec3 } {
  const back = inverse(camera.rotation);
  return {
    right: rotate(back, [1, 0, 0]),
    up: rotate(back, [0, 1, 0]),
    back: rotate(back, [0, 0, 1]),
  };
}

/** Whether two cameras give the same picture, to what a screen can show. */
export function sameCamera(a: Camera, b: Camera): boolean {
  const cosine = Math.abs(
    a.rotation[0] * b.rotation[0] +
      a.rotation[1] * b.rotation[1] +
      a.rotation[2] * b.rotation[2] +
      a.rotation[3] * b.rotation[3],
  );
  return (
    a.dimensions === b.dimensions &&
    a.perspective === b.perspective &&
    Math.abs(a.span / b.span - 1) < 1e-3 &&
    length(subtract(a.target, b.target)) < 1e-3 * a.span &&
    cosine > 1 - 1e-7
  );
}

/** Nobody should lose the points by panning on and on. */
function within(target: Vec3): Vec3 {
  const far = length(target);
  return far > 4 ? scale(target, 4 / far) : target;
}
