/** A camera on its way to another: gently, or at once where motion is not wanted. */
import type { DrawLoop, Motion } from '../gpu/loop';
import { cameraBetween, type Camera } from '../math/camera';

export class Walk {
  private motion: Motion | null = null;
  private goal: Camera | null = null;

  constructor(
    private readonly loop: DrawLoop,
    private readonly move: (camera: Camera) => void,
  ) {}

  /** Where it is going; null while it stands. */
  get to(): Camera | null {
    return this.goal;
  }

  /** Whether it is between 2-D and 3-D: no place to stop at. */
  get turning(): boolean {
    return this.goal !== null && this.turns;
  }

  private turns = false;

  start(from: Camera, to: Camera, milliseconds: number): void {
    this.halt();
    if (milliseconds <= 0 || prefersStillness()) {
      this.move(to);
      this.loop.move();
      return;
    }
    this.goal = to;
    this.turns = from.dimensions !== to.dimensions;
    let passed = 0;
    this.motion = (elapsed) => {
      passed += elapsed;
      const fraction = Math.min(1, passed / milliseconds);
      if (fraction >= 1) this.goal = this.motion = null;
      this.move(cameraBetween(from, to, ease(fraction)));
      return fraction < 1;
    };
    this.loop.start(this.motion);
  }

  halt(): void {
    if (this.motion !== null) this.loop.stop(this.motion);
    this.motion = this.goal = null;
  }
}

/** Whether the person asked their system for less motion. */
export function prefersStillness(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Starts and ends gently. */
export function ease(fraction: number): number {
  return fraction < 0.5 ? 4 * fraction ** 3 : 1 - (2 - 2 * fraction) ** 3 / 2;
}
