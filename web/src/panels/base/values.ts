/** Logged values (config, summary, cells) as words, and how they are put in order. */
import { counted, number } from '../../state/words';

/** Longest text that a line shows; the rest is a click away. */
const LINE = 300;

/** One line for a value: numbers short, texts as they are, the rest as JSON. */
export function lineOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return oneLine(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (isMedia(value)) return mediaWords(value);
  return oneLine(jsonOf(value));
}

/** The whole value: every digit, every line. */
export function fullText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? jsonOf(value, 2) : jsonOf(value);
}

export function jsonOf(value: unknown, indent?: number): string {
  // The types promise a text, but undefined and functions give none.
  const text = JSON.stringify(value, null, indent) as string | undefined;
  return text ?? String(value);
}

function oneLine(text: string): string {
  const cut = text.length > LINE ? `${text.slice(0, LINE).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.replace(/\s*\n\s*/g, ' ⏎ ');
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Text in the order people expect: `run-2` before `run-10`. */
export function compareText(one: string, other: string): number {
  return COLLATOR.compare(one, other);
}

/** Numbers by size, then booleans, then texts, then everything else. */
export function compareValues(one: unknown, other: unknown): number {
  const [first, second] = [rank(one), rank(other)];
  if (first !== second) return first - second;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'boolean' && typeof other === 'boolean') return Number(one) - Number(other);
  return compareText(lineOf(one), lineOf(other));
}

/** Whether there is nothing to compare: such rows stay last whichever way a column is sorted. */
export function isMissing(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))
  );
}

function rank(value: unknown): number {
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'string') return 2;
  return 3;
}

/** Nested objects as one level, keys joined by dots; lists and media stay whole. */
export function flattened(nested: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  const walk = (object: Readonly<Record<string, unknown>>, before: string): void => {
    for (const [key, value] of Object.entries(object)) {
      const path = before === '' ? key : `${before}.${key}`;
      if (isPlainObject(value) && !isMedia(value) && Object.keys(value).length > 0)
        walk(value, path);
      else flat.set(path, value);
    }
  };
  walk(nested, '');
  return flat;
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the summary keeps of something that isn't a value: an image, a table. */
export function isMedia(value: unknown): value is Record<string, unknown> & { _type: string } {
  return isPlainObject(value) && typeof value['_type'] === 'string';
}

const KINDS: Record<string, string> = { list: 'list', points: 'point cloud' };

function mediaWords(value: Record<string, unknown> & { _type: string }): string {
  const { _type: type, rows, kind, width, height, name } = value;
  if (type === 'rows' && typeof rows === 'number') {
    const word = typeof kind === 'string' ? (KINDS[kind] ?? kind) : 'table';
    return `${word}, ${counted(rows, 'row')}`;
  }
  if (type === 'image' && typeof width === 'number' && typeof height === 'number') {
    return `image, ${width} × ${height}`;
  }
  return type === 'file' && typeof name === 'string' ? `file, ${name}` : type;
}
