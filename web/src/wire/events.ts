/**
 * What changes on the server, as it changes.
 *
 * The stream is closed while the tab is hidden: a browser keeps six connections to a host, and seven
 * open tabs would stop each other. Coming back, it says what it saw last and gets what it missed.
 */
import { Failure, failureOf, offline } from './failure';
import { EventReader } from './sse';
import type { Job, RunEvent } from './types';

export interface EventMap {
  run: RunEvent;
  job: Job;
  /** The server no longer knows what was missed: load again. */
  reset: Record<string, never>;
}

type Callback<K extends keyof EventMap> = (event: EventMap[K]) => void;

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
/** The server sends something at least every 15 seconds; a silence of three times that is a dead line. */
const SILENCE = 45_000;

export class EventStream {
  #callbacks: { [K in keyof EventMap]: Set<Callback<K>> } = {
    run: new Set(),
    job: new Set(),
    reset: new Set(),
  };
  readonly #reader = new EventReader();
  #open: AbortController | null = null;
  #pause = FIRST_PAUSE;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #watchdog: ReturnType<typeof setTimeout> | null = null;
  #started = false;

  constructor(
    private readonly address = '/api/events',
    private readonly onfailure: (failure: Failure) => void = () => undefined,
  ) {}

  /** Be told of one kind of event. Returns how to stop. */
  on<K extends keyof EventMap>(name: K, callback: Callback<K>): () => void {
    this.#callbacks[name].add(callback);
    this.#connect();
    return () => {
      this.#callbacks[name].delete(callback);
    };
  }

  /** Call once; before that, callbacks are kept and nothing is opened. */
  start(): void {
    this.#started = true;
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#close();
      else this.#connect();
    });
    window.addEventListener('pagehide', () => this.#close());
    window.addEventListener('pageshow', () => this.#connect());
    this.#connect();
  }

  /** Try now instead of at the next turn: the server was just seen to answer. */
  wake(): void {
    if (this.#open !== null) return;
    this.#pause = FIRST_PAUSE;
    this.#connect();
  }

  #connect(): void {
    const wanted = Object.values(this.#callbacks).some((callbacks) => callbacks.size > 0);
    if (!this.#started || !wanted || this.#open !== null || document.hidden) return;
    this.#clear();
    const control = new AbortController();
    this.#open = control;
    void this.#read(control).then(
      () => this.#ended(control, FIRST_PAUSE),
      (error: unknown) => {
        const failure = control.signal.aborted ? offline() : Failure.of(error);
        if (this.#open === control) this.onfailure(failure);
        this.#ended(control, failure.kind === 'unauthorized' ? LONGEST_PAUSE : this.#pause);
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      },
    );
  }

  async #read(control: AbortController): Promise<void> {
    const { lastId } = this.#reader;
    const reply = await fetch(this.address, {
      headers: {
        Accept: 'text/event-stream',
        ...(lastId === null ? {} : { 'Last-Event-ID': lastId }),
      },
      cache: 'no-store',
      signal: control.signal,
    }).catch((error: unknown) => {
      throw error instanceof TypeError ? offline() : Failure.of(error);
    });
    if (!reply.ok) throw await failureOf(reply);
    if (reply.body === null) return;
    this.#reader.restart();
    const pieces = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      this.#watch(control);
      const piece = await pieces.read().catch(() => {
        throw offline();
      });
      if (piece.done) return;
      this.#pause = FIRST_PAUSE;
      for (const event of this.#reader.feed(piece.value)) this.#tell(event.name, event.data);
    }
  }

  #tell(name: string, data: string): void {
    if (!(name in this.#callbacks)) return;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return;
    }
    const callbacks = this.#callbacks[name as keyof EventMap] as Set<(event: unknown) => void>;
    for (const callback of [...callbacks]) callback(value);
  }

  #watch(control: AbortController): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => control.abort(), SILENCE);
  }

  #ended(control: AbortController, pause: number): void {
    if (this.#open !== control) return; // closed on purpose
    this.#open = null;
    this.#clear();
    this.#timer = setTimeout(() => this.#connect(), pause);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    this.#clear();
    open?.abort();
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#timer = null;
    this.#watchdog = null;
  }
}
