import { describe, expect, it } from 'vitest';

import { seeded } from './testing/random';
import { placeTooltip } from './tooltip';

describe('a tooltip', () => {
  it('never leaves the map, and never covers its point where any side has room', () => {
    const random = seeded(5);
    for (let round = 0; round < 2000; round++) {
      const map = [200 + random.below(1200), 200 + random.below(800)] as const;
      const size = [40 + random.below(160), 20 + random.below(160)] as const;
      const [x, y] = [random.below(map[0] + 1), random.below(map[1] + 1)];
      const { left, top } = placeTooltip([x, y], size, map, 10);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + size[0]).toBeLessThanOrEqual(map[0] + 1);
      expect(top + size[1]).toBeLessThanOrEqual(map[1] + 1);
      const room = x >= size[0] + 11 || map[0] - x >= size[0] + 11;
      const tall = y >= size[1] + 11 || map[1] - y >= size[1] + 11;
      const covers = x > left && x < left + size[0] && y > top && y < top + size[1];
      if (room || tall) expect(covers).toBe(false);
    }
  });

  it('stands right of the point first', () => {
    expect(placeTooltip([100, 100], [80, 40], [500, 300], 10)).toEqual({ left: 110, top: 80 });
    expect(placeTooltip([480, 100], [80, 40], [500, 300], 10)).toEqual({ left: 390, top: 80 });
  });
});
