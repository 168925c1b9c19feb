import { describe, expect, it } from 'vitest';
import { Budget, TARGET } from './budget';

/** A machine: so many milliseconds a frame, and a thousand points. */
interface Machine {
  readonly fixed: number;
  readonly thousand: number;
}

const MACHINES: readonly Machine[] = [
  { fixed: 2, thousand: 0.3 },
  { fixed: 15, thousand: 0.5 },
  { fixed: 4, thousand: 0.02 },
  { fixed: 1, thousand: 0.0005 },
];

/** Frames on the move over very many points; what each took. */
function move(budget: Budget, { fixed, thousand }: Machine, frames: number): number[] {
  return Array.from({ length: frames }, () => {
    const time = fixed + (thousand * budget.moving) / 1000;
    budget.drew(budget.moving, time, false);
    budget.pace(Math.max(17, time + 4));
    return time;
  });
}

describe('the budget', () => {
  it.each(MACHINES)('finds what fits a frame on $thousand ms a thousand points', (machine) => {
    const budget = new Budget();
    move(budget, machine, 25);
    for (const time of move(budget, machine, 50)) {
      expect(time).toBeLessThan(TARGET * 1.1);
      expect(time).toBeGreaterThan(TARGET * 0.7);
    }
  });

  it('gets there in a few frames', () => {
    const budget = new Budget();
    const times = move(budget, { fixed: 10, thousand: 2 }, 8);
    expect(times.at(-1)).toBeLessThan(TARGET * 1.1);
  });

  it('stays as it is once it fits', () => {
    const budget = new Budget();
    move(budget, MACHINES[1]!, 30);
    const settled = budget.moving;
    move(budget, MACHINES[1]!, 30);
    expect(budget.moving).toBe(settled);
  });

  it('is not put off by one slow frame, but by several', () => {
    const budget = new Budget();
    const machine = MACHINES[1]!;
    move(budget, machine, 30);
    const settled = budget.moving;
    budget.drew(budget.moving, TARGET * 1.7, false);
    expect(budget.moving).toBe(settled);
    move(budget, machine, 3);
    expect(budget.moving).toBe(settled);
    budget.drew(budget.moving, TARGET * 1.7, false);
    budget.drew(budget.moving, TARGET * 1.7, false);
    expect(budget.moving).toBeLessThan(settled);
  });

  it('never draws next to nothing, however slow the machine', () => {
    const budget = new Budget();
    move(budget, { fixed: 500, thousand: 5 }, 50);
    expect(budget.moving).toBeGreaterThanOrEqual(5000);
  });

  it('leaves room between the frames that fill in', () => {
    const budget = new Budget();
    for (let frame = 0; frame < 30; frame++) {
      budget.drew(budget.filling, 1 + (0.4 * budget.filling) / 1000, true);
    }
    expect(1 + (0.4 * budget.filling) / 1000).toBeLessThan(TARGET);
  });

  it('learns nothing from the last, short stretch of a picture', () => {
    const budget = new Budget();
    move(budget, MACHINES[1]!, 30);
    const settled = budget.moving;
    budget.drew(100, 2, true);
    expect(budget.moving).toBe(settled);
  });

  it('expects larger discs to cost more', () => {
    const budget = new Budget();
    move(budget, MACHINES[1]!, 30);
    const settled = budget.moving;
    budget.dearer(4);
    expect(budget.moving).toBeCloseTo(settled / 4, -1);
    budget.dearer(Infinity);
    expect(budget.moving).toBeGreaterThan(0);
  });

  it('knows when all points, shaded, fit a quick frame, and does not waver', () => {
    const budget = new Budget();
    expect(budget.quick(10, false)).toBe(false); // nothing measured yet
    budget.drew(100_000, 1, false);
    budget.showed(2);
    expect(budget.quick(1_000_000, false)).toBe(true);
    expect(budget.quick(3_000_000, false)).toBe(false);
    expect(budget.quick(3_000_000, true)).toBe(true);
    expect(budget.quick(5_000_000, true)).toBe(false);
  });
});
