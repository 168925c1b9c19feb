/** Reading of server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes the stream's text in pieces of any size. `lastId` is what a reconnect sends. */
export class EventReader {
  lastId: string | null = null;
  #rest = '';
  #name = '';
  #data: string[] = [];

  feed(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /** What was begun and not ended is dropped, as the standard says. */
  restart(): void {
    this.#rest = '';
    this.#name = '';
    this.#data = [];
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    if (colon === 0) return null; // a comment: the server's heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
    return null;
  }

  #end(): ServerEvent | null {
    const event = { name: this.#name === '' ? 'message' : this.#name, data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#name = '';
    this.#data = [];
    return empty ? null : event;
  }
}
