/** Now, in seconds since 1970, renewed often enough for "3 min ago". Starts with its first reader. */
import { createSubscriber } from 'svelte/reactivity';

const TICK = 10_000;

class Clock {
  #now = Date.now() / 1000;
  readonly #subscribe = createSubscriber((update) => {
    this.#now = Date.now() / 1000;
    const timer = setInterval(() => {
      this.#now = Date.now() / 1000;
      update();
    }, TICK);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.#subscribe();
    return this.#now;
  }
}

export const clock = new Clock();
