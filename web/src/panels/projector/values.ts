/** A point's values as text: what is shown, and what is copied. */
import { isMedia } from '../../state/columns';
import { date, number } from '../../state/words';
import type { PointValue } from '../../wire/types';

/** Characters of a long text that are shown before it is unfolded. */
export const FOLDED = 420;

/** The value as a person would copy it; '' where there is nothing to copy. */
export function valueText({ type, value }: PointValue): string {
  if (value === null || value === undefined || (isMedia(type) && type !== 'vector')) return '';
  if (typeof value === 'string') return value;
  if (type === 'date' && typeof value === 'number') return new Date(value).toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : JSON.stringify(value);
}

/** The value as it is read: dates and numbers short, everything else as it is. */
export function valueWords(point: PointValue): string {
  const { type, value } = point;
  if (type === 'date' && typeof value === 'number') return date(value);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (type === 'vector' && Array.isArray(value)) {
    const parts = value.map((one) => (typeof one === 'number' ? number(one) : 'NaN'));
    return `[${parts.join(', ')}${point.truncated ? ', …' : ''}]`;
  }
  if (type === 'json' && typeof value === 'string') return pretty(value);
  return valueText(point);
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
