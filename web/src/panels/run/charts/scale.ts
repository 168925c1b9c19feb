/** Axes: from values to pixels, and the round numbers to write beside them. */
import { duration, number } from '../../../state/words';

export type ScaleKind = 'linear' | 'log';

export interface Scale {
  readonly kind: ScaleKind;
  readonly low: number;
  readonly high: number;
  /** Pixel of a value. */
  at(value: number): number;
  /** Value of a pixel. */
  from(pixel: number): number;
}

/** Maps low..high to start..end; a log scale needs low > 0. */
export function scale(
  kind: ScaleKind,
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
): Scale {
  const forward = kind === 'log' ? Math.log : (value: number) => value;
  const back = kind === 'log' ? Math.exp : (value: number) => value;
  const [first, last] = [forward(low), forward(high)];
  const span = last - first || 1;
  return {
    kind,
    low,
    high,
    at: (value) => start + ((forward(value) - first) / span) * (end - start),
    from: (pixel) => back(first + ((pixel - start) / (end - start || 1)) * span),
  };
}

/** Round numbers within low..high: 1, 2 or 5 times a power of ten apart, about `wanted` of them. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(low) ? [low] : [];
  const rough = span / Math.max(1, wanted);
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.7) ?? 10);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found: number[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++) {
    found.push(Number((index * step).toFixed(Math.min(20, places))));
    if (found.length > 100) break; // steps below what a float can tell apart
  }
  return found;
}

/** Powers of ten within low..high; round numbers between them where there are few powers. */
export function logTicks(low: number, high: number, wanted: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const powers = Math.max(0, last - first + 1);
  if (powers < 2) {
    const finer = [];
    for (let power = first - 1; power <= last; power++) {
      for (const factor of [1, 2, 5]) {
        const value = Number(`${factor}e${power}`);
        if (value >= low && value <= high) finer.push(value);
      }
    }
    return finer.length >= 2 ? finer : ticks(low, high, wanted).filter((value) => value > 0);
  }
  const every = Math.max(1, Math.ceil(powers / wanted));
  return Array.from({ length: powers }, (_, index) => first + index)
    .filter((power) => (power - first) % every === 0)
    .map((power) => Number(`1e${power}`));
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 7, 14, 30, 60, 120, 365].map((days) => days * DAY),
];

/** Seconds that a clock finds round. */
export function timeTicks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  if (!(rough > 0.7)) return ticks(low, high, wanted);
  const step = TIME_STEPS.find((one) => one >= rough * 0.7);
  if (step === undefined) return ticks(low / DAY, high / DAY, wanted).map((days) => days * DAY);
  const found: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) found.push(index * step);
  return found;
}

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });

/** A number beside an axis, short: `0.05`, `1.2K`, `3e-7`. */
export function axisNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000 && size < 1e15) return COMPACT.format(value);
  return number(value).replace('infinity', '∞');
}

/** Seconds beside an axis: `0`, `30 s`, `1 h 30 min`. */
export function axisTime(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) < 60 && !Number.isInteger(value)) return `${number(value)} s`;
  const days = value / DAY;
  if (days >= 2 && Number.isInteger(Math.round(days * 100) / 100)) return `${Math.round(days)} d`;
  return value < 0 ? `-${duration(-value)}` : duration(value);
}

/** A little more than the values' range, so that the line doesn't touch the frame. */
export function padded(low: number, high: number, kind: ScaleKind): [number, number] {
  if (!(low <= high)) return kind === 'log' ? [0.1, 10] : [0, 1];
  if (kind === 'log') {
    const grow = Math.max(Math.pow(high / low, 0.06), 1.05);
    return [low / grow, high * grow];
  }
  const span = high - low;
  const room = span === 0 ? Math.max(Math.abs(low) * 0.1, 1e-12) : span * 0.06;
  if (span === 0 && low === 0) return [-1, 1];
  // A range that begins at zero stays there: nothing lies below it.
  return [low === 0 ? 0 : low - room, high + room];
}
