/**
 * The values of the charts on screen. Charts ask for their key when they come near the view; what is asked
 * for at the same time travels together, and when the run logs more, only what is looked at is asked for
 * again.
 */
import { SvelteMap } from 'svelte/reactivity';
import { fetchScalars } from '../../../wire/api';
import { Failure } from '../../../wire/failure';
import type { ScalarSeries } from '../../../wire/types';

/** Points that come at most for one chart; the server keeps each bucket's minimum and maximum. */
export const POINTS = 1500;
const TOGETHER = 24; // keys in one request
const LONGEST = 6_000; // characters of keys in one request; the server takes 32 kB
const GATHER = 30; // milliseconds
const REFRESH = 1_500; // milliseconds between two loads of the same charts

export class ScalarStore {
  readonly #series = new SvelteMap<string, ScalarSeries>();
  readonly #failures = new SvelteMap<string, Failure>();
  readonly #watched = new Map<string, number>();
  readonly #wanted = new Set<string>();
  readonly #stale = new Set<string>();
  readonly #control = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #refresh: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly run: string) {}

  get(key: string): ScalarSeries | undefined {
    return this.#series.get(key);
  }

  failure(key: string): Failure | undefined {
    return this.#failures.get(key);
  }

  /** Why some charts have nothing to show; null where all is well. */
  get trouble(): Failure | null {
    return this.#failures.values().next().value ?? null;
  }

  /** A chart is on screen. Returns how to say that it left. */
  watch(key: string): () => void {
    this.#watched.set(key, (this.#watched.get(key) ?? 0) + 1);
    if (!this.#series.has(key) || this.#stale.has(key)) this.#want(key);
    return () => {
      const left = (this.#watched.get(key) ?? 1) - 1;
      if (left > 0) this.#watched.set(key, left);
      else this.#watched.delete(key);
    };
  }

  /** The run has logged more. */
  changed(): void {
    this.#refresh ??= setTimeout(() => {
      this.#refresh = null;
      for (const key of this.#series.keys()) this.#stale.add(key);
      for (const key of this.#watched.keys()) this.#want(key);
    }, REFRESH);
  }

  retry(): void {
    for (const key of this.#failures.keys()) this.#want(key);
  }

  stop(): void {
    this.#control.abort();
    for (const timer of [this.#timer, this.#refresh]) if (timer !== null) clearTimeout(timer);
  }

  #want(key: string): void {
    this.#wanted.add(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const keys = [...this.#wanted];
      this.#wanted.clear();
      for (const batch of batches(keys)) void this.#load(batch);
    }, GATHER);
  }

  async #load(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#stale.delete(key);
    try {
      const { signal } = this.#control;
      const found = await fetchScalars(this.run, keys, { points: POINTS, signal });
      for (const series of found.series) {
        this.#series.set(series.key, series);
        this.#failures.delete(series.key);
      }
    } catch (error) {
      const failure = Failure.of(error);
      if (failure.kind === 'aborted') return;
      for (const key of keys) this.#failures.set(key, failure);
    }
  }
}

function batches(keys: readonly string[]): string[][] {
  const all: string[][] = [];
  let [batch, length]: [string[], number] = [[], 0];
  for (const key of keys) {
    const size = encodeURIComponent(key).length + 5;
    if (batch.length > 0 && (batch.length >= TOGETHER || length + size > LONGEST)) {
      all.push(batch);
      [batch, length] = [[], 0];
    }
    batch.push(key);
    length += size;
  }
  if (batch.length > 0) all.push(batch);
  return all;
}
