/** A real HTTP server for tests; `fetch` of paths goes to it while it runs. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, reply: ServerResponse) => void;

export class TestServer {
  readonly asked: string[] = [];
  readonly #real = globalThis.fetch;
  #server: Server | null = null;
  #port = 0;

  constructor(private answer: Answer) {}

  /** What it answers from now on. */
  set answers(answer: Answer) {
    this.answer = answer;
  }

  async start(): Promise<void> {
    const server = createServer((request, reply) => {
      this.asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      this.answer(request, reply);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    const base = `http://127.0.0.1:${this.#port}`;
    globalThis.fetch = (input, init) =>
      this.#real(typeof input === 'string' ? base + input : input, init);
  }

  /** Nobody listens any more; the address is kept for another `start`. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async dispose(): Promise<void> {
    await this.stop();
    globalThis.fetch = this.#real;
  }
}

export function replyJson(reply: ServerResponse, status: number, body: unknown): void {
  reply.writeHead(status, { 'Content-Type': 'application/json' });
  reply.end(JSON.stringify(body));
}
