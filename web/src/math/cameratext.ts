/** A camera as a short text for the address, and back. */
import { firstCamera, PERSPECTIVE, SPAN_LIMITS, type Camera } from './camera';
import { normalize, type Quat } from './vector';

/** `2,x,y,span` or `3,x,y,z,rotation x 4,span`, an orthographic 3-D one with `,0` after it. */
export function encodeCamera(camera: Camera): string {
  return cameraNumbers(camera)
    .map((value) => String(Number(value.toPrecision(5))))
    .join(',');
}

/** The numbers of `encodeCamera`, rounded so that steps of them can't be seen. */
export function cameraNumbers(camera: Camera): number[] {
  const [x, y, z] = camera.target.map((value) => Number(value.toFixed(5)));
  if (camera.dimensions === 2) return [2, x ?? 0, y ?? 0, camera.span];
  const rotation = camera.rotation.map((value) => Number(value.toFixed(5)));
  const flat = camera.perspective === 0 ? [0] : [];
  return [3, x ?? 0, y ?? 0, z ?? 0, ...rotation, camera.span, ...flat];
}

/** The camera a text stands for; null where it stands for none. */
export function decodeCamera(text: string): Camera | null {
  const parts = text.split(',');
  if (parts.some((part) => part.trim() === '')) return null;
  return cameraOf(parts.map(Number));
}

/** The camera of `cameraNumbers`; null where a number is missing, too many, or out of range. */
export function cameraOf(numbers: readonly number[]): Camera | null {
  if (!numbers.every((value) => Number.isFinite(value) && Math.abs(value) <= 100)) return null;
  const [dimensions = 0, x = 0, y = 0, ...rest] = numbers;
  if (dimensions === 2 && rest.length === 1) {
    const span = spanOf(rest[0]);
    return span === null ? null : { ...firstCamera(2), target: [x, y, 0], span };
  }
  if (dimensions !== 3 || rest.length < 6 || rest.length > 7) return null;
  const [z = 0, qx = 0, qy = 0, qz = 0, qw = 0, last, flat] = rest;
  const span = spanOf(last);
  const size = Math.hypot(qx, qy, qz, qw);
  if (span === null || size < 1e-3) return null;
  // What was only rounded stays as it is, so that the text of it is the same text.
  const written: Quat = [qx, qy, qz, qw];
  const rotation = Math.abs(size - 1) < 1e-4 ? written : normalize(written);
  const perspective = flat === 0 ? 0 : PERSPECTIVE;
  return { dimensions, target: [x, y, z], rotation, span, perspective };
}

function spanOf(value: number | undefined): number | null {
  if (value === undefined || value < SPAN_LIMITS[0] || value > SPAN_LIMITS[1]) return null;
  return value;
}
