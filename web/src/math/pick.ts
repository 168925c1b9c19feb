/**
 * Which point lies under the pointer: of the discs that cover the place the one in front, else the point
 * drawn nearest, within a radius.
 *
 * For a place (X, Y) of the picture the functions fx(p) = x(p) - X w(p) and fy alike are linear in the point
 * p, and (fx / w, fy / w) is how far p is drawn from the place. Bounds of a linear function over a cell are
 * its middle value and its reach, so cells far from the line of sight drop out without a division.
 */
import type { PackedPoints, View } from '../gpu/types';
import { MIDDLE, REACH } from './packed';
import { CELLS, type PickGrid } from './pickgrid';
import { LARGEST_DISC } from './project';

export interface Pick {
  readonly view: View;
  /** CSS pixels from the picture's top left. */
  readonly x: number;
  readonly y: number;
  /** CSS pixels round the place in which the nearest point counts even where its disc doesn't cover it. */
  readonly radius: number;
  /** Diameter of a disc as the style says, CSS pixels. */
  readonly size: number;
  /** Flags of each point, and those that make it count for nothing. */
  readonly mask?: Uint8Array;
  readonly skip?: number;
}

/** Positions of a glide: where points come from, and how far they are on the way. */
export interface Glide {
  readonly from: Uint16Array;
  readonly fraction: number;
  /** What makes a coordinate of `from` one of the new box: scale, then offset (16-bit units). */
  readonly scale: number;
  readonly offset: readonly [number, number, number];
}

/** Look at the first `count` points one by one: for positions that are on the move. */
export function pickBrute(
  points: PackedPoints,
  pick: Pick,
  count = points.count,
  glide?: Glide,
): number {
  const search = new Search(points.positions, pick, glide);
  if (glide === undefined) search.sweep(count);
  else for (let point = 0; point < count; point++) search.look(point);
  return search.best;
}

/** The same answer as `pickBrute` over all points, by way of a grid. */
export function pickInGrid(grid: PickGrid, pick: Pick): number {
  const search = new Search(grid.points.positions, pick);
  const { shift, inner, outer } = grid.shape;
  const bits = inner[0] + inner[1] + inner[2];
  const cells = search.sized(1 << shift[0], 1 << shift[1], 1 << shift[2]);
  const blocks = search.sized(
    1 << (shift[0] + inner[0]),
    1 << (shift[1] + inner[1]),
    1 << (shift[2] + inner[2]),
  );
  const { starts, sorted } = grid;
  for (let block = 0; block < CELLS >> bits; block++) {
    const first = block << bits;
    const last = first + (1 << bits);
    if (starts[first] === starts[last]) continue;
    const x = (block & ((1 << outer[0]) - 1)) << (shift[0] + inner[0]);
    const y = ((block >> outer[0]) & ((1 << outer[1]) - 1)) << (shift[1] + inner[1]);
    const z = (block >> (outer[0] + outer[1])) << (shift[2] + inner[2]);
    if (!search.mayHold(x, y, z, blocks)) continue;
    for (let cell = first; cell < last; cell++) {
      const start = starts[cell] ?? 0;
      const end = starts[cell + 1] ?? 0;
      if (start === end) continue;
      const cx = x + ((cell & ((1 << inner[0]) - 1)) << shift[0]);
      const cy = y + (((cell >> inner[0]) & ((1 << inner[1]) - 1)) << shift[1]);
      const cz = z + (((cell >> (inner[0] + inner[1])) & ((1 << inner[2]) - 1)) << shift[2]);
      if (!search.mayHold(cx, cy, cz, cells)) continue;
      for (let place = start; place < end; place++) search.look(sorted[place] ?? 0);
    }
  }
  return search.best;
}

/** A size of cell: half its sides, and how far the search's functions change within it. */
interface CellSize {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly across: number;
  readonly along: number;
  readonly depth: number;
}

/** A linear function of a point's 16-bit coordinates: x, y and z count so much, and a constant. */
interface Linear {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly c: number;
}

class Search {
  best = -1;
  private readonly across: Linear;
  private readonly along: Linear;
  private readonly depth: Linear;
  private readonly front: Linear;
  private readonly deep: boolean;
  private readonly far: number;
  private readonly size: number;
  private readonly skip: number;
  private covered = false;
  private leastFront = Infinity;
  private leastDistance = Infinity;

  constructor(
    private readonly positions: Uint16Array,
    private readonly pick: Pick,
    private readonly glide?: Glide,
  ) {
    const { view } = pick;
    const width = view.width / view.pixelRatio;
    const height = view.height / view.pixelRatio;
    const [x, y] = [(2 * pick.x) / width - 1, 1 - (2 * pick.y) / height];
    this.depth = linear(view.matrix, [0, 0, 0, 1]);
    this.front = linear(view.matrix, [0, 0, 1, 0]);
    this.deep = view.dimensions === 3;
    this.across = linear(view.matrix, [width / 2, 0, 0, (-x * width) / 2]);
    this.along = linear(view.matrix, [0, height / 2, 0, (-y * height) / 2]);
    this.far = pick.radius;
    this.size = pick.size * view.magnification;
    this.skip = pick.mask === undefined ? 0 : (pick.skip ?? 0);
  }

  /** What `mayHold` needs to know of cells with such sides. */
  sized(x: number, y: number, z: number): CellSize {
    const half = { x: x / 2, y: y / 2, z: z / 2 };
    const reach = (f: Linear): number =>
      Math.abs(f.x) * half.x + Math.abs(f.y) * half.y + Math.abs(f.z) * half.z;
    const { across, along, depth } = this;
    return { ...half, across: reach(across), along: reach(along), depth: reach(depth) };
  }

  /** Whether a cell, from its lowest corner, can hold a point that counts. */
  mayHold(x: number, y: number, z: number, size: CellSize): boolean {
    const mx = x + size.x;
    const my = y + size.y;
    const mz = z + size.z;
    const w = value(this.depth, mx, my, mz);
    const farthest = w + size.depth;
    if (farthest <= 0) return false;
    const nearest = Math.max(w - size.depth, 1e-6);
    const disc = Math.min(LARGEST_DISC, this.size / nearest) / 2;
    const limit = (this.far > disc ? this.far : disc) * farthest;
    return (
      Math.abs(value(this.across, mx, my, mz)) - size.across <= limit &&
      Math.abs(value(this.along, mx, my, mz)) - size.along <= limit
    );
  }

  /** Look at the first points; those that can't count drop out early, without a division. */
  sweep(count: number): void {
    const { positions, far } = this;
    const { x: dx, y: dy, z: dz, c: dc } = this.depth;
    const { x: ax, y: ay, z: az, c: ac } = this.across;
    const { x: bx, y: by, z: bz, c: bc } = this.along;
    const disc = this.size / 2;
    for (let point = 0, at = 0; point < count; point++, at += 4) {
      const x = positions[at] ?? 0;
      const y = positions[at + 1] ?? 0;
      const z = positions[at + 2] ?? 0;
      const w = dx * x + dy * y + dz * z + dc;
      const limit = far * w > disc ? far * w : disc; // times w: a disc's radius is disc / w
      const a = ax * x + ay * y + az * z + ac;
      if (a > limit || -a > limit) continue;
      const b = bx * x + by * y + bz * z + bc;
      if (b > limit || -b > limit) continue;
      this.look(point);
    }
  }

  look(point: number): void {
    const { positions, glide } = this;
    const at = 4 * point;
    if (positions[at + 3] === 0) return;
    let x = positions[at] ?? 0;
    let y = positions[at + 1] ?? 0;
    let z = positions[at + 2] ?? 0;
    if (glide !== undefined && glide.from[at + 3] !== 0) {
      const { from, fraction, scale, offset } = glide;
      x = mixed((from[at] ?? 0) * scale + offset[0], x, fraction);
      y = mixed((from[at + 1] ?? 0) * scale + offset[1], y, fraction);
      z = mixed((from[at + 2] ?? 0) * scale + offset[2], z, fraction);
    }
    const w = value(this.depth, x, y, z);
    if (w <= 0) return;
    const distance = Math.hypot(value(this.across, x, y, z), value(this.along, x, y, z)) / w;
    const covers = distance <= Math.min(LARGEST_DISC, this.size / w) / 2;
    if (!covers && (this.covered || distance > this.far)) return;
    const front = covers && this.deep ? value(this.front, x, y, z) / w : 0;
    if (!this.better(covers, front, distance) || this.skipped(point)) return;
    this.covered = covers;
    this.leastFront = front;
    this.leastDistance = distance;
    this.best = point;
  }

  private better(covers: boolean, front: number, distance: number): boolean {
    if (covers !== this.covered) return covers;
    if (covers && front !== this.leastFront) return front < this.leastFront;
    return distance < this.leastDistance;
  }

  private skipped(point: number): boolean {
    return this.skip !== 0 && ((this.pick.mask?.[point] ?? 0) & this.skip) !== 0;
  }
}

function mixed(from: number, to: number, fraction: number): number {
  return from + (to - from) * fraction;
}

function value(f: Linear, x: number, y: number, z: number): number {
  return f.x * x + f.y * y + f.z * z + f.c;
}

/** Rows of the matrix in the given shares, as a function of 16-bit coordinates. */
function linear(matrix: Float32Array, shares: readonly number[]): Linear {
  const column = (c: number): number => {
    let sum = 0;
    for (let row = 0; row < 4; row++) sum += (shares[row] ?? 0) * (matrix[4 * c + row] ?? 0);
    return sum;
  };
  const [x, y, z] = [column(0) / REACH, column(1) / REACH, column(2) / REACH];
  return { x, y, z, c: column(3) - (x + y + z) * MIDDLE };
}
