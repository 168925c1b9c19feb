import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { address, get, getBytes, getJson, listen, send } from './client';
import { Failure } from './failure';
import { replyJson, TestServer } from './testing/server';

const server = new TestServer((_, reply) => replyJson(reply, 200, { ok: true }));
let told: string[] = [];

beforeEach(async () => {
  told = [];
  server.asked.length = 0;
  server.answers = (_, reply) => replyJson(reply, 200, { ok: true });
  listen({ answered: () => told.push('answered'), failed: (failure) => told.push(failure.kind) });
  await server.start();
});

afterEach(() => server.dispose());

async function failureFrom(asked: Promise<unknown>): Promise<Failure> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`no Failure came: ${String(error)}`);
  return error;
}

describe('address', () => {
  it('repeats lists, leaves out what is missing, escapes the rest', () => {
    expect(address('/a', { key: ['x y', 'z&'], n: 3, no: null, none: undefined })).toBe(
      '/a?key=x+y&key=z%26&n=3',
    );
    expect(address('/a')).toBe('/a');
  });
});

describe('a GET', () => {
  it('brings JSON, bytes and statuses', async () => {
    expect(await getJson('/api/x')).toEqual({ ok: true });
    server.answers = (_, reply) => {
      reply.end(Buffer.from([1, 2, 3]));
    };
    expect([...new Uint8Array(await getBytes('/api/x'))]).toEqual([1, 2, 3]);
    server.answers = (_, reply) => {
      reply.writeHead(204);
      reply.end();
    };
    expect((await get('/api/x')).status).toBe(204);
    expect(told).toEqual(['answered', 'answered', 'answered']);
  });

  it('says what the server said, once', async () => {
    server.answers = (_, reply) => {
      const error = { code: 'not_found', message: 'No run x.', hint: 'Look.', parameter: null };
      replyJson(reply, 404, { error });
    };
    const failure = await failureFrom(getJson('/api/runs/x'));
    expect(failure).toMatchObject({
      kind: 'refused',
      status: 404,
      code: 'not_found',
      message: 'No run x.',
      hint: 'Look.',
    });
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['<html>', 500],
    ['{"error": 3}', 500],
    ['', 418],
  ])('survives an error without the shape: %j', async (body, status) => {
    server.answers = (_, reply) => {
      reply.writeHead(status);
      reply.end(body);
    };
    const failure = await failureFrom(getJson('/api/x'));
    expect(failure.kind).toBe('refused');
    expect(failure.message).toContain(String(status));
  });

  it('knows a session that is over', async () => {
    server.answers = (_, reply) => {
      reply.writeHead(401);
      reply.end();
    };
    const failure = await failureFrom(getJson('/api/x'));
    expect(failure.kind).toBe('unauthorized');
    expect(failure.hint).toContain('dotscape serve');
    expect(told).toEqual(['unauthorized']);
  });

  it('tries again while a server is starting', async () => {
    server.answers = (_, reply) => {
      if (server.asked.length < 2) replyJson(reply, 503, { error: { code: 'x', message: 'soon' } });
      else replyJson(reply, 200, { ok: 1 });
    };
    expect(await getJson('/api/x')).toEqual({ ok: 1 });
    expect(server.asked).toHaveLength(2);
  });

  it('says that nobody answers', async () => {
    await server.stop();
    const failure = await failureFrom(getJson('/api/x'));
    expect(failure.kind).toBe('offline');
    expect(failure.message).toBe("The server isn't answering.");
    expect(told).toEqual(['offline']);
  });

  it('ends when it is given up', async () => {
    const control = new AbortController();
    server.answers = () => control.abort();
    const failure = await failureFrom(getJson('/api/x', { signal: control.signal }));
    expect(failure.kind).toBe('aborted');
    expect(server.asked).toHaveLength(1);
  });

  it('does not take a login page of somebody else for an answer', async () => {
    server.answers = (_, reply) => reply.end('<html>Sign in</html>');
    expect((await failureFrom(getJson('/api/x'))).kind).toBe('garbled');
  });
});

describe('a change', () => {
  it('is sent as JSON, once, even where nobody answers', async () => {
    let type: string | undefined;
    let body = '';
    server.answers = (request, reply) => {
      type = request.headers['content-type'];
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => replyJson(reply, 200, { done: true }));
    };
    expect(await send('PATCH', '/api/x', { tags: ['a'] })).toEqual({ done: true });
    expect([type, body]).toEqual(['application/json', '{"tags":["a"]}']);
    await server.stop();
    server.asked.length = 0;
    expect((await failureFrom(send('POST', '/api/x'))).kind).toBe('offline');
  });
});
