/** Where a tooltip goes: beside its point, never over it, never out of the map. */

export interface Place {
  readonly left: number;
  readonly top: number;
}

/** Sides in the order they are tried. */
const SIDES = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
] as const;

/**
 * Left and top of a box of the given size for a point in a map of the given size, all in CSS pixels. Right
 * of the point where there is room, else left, above, below; `gap` is kept free around the point. Where no
 * side has room, the side with the most room wins and the box is held inside the map.
 */
export function placeTooltip(
  point: readonly [number, number],
  size: readonly [number, number],
  map: readonly [number, number],
  gap = 14,
): Place {
  const [x, y] = point;
  const [width, height] = size;
  const room = [map[0] - x, x, y, map[1] - y];
  const needs = [width + gap, width + gap, height + gap, height + gap];
  const fits = SIDES.findIndex((_, side) => (room[side] ?? 0) >= (needs[side] ?? 0));
  const side = fits >= 0 ? fits : largest(room.map((one, index) => one - (needs[index] ?? 0)));
  const [right, down] = SIDES[side] ?? SIDES[0];
  const left = right === 0 ? x - width / 2 : right > 0 ? x + gap : x - gap - width;
  const top = down === 0 ? y - height / 2 : down > 0 ? y + gap : y - gap - height;
  return { left: held(left, width, map[0]), top: held(top, height, map[1]) };
}

function held(start: number, length: number, room: number): number {
  return Math.round(Math.max(0, Math.min(start, room - length)));
}

function largest(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value > (values[best] ?? 0)) best = index;
  });
  return best;
}
