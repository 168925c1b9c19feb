/** Whether the server answers, for the line at the top of the page, and the one event stream. */
import { listen } from './client';
import { EventStream } from './events';
import type { Failure } from './failure';

export type ConnectionState = 'online' | 'offline' | 'unauthorized';

const PROBE = 2_000; // milliseconds

class Connection {
  #state: ConnectionState = $state('online');
  #returns = $state(0);
  #probing: ReturnType<typeof setTimeout> | null = null;

  get state(): ConnectionState {
    return this.#state;
  }

  /** Counts how often the server came back: load again when it changes. */
  get returns(): number {
    return this.#returns;
  }

  answered(): void {
    if (this.#state === 'online') return;
    this.#state = 'online';
    this.#returns++;
    events.wake();
  }

  failed(failure: Failure): void {
    if (failure.kind === 'unauthorized') this.#state = 'unauthorized';
    if (failure.kind === 'offline') {
      this.#state = 'offline';
      this.#probe();
    }
  }

  /** The stream broke; whether the server is gone, its open door tells. */
  doubt(failure: Failure): void {
    if (failure.kind === 'unauthorized') this.failed(failure);
    else if (failure.kind === 'offline' && this.#state === 'online') void this.check();
  }

  /** Ask the server whether it is there. */
  async check(): Promise<void> {
    try {
      const reply = await fetch('/healthz', { cache: 'no-store' });
      if (reply.ok && this.#state === 'offline') this.answered();
    } catch {
      this.#state = 'offline';
      this.#probe();
    }
  }

  #probe(): void {
    if (this.#probing !== null) return;
    this.#probing = setTimeout(() => {
      this.#probing = null;
      if (this.#state !== 'offline') return;
      if (document.hidden) this.#probe();
      else void this.check();
    }, PROBE);
  }
}

export const connection = new Connection();
export const events = new EventStream('/api/events', (failure) => connection.doubt(failure));
listen(connection);
