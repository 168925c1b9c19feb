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

/** What a mask says of all points together. */
export interface MaskSummary {
  /** All flags that any point has. */
  readonly present: number;
  /** The lit points in draw order; null where nearly all are: then a list of them is of no use. */
  readonly lit: Uint32Array | null;
}

/** One pass to count, one to list; `filteredOut` is one bit. Without branches: masks are hard to foresee. */
export function summarize(mask: Uint8Array, filteredOut: number): MaskSummary {
  const shift = Math.log2(filteredOut);
  let out = 0;
  let present = 0;
  for (const flags of mask) {
    present |= flags;
    out += (flags >> shift) & 1;
  }
  const lit = mask.length - out;
  if (lit > 0.75 * mask.length) return { present, lit: null };
  const indices = new Uint32Array(lit + 1); // one more, where points after the last lit one go
  for (let point = 0, at = 0; point < mask.length; point++) {
    indices[at] = point;
    at += 1 - (((mask[point] ?? 0) >> shift) & 1);
  }
  return { present, lit: indices.subarray(0, lit) };
}
