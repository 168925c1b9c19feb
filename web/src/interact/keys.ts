/** What the keys do to the camera. */

export type KeyAction =
  | { readonly kind: 'orbit' | 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'fit' };

/** CSS pixels of drag that a press of an arrow key stands for. */
const STEP = 48;
const ZOOM_STEP = 1.25;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/**
 * What a key press asks for; null where it means nothing to the map. Arrows look further that way: the
 * picture moves the other way. With control, alt or the command key a press is the browser's.
 */
export function keyAction(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
  dimensions: 2 | 3,
): KeyAction | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) {
    const kind = dimensions === 3 && !event.shiftKey ? 'orbit' : 'pan';
    return { kind, dx: arrow[0], dy: arrow[1] };
  }
  if (event.key === '+' || event.key === '=') return { kind: 'zoom', factor: ZOOM_STEP };
  if (event.key === '-' || event.key === '_') return { kind: 'zoom', factor: 1 / ZOOM_STEP };
  if (event.key === '0' || event.key === 'f' || event.key === 'F') return { kind: 'fit' };
  return null;
}
