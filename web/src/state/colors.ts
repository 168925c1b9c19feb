/** Palette indices of points and the palettes they point into. */
import type { CategoryColumn, NumberColumn } from './columns';
import { byte, type Rgb } from './oklab';
import { categoryColors, missingColor, singleColor, type Theme } from './palette';
import { ramp } from './ramp';

/** Steps of a gradient; the entry after them is the missing colour. */
export const STEPS = 255;

/** Categories with an entry of their own in the palette; the renderer takes 65,536 entries. */
export const ENTRIES = 65_535;

/**
 * Palette index of each point in draw order: 0 is missing, `1 + code` a category. From the 65,536th on
 * categories share entries, as their colours repeat anyway.
 */
export function categoryIndices(column: CategoryColumn, order: Uint32Array): Uint16Array {
  const { codes, values } = column;
  const indices = new Uint16Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const code = codes[order[place] ?? 0] ?? 0;
    indices[place] = code === values.length ? 0 : 1 + (code % ENTRIES);
  }
  return indices;
}

/** Palette index of each point in draw order: 0 is missing, then `STEPS` steps from `low` to `high`. */
export function gradientIndices(
  column: NumberColumn,
  order: Uint32Array,
  low = column.minimum,
  high = column.maximum,
): Uint16Array {
  const indices = new Uint16Array(order.length);
  const scale = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let place = 0; place < order.length; place++) {
    const value = column.values[order[place] ?? 0] ?? NaN;
    if (!Number.isFinite(value)) continue;
    const step = Math.round((value - low) * scale);
    indices[place] = 1 + Math.min(STEPS - 1, Math.max(0, step));
  }
  return indices;
}

/** Colours of `total` categories as an RGBA palette, the missing one first. */
export function categoryPalette(total: number, theme: Theme): Uint8Array {
  const colors = categoryColors(total, theme);
  const entries = Math.min(total, ENTRIES);
  const list: Rgb[] = [missingColor(theme)];
  for (let entry = 0; entry < entries; entry++) {
    list.push(colors[entry % colors.length] ?? missingColor(theme));
  }
  return packed(list);
}

export function gradientPalette(theme: Theme): Uint8Array {
  const list: Rgb[] = [missingColor(theme)];
  for (let step = 0; step < STEPS; step++) list.push(ramp(step / (STEPS - 1), theme));
  return packed(list);
}

/** Every point the same: the missing colour is there for symmetry and never used. */
export function singlePalette(theme: Theme): Uint8Array {
  return packed([singleColor(theme)]);
}

/**
 * The palette with all but one entry faded towards the background: what a hovered legend entry shows,
 * without touching a byte per point.
 */
export function spotlight(palette: Uint8Array, entry: number, background: Rgb): Uint8Array {
  const faded = palette.slice();
  for (let index = 0; index * 4 < faded.length; index++) {
    if (index === entry) continue;
    for (const channel of [0, 1, 2] as const) {
      const at = index * 4 + channel;
      faded[at] = Math.round((faded[at] ?? 0) * 0.2 + byte(background[channel]) * 0.8);
    }
  }
  return faded;
}

/** The palette entry a category code has. */
export function entryOf(code: number, total: number): number {
  return code >= total ? 0 : 1 + (code % ENTRIES);
}

function packed(colors: readonly Rgb[]): Uint8Array {
  const bytes = new Uint8Array(colors.length * 4);
  colors.forEach((color, index) => {
    bytes.set([byte(color[0]), byte(color[1]), byte(color[2]), 255], index * 4);
  });
  return bytes;
}
