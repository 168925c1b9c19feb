/** What the page can do with a column, by its type and its statistics. */
import type { ColumnType, EmbeddingSetDetail, SetColumn } from '../wire/types';
import type { Texts } from './texts';
import { counted } from './words';

/** How a column colours points. */
export type Scale = 'category' | 'gradient';

const NUMERIC: ReadonlySet<ColumnType> = new Set<ColumnType>(['number', 'integer', 'date']);
const MEDIA: ReadonlySet<ColumnType> = new Set<ColumnType>(['image', 'audio', 'html', 'vector']);

/** Integers with at most so many values are colours by themselves: class numbers, clusters. */
const FEW = 20;

/** A column's values in row order: `codes[row]` is a place in `values`, `values.length` is missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly values: Texts;
  /** How many rows hold each value; the last entry counts the missing. */
  readonly counts: Uint32Array;
}

/** Numbers (or milliseconds since 1970) in row order; missing is NaN. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
  /** Of the finite values; NaN where there is none. */
  readonly minimum: number;
  readonly maximum: number;
  /** Rows that are NaN or infinite. */
  readonly missing: number;
}

export function isNumeric(type: ColumnType): boolean {
  return NUMERIC.has(type);
}

export function isMedia(type: ColumnType): boolean {
  return MEDIA.has(type);
}

/** Ways a column can colour points, the default first; none for media and vectors. */
export function scales(column: SetColumn): readonly Scale[] {
  if (isMedia(column.type) || column.detached) return [];
  if (!NUMERIC.has(column.type)) return ['category'];
  const few = column.type === 'integer' && column.distinct !== null && column.distinct <= FEW;
  return few ? ['category', 'gradient'] : ['gradient', 'category'];
}

/** The scale a view asks for where the column allows it, else the column's own default. */
export function scaleOf(column: SetColumn, wanted: Scale | null): Scale | null {
  const possible = scales(column);
  if (wanted !== null && possible.includes(wanted)) return wanted;
  return possible[0] ?? null;
}

/** What stands beside a column in the colour menu: `4 colours`, `gradient`, `8,000 values`. */
export function colorWords(column: SetColumn): string {
  const scale = scales(column)[0];
  if (scale === undefined) return column.type;
  if (scale === 'gradient') return column.type === 'date' ? 'gradient, dates' : 'gradient';
  if (column.distinct === null) return 'colours';
  return column.distinct <= 100
    ? counted(column.distinct, 'colour')
    : counted(column.distinct, 'value');
}

/** What stands beside a column in the label menu. */
export function typeWords(column: SetColumn): string {
  return column.type;
}

/** Columns that can colour. */
export function colorable(detail: EmbeddingSetDetail): SetColumn[] {
  return detail.columns.filter((column) => scales(column).length > 0);
}

/** Columns whose texts can stand beside a point, and be searched: the same ones. */
export function labelable(detail: EmbeddingSetDetail): SetColumn[] {
  return detail.columns.filter((column) => !isMedia(column.type) && !column.detached);
}

export function columnNamed(detail: EmbeddingSetDetail, name: string | null): SetColumn | null {
  if (name === null) return null;
  return detail.columns.find((column) => column.name === name && !column.detached) ?? null;
}

/** The column's number as an option of a menu's group: own columns, then by where they came from. */
export interface ColumnGroup {
  readonly title: string;
  readonly columns: readonly SetColumn[];
}

/** Columns grouped by origin, the set's own first, for a menu. */
export function grouped(columns: readonly SetColumn[]): ColumnGroup[] {
  const groups = new Map<string, SetColumn[]>();
  for (const column of columns) {
    const title = column.own ? 'Logged with these vectors' : column.origin;
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [column]);
    else group.push(column);
  }
  return [...groups].map(([title, members]) => ({ title, columns: members }));
}
