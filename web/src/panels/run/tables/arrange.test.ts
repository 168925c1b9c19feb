import { describe, expect, it } from 'vitest';
import { arranged } from './arrange';

const ROWS = [
  ['Banana', 3, null],
  ['apple', null, true],
  ['cherry pie', -1, false],
  ['banana bread', 3, null],
];

describe('arranged', () => {
  it('leaves everything as it is without a wish', () => {
    expect(arranged(ROWS, '', null)).toEqual([0, 1, 2, 3]);
  });

  it('finds all words anywhere in a row', () => {
    expect(arranged(ROWS, 'banana', null)).toEqual([0, 3]);
    expect(arranged(ROWS, 'BREAD 3', null)).toEqual([3]);
    expect(arranged(ROWS, 'nothing', null)).toEqual([]);
  });

  it('sorts either way, missing last, ties as logged', () => {
    expect(arranged(ROWS, '', { at: 1, descending: false })).toEqual([2, 0, 3, 1]);
    expect(arranged(ROWS, '', { at: 1, descending: true })).toEqual([0, 3, 2, 1]);
    expect(arranged(ROWS, '', { at: 0, descending: false })).toEqual([1, 0, 3, 2]);
  });

  it('sorts by a column that is not there', () => {
    expect(arranged(ROWS, '', { at: 9, descending: true })).toEqual([0, 1, 2, 3]);
  });
});
