/**
 * What is to be drawn, as arrays on the page's side: they outlive a lost context, and picking reads them.
 * Arrays are kept, not copied.
 */
import { boundsOf, type Bounds } from '../math/fit';
import { MIDDLE, REACH } from '../math/packed';
import type { Glide } from '../math/pick';
import { summarize, Work } from './stretches';
import { FLAG, type PackedPoints, type PointStyle, type Units } from './types';

export const FIRST_STYLE: PointStyle = {
  size: 4,
  opacity: 1,
  filtered: 'dim',
  background: [1, 1, 1],
  depthCue: true,
};

const NO_POINTS: PackedPoints = {
  count: 0,
  dimensions: 3,
  positions: new Uint16Array(0),
  center: [0, 0, 0],
  half: 1,
};

export class Scene {
  points: PackedPoints = NO_POINTS;
  /** Positions a glide starts from. */
  from: Uint16Array = NO_POINTS.positions;
  /** What makes an old place, in box units, one of the new box: offset, and scale. */
  oldBox: readonly [number, number, number, number] = [0, 0, 0, 1];
  blend = 1;
  colors: Uint16Array | null = null;
  mask: Uint8Array | null = null;
  /** Which points are lit, in draw order; null where all or nearly all are. */
  lit: Uint32Array | null = null;
  palette: Uint8Array = new Uint8Array([128, 128, 128, 255]);
  style = FIRST_STYLE;
  highlighted: ArrayLike<number> = [];
  /** All flags of the mask together. */
  private present = 0;
  private ringed: readonly number[] | null = null;
  private flaggedHigh: readonly number[] = [];
  private around: Bounds | null | undefined;
  /** Height of the floor, and where it comes from. */
  private floorHeights: readonly [number, number] = [-1, -1];

  setData(points: PackedPoints): void {
    this.points = points;
    this.around = undefined;
    this.from = points.positions;
    this.oldBox = [0, 0, 0, 1];
    this.blend = 1;
    this.colors = null;
    this.mask = null;
    this.lit = null;
    this.ringed = null;
    this.highlighted = [];
    const height = floorOf(points);
    this.floorHeights = [height, height];
  }

  /**
   * New positions. The old end of the glide is what was on screen: the last positions, or a mixture
   * computed here where a glide was under way (true then: `from` is an array the GPU doesn't have).
   */
  setPacked(points: PackedPoints, units: Units): boolean {
    const last = this.points;
    if (points.count !== last.count) {
      throw new RangeError(
        `setPacked moves the points there are: ${last.count} of them. Got ${points.count}; ` +
          'use setData for others.',
      );
    }
    const under = this.blend < 1;
    this.from = under ? this.mixture() : last.positions;
    this.floorHeights = [this.floor, floorOf(points)];
    this.points = points;
    this.around = undefined;
    this.oldBox = units === 'own' ? [0, 0, 0, 1] : boxChange(last, points);
    this.blend = 1;
    return under;
  }

  /** The box around all points; null where there are none, or while they glide. Kept once known. */
  get bounds(): Bounds | null {
    if (this.blend < 1) return null;
    if (this.around === undefined) this.around = boundsOf(this.points);
    return this.around;
  }

  /** Whether the points are in one place, where a floor would say nothing of their size. */
  get collapsed(): boolean {
    const { bounds } = this;
    return bounds !== null && bounds.low.every((low, axis) => low === bounds.high[axis]);
  }

  get floor(): number {
    const [from, to] = this.floorHeights;
    return from + (to - from) * this.blend;
  }

  /** The glide under way, for picking; undefined where there is none. */
  get glide(): Glide | undefined {
    if (this.blend >= 1) return undefined;
    const [x, y, z, scale] = this.oldBox;
    const offset = (shift: number): number => MIDDLE - MIDDLE * scale + shift * REACH;
    return {
      from: this.from,
      fraction: this.blend,
      scale,
      offset: [offset(x), offset(y), offset(z)],
    };
  }

  setMask(mask: Uint8Array): void {
    this.mask = mask;
    const { lit, present } = summarize(mask, FLAG.filteredOut);
    this.lit = lit;
    this.present = present;
    this.ringed = null;
  }

  setStyle(style: PointStyle): void {
    if (style.filtered !== this.style.filtered) this.ringed = null;
    this.style = style;
  }

  get work(): Work {
    return new Work(this.points.count, this.lit?.length ?? null, this.style.filtered === 'hide');
  }

  /** Points to mark: selected ones up to `most`, and highlighted ones. The mask is read once. */
  marked(most: number): { selected: readonly number[]; highlighted: readonly number[] } {
    if (this.ringed === null) {
      this.ringed = this.flagged(FLAG.selected, most);
      this.flaggedHigh = this.flagged(FLAG.highlighted, most);
    }
    return {
      selected: this.ringed,
      highlighted: [...this.flaggedHigh, ...Array.from(this.highlighted)],
    };
  }

  private flagged(flag: number, most: number): number[] {
    const found: number[] = [];
    const { mask } = this;
    if (mask === null || (this.present & flag) === 0) return found;
    const hidden = this.style.filtered === 'hide' ? FLAG.filteredOut : 0;
    for (let point = 0; point < mask.length && found.length < most; point++) {
      const flags = mask[point] ?? 0;
      if ((flags & flag) !== 0 && (flags & hidden) === 0) found.push(point);
    }
    return found;
  }

  /** Where the points are now, between old and new, quantised in the new box. */
  private mixture(): Uint16Array {
    const { positions } = this.points;
    const { glide } = this;
    const mixed = positions.slice();
    if (glide === undefined) return mixed;
    const { from, fraction, scale, offset } = glide;
    for (let at = 0; at < mixed.length; at += 4) {
      if (from[at + 3] === 0 || positions[at + 3] === 0) continue;
      for (let axis = 0; axis < 3; axis++) {
        const old = (from[at + axis] ?? 0) * scale + (offset[axis] ?? 0);
        const value = Math.round(old + ((positions[at + axis] ?? 0) - old) * fraction);
        mixed[at + axis] = Math.min(65535, Math.max(1, value));
      }
    }
    return mixed;
  }
}

function boxChange(old: PackedPoints, now: PackedPoints): [number, number, number, number] {
  const offset = (axis: 0 | 1 | 2): number => (old.center[axis] - now.center[axis]) / now.half;
  return [offset(0), offset(1), offset(2), old.half / now.half];
}

/** A little below the lowest of a sample of the points. */
function floorOf({ positions, count }: PackedPoints): number {
  let low = 65535;
  for (let point = 0; point < Math.min(count, 20_000); point++) {
    const y = positions[4 * point + 1] ?? 0;
    if (positions[4 * point + 3] !== 0 && y < low) low = y;
  }
  return (low - MIDDLE) / REACH - 0.06;
}
