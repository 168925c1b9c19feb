import { describe, expect, it } from 'vitest';
import { boxPlace, decodePacked, HEADER_BYTES, packBox, PackedError } from './packed';

interface Header {
  magic?: string;
  count?: number;
  dimensions?: number;
  frame?: number;
  center?: readonly [number, number, number];
  half?: number;
  missing?: number;
  flags?: number;
  loss?: number;
}

/** Bytes as docs/http.md describes them, written here by hand: the oracle. */
function bytesOf(points: readonly (readonly number[])[], header: Header = {}): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + 8 * points.length);
  const view = new DataView(bytes);
  const { center = [0, 0, 0] } = header;
  new TextEncoder().encode(header.magic ?? 'DSP1').forEach((code, at) => view.setUint8(at, code));
  view.setUint32(4, header.count ?? points.length, true);
  view.setUint32(8, header.dimensions ?? 3, true);
  view.setUint32(12, header.frame ?? 0, true);
  center.forEach((value, axis) => view.setFloat32(16 + 4 * axis, value, true));
  view.setFloat32(28, header.half ?? 1, true);
  view.setUint32(32, header.missing ?? 0, true);
  view.setUint32(36, header.flags ?? 0, true);
  view.setFloat32(40, header.loss ?? NaN, true);
  points.forEach((point, index) =>
    point.forEach((value, axis) =>
      view.setUint16(HEADER_BYTES + 8 * index + 2 * axis, value, true),
    ),
  );
  return bytes;
}

describe('decodePacked', () => {
  it('reads header and points', () => {
    const bytes = bytesOf(
      [
        [1, 32768, 65535, 65535],
        [7, 8, 9, 0],
      ],
      { dimensions: 3, frame: 12, center: [1, -2, 0.5], half: 4, missing: 1, flags: 1, loss: 1.5 },
    );
    const frame = decodePacked(bytes);
    expect(frame).toMatchObject({
      count: 2,
      dimensions: 3,
      frame: 12,
      center: [1, -2, 0.5],
      half: 4,
      missing: 1,
      final: true,
      loss: 1.5,
    });
    expect([...frame.positions]).toEqual([1, 32768, 65535, 65535, 7, 8, 9, 0]);
  });

  it('takes the positions as they are, without a copy', () => {
    const bytes = bytesOf([[5, 6, 7, 65535]]);
    expect(decodePacked(bytes).positions.buffer).toBe(bytes);
  });

  it('reads no points at all', () => {
    expect(decodePacked(bytesOf([])).count).toBe(0);
  });

  it('says that no loss is known', () => {
    expect(decodePacked(bytesOf([])).loss).toBeNaN();
  });

  it.each([
    ['a cut header', new ArrayBuffer(63), /64 bytes, got 63/],
    ['another format', bytesOf([], { magic: 'PK34' }), /"DSP1", got "PK34"/],
    ['four dimensions', bytesOf([], { dimensions: 4 }), /2 or 3, got 4/],
    ['cut points', bytesOf([[1, 1, 1, 1]], { count: 2 }), /2 points take 80 bytes, got 72/],
    ['a tail', bytesOf([[1, 1, 1, 1]], { count: 0 }), /0 points take 64 bytes, got 72/],
    ['no box', bytesOf([], { half: 0 }), /above 0, got 0/],
    ['an endless box', bytesOf([], { half: Infinity }), /above 0, got Infinity/],
    ['no centre', bytesOf([], { center: [0, NaN, 0] }), /three finite numbers, got 0, NaN, 0/],
    ['too many missing', bytesOf([], { missing: 1 }), /1 of 0 points/],
  ])('refuses %s, in words', (_, bytes, words) => {
    expect(() => decodePacked(bytes)).toThrow(PackedError);
    expect(() => decodePacked(bytes)).toThrow(words);
  });
});

describe('box coordinates', () => {
  it('come back within half a step of 16 bits', () => {
    const values = [-1, 1, 0, 0.3331, -0.72, 0.5, 1e-9, -0.99999, 0.123456];
    const points = packBox(values, 3);
    for (let point = 0; point < 3; point++) {
      const place = boxPlace(points, point)!;
      place.forEach((value, axis) =>
        expect(Math.abs(value - values[3 * point + axis]!)).toBeLessThanOrEqual(
          0.5 / 32767 + 1e-12,
        ),
      );
    }
  });

  it('of -1, 0 and 1 are exact', () => {
    expect(boxPlace(packBox([-1, 0, 1], 3), 0)).toEqual([-1, 0, 1]);
  });

  it('are missing where a value is', () => {
    const points = packBox([0, NaN, 0, 0, 0, 0], 3);
    expect(boxPlace(points, 0)).toBeNull();
    expect(boxPlace(points, 1)).toEqual([0, 0, 0]);
    expect(boxPlace(points, 2)).toBeNull();
    expect(boxPlace(points, -1)).toBeNull();
  });

  it('of two dimensions lie in the middle of the third', () => {
    expect(boxPlace(packBox([0.5, 0.5, 0.9], 2), 0)![2]).toBe(0);
  });
});
