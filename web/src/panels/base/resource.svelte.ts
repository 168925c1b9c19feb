/**
 * Something that is fetched: what came, whether more is on its way, what went wrong. A reload keeps what
 * is shown until the new is there; a load that was overtaken is given up.
 */
import { Failure } from '../../wire/failure';

export class Resource<T> {
  #value = $state.raw<T | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #loading = $state(false);
  #control: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #last = -Infinity;

  constructor(private readonly fetcher: (signal: AbortSignal) => Promise<T>) {}

  get value(): T | null {
    return this.#value;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Nothing has come yet, and nothing has gone wrong. */
  get pending(): boolean {
    return this.#value === null && this.#failure === null;
  }

  async load(): Promise<void> {
    this.#cancelTimer();
    this.#control?.abort();
    const control = new AbortController();
    this.#control = control;
    this.#loading = true;
    this.#last = performance.now();
    try {
      const value = await this.fetcher(control.signal);
      if (this.#control !== control) return;
      this.#value = value;
      this.#failure = null;
    } catch (error) {
      if (this.#control !== control) return;
      this.#failure = Failure.of(error);
    }
    this.#loading = false;
  }

  /** Load soon, and not more often than every `pause` milliseconds: for events that come in bursts. */
  loadSoon(pause = 1000): void {
    if (this.#timer !== null) return;
    const wait = Math.max(80, this.#last + pause - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.load();
    }, wait);
  }

  /** Put in what another request brought. */
  set(value: T): void {
    this.#value = value;
    this.#failure = null;
  }

  /** Give up what is under way. */
  stop(): void {
    this.#cancelTimer();
    this.#control?.abort();
    this.#control = null;
    this.#loading = false;
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
