import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventStream } from './events';
import type { Failure } from './failure';
import { TestServer } from './testing/server';
import type { RunEvent } from './types';

/** What `EventStream` needs of a page: whether it is hidden, and events about that. */
class Page extends EventTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const EVENT: RunEvent = { run: 'a', project: 'p', change: 'scalars' };
const frame = (id: number, event: RunEvent): string =>
  `id: ${id}\nevent: run\ndata: ${JSON.stringify(event)}\n\n`;

let page: Page;
let lines: ServerResponse[] = [];
let sent: (string | undefined)[] = [];
const server = new TestServer((request, reply) => {
  sent.push(request.headers['last-event-id'] as string | undefined);
  reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
  reply.write('id: 1\n\n');
  lines.push(reply);
});

beforeEach(async () => {
  page = new Page();
  lines = [];
  sent = [];
  Object.assign(globalThis, { document: page, window: new EventTarget() });
  await server.start();
});

afterEach(async () => {
  page.turn(true); // closes the stream
  await server.dispose();
  Reflect.deleteProperty(globalThis, 'document');
  Reflect.deleteProperty(globalThis, 'window');
});

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('EventStream', () => {
  it('tells those who listen, and nobody else', async () => {
    const stream = new EventStream();
    const heard: RunEvent[] = [];
    const stop = stream.on('run', (event) => heard.push(event));
    stream.start();
    await until(() => lines.length === 1);
    lines[0]?.write('event: other\ndata: {}\n\nevent: run\ndata: not json\n\n');
    lines[0]?.write(frame(2, EVENT));
    await until(() => heard.length === 1);
    stop();
    expect(heard).toEqual([EVENT]);
  });

  it('opens nothing while nobody listens', async () => {
    new EventStream().start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines).toHaveLength(0);
  });

  it('is closed while the page is hidden, and comes back where it left', async () => {
    const stream = new EventStream();
    const heard: RunEvent[] = [];
    stream.on('run', (event) => heard.push(event));
    stream.start();
    await until(() => lines.length === 1);
    lines[0]?.write(frame(41, EVENT));
    await until(() => heard.length === 1);
    page.turn(true);
    await until(() => lines[0]?.destroyed === true);
    page.turn(false);
    await until(() => lines.length === 2);
    expect(sent).toEqual([undefined, '41']);
  });

  it('comes back after the server was away, and says so', async () => {
    const failures: Failure[] = [];
    const stream = new EventStream('/api/events', (failure) => failures.push(failure));
    stream.on('run', () => undefined);
    stream.start();
    await until(() => lines.length === 1);
    await server.stop();
    await until(() => failures.length > 0);
    await server.start();
    stream.wake();
    await until(() => lines.length === 2);
    expect(failures[0]?.kind).toBe('offline');
    expect(sent[1]).toBe('1');
  });
});
