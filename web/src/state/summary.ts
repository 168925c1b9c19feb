/** The map in one sentence: what a screen reader says of the canvas. */
import type { SetLayout } from '../wire/types';
import { dimensionWords } from './receipt';
import { layoutTitle } from './layouts';
import { count, counted } from './words';

/** `1,797 points, t-SNE, 3-D, coloured by label`. */
export function mapSummary(
  rows: number,
  layout: Pick<SetLayout, 'method' | 'name' | 'dim'> | null,
  color: string | null,
  shown: number,
): string {
  const parts = [counted(rows, 'point')];
  if (layout !== null) parts.push(layoutTitle(layout), dimensionWords(layout.dim));
  if (color !== null) parts.push(`coloured by ${color}`);
  if (shown < rows) parts.push(`showing ${count(shown)}`);
  return parts.join(', ');
}

/** `Showing 1,203 of 8,000`, or `8,000 points`. */
export function shownWords(shown: number, rows: number): string {
  return shown === rows ? counted(rows, 'point') : `Showing ${count(shown)} of ${count(rows)}`;
}
