/**
 * Finds the point under the pointer: through a grid once positions have settled, point by point until then.
 * The grid is built between frames, a stretch at a time.
 */
import { pickBrute, pickInGrid, type Pick } from '../math/pick';
import { PickGrid } from '../math/pickgrid';
import type { Scene } from './scene';
import { FLAG, type View } from './types';

/** So many points are sorted in about 8 ms. */
const STRETCH = 300_000;

/** So many are looked at in about 15 ms; the others can be found a moment later, through the grid. */
const MOST_BRUTE = 2_000_000;

export class Picker {
  private grid: PickGrid | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly scene: Scene) {}

  /** Positions have changed. */
  forget(): void {
    this.grid = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Positions will stay for a while: get the grid ready. */
  settle(): void {
    if (this.timer !== null || this.grid?.ready === true || this.scene.blend < 1) return;
    this.grid ??= new PickGrid(this.scene.points);
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.grid?.build(STRETCH) === false) this.settle();
    });
  }

  /** The point at a place in CSS pixels; of the first `drawn` while the grid isn't there. */
  pick(view: View, x: number, y: number, radius: number, drawn: number): number {
    const { scene } = this;
    const pick: Pick = {
      view,
      x,
      y,
      radius,
      size: scene.style.size,
      ...(scene.mask === null ? {} : { mask: scene.mask, skip: FLAG.filteredOut }),
    };
    if (this.grid?.ready === true) return pickInGrid(this.grid, pick);
    return pickBrute(scene.points, pick, Math.min(drawn, MOST_BRUTE), scene.glide);
  }
}
