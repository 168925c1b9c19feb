/** Packed positions as the server sends them: a 64-byte header, then four 16-bit numbers to a point. */
import type { PackedPoints } from '../gpu/types';

/** Packed positions with what else their header says. */
export interface PackedFrame extends PackedPoints {
  /** Number of the frame or iteration. */
  readonly frame: number;
  /** Rows without a position. */
  readonly missing: number;
  /** Whether this is the finished layout. */
  readonly final: boolean;
  /** NaN where there is none. */
  readonly loss: number;
}

/** Why bytes are not packed positions, in words. */
export class PackedError extends Error {
  constructor(what: string) {
    super(`These positions can't be read: ${what}`);
    this.name = 'PackedError';
  }
}

export const HEADER_BYTES = 64;
const MAGIC = 'DSP1';
const BYTES_A_POINT = 8;

/** A box coordinate is (stored - MIDDLE) / REACH; see docs/http.md. */
export const MIDDLE = 32768;
export const REACH = 32767;

/**
 * Read the bytes of a layout or frame; the positions are a view of them, not a copy.
 *
 * @throws PackedError where the bytes are cut short, too long, or say something impossible.
 */
export function decodePacked(bytes: ArrayBuffer): PackedFrame {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new PackedError(`a header has ${HEADER_BYTES} bytes, got ${bytes.byteLength}.`);
  }
  const header = new DataView(bytes, 0, HEADER_BYTES);
  const magic = String.fromCharCode(...new Uint8Array(bytes, 0, 4));
  if (magic !== MAGIC) {
    throw new PackedError(`they must begin with "${MAGIC}", got ${JSON.stringify(magic)}.`);
  }
  const count = header.getUint32(4, true);
  const dimensions = header.getUint32(8, true);
  if (dimensions !== 2 && dimensions !== 3) {
    throw new PackedError(`dimensions must be 2 or 3, got ${dimensions}.`);
  }
  const expected = HEADER_BYTES + BYTES_A_POINT * count;
  if (bytes.byteLength !== expected) {
    throw new PackedError(
      `${count} points take ${expected} bytes, got ${bytes.byteLength}. ` +
        'The answer was probably cut off: load it again.',
    );
  }
  return {
    count,
    dimensions,
    ...boxOf(header),
    ...restOf(header, count),
    positions: new Uint16Array(bytes, HEADER_BYTES, 4 * count),
  };
}

function boxOf(header: DataView): Pick<PackedFrame, 'center' | 'half'> {
  const center = [16, 20, 24].map((offset) => header.getFloat32(offset, true));
  const half = header.getFloat32(28, true);
  if (!center.every(Number.isFinite)) {
    throw new PackedError(
      `the box's centre must be three finite numbers, got ${center.join(', ')}.`,
    );
  }
  if (!(half > 0 && Number.isFinite(half))) {
    throw new PackedError(`half the box's side must be a finite number above 0, got ${half}.`);
  }
  const [x = 0, y = 0, z = 0] = center;
  return { center: [x, y, z], half };
}

function restOf(
  header: DataView,
  count: number,
): Pick<PackedFrame, 'frame' | 'missing' | 'final' | 'loss'> {
  const missing = header.getUint32(32, true);
  if (missing > count) {
    throw new PackedError(`${missing} of ${count} points can't be without a position.`);
  }
  return {
    frame: header.getUint32(12, true),
    missing,
    final: (header.getUint32(36, true) & 1) !== 0,
    loss: header.getFloat32(40, true),
  };
}

/** Where a point lies in its box, -1..1 on each axis; null for a row without a position. */
export function boxPlace(
  points: PackedPoints,
  index: number,
): readonly [number, number, number] | null {
  const { positions } = points;
  const at = 4 * index;
  if (index < 0 || index >= points.count || positions[at + 3] === 0) return null;
  return [
    ((positions[at] ?? 0) - MIDDLE) / REACH,
    ((positions[at + 1] ?? 0) - MIDDLE) / REACH,
    ((positions[at + 2] ?? 0) - MIDDLE) / REACH,
  ];
}

/** Quantise box coordinates (-1..1, three to a point); NaN marks a row without a position. */
export function packBox(
  coordinates: ArrayLike<number>,
  dimensions: 2 | 3,
  { center = [0, 0, 0], half = 1 }: Partial<Pick<PackedPoints, 'center' | 'half'>> = {},
): PackedPoints {
  const count = Math.floor(coordinates.length / 3);
  const positions = new Uint16Array(4 * count);
  for (let point = 0; point < count; point++) {
    let known = true;
    for (let axis = 0; axis < 3; axis++) {
      const value = axis < dimensions ? (coordinates[3 * point + axis] ?? NaN) : 0;
      known &&= Number.isFinite(value);
      const stored = Math.round(value * REACH) + MIDDLE;
      positions[4 * point + axis] = Math.min(65535, Math.max(1, stored || 0));
    }
    positions[4 * point + 3] = known ? 65535 : 0;
  }
  return { count, dimensions, positions, center, half };
}
