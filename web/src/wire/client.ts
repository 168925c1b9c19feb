/**
 * Requests to the server: same origin, cookies, one error (`Failure`), and another try for GETs that
 * nobody answered.
 */
import { Failure, failureOf, offline } from './failure';

export type QueryValue = string | number | readonly (string | number)[] | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Told of every answer and every silence; `connection.svelte.ts` listens. */
export interface Listener {
  answered(): void;
  failed(failure: Failure): void;
}

/** Milliseconds before each further try of a GET. */
const PAUSES = [250, 1000];
const PASSING = new Set([502, 503, 504]);

let listener: Listener | null = null;

export function listen(to: Listener): void {
  listener = to;
}

export async function getJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return json<T>(await get(path, options));
}

export async function getBytes(path: string, options: RequestOptions = {}): Promise<ArrayBuffer> {
  return (await get(path, options)).arrayBuffer().catch((error: unknown) => {
    throw cutOff(error);
  });
}

/** A GET's answer, for those who need its headers or its status (204). */
export async function get(path: string, options: RequestOptions = {}): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await once('GET', path, options);
    } catch (error) {
      const failure = Failure.of(error);
      const pause = PAUSES[tries];
      const again = failure.kind === 'offline' || PASSING.has(failure.status);
      if (!again || pause === undefined) {
        listener?.failed(failure);
        throw failure;
      }
      await waited(pause, options.signal);
    }
  }
}

/** A request that changes something. It is sent once: a second one could do it twice. */
export async function send<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown = {},
  options: RequestOptions = {},
): Promise<T> {
  try {
    return await json<T>(await once(method, path, options, JSON.stringify(body)));
  } catch (error) {
    const failure = Failure.of(error);
    listener?.failed(failure);
    throw failure;
  }
}

/** A path with its query; lists repeat their name, null and undefined are left out. */
export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    const values = typeof value === 'object' ? value : [value];
    for (const one of values) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function once(
  method: string,
  path: string,
  options: RequestOptions,
  body?: string,
): Promise<Response> {
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: {
      ...options.headers,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    signal: options.signal ?? null,
    body: body ?? null,
  };
  const reply = await fetch(address(path, options.query), init).catch((error: unknown) => {
    if (options.signal?.aborted === true) throw Failure.of(abortError());
    throw error instanceof TypeError ? offline() : Failure.of(error);
  });
  if (reply.ok) {
    listener?.answered();
    return reply;
  }
  throw await failureOf(reply);
}

async function json<T>(reply: Response): Promise<T> {
  const text = await reply.text().catch((error: unknown) => {
    throw cutOff(error);
  });
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure(
      'garbled',
      'The server answered with something that is not JSON.',
      'Another program may be listening at this address.',
      '',
      reply.status,
    );
  }
}

function cutOff(error: unknown): Failure {
  const failure = Failure.of(error);
  return failure.kind === 'aborted' ? failure : offline();
}

function abortError(): DOMException {
  return new DOMException('The request was given up.', 'AbortError');
}

function waited(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(Failure.of(abortError()));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
