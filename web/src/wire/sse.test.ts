import { describe, expect, it } from 'vitest';
import { EventReader } from './sse';

const STREAM = [
  'retry: 1000\nid: 10\n\n',
  'id: 11\nevent: run\ndata: {"a":1}\n\n',
  ': still here\n\n',
  'id: 12\r\nevent: job\r\ndata: one\r\ndata:two\r\n\r\n',
  'data\n\n',
  'event: nothing\n\n',
].join('');

const EXPECTED = [
  { name: 'run', data: '{"a":1}' },
  { name: 'job', data: 'one\ntwo' },
  { name: 'message', data: '' },
];

describe('EventReader', () => {
  it('reads the same whatever the pieces', () => {
    for (let size = 1; size <= STREAM.length; size++) {
      const reader = new EventReader();
      const found = [];
      for (let at = 0; at < STREAM.length; at += size) {
        found.push(...reader.feed(STREAM.slice(at, at + size)));
      }
      expect(found).toEqual(EXPECTED);
      expect(reader.lastId).toBe('12');
    }
  });

  it('drops what was begun when the line broke, and keeps the last id', () => {
    const reader = new EventReader();
    reader.feed('id: 7\nevent: run\ndata: half');
    reader.restart();
    expect(reader.lastId).toBe('7');
    expect(reader.feed('data: whole\n\n')).toEqual([{ name: 'message', data: 'whole' }]);
  });

  it('ignores ids with NUL and fields it does not know', () => {
    const reader = new EventReader();
    expect(reader.feed('id: 1\nid: a\0b\nwhat: ever\ndata: x\n\n')).toHaveLength(1);
    expect(reader.lastId).toBe('1');
  });
});
