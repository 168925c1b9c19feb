/**
 * How many points fit a frame, learned from the frames themselves.
 *
 * A frame's time is not proportional to its points (there is a fixed part), so the number is changed by a
 * share of what time says and measured again: it settles in a few frames. It stays as it is while time lies
 * within a band, and one slow frame alone halves nothing: other programs use the machine too.
 */

/** Milliseconds a frame should take while moving, the page's own part included. */
export const TARGET = 46;
const BAND = [0.8, 1.12] as const;
const LEAST = 5_000;
const FIRST = 40_000;
const MOST = 1 << 30;

/** Filling in leaves a little more room: input must get through between its frames. */
const FILL_SHARE = 0.75;

export class Budget {
  private count = FIRST;
  private slow = 0;
  /** What a frame takes beside drawing: the page's scripts and the browser's own work. */
  private beside = 4;

  /** Points to draw in a frame while moving. */
  get moving(): number {
    return Math.round(this.count);
  }

  /** Points to add in a frame while filling in. */
  get filling(): number {
    return Math.round(this.count * FILL_SHARE);
  }

  /** A frame drew so many points and was done after so many milliseconds. */
  drew(points: number, milliseconds: number, filling: boolean): void {
    const share = filling ? FILL_SHARE : 1;
    this.learn(points / share, (milliseconds + this.beside) / share, filling);
    this.last = milliseconds;
  }

  private last = 0;

  /** While moving, this long passed from one frame to the next. */
  pace(milliseconds: number): void {
    if (this.last === 0) return;
    const beside = Math.min(30, Math.max(0, milliseconds - this.last));
    this.beside += 0.2 * (beside - this.beside);
  }

  /** Drawing a point has become so many times dearer (larger discs, more pixels). */
  dearer(factor: number): void {
    if (factor > 0) this.count = within(this.count / factor);
  }

  private learn(points: number, time: number, filling: boolean): void {
    const [low, high] = BAND;
    const ratio = time / TARGET;
    // A frame with fewer points than allowed tells nothing of what more would cost.
    const full = points >= 0.95 * this.count;
    if (ratio < low) {
      this.slow = 0;
      if (full) this.count = within(this.count * Math.min(2, 0.95 / Math.max(ratio, 0.05)));
    } else if (ratio > high) {
      this.slow += 1;
      if (this.slow > 1 || ratio > 2 || filling) {
        this.count = within(this.count * Math.max(0.4, 0.95 / ratio));
        this.slow = 0;
      }
    } else {
      this.slow = 0;
    }
  }
}

function within(count: number): number {
  return Math.min(MOST, Math.max(LEAST, count));
}
