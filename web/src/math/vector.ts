/** Vectors and rotations as plain tuples: what the camera needs and no more. */

export type Vec3 = readonly [number, number, number];

/** A rotation as a unit quaternion x, y, z, w. */
export type Quat = readonly [number, number, number, number];

export const ORIGIN: Vec3 = [0, 0, 0];
export const NO_ROTATION: Quat = [0, 0, 0, 1];

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function length(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

export function mix(a: Vec3, b: Vec3, fraction: number): Vec3 {
  return [
    a[0] + (b[0] - a[0]) * fraction,
    a[1] + (b[1] - a[1]) * fraction,
    a[2] + (b[2] - a[2]) * fraction,
  ];
}

/** The rotation by `angle` (radians) about a unit axis. */
export function turn(axis: Vec3, angle: number): Quat {
  const s = Math.sin(angle / 2);
  return [axis[0] * s, axis[1] * s, axis[2] * s, Math.cos(angle / 2)];
}

/** The rotation that does `b` first and then `a`. */
export function compose(a: Quat, b: Quat): Quat {
  return [
    a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
    a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
    a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
    a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
  ];
}

export function inverse(q: Quat): Quat {
  return [-q[0], -q[1], -q[2], q[3]];
}

/** The same rotation at length 1; no rotation where the length is 0 or not a number. */
export function normalize(q: Quat): Quat {
  const size = Math.hypot(q[0], q[1], q[2], q[3]);
  if (!(size > 1e-9) || !Number.isFinite(size)) return NO_ROTATION;
  return [q[0] / size, q[1] / size, q[2] / size, q[3] / size];
}

/** The rows of a rotation's 3 x 3 matrix: row r is what the r-th new coordinate reads. */
export function rowsOf(q: Quat): readonly [Vec3, Vec3, Vec3] {
  const [x, y, z, w] = q;
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}

export function rotate(q: Quat, v: Vec3): Vec3 {
  const [a, b, c] = rowsOf(q);
  return [dot(a, v), dot(b, v), dot(c, v)];
}

/** The shortest way from one rotation to another, at even speed. */
export function between(from: Quat, to: Quat, fraction: number): Quat {
  let cosine = from[0] * to[0] + from[1] * to[1] + from[2] * to[2] + from[3] * to[3];
  const sign = cosine < 0 ? -1 : 1; // q and -q are the same rotation: take the nearer
  cosine *= sign;
  let a = 1 - fraction;
  let b = fraction;
  if (cosine < 0.9995) {
    const angle = Math.acos(cosine);
    a = Math.sin((1 - fraction) * angle) / Math.sin(angle);
    b = Math.sin(fraction * angle) / Math.sin(angle);
  }
  b *= sign;
  return normalize([
    from[0] * a + to[0] * b,
    from[1] * a + to[1] * b,
    from[2] * a + to[2] * b,
    from[3] * a + to[3] * b,
  ]);
}
