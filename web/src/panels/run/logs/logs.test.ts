import { describe, expect, it } from 'vitest';
import { piecesOf, plainText } from './ansi';
import { LogBuffer, LONGEST_LINE, writerWords } from './buffer';

const lines = (buffer: LogBuffer): string[] =>
  Array.from({ length: buffer.count }, (_, index) => buffer.at(index));

describe('LogBuffer', () => {
  it('gives the same lines whatever the pieces', () => {
    const text = 'one\ntwo\r\n\nthree\r50 %\r100 %\nfour';
    const expected = ['one', 'two', '', '100 %', 'four'];
    for (let size = 1; size <= text.length; size++) {
      const buffer = new LogBuffer();
      for (let at = 0; at < text.length; at += size) buffer.append(text.slice(at, at + size));
      expect(lines(buffer)).toEqual(expected);
    }
  });

  it('keeps only the last state of a progress bar', () => {
    const buffer = new LogBuffer();
    for (let step = 0; step <= 100; step++) buffer.append(`\r${step} %`);
    expect(lines(buffer)).toEqual(['100 %']);
  });

  it('cuts endless lines and says how much is missing', () => {
    const buffer = new LogBuffer();
    buffer.append(`${'x'.repeat(LONGEST_LINE + 1234)}\n`);
    expect(buffer.at(0).endsWith(' … 1,234 more characters')).toBe(true);
  });
});

describe('terminal colours', () => {
  const escape = '\u001b';

  it('become styles', () => {
    expect(piecesOf(`a ${escape}[1;31mred${escape}[0m b ${escape}[93my${escape}[39m`)).toEqual([
      { text: 'a ', style: '' },
      { text: 'red', style: 'red bold' },
      { text: ' b ', style: '' },
      { text: 'y', style: 'yellow' },
    ]);
  });

  it('of 256 and of millions are skipped whole', () => {
    expect(piecesOf(`${escape}[38;5;9mx${escape}[38;2;1;2;31my${escape}[4mz`)).toEqual([
      { text: 'x', style: 'red' },
      { text: 'y', style: 'red' },
      { text: 'z', style: 'red underline' },
    ]);
  });

  it('and every other control leave only the text', () => {
    const line = `${escape}]8;;http://x${escape}\\link${escape}]8;;\u0007 ${escape}[2K${escape}[1Aup\u0007\tb\u0000${escape}(B`;
    expect(plainText(line)).toBe('link up\tb');
    expect(
      piecesOf(line)
        .map((piece) => piece.text)
        .join(''),
    ).toBe('link up\tb');
  });

  it('never make markup', () => {
    expect(piecesOf('<b>x</b>')).toEqual([{ text: '<b>x</b>', style: '' }]);
  });
});

it('writerWords', () => {
  expect(writerWords('20261123T210102-4711-a1b2c3')).toMatch(/^Process 4711, from 23 Nov/);
  expect(writerWords('other')).toBe('other');
});
