/** Rows of a whole table, searched and put in order. */
import { compareValues, fullText, isMissing } from '../../base/values';
import type { Row } from './pages.svelte';

export interface RowOrder {
  /** Which column. */
  readonly at: number;
  readonly descending: boolean;
}

/** Numbers of the rows that hold every word of the query, in order; missing values last, ties as logged. */
export function arranged(rows: readonly Row[], query: string, order: RowOrder | null): number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: number[] = [];
  rows.forEach((row, number) => {
    if (words.length > 0) {
      const text = row.map(fullText).join('\n').toLowerCase();
      if (!words.every((word) => text.includes(word))) return;
    }
    found.push(number);
  });
  if (order === null) return found;
  const sign = order.descending ? -1 : 1;
  return found.sort((one, other) => {
    const [first, second] = [rows[one]?.[order.at], rows[other]?.[order.at]];
    const [none, neither] = [isMissing(first), isMissing(second)];
    if (none !== neither) return none ? 1 : -1;
    return (none ? 0 : sign * compareValues(first, second)) || one - other;
  });
}
