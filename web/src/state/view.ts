/** What is shown, as one plain record: everything a link restores. */
import type { Scale } from './columns';
import type { Filter } from './filters';

/** A column by name (so that it survives a change of embedding set), none, or what the page chooses. */
export type ColumnChoice =
  | { readonly kind: 'default' }
  | { readonly kind: 'none' }
  | { readonly kind: 'column'; readonly name: string };

export interface ViewState {
  /** Id of the embedding set; null: the one the page was opened for. */
  readonly set: string | null;
  /** Id of the layout; null: the set's default. */
  readonly layout: string | null;
  readonly color: ColumnChoice;
  /** How the column colours; null: what suits its type. */
  readonly scale: Scale | null;
  readonly label: ColumnChoice;
  readonly filters: readonly Filter[];
  /** What becomes of points that are filtered out. */
  readonly filtered: 'dim' | 'hide';
  /** CSS pixels; null: by the number of points. */
  readonly size: number | null;
  /** 0..1; null: by the number of points. */
  readonly opacity: number | null;
  /** The camera as its own module writes it; null: all data in view. */
  readonly camera: string | null;
  /** The row whose details are open. */
  readonly pinned: number | null;
}

export const DEFAULT_VIEW: ViewState = {
  set: null,
  layout: null,
  color: { kind: 'default' },
  scale: null,
  label: { kind: 'default' },
  filters: [],
  filtered: 'dim',
  size: null,
  opacity: null,
  camera: null,
  pinned: null,
};

/** Diameter of a point in CSS pixels where nobody chose one: 4 at 8,000, less with more. */
export function defaultSize(points: number): number {
  if (points <= 0) return 4;
  const size = 4 * Math.pow(8000 / points, 0.22);
  return Math.round(Math.min(9, Math.max(1.5, size)) * 2) / 2;
}

/** Opacity where nobody chose one. */
export function defaultOpacity(points: number): number {
  if (points <= 2000) return 0.9;
  if (points <= 20_000) return 0.8;
  return 0.7;
}
