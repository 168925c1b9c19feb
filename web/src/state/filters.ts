/** What hides points: values, ranges and searches, each a plain record, all of them combined. */
import { count, date, number, shorten } from './words';

/** Keep only these values, or all but these. `missing`: whether the missing value is among them. */
export interface ValuesFilter {
  readonly kind: 'values';
  readonly column: string;
  readonly mode: 'only' | 'except';
  readonly values: readonly string[];
  readonly missing: boolean;
}

/** Keep numbers within both ends; a missing value stays where `missing` says so. */
export interface RangeFilter {
  readonly kind: 'range';
  readonly column: string;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly missing: boolean;
}

/** Keep rows whose text matches; `column` null searches every text column. */
export interface SearchFilter {
  readonly kind: 'search';
  readonly query: string;
  readonly mode: 'text' | 'regex';
  readonly column: string | null;
}

export type Filter = ValuesFilter | RangeFilter | SearchFilter;

/** A value of a category column; null is the missing one. */
export type Value = string | null;

export function valuesFilter(filters: readonly Filter[], column: string): ValuesFilter | null {
  for (const filter of filters) {
    if (filter.kind === 'values' && filter.column === column) return filter;
  }
  return null;
}

export function rangeFilter(filters: readonly Filter[], column: string): RangeFilter | null {
  for (const filter of filters) {
    if (filter.kind === 'range' && filter.column === column) return filter;
  }
  return null;
}

export function searchFilter(filters: readonly Filter[]): SearchFilter | null {
  for (const filter of filters) if (filter.kind === 'search') return filter;
  return null;
}

/** Whether a value's points pass the column's own filter. */
export function passes(filter: ValuesFilter | null, value: Value): boolean {
  if (filter === null) return true;
  const listed = value === null ? filter.missing : filter.values.includes(value);
  return filter.mode === 'only' ? listed : !listed;
}

/** Click on a legend entry: hide the value, or show it again. */
export function toggleValue(filters: readonly Filter[], column: string, value: Value): Filter[] {
  const old = valuesFilter(filters, column) ?? emptyExcept(column);
  return withFilter(filters, flipped(old, value));
}

/** Only this value; everything again where it is alone already. */
export function isolateValue(filters: readonly Filter[], column: string, value: Value): Filter[] {
  const old = valuesFilter(filters, column);
  const alone =
    old?.mode === 'only' && old.values.length + (old.missing ? 1 : 0) === 1 && passes(old, value);
  if (alone) return withoutValues(filters, column);
  return withFilter(filters, {
    kind: 'values',
    column,
    mode: 'only',
    values: value === null ? [] : [value],
    missing: value === null,
  });
}

/** Set a range; both ends null removes it. */
export function setRange(
  filters: readonly Filter[],
  column: string,
  minimum: number | null,
  maximum: number | null,
  missing = false,
): Filter[] {
  const others = filters.filter((one) => !(one.kind === 'range' && one.column === column));
  if (minimum === null && maximum === null) return others;
  return [...others, { kind: 'range', column, minimum, maximum, missing }];
}

/** Set the search; an empty query removes it. */
export function setSearch(filters: readonly Filter[], search: SearchFilter | null): Filter[] {
  const others = filters.filter((one) => one.kind !== 'search');
  return search === null || search.query === '' ? others : [...others, search];
}

export function withoutFilter(filters: readonly Filter[], filter: Filter): Filter[] {
  return filters.filter((one) => one !== filter);
}

/** The filters that still mean something where columns have changed. */
export function keepPossible(
  filters: readonly Filter[],
  columns: ReadonlySet<string>,
  searchable: boolean,
): Filter[] {
  return filters.filter((one) => {
    if (one.kind !== 'search') return columns.has(one.column);
    return searchable && (one.column === null || columns.has(one.column));
  });
}

/** A filter in a few words, for its chip. */
export function filterWords(filter: Filter, isDate = false): string {
  if (filter.kind === 'search') return searchWords(filter);
  if (filter.kind === 'range') return rangeWords(filter, isDate);
  const named = filter.values.map((value) => (value === '' ? '(empty)' : shorten(value, 24)));
  if (filter.missing) named.push('missing');
  const list = named.length <= 2 ? named.join(', ') : `${count(named.length)} values`;
  return filter.mode === 'only' ? `${filter.column}: ${list}` : `${filter.column}: not ${list}`;
}

function searchWords(filter: SearchFilter): string {
  const where = filter.column === null ? '' : `${filter.column} `;
  const query = shorten(filter.query, 32);
  return filter.mode === 'regex' ? `${where}matches /${query}/` : `${where}contains “${query}”`;
}

function rangeWords(filter: RangeFilter, isDate: boolean): string {
  const say = (value: number): string => (isDate ? date(value) : number(value));
  const { minimum, maximum, column } = filter;
  const kept = filter.missing ? ' or missing' : '';
  if (minimum !== null && maximum !== null)
    return `${column}: ${say(minimum)} to ${say(maximum)}${kept}`;
  if (minimum !== null) return `${column}: at least ${say(minimum)}${kept}`;
  return `${column}: at most ${say(maximum ?? 0)}${kept}`;
}

function emptyExcept(column: string): ValuesFilter {
  return { kind: 'values', column, mode: 'except', values: [], missing: false };
}

function flipped(filter: ValuesFilter, value: Value): ValuesFilter {
  if (value === null) return { ...filter, missing: !filter.missing };
  const values = filter.values.includes(value)
    ? filter.values.filter((one) => one !== value)
    : [...filter.values, value];
  return { ...filter, values };
}

function withoutValues(filters: readonly Filter[], column: string): Filter[] {
  return filters.filter((one) => !(one.kind === 'values' && one.column === column));
}

/** Put a values filter in the place of the column's old one; drop it where it hides nothing. */
function withFilter(filters: readonly Filter[], filter: ValuesFilter): Filter[] {
  const idle = filter.mode === 'except' && filter.values.length === 0 && !filter.missing;
  if (idle) return withoutValues(filters, filter.column);
  const place = filters.findIndex((one) => one.kind === 'values' && one.column === filter.column);
  return place < 0 ? [...filters, filter] : filters.with(place, filter);
}
