import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CSS = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** Both colours of a token: [light, dark]. */
function colors(token: string): [string, string] {
  const found = new RegExp(`${token}:\\s*light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(CSS);
  if (found === null) throw new Error(`${token} isn't in tokens.css`);
  return [found[1]!, found[2]!];
}

/** Contrast ratio of WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const GROUNDS = ['--bg', '--bg-subtle', '--bg-raised', '--bg-hover'];
const PAIRS: [string, string, number][] = [
  ...['--text-1', '--text-2', '--text-3', '--accent-text'].flatMap((text) =>
    GROUNDS.map((ground): [string, string, number] => [text, ground, 4.5]),
  ),
  ...['ok', 'danger', 'warn', 'info'].flatMap((state): [string, string, number][] => [
    [`--${state}`, `--${state}-soft`, 4.5],
    [`--${state}`, '--bg', 4.5],
    [`--${state}`, '--bg-hover', 4.5],
    ['--text-1', `--${state}-soft`, 4.5],
    ['--text-2', `--${state}-soft`, 4.5],
  ]),
  ['--text-on-accent', '--accent', 4.5],
  ['--text-on-accent', '--accent-hover', 4.5],
  ['--accent-text', '--accent-soft', 4.5],
  ['--text-1', '--selection', 4.5],
  ['--border-control', '--bg', 3],
  ['--border-control', '--bg-subtle', 3],
  ['--border-control', '--bg-raised', 3],
  ['--focus', '--bg', 3],
  ['--mark', '--bg', 3],
];

describe.each(['light', 'dark'])('contrast in the %s theme', (theme) => {
  const at = theme === 'light' ? 0 : 1;

  it.each(PAIRS)('of %s on %s is at least %d', (text, ground, least) => {
    expect(contrast(colors(text)[at], colors(ground)[at])).toBeGreaterThanOrEqual(least);
  });
});

it('knows black and white', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});
