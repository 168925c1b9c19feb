/**
 * Calls from one thread to an object in another, with the object's own types.
 *
 * A method's argument and result are copied between threads, its arrays moved where it says so
 * (`moved`). What went wrong arrives as the `Failure` it was.
 */
import { Failure, type FailureKind } from '../wire/failure';

/** The methods of an object that may be called from elsewhere. */
export type Callable = Record<string, (argument: never) => unknown>;

export interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** A `Failure` as it travels: a copy between threads keeps no class. */
interface WireError {
  readonly kind: FailureKind;
  readonly message: string;
  readonly hint: string | null;
  readonly code: string;
  readonly status: number;
  readonly parameter: string | null;
}

/** One end of a pair of message ports; a Worker and a worker's own scope are such ends. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'error', listener: (event: MessageEvent) => void): void;
}

const MOVED = new WeakMap<object, Transferable[]>();

/** Mark a result whose buffers may leave this thread for good. */
export function moved<T extends object>(result: T, ...buffers: readonly ArrayBufferView[]): T {
  MOVED.set(
    result,
    buffers.map((view) => view.buffer as ArrayBuffer),
  );
  return result;
}

/** Let the other end of a port call an object's methods. */
export function serve(port: Port, target: Callable): void {
  port.addEventListener('message', (event: MessageEvent<Call>) => {
    void answer(port, target, event.data);
  });
}

async function answer(port: Port, target: Callable, call: Call): Promise<void> {
  const { id, name, argument } = call;
  try {
    const method = target[name];
    if (method === undefined) throw new Error(`There is no '${name}' to call.`);
    const result = await method(argument as never);
    const buffers = typeof result === 'object' && result !== null ? MOVED.get(result) : undefined;
    port.postMessage({ id, ok: true, result } satisfies Reply, buffers ?? []);
  } catch (error) {
    port.postMessage({ id, ok: false, error: travelling(error) } satisfies Reply, []);
  }
}

function travelling(error: unknown): WireError {
  const { kind, message, hint, code, status, parameter } = Failure.of(error);
  return { kind, message, hint, code, status, parameter };
}

function arrived(error: WireError): Failure {
  const { kind, message, hint, code, status, parameter } = error;
  return new Failure(kind, message, hint, code, status, parameter);
}

/** Call the methods of the object at the other end. */
export function caller<T extends object>(port: Port): Caller<T> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  port.addEventListener('message', (event: MessageEvent<Reply>) => {
    const settle = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    settle?.(event.data);
  });
  // A worker that can't even start (a blocked script) says only that: whoever waits must hear of it.
  port.addEventListener('error', () => {
    const failure = new Failure('garbled', 'A part of this page did not start.', 'Load it again.');
    for (const settle of waiting.values()) settle({ id: 0, ok: false, error: travelling(failure) });
    waiting.clear();
  });
  return (name, argument) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, (reply) => {
        if (reply.ok) resolve(reply.result as never);
        else reject(arrived(reply.error));
      });
      port.postMessage({ id, name, argument } satisfies Call, []);
    });
}

/** `call('name', argument)` for each method of T that takes one argument. */
export type Caller<T extends object> = <K extends keyof T & string>(
  name: K,
  argument: Argument<T[K]>,
) => Promise<Result<T[K]>>;

type Argument<F> = F extends (argument: infer A) => unknown ? A : never;
type Result<F> = F extends (argument: never) => infer R ? Awaited<R> : never;
