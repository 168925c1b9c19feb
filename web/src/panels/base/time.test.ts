import { describe, expect, it } from 'vitest';
import { absolute, ago, bytes } from './time';

const NOW = Date.UTC(2026, 10, 23, 12) / 1000;

describe('ago', () => {
  it.each([
    [0, 'just now'],
    [44, 'just now'],
    [-30, 'just now'],
    [60, '1 min ago'],
    [89, '1 min ago'],
    [120, '2 min ago'],
    [3599, '60 min ago'],
    [3600, '1 h ago'],
    [23 * 3600, '23 h ago'],
    [86400, 'yesterday'],
    [5 * 86400, '5 days ago'],
    [30 * 86400, '24 Oct'],
    [400 * 86400, '19 Oct 2025'],
  ])('%d seconds before', (past, words) => {
    expect(ago(NOW - past, NOW)).toBe(words);
  });

  it('says the day of a future that no clock explains', () => {
    expect(ago(NOW + 7200, NOW)).toBe('23 Nov 2026');
  });
});

it('absolute survives what is no time', () => {
  expect(absolute(NaN)).toBe('an unknown time');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_960, '10 kB'],
  [999_900, '1.0 MB'],
  [123_456_789, '123 MB'],
  [5e15, '5000 TB'],
])('%d bytes', (size, words) => {
  expect(bytes(size)).toBe(words);
});
