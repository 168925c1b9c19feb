import { describe, expect, it } from 'vitest';

import { categoryPalette, entryOf, ENTRIES, gradientPalette, spotlight, STEPS } from './colors';
import { distance, hexOfRgb, labOf, rgbOf, rgbOfHex, type Rgb } from './oklab';
import { categoryColors, DISTINCT, distinctColors, missingColor, type Theme } from './palette';
import { ramp } from './ramp';
import { seeded } from './testing/random';

const THEMES: Theme[] = ['light', 'dark'];
const BACKGROUND: Record<Theme, Rgb> = { light: [1, 1, 1], dark: [0.06, 0.07, 0.09] };

function closest(colors: readonly Rgb[]): number {
  const labs = colors.map(labOf);
  let least = Infinity;
  labs.forEach((one, index) => {
    for (const other of labs.slice(0, index)) least = Math.min(least, distance(one, other));
  });
  return least;
}

describe('OKLab', () => {
  it('comes back from any colour', () => {
    const random = seeded(3);
    for (let round = 0; round < 300; round++) {
      const rgb: Rgb = [random.real(), random.real(), random.real()];
      rgbOf(labOf(rgb)).forEach((value, channel) => {
        expect(value).toBeCloseTo(rgb[channel]!, 3);
      });
    }
  });

  it('has the published values of white and of red', () => {
    expect(labOf([1, 1, 1]).map((one) => one.toFixed(3).replace('-0.000', '0.000'))).toEqual([
      '1.000',
      '0.000',
      '0.000',
    ]);
    const [lightness, a, b] = labOf([1, 0, 0]);
    expect([lightness, a, b].map((one) => Number(one.toFixed(3)))).toEqual([0.628, 0.225, 0.126]);
  });
});

describe.each(THEMES)('category colours, %s', (theme) => {
  it.each([1, 2, 7, 8, 9, 10, 45, 98, DISTINCT])('%i differ from each other', (total) => {
    const colors = categoryColors(total, theme);
    expect(colors).toHaveLength(total);
    const limit = total <= 10 ? 0.065 : total <= 20 ? 0.06 : total <= 45 ? 0.03 : 0.015;
    if (total > 1) expect(closest(colors)).toBeGreaterThan(limit);
  });

  it.each([2, 9, 45, DISTINCT])('%i differ from background and from grey', (total) => {
    for (const color of categoryColors(total, theme)) {
      expect(distance(labOf(color), labOf(BACKGROUND[theme]))).toBeGreaterThan(0.18);
      expect(distance(labOf(color), labOf(missingColor(theme)))).toBeGreaterThan(0.03);
    }
  });
});

describe('colours of many categories', () => {
  it('do not change when there are more', () => {
    expect(distinctColors(20).map(hexOfRgb)).toEqual(distinctColors(60).slice(0, 20).map(hexOfRgb));
  });

  it('repeat, with an entry for each category, up to what the renderer takes', () => {
    const palette = categoryPalette(1_000_000, 'light');
    expect(palette).toHaveLength((ENTRIES + 1) * 4);
    const entry = (code: number): number[] => {
      const at = entryOf(code, 1_000_000) * 4;
      return [...palette.slice(at, at + 4)];
    };
    expect(entry(3)).toEqual(entry(3 + DISTINCT));
    expect(entry(3)).not.toEqual(entry(4));
    expect(entryOf(1_000_000, 1_000_000)).toBe(0);
  });
});

describe('colours of numbers', () => {
  it.each(THEMES)('get steadily lighter, %s', (theme) => {
    let last = 0;
    for (let step = 0; step <= 50; step++) {
      const [lightness] = labOf(ramp(step / 50, theme));
      expect(lightness).toBeGreaterThan(last - 0.004);
      last = lightness;
    }
    expect(gradientPalette(theme)).toHaveLength((STEPS + 1) * 4);
  });
});

describe('a hovered legend entry', () => {
  it('keeps its own colour and fades the others', () => {
    const palette = categoryPalette(4, 'light');
    const lit = spotlight(palette, 2, [1, 1, 1]);
    expect([...lit.slice(8, 12)]).toEqual([...palette.slice(8, 12)]);
    const faded: Rgb = [lit[4]! / 255, lit[5]! / 255, lit[6]! / 255];
    expect(distance(labOf(faded), labOf([1, 1, 1]))).toBeLessThan(
      distance(labOf(rgbOfHex('#0072b2')), labOf([1, 1, 1])) / 2,
    );
  });
});
