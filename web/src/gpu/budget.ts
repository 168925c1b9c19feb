/**
 * How many points fit a frame, learned from the frames themselves.
 *
 * A frame's time is not proportional to its points (there is a fixed part), so the number is changed by a
 * share of what time says and measured again: it settles in a few frames. It stays as it is while time lies
 * within a band, and one slow frame alone halves nothing: other programs use the machine too.
 */

/** Milliseconds a frame should take while moving, the browser's own part included. */
export const TARGET = 46;
const BAND = [0.82, 1.1] as const;
const LEAST = 8_000;
const FIRST = 40_000;
const MOST = 1 << 30;

/**
 * A picture that takes no longer is drawn in full, with shading, in every frame while moving too; once it is, it
 * stays so until it takes longer than the second: shading must not flicker.
 */
const QUICK = [24, 40] as const;

/** Filling in leaves a little more room: input must get through between its frames. */
const FILL_SHARE = 0.75;

export class Budget {
  private count = FIRST;
  private slow = 0;
  /** What a frame takes beside drawing: the page's scripts and the browser's own work. */
  private beside = 4;
  private last = 0;
  /** Milliseconds to put the kept picture on the canvas, and to draw a thousand points. */
  private showing: number | null = null;
  private thousand: number | null = null;

  /** Points to draw in a frame while moving. */
  get moving(): number {
    return Math.round(this.count);
  }

  /** Points to add in a frame while filling in. */
  get filling(): number {
    return Math.round(this.count * FILL_SHARE);
  }

  /** Whether so many points, shaded, fit a quick frame; `was`: they did in the last one. */
  quick(points: number, was: boolean): boolean {
    if (this.showing === null || this.thousand === null) return false;
    return this.showing + (this.thousand * points) / 1000 < QUICK[was ? 1 : 0];
  }

  /** A frame drew so many points, of those it might have, in so many milliseconds. */
  drew(points: number, milliseconds: number, filling: boolean): void {
    this.last = milliseconds;
    if (points <= 0) return;
    this.thousand = blend(this.thousand, (1000 * milliseconds) / points);
    const share = filling ? FILL_SHARE : 1;
    const beside = filling ? 0 : this.beside; // nothing new is shown, so the browser has little to do
    this.learn(points / share, (milliseconds + beside) / share / TARGET, filling);
  }

  /** The kept picture was put on the canvas in so many milliseconds. */
  showed(milliseconds: number): void {
    this.showing = blend(this.showing, milliseconds);
  }

  /** While moving, this long passed from one frame to the next. */
  pace(milliseconds: number): void {
    if (this.last === 0) return;
    const beside = Math.min(30, Math.max(0, milliseconds - this.last));
    // A display shows at most every 16 ms: what it waits for is no load.
    if (milliseconds > 20) this.beside += 0.15 * (beside - this.beside);
  }

  /** Drawing a point has become so many times dearer (larger discs, more pixels). */
  dearer(factor: number): void {
    if (!(factor > 0)) return;
    this.count = within(this.count / factor);
    if (this.thousand !== null) this.thousand *= factor;
  }

  private learn(points: number, ratio: number, filling: boolean): void {
    const [low, high] = BAND;
    if (ratio < low) {
      this.slow = 0;
      // A frame with fewer points than allowed tells nothing of what more would cost.
      const full = points >= 0.95 * this.count;
      if (full) this.count = within(this.count * Math.min(2, 0.95 / Math.max(ratio, 0.05)));
    } else if (ratio > high) {
      this.slow += 1;
      if (this.slow < 2 && ratio < 2 && !filling) return;
      this.count = within(Math.min(this.count, points) * Math.max(0.5, 0.95 / ratio));
      this.slow = 0;
    } else {
      this.slow = 0;
    }
  }
}

function within(count: number): number {
  return Math.min(MOST, Math.max(LEAST, count));
}

function blend(old: number | null, value: number): number {
  return old === null ? value : old + 0.3 * (value - old);
}
