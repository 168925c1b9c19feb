/** Seeded random numbers for tests that try many cases. */
export interface Random {
  /** 0 <= value < 1. */
  real(): number;
  /** 0 <= whole number < limit. */
  below(limit: number): number;
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T;
}

/** Mulberry32: 32 bits of state, good enough to shuffle cases. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(real() * limit);
  return { real, below, pick: (from) => from[below(from.length)] as (typeof from)[number] };
}
