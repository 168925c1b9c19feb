/**
 * When to draw: only while something changes, moves, or is not all drawn yet. No frame is asked for otherwise.
 */
import type { FrameReport, Renderer, View } from './types';

export interface LoopEvents {
  /** After each frame; `moving` says whether the picture was on the move. */
  report?(report: FrameReport, moving: boolean): void;
  moving?(moving: boolean): void;
}

/** A movement over time: gets the milliseconds since the last frame, gives false when it is over. */
export type Motion = (elapsed: number, now: number) => boolean;

/** Movement is over when nothing has moved for so many milliseconds. */
const REST_AFTER = 140;

/** A longer time between frames was a pause, not load. */
const PAUSE = 400;

export class DrawLoop {
  private request = 0;
  private dirty = false;
  private incomplete = false;
  private movingUntil = 0;
  private wasMoving = false;
  private lastTick = 0;
  private drewMoving = false;
  private readonly motions = new Set<Motion>();

  constructor(
    private readonly renderer: Renderer,
    private readonly view: () => View | null,
    private readonly events: LoopEvents = {},
  ) {}

  get moving(): boolean {
    return this.wasMoving;
  }

  /** Something changed: draw soon. */
  invalidate(): void {
    this.dirty = true;
    this.schedule();
  }

  /** Something moved, and probably will again. */
  move(): void {
    this.movingUntil = performance.now() + REST_AFTER;
    this.invalidate();
  }

  /** Call `motion` before each frame until it gives false. */
  start(motion: Motion): void {
    if (this.motions.size === 0) this.lastTick = performance.now();
    this.motions.add(motion);
    this.schedule();
  }

  stop(motion: Motion): void {
    this.motions.delete(motion);
  }

  dispose(): void {
    cancelAnimationFrame(this.request);
    this.request = -1; // nothing is scheduled any more
    this.motions.clear();
  }

  private schedule(): void {
    if (this.request === 0) this.request = requestAnimationFrame(this.tick);
  }

  private readonly tick = (): void => {
    this.request = 0;
    const now = performance.now();
    const elapsed = Math.min(PAUSE, now - this.lastTick);
    if (this.drewMoving && now - this.lastTick < PAUSE) this.renderer.pace(now - this.lastTick);
    this.lastTick = now;
    for (const motion of [...this.motions]) {
      if (motion(elapsed, now)) this.move();
      else this.motions.delete(motion);
    }
    this.turn(now < this.movingUntil);
    this.draw();
    if (this.incomplete || this.dirty || this.wasMoving || this.motions.size > 0) this.schedule();
  };

  private turn(moving: boolean): void {
    if (moving === this.wasMoving) return;
    this.wasMoving = moving;
    this.events.moving?.(moving);
  }

  private draw(): void {
    const moving = this.wasMoving && this.dirty;
    this.drewMoving = false;
    if (!this.dirty && !this.incomplete) return;
    const view = this.view();
    if (view === null) {
      this.dirty = this.incomplete = false;
      return;
    }
    this.dirty = false;
    const report = this.renderer.frame(view, moving);
    this.drewMoving = moving;
    // A frame on the move may lack more than points; the first one at rest makes it whole.
    this.incomplete = moving || report.drawn < report.total;
    this.events.report?.(report, moving);
  }
}

/** "drawing 110,000 of 2,000,000"; empty when all is drawn. */
export function reportWords({ drawn, total }: FrameReport): string {
  if (drawn >= total) return '';
  return `drawing ${drawn.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}
