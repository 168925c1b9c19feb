/** What one writer printed, line by line, as it comes. */

/** Longest line that is kept whole; the rest of it is counted. */
export const LONGEST_LINE = 20_000;

export class LogBuffer {
  readonly lines: string[] = [];
  /** Byte offset of the first text held, and where to ask on from. */
  start = 0;
  next = 0;
  #open = ''; // the last line, still without its end

  /** All lines, the unfinished last one included. */
  get count(): number {
    return this.lines.length + (this.#open === '' ? 0 : 1);
  }

  at(index: number): string {
    return this.lines[index] ?? (index === this.lines.length ? this.#open : '');
  }

  append(text: string): void {
    const parts = (this.#open + text).split(/\r?\n/);
    this.#open = shown(parts.pop() ?? '');
    for (const part of parts) this.lines.push(cut(shown(part)));
    if (this.#open.length > 4 * LONGEST_LINE) this.#open = cut(this.#open);
  }

  clear(): void {
    this.lines.length = 0;
    this.#open = '';
  }
}

/** A carriage return goes back to the line's start: of a progress bar, the last state remains. */
function shown(line: string): string {
  const back = line.lastIndexOf('\r', line.length - 2);
  return back < 0 ? line : line.slice(back + 1);
}

function cut(line: string): string {
  const over = line.length - LONGEST_LINE;
  if (over <= 0) return line;
  return `${line.slice(0, LONGEST_LINE)} … ${over.toLocaleString('en-US')} more characters`;
}

/** A writer's name (`20261123T210102-4711-a1b2c3`) in words, or the name itself. */
export function writerWords(writer: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)-(\d+)-/.exec(writer);
  if (match === null) return writer;
  const [year = NaN, month = NaN, day = NaN, hour, minute, second, process = NaN] = match
    .slice(1)
    .map(Number);
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (Number.isNaN(moment.getTime())) return writer;
  const words = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(moment);
  return `Process ${process}, from ${words}`;
}
