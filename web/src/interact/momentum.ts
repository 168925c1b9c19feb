/**
 * Movements still to be made: what keys and the wheel ask for arrives gently, and a drag that is let go of at
 * speed runs out. Both are one rule: a share of what is left is made in each frame.
 */
import { orbit, pan, zoom, type Camera, type Viewport } from '../math/camera';
import type { Vec3 } from '../math/vector';

/** Milliseconds in which about two thirds of what is left are made. */
const TAU = 80;

/** CSS pixels of drag, and the logarithm of a zoom, below which nothing shows. */
const LEAST_DRAG = 0.3;
const LEAST_ZOOM = 0.0008;

/** A flick adds at most so many CSS pixels of drag. */
const LONGEST = 900;

export class Momentum {
  private turn: [number, number] = [0, 0];
  private shift: [number, number] = [0, 0];
  private nearer = 0;
  private anchor: Vec3 | undefined;

  get resting(): boolean {
    return (
      Math.hypot(...this.turn) < LEAST_DRAG &&
      Math.hypot(...this.shift) < LEAST_DRAG &&
      Math.abs(this.nearer) < LEAST_ZOOM
    );
  }

  orbit(dx: number, dy: number): void {
    this.turn = [this.turn[0] + dx, this.turn[1] + dy];
  }

  pan(dx: number, dy: number): void {
    this.shift = [this.shift[0] + dx, this.shift[1] + dy];
  }

  zoom(factor: number, anchor?: Vec3): void {
    this.nearer += Math.log(factor);
    this.anchor = anchor;
  }

  /** Let go of a drag at (vx, vy) CSS pixels a millisecond. */
  fling(kind: 'orbit' | 'pan', vx: number, vy: number): void {
    const speed = Math.hypot(vx, vy);
    if (speed < 0.08) return;
    const reach = Math.min(LONGEST, speed * TAU * 1.6) / speed;
    this[kind](vx * reach, vy * reach);
  }

  stop(): void {
    this.turn = [0, 0];
    this.shift = [0, 0];
    this.nearer = 0;
  }

  /** The camera after so many milliseconds more; all that is left where that is Infinity. */
  step(camera: Camera, viewport: Viewport, elapsed: number): Camera {
    const whole = this.resting || elapsed === Infinity;
    const share = whole ? 1 : 1 - Math.exp(-Math.min(elapsed, 100) / TAU);
    let next = orbit(camera, this.turn[0] * share, this.turn[1] * share, viewport);
    next = pan(next, this.shift[0] * share, this.shift[1] * share, viewport);
    if (this.nearer !== 0) next = zoom(next, Math.exp(this.nearer * share), this.anchor);
    const left = 1 - share;
    this.turn = [this.turn[0] * left, this.turn[1] * left];
    this.shift = [this.shift[0] * left, this.shift[1] * left];
    this.nearer *= left;
    return next;
  }
}
