/** What the writers of a run printed: its end first, what is added as it comes, all of it if asked for. */
import { SvelteMap } from 'svelte/reactivity';
import { fetchLogs } from '../../../wire/api';
import { Failure } from '../../../wire/failure';
import type { LogChunk } from '../../../wire/types';
import { LogBuffer } from './buffer';

export class RunOutput {
  readonly #buffers = new SvelteMap<string, LogBuffer>();
  readonly #control = new AbortController();
  /** Counts what was appended: the buffers themselves aren't reactive. */
  #version = $state(0);
  #loading = false;
  #again = false;
  loaded = $state(false);
  failure = $state.raw<Failure | null>(null);

  constructor(private readonly run: string) {}

  /** By start, the first first. */
  get writers(): string[] {
    return [...this.#buffers.keys()].sort();
  }

  buffer(writer: string): LogBuffer | undefined {
    void this.#version;
    return this.#buffers.get(writer);
  }

  /** Lines of a writer, the unfinished one included. */
  count(writer: string): number {
    return this.buffer(writer)?.count ?? 0;
  }

  /** What was printed since the last time. */
  async load(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    try {
      do {
        this.#again = false;
        const after = Object.fromEntries([...this.#buffers].map(([name, one]) => [name, one.next]));
        const page = await fetchLogs(this.run, after, this.#control.signal);
        for (const chunk of page.chunks) this.#take(chunk);
      } while (this.#again as boolean); // set meanwhile, by an event
      this.failure = null;
      this.loaded = true;
    } catch (error) {
      this.#failed(error);
    }
    this.#loading = false;
  }

  /** The whole output of a writer, from its first byte. */
  async loadAll(writer: string): Promise<void> {
    const whole = new LogBuffer();
    try {
      for (;;) {
        const after = { [writer]: whole.next };
        const page = await fetchLogs(this.run, after, this.#control.signal);
        const chunk = page.chunks.find((one) => one.writer === writer);
        if (chunk === undefined || chunk.next <= whole.next) break;
        whole.append(chunk.text);
        whole.next = chunk.next;
      }
      this.#buffers.set(writer, whole);
    } catch (error) {
      this.#failed(error);
    }
  }

  stop(): void {
    this.#control.abort();
  }

  #take(chunk: LogChunk): void {
    const known = this.#buffers.get(chunk.writer);
    const buffer = known ?? new LogBuffer();
    if (known === undefined) {
      buffer.start = chunk.start;
      // The first line of a tail is most likely half a line.
      const from = chunk.start > 0 ? chunk.text.indexOf('\n') + 1 : 0;
      buffer.append(chunk.text.slice(from));
      this.#buffers.set(chunk.writer, buffer);
    } else if (chunk.next > buffer.next) {
      buffer.append(chunk.text);
    }
    buffer.next = Math.max(buffer.next, chunk.next);
    this.#version++;
  }

  #failed(error: unknown): void {
    const failure = Failure.of(error);
    if (failure.kind !== 'aborted') this.failure = failure;
  }
}
