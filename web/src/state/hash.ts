/**
 * The view in the address: readable keys, absent where a thing is as the page would choose it.
 *
 *     #set=9f2c&layout=pca-3&color=source&label=text&except=source~=tweet&range=n_words~3~12
 *      &contains=good&filtered=hide&size=3&opacity=0.5&camera=...&point=17
 *
 * A list's parts are joined by `~`; each is escaped by itself first. A value starts with `=`, so that a
 * missing one (`!`) and an empty text differ.
 */
import type { Filter, RangeFilter, SearchFilter, ValuesFilter } from './filters';
import { DEFAULT_VIEW, type ColumnChoice, type ViewState } from './view';

type Pair = readonly [key: string, value: string];

/** The hash, without `#`; empty for the default view. */
export function encodeView(view: ViewState): string {
  const pairs: Pair[] = [];
  const add = (key: string, value: string | number | null): void => {
    if (value !== null) pairs.push([key, escape(String(value))]);
  };
  add('set', view.set);
  add('layout', view.layout);
  addChoice(pairs, 'color', view.color);
  add('scale', view.scale);
  addChoice(pairs, 'label', view.label);
  for (const filter of view.filters) pairs.push(filterPair(filter));
  if (view.filtered !== DEFAULT_VIEW.filtered) add('filtered', view.filtered);
  add('size', view.size);
  add('opacity', view.opacity);
  add('camera', view.camera);
  add('point', view.pinned);
  return pairs.map(([key, value]) => `${key}=${value}`).join('&');
}

/** The view a hash stands for. What can't be read is left as the page would choose it. */
export function decodeView(hash: string): ViewState {
  const view: { -readonly [K in keyof ViewState]: ViewState[K] } = { ...DEFAULT_VIEW };
  const filters: Filter[] = [];
  for (const [key, raw] of pairsOf(hash)) {
    const value = unescape(raw);
    if (key === 'set' || key === 'layout' || key === 'camera')
      view[key] = value === '' ? null : value;
    else if (key === 'color' || key === 'label') view[key] = { kind: 'column', name: value };
    else if (key === 'nocolor') view.color = { kind: 'none' };
    else if (key === 'nolabel') view.label = { kind: 'none' };
    else if (key === 'scale' && (value === 'category' || value === 'gradient')) view.scale = value;
    else if (key === 'filtered') view.filtered = value === 'hide' ? 'hide' : 'dim';
    else if (key === 'size') view.size = within(value, 1, 64);
    else if (key === 'opacity') view.opacity = within(value, 0, 1);
    else if (key === 'point') view.pinned = wholeNumber(value);
    else {
      const filter = filterOf(key, raw);
      if (filter !== null) filters.push(filter);
    }
  }
  view.filters = filters;
  return view;
}

function addChoice(pairs: Pair[], key: 'color' | 'label', choice: ColumnChoice): void {
  if (choice.kind === 'column') pairs.push([key, escape(choice.name)]);
  else if (choice.kind === 'none') pairs.push([`no${key}`, '1']);
}

function filterPair(filter: Filter): Pair {
  if (filter.kind === 'values') {
    const values = filter.values.map((value) => `=${value}`);
    if (filter.missing) values.push('!');
    return [filter.mode, list([filter.column, ...values])];
  }
  if (filter.kind === 'range') {
    const ends = [filter.minimum, filter.maximum].map((end) => (end === null ? '' : String(end)));
    return ['range', list([filter.column, ...ends, ...(filter.missing ? ['!'] : [])])];
  }
  const key = filter.mode === 'regex' ? 'matches' : 'contains';
  return [key, list(filter.column === null ? [filter.query] : [filter.query, filter.column])];
}

function filterOf(key: string, raw: string): Filter | null {
  const parts = raw.split('~').map(unescape);
  if (key === 'only' || key === 'except') return valuesOf(key, parts);
  if (key === 'range') return rangeOf(parts);
  if (key === 'contains' || key === 'matches') return searchOf(key, parts);
  return null;
}

function valuesOf(mode: 'only' | 'except', [column = '', ...rest]: string[]): ValuesFilter {
  const values = rest.filter((one) => one.startsWith('=')).map((one) => one.slice(1));
  return { kind: 'values', column, mode, values, missing: rest.includes('!') };
}

function rangeOf([column = '', low = '', high = '', missing = '']: string[]): RangeFilter | null {
  const minimum = finite(low);
  const maximum = finite(high);
  if (minimum === null && maximum === null) return null;
  return { kind: 'range', column, minimum, maximum, missing: missing === '!' };
}

function searchOf(key: 'contains' | 'matches', parts: string[]): SearchFilter | null {
  const [query = '', column = null] = parts;
  if (query === '') return null;
  return { kind: 'search', query, mode: key === 'matches' ? 'regex' : 'text', column };
}

function pairsOf(hash: string): Pair[] {
  return hash
    .replace(/^#/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    });
}

function list(parts: readonly string[]): string {
  return parts.map(escape).join('~');
}

/** As `encodeURIComponent`, `~` too; a half surrogate becomes the replacement character. */
function escape(text: string): string {
  return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'))
    .replaceAll('~', '%7E')
    .replaceAll('%20', '+')
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%3D', '=');
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function finite(text: string): number | null {
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? null : value;
}

function within(text: string, low: number, high: number): number | null {
  const value = finite(text);
  return value === null ? null : Math.min(high, Math.max(low, value));
}

function wholeNumber(text: string): number | null {
  const value = finite(text);
  return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
}
