/**
 * A grid over packed positions: points sorted by cell, cells by block, so that what lies near a line of sight
 * is found without looking at the rest.
 *
 * In 3-D 64 cells an axis in blocks of 8, in 2-D 512 in blocks of 16: 262,144 cells each. A cell is the top
 * bits of the 16-bit coordinates, so sorting is counting. Building takes about 20 ms a million points; it goes
 * in steps, so that no frame waits for it.
 */
import type { PackedPoints } from '../gpu/types';

const CELL_BITS = { 2: [9, 9, 0], 3: [6, 6, 6] } as const;
const BLOCK_BITS = { 2: [5, 5, 0], 3: [3, 3, 3] } as const;
export const CELLS = 1 << 18;

/** Sizes in 16-bit units: how cells number themselves along each axis. */
export interface GridShape {
  /** Right shift of a coordinate to its cell along the axis. */
  readonly shift: readonly [number, number, number];
  /** Cells of a block along each axis, as bits. */
  readonly inner: readonly [number, number, number];
  /** Blocks along each axis, as bits. */
  readonly outer: readonly [number, number, number];
}

export function shapeOf(dimensions: 2 | 3): GridShape {
  const bits = CELL_BITS[dimensions];
  const outer = BLOCK_BITS[dimensions];
  return {
    shift: [16 - bits[0], 16 - bits[1], 16 - bits[2]],
    inner: [bits[0] - outer[0], bits[1] - outer[1], bits[2] - outer[2]],
    outer,
  };
}

export class PickGrid {
  readonly points: PackedPoints;
  readonly shape: GridShape;
  /** Points of cell c are `sorted[starts[c] .. starts[c + 1]]`. */
  readonly starts = new Uint32Array(CELLS + 1);
  readonly sorted: Uint32Array;
  private readonly places: Uint32Array;
  private phase: 'count' | 'place' | 'done' = 'count';
  private at = 0;

  constructor(points: PackedPoints) {
    this.points = points;
    this.shape = shapeOf(points.dimensions);
    this.sorted = new Uint32Array(points.count);
    this.places = new Uint32Array(CELLS);
  }

  get ready(): boolean {
    return this.phase === 'done';
  }

  /** Look at so many points at most (each is looked at twice); true once the grid can be used. */
  build(limit = Infinity): boolean {
    const { count } = this.points;
    for (let left = limit; left > 0 && !this.ready;) {
      const end = Math.min(count, this.at + left);
      if (this.phase === 'count') this.countCells(end);
      else this.placePoints(end);
      left -= end - this.at;
      this.at = end;
      if (end === count) this.advance();
    }
    return this.ready;
  }

  private countCells(end: number): void {
    const { positions } = this.points;
    for (let point = this.at; point < end; point++) {
      if (positions[4 * point + 3] === 0) continue;
      const cell = this.cellOf(point) + 1;
      this.starts[cell] = (this.starts[cell] ?? 0) + 1;
    }
  }

  private placePoints(end: number): void {
    const { positions } = this.points;
    for (let point = this.at; point < end; point++) {
      if (positions[4 * point + 3] === 0) continue;
      const cell = this.cellOf(point);
      const place = this.places[cell] ?? 0;
      this.sorted[place] = point;
      this.places[cell] = place + 1;
    }
  }

  private advance(): void {
    this.at = 0;
    if (this.phase === 'place') {
      this.phase = 'done';
      return;
    }
    for (let cell = 0; cell < CELLS; cell++) {
      this.starts[cell + 1] = (this.starts[cell + 1] ?? 0) + (this.starts[cell] ?? 0);
    }
    this.places.set(this.starts.subarray(0, CELLS));
    this.phase = 'place';
  }

  /** Cells are numbered block by block, so that a block's points are one stretch of `sorted`. */
  private cellOf(point: number): number {
    const { positions } = this.points;
    const { shift, inner, outer } = this.shape;
    const x = (positions[4 * point] ?? 0) >> shift[0];
    const y = (positions[4 * point + 1] ?? 0) >> shift[1];
    const z = (positions[4 * point + 2] ?? 0) >> shift[2];
    const block = ((((z >> inner[2]) << outer[1]) | (y >> inner[1])) << outer[0]) | (x >> inner[0]);
    const iz = z & ((1 << inner[2]) - 1);
    const iy = y & ((1 << inner[1]) - 1);
    const ix = x & ((1 << inner[0]) - 1);
    const bits = inner[0] + inner[1] + inner[2];
    return (block << bits) | ((((iz << inner[1]) | iy) << inner[0]) | ix);
  }
}
