/** Colours of a point cloud: what the server sends after the positions, as palette and indices. */
import { categoryPalette, singlePalette } from '../../../state/colors';
import type { Theme } from '../../../theme/theme.svelte';

export interface CloudColors {
  readonly palette: Uint8Array;
  readonly indices: Uint16Array;
  /** Categories in the order of their colours; null where colours stand for nothing. */
  readonly categories: readonly number[] | null;
}

const NONE = 65_535; // a point without a category
const MOST = 65_535; // entries of a palette

/** `width` is 3 (no colours), 4 (a uint16 category to a point) or 6 (four bytes to a point). */
export function cloudColors(
  width: number | null,
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  theme: Theme,
): CloudColors {
  if (width === 4 && bytes.length >= 2 * count) return ofCategories(bytes, count, theme);
  if (width === 6 && bytes.length >= 4 * count) return ofBytes(bytes, count);
  return { palette: singlePalette(theme), indices: new Uint16Array(count), categories: null };
}

function ofCategories(bytes: Uint8Array<ArrayBuffer>, count: number, theme: Theme): CloudColors {
  const codes = new Uint16Array(bytes.slice(0, 2 * count).buffer);
  const categories = [...new Set(codes)].filter((code) => code !== NONE).sort((a, b) => a - b);
  const places = new Map(categories.map((code, place) => [code, place + 1]));
  const indices = codes.map((code) => places.get(code) ?? 0);
  return { palette: categoryPalette(categories.length, theme), indices, categories };
}

/** Colours as they are where the palette has room for all; else with 5 bits to a channel. */
function ofBytes(bytes: Uint8Array<ArrayBuffer>, count: number): CloudColors {
  const exact = paletteOf(bytes, count, 0xff);
  return (
    exact ??
    paletteOf(bytes, count, 0xf8) ?? {
      palette: bytes.slice(0, 4),
      indices: new Uint16Array(count),
      categories: null,
    }
  );
}

function paletteOf(bytes: Uint8Array, count: number, bits: number): CloudColors | null {
  const places = new Map<number, number>();
  const indices = new Uint16Array(count);
  for (let point = 0; point < count; point++) {
    const at = 4 * point;
    const [red = 0, green = 0, blue = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const color = ((red & bits) << 16) | ((green & bits) << 8) | (blue & bits);
    let place = places.get(color);
    if (place === undefined) {
      if (places.size === MOST) return null;
      place = places.size;
      places.set(color, place);
    }
    indices[point] = place;
  }
  const palette = new Uint8Array(4 * Math.max(1, places.size));
  for (const [color, place] of places) {
    palette.set([color >> 16, (color >> 8) & 0xff, color & 0xff, 255], 4 * place);
  }
  return { palette, indices, categories: null };
}
