/**
 * Which rows of a long list are on screen, and where they stand.
 *
 * Chromium caps an element at 33,554,428 px, so a list longer than `LIMIT` is scrolled on a scaled track:
 * the scroll position says how far through the list one is, not how many pixels.
 */

/** Tallest track that is made, in CSS pixels. */
export const LIMIT = 8_000_000;

export interface RowWindow {
  /** First row to draw. */
  readonly first: number;
  /** One past the last row to draw. */
  readonly last: number;
  /** Where the first drawn row stands on the track, in pixels. */
  readonly top: number;
}

/** Height of the track that stands for all rows. */
export function trackHeight(count: number, rowHeight: number): number {
  return Math.min(count * rowHeight, LIMIT);
}

/** The rows to draw at a scroll position, with a few spare ones at both ends. */
export function rowWindow(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  spare = 4,
): RowWindow {
  const track = trackHeight(count, rowHeight);
  const offset = listOffset(count, rowHeight, scrollTop, viewHeight);
  const at = Math.max(0, Math.floor(offset / rowHeight));
  const first = Math.max(0, at - spare);
  const last = Math.min(count, Math.ceil((offset + viewHeight) / rowHeight) + spare);
  const top = scrollTop - (offset - first * rowHeight);
  return { first, last, top: Math.max(0, Math.min(top, track - (last - first) * rowHeight)) };
}

/** The scroll position that brings a row on screen; the present one where it is there already. */
export function scrollTopFor(
  row: number,
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const offset = listOffset(count, rowHeight, scrollTop, viewHeight);
  const from = row * rowHeight;
  let wanted = offset;
  if (from < offset) wanted = from;
  else if (from + rowHeight > offset + viewHeight) wanted = from + rowHeight - viewHeight;
  if (wanted === offset) return scrollTop;
  const travel = count * rowHeight - viewHeight;
  const trackTravel = trackHeight(count, rowHeight) - viewHeight;
  return travel <= 0 ? 0 : (wanted / travel) * trackTravel;
}

/** How far the list (not the track) is scrolled, in pixels. */
function listOffset(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const travel = count * rowHeight - viewHeight;
  const trackTravel = trackHeight(count, rowHeight) - viewHeight;
  if (travel <= 0 || trackTravel <= 0) return 0;
  return Math.min(1, Math.max(0, scrollTop / trackTravel)) * travel;
}

export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Columns that lie between two places; `edges[i]` is where column i starts, with one more entry. */
export function columnSpan(edges: readonly number[], from: number, to: number): Span {
  const count = edges.length - 1;
  let first = 0;
  while (first < count && (edges[first + 1] ?? 0) <= from) first++;
  let last = first;
  while (last < count && (edges[last] ?? 0) < to) last++;
  return { first, last };
}
