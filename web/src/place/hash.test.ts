import { describe, expect, it } from 'vitest';
import { fieldsOf, hashPart, partOfFields, withHashPart } from './hash';

const HASH = '#set=9f2c&color=source&charts.ema=0.6&charts.find=a+b&logs.find=x';

describe('parts of a hash', () => {
  it('belong to their panels', () => {
    expect(hashPart(HASH, '')).toBe('set=9f2c&color=source');
    expect(hashPart(HASH, 'charts')).toBe('ema=0.6&find=a+b');
    expect(hashPart(HASH, 'tables')).toBe('');
  });

  it('change without touching the others', () => {
    const next = withHashPart(HASH, 'charts', 'x=time');
    expect(hashPart(next, 'charts')).toBe('x=time');
    for (const owner of ['', 'logs'] as const) {
      expect(hashPart(next, owner)).toBe(hashPart(HASH, owner));
    }
    expect(hashPart(withHashPart(next, '', ''), '')).toBe('');
  });

  it('of the projector may hold anything but dots in keys', () => {
    const part = 'only=topic~%3Da.b~!&camera=1.5,2.5';
    expect(hashPart(withHashPart('logs.find=1', '', part), '')).toBe(part);
  });

  it('written twice are the same', () => {
    expect(withHashPart(withHashPart(HASH, 'logs', 'find=y'), 'logs', 'find=x')).toBe(
      withHashPart(HASH, 'logs', 'find=x'),
    );
  });
});

describe('fields', () => {
  const AWKWARD = ['', ' ', 'a=b&c#d', '50 %', 'a+b', 'ünï 😀', '.', '..', 'x\ny', '\ud800'];

  it.each(AWKWARD)('bring back %j as a value', (text) => {
    const fields = fieldsOf(partOfFields({ key: text, other: 1 }));
    expect(fields.get('key')).toBe(text.toWellFormed());
    expect(fields.get('other')).toBe('1');
  });

  it.each(AWKWARD.filter((text) => text !== '' && text.isWellFormed()))(
    'bring back %j as a key, whoever owns it',
    (key) => {
      const hash = withHashPart('set=1&charts.find=2', 'media', partOfFields({ [key]: 7 }));
      expect([...fieldsOf(hashPart(hash, 'media'))]).toEqual([[key, '7']]);
      expect(hashPart(hash, 'charts')).toBe('find=2');
    },
  );

  it('leave out what is null or undefined', () => {
    expect(partOfFields({ a: null, b: undefined, c: 0 })).toBe('c=0');
  });

  it('survive what cannot be decoded', () => {
    expect(fieldsOf('a=%ZZ&b&=c').get('a')).toBe('%ZZ');
    expect(fieldsOf('a=%ZZ&b').get('b')).toBe('');
  });
});
