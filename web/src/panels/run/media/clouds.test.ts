import { describe, expect, it } from 'vitest';
import { cloudColors } from './clouds';

const colorAt = (palette: Uint8Array, index: number): number[] => [
  ...palette.slice(4 * index, 4 * index + 3),
];

describe('cloudColors', () => {
  it('of bytes are those bytes', () => {
    const bytes = Uint8Array.from([255, 0, 1, 255, 9, 8, 7, 255, 255, 0, 1, 255]);
    const { palette, indices } = cloudColors(6, bytes, 3, 'light');
    expect([0, 1, 2].map((point) => colorAt(palette, indices[point]!))).toEqual([
      [255, 0, 1],
      [9, 8, 7],
      [255, 0, 1],
    ]);
  });

  it('of more colours than a palette holds are near', () => {
    const count = 70_000;
    const bytes = new Uint8Array(4 * count);
    for (let point = 0; point < count; point++) {
      bytes.set([point & 255, (point >> 8) & 255, (point >> 16) * 60, 255], 4 * point);
    }
    const { palette, indices } = cloudColors(6, bytes, count, 'light');
    for (let point = 0; point < count; point += 977) {
      colorAt(palette, indices[point]!).forEach((channel, at) => {
        expect(Math.abs(channel - bytes[4 * point + at]!)).toBeLessThan(8);
      });
    }
  });

  it('of categories have one colour each, the missing their own', () => {
    const codes = Uint16Array.from([7, 2, 65_535, 7]);
    const { indices, categories } = cloudColors(4, new Uint8Array(codes.buffer), 4, 'dark');
    expect([...indices]).toEqual([2, 1, 0, 2]);
    expect(categories).toEqual([2, 7]);
  });

  it('are one where none came, or too few', () => {
    expect([...cloudColors(3, new Uint8Array(0), 2, 'light').indices]).toEqual([0, 0]);
    expect(cloudColors(6, new Uint8Array(4), 2, 'light').categories).toBeNull();
  });
});
