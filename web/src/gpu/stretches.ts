/**
 * In which order points are drawn: lit ones first, then dimmed ones, so that what a filter leaves is there at
 * once, however many points there are. Each part is in draw order, so any beginning of it is a fair sample.
 */

/** Points to draw in one call: consecutive ones of all, or consecutive entries of the list of lit ones. */
export interface Stretch {
  readonly from: 'all' | 'lit';
  readonly first: number;
  readonly count: number;
  /** Leave out lit points: they are drawn already. */
  readonly dimmedOnly: boolean;
}

/** The work of a picture: how many vertices go through, and what that is in points. */
export class Work {
  constructor(
    readonly points: number,
    /** How many are lit where that is known and fewer than all; null where all are. */
    readonly lit: number | null,
    readonly hide: boolean,
  ) {}

  /** Vertices until the picture is whole. */
  get total(): number {
    if (this.lit === null) return this.points;
    return this.hide ? this.lit : this.lit + this.points;
  }

  /** Points that can be seen once it is. */
  get visible(): number {
    return this.lit !== null && this.hide ? this.lit : this.points;
  }

  /** Points drawn after so many vertices. */
  drawn(done: number): number {
    const { lit, points } = this;
    if (done >= this.total) return this.visible;
    if (lit === null || done <= lit) return done;
    return lit + Math.floor(((done - lit) * (points - lit)) / points);
  }

  /** The calls that take the work from one number of vertices to another. */
  stretches(from: number, to: number): Stretch[] {
    const { lit } = this;
    if (to <= from) return [];
    if (lit === null) return [{ from: 'all', first: from, count: to - from, dimmedOnly: false }];
    const found: Stretch[] = [];
    const end = Math.min(to, lit);
    if (from < end) found.push({ from: 'lit', first: from, count: end - from, dimmedOnly: false });
    const start = Math.max(from, lit);
    if (start < to) {
      found.push({ from: 'all', first: start - lit, count: to - start, dimmedOnly: true });
    }
    return found;
  }
}

/**
 * Which points are lit, in draw order; null where nearly all are: then a list of them is of no use.
 * One pass to count, one to list.
 */
export function litPoints(mask: Uint8Array, filteredOut: number): Uint32Array | null {
  let lit = 0;
  for (const flags of mask) lit += (flags & filteredOut) === 0 ? 1 : 0;
  if (lit > 0.75 * mask.length) return null;
  const indices = new Uint32Array(lit);
  for (let point = 0, at = 0; at < lit; point++) {
    if (((mask[point] ?? 0) & filteredOut) === 0) indices[at++] = point;
  }
  return indices;
}
