import { describe, expect, it } from 'vitest';

import { counted, date, duration, number, percent, shorten } from './words';

describe('words', () => {
  it.each([
    [0, '0'],
    [1234, '1,234'],
    [-0.012345, '-0.01235'],
    [12345.678, '12,346'],
    [0.1 + 0.2, '0.3'],
    [6.1e-9, '6.1e-9'],
    [3e12, '3e+12'],
    [NaN, 'NaN'],
    [-Infinity, '-infinity'],
  ])('number %d is %s', (value, words) => {
    expect(number(value)).toBe(words);
  });

  it.each([
    [0.04, '0.1 s'],
    [0.42, '0.4 s'],
    [12.3, '12 s'],
    [60, '1 min'],
    [130, '2 min 10 s'],
    [3900, '1 h 5 min'],
    [7200, '2 h'],
    [-1, ''],
  ])('%d seconds are %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it.each([
    [0, '0 %'],
    [0.0012, '0.12 %'],
    [0.145, '14.5 %'],
    [0.99999, '100 %'],
  ])('%d is %s', (fraction, words) => {
    expect(percent(fraction)).toBe(words);
  });

  it('counts one and many', () => {
    expect([counted(1, 'point'), counted(8000, 'point')]).toEqual(['1 point', '8,000 points']);
  });

  it('says the time of a date only where it matters', () => {
    const day = Date.UTC(2026, 2, 1);
    expect(date(day)).toBe('2026-03-01');
    expect(date(day + 3_600_000)).toBe('2026-03-01 01:00');
    expect(date(day + 3_600_000, 400 * 86_400_000)).toBe('2026-03-01');
    expect(date(1e20)).toBe('not a date');
  });

  it('shortens by letters, at words, without breaking an emoji', () => {
    expect(shorten('short', 10)).toBe('short');
    expect(shorten('a longer sentence that ends', 20)).toBe('a longer sentence…');
    const family = '👩‍👩‍👧';
    expect(shorten(family.repeat(5), 3)).toBe(`${family}${family}…`);
    expect(shorten('x'.repeat(100_000), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});
