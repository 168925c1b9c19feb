import type { ErrorReply } from './types';

/** Why a request came to nothing. */
export type FailureKind =
  | 'offline' // nobody answered
  | 'unauthorized' // the session is missing or no longer valid
  | 'refused' // the server said no, with a reason
  | 'garbled' // an answer that isn't what was asked for
  | 'aborted'; // the page itself gave up

/** The one error of this folder. `message` and `hint` are words for a person. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly hint: string | null = null,
    /** The server's name for it, such as `not_found`; '' where it has none. */
    readonly code: string = '',
    /** 0 where there was no answer. */
    readonly status: number = 0,
    /** Which parameter of a request was wrong. */
    readonly parameter: string | null = null,
  ) {
    super(message);
  }

  /** Any thrown thing as a `Failure`. */
  static of(error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (error instanceof DOMException && error.name === 'AbortError') {
      return new Failure('aborted', 'The request was given up.');
    }
    const text = error instanceof Error ? error.message : String(error);
    return new Failure('garbled', `Something unexpected happened: ${text}`);
  }
}

export function offline(): Failure {
  return new Failure(
    'offline',
    "The server isn't answering.",
    'Start it with `dotscape serve`. The page goes on by itself once it is back.',
  );
}

/** The failure that an answer outside 200..299 stands for. */
export async function failureOf(reply: Response): Promise<Failure> {
  const body = errorBody(await reply.text().catch(() => ''));
  if (reply.status === 401) {
    return new Failure(
      'unauthorized',
      body?.message ?? 'This browser has not signed in to the server.',
      body?.hint ?? 'Open the address that `dotscape serve` printed, token included.',
      body?.code ?? 'not_signed_in',
      401,
    );
  }
  if (body === null) {
    return new Failure(
      'refused',
      `The server answered with status ${reply.status}${reply.statusText === '' ? '' : ` (${reply.statusText})`}.`,
      null,
      '',
      reply.status,
    );
  }
  return new Failure('refused', body.message, body.hint, body.code, reply.status, body.parameter);
}

function errorBody(text: string): ErrorReply['error'] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('error' in value)) return null;
  const { error } = value;
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  const words = (name: string): string | null => {
    const found: unknown = Reflect.get(error, name);
    return typeof found === 'string' ? found : null;
  };
  return {
    code: words('code') ?? '',
    message: words('message') ?? '',
    hint: words('hint'),
    parameter: words('parameter'),
  };
}
