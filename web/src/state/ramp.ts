/**
 * Colours of numbers: viridis, whose lightness rises evenly, so that equal steps look equal.
 *
 * Reference: S. van der Walt, N. Smith, "viridis", 2015, https://bids.github.io/colormap/
 */
import { interpolateViridis } from 'd3-scale-chromatic';

import { rgbOfHex, type Rgb } from './oklab';
import type { Theme } from './palette';

/** The part of the map that stands out from the background: no black on dark, no pale yellow on white. */
const PART: Record<Theme, readonly [number, number]> = { light: [0, 0.93], dark: [0.14, 1] };

/** The colour of a fraction 0..1 of the range. */
export function ramp(fraction: number, theme: Theme): Rgb {
  const [from, to] = PART[theme];
  return rgbOfHex(interpolateViridis(from + (to - from) * Math.min(1, Math.max(0, fraction))));
}
