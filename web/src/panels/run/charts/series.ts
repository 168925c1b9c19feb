/** One key's values by step: smoothing, ranges, gaps, the line's path, the point under the pointer. */
import type { ScalarSeries } from '../../../wire/types';
import type { Scale, ScaleKind } from './scale';

/** A series as it is drawn: x is the step, or seconds since the run began. */
export interface Line {
  readonly x: Float64Array;
  /** NaN where nothing finite was logged. */
  readonly y: Float64Array;
  /** Exponential moving average of y; y itself without smoothing. */
  readonly smooth: Float64Array;
  /** Points without a finite value. */
  readonly gaps: number;
}

export type XAxis = 'step' | 'time';

export function lineOf(series: ScalarSeries, axis: XAxis, start: number, weight: number): Line {
  const x = Float64Array.from(
    axis === 'step' ? series.steps : series.times.map((time) => time - start),
  );
  const y = Float64Array.from(series.values, (value) => value ?? NaN);
  let gaps = 0;
  for (const value of y) if (Number.isNaN(value)) gaps++;
  return { x, y, smooth: weight > 0 ? movingAverage(y, weight) : y, gaps };
}

/**
 * Exponential moving average with the bias of its start taken out (as Adam's moments, D. Kingma, J. Ba,
 * "Adam: A Method for Stochastic Optimization", ICLR 2015, section 3). NaN stays NaN and counts for
 * nothing.
 *
 * @param weight How much of the past is kept, 0 (nothing) to below 1.
 */
export function movingAverage(y: Float64Array, weight: number): Float64Array {
  const out = new Float64Array(y.length);
  let sum = 0;
  let total = 0;
  for (let index = 0; index < y.length; index++) {
    const value = y[index] ?? NaN;
    if (Number.isNaN(value)) {
      out[index] = NaN;
      continue;
    }
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    out[index] = sum / total;
  }
  return out;
}

export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Finite values that a log scale can't show. */
  readonly hidden: number;
}

/** The range of a line, smoothed and plain, within a range of x where one is given. */
export function extentOf(
  line: Line,
  kind: ScaleKind,
  range: readonly [number, number] | null,
): Extent {
  let [low, high, first, last, hidden] = [Infinity, -Infinity, Infinity, -Infinity, 0];
  for (let index = 0; index < line.x.length; index++) {
    const x = line.x[index] ?? NaN;
    if (range !== null && (x < range[0] || x > range[1])) continue;
    if (x < first) first = x;
    if (x > last) last = x;
    for (const value of [line.y[index] ?? NaN, line.smooth[index] ?? NaN]) {
      if (Number.isNaN(value)) continue;
      if (kind === 'log' && value <= 0) {
        hidden++;
        continue;
      }
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { x: range ?? [first, last], y: [low, high], hidden: Math.ceil(hidden / 2) };
}

export interface Drawn {
  /** `d` of an SVG path: one stroke for each stretch without a gap. */
  readonly path: string;
  /** Points with gaps on both sides: no stroke would show them. */
  readonly dots: readonly (readonly [number, number])[];
}

export function draw(x: Float64Array, y: Float64Array, xs: Scale, ys: Scale): Drawn {
  const parts: string[] = [];
  const dots: (readonly [number, number])[] = [];
  let stretch: (readonly [number, number])[] = [];
  const end = (): void => {
    if (stretch.length === 1 && stretch[0] !== undefined) dots.push(stretch[0]);
    else if (stretch.length > 1) {
      parts.push(
        `M${stretch.map(([left, top]) => `${left.toFixed(1)} ${top.toFixed(1)}`).join('L')}`,
      );
    }
    stretch = [];
  };
  for (let index = 0; index < x.length; index++) {
    const value = y[index] ?? NaN;
    if (Number.isNaN(value) || (ys.kind === 'log' && value <= 0)) end();
    else stretch.push([xs.at(x[index] ?? NaN), ys.at(value)]);
  }
  end();
  return { path: parts.join(''), dots };
}

/** The index whose x is nearest to a place; x rises. -1 where there is none. */
export function nearest(x: Float64Array, wanted: number): number {
  if (x.length === 0) return -1;
  let [low, high] = [0, x.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && wanted - (x[low - 1] ?? 0) <= (x[low] ?? 0) - wanted) return low - 1;
  return low;
}

export interface KeyGroup {
  /** '' for keys without a prefix. */
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** Keys by what stands before their first `/` (or `.` before a letter); those without one come first. */
export function groupKeys(keys: readonly string[]): KeyGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const prefix = /^([^/.]+)(?:\/|\.(?=\D))./u.exec(key)?.[1] ?? '';
    const members = groups.get(prefix);
    if (members === undefined) groups.set(prefix, [key]);
    else members.push(key);
  }
  return [...groups]
    .map(([prefix, members]) => ({ prefix, keys: members }))
    .sort((one, other) => Number(other.prefix === '') - Number(one.prefix === ''));
}
