import { describe, expect, it } from 'vitest';
import { keyAction } from './keys';

const press = (key: string, held: Partial<Parameters<typeof keyAction>[0]> = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...held,
});

describe('keyAction', () => {
  it('turns in 3-D and moves in 2-D', () => {
    expect(keyAction(press('ArrowLeft'), 3)).toMatchObject({ kind: 'orbit' });
    expect(keyAction(press('ArrowLeft'), 2)).toMatchObject({ kind: 'pan' });
    expect(keyAction(press('ArrowLeft', { shiftKey: true }), 3)).toMatchObject({ kind: 'pan' });
  });

  it.each([
    ['ArrowLeft', 1, 0],
    ['ArrowRight', -1, 0],
    ['ArrowUp', 0, 1],
    ['ArrowDown', 0, -1],
  ])('looks further that way: %s', (key, x, y) => {
    const action = keyAction(press(key), 2);
    if (action?.kind !== 'pan') throw new Error('not a pan');
    expect([Math.sign(action.dx), Math.sign(action.dy)]).toEqual([x, y]);
  });

  it('zooms in and out by the same factor', () => {
    const near = keyAction(press('+'), 3);
    const far = keyAction(press('-'), 3);
    if (near?.kind !== 'zoom' || far?.kind !== 'zoom') throw new Error('not a zoom');
    expect(near.factor * far.factor).toBeCloseTo(1, 12);
    expect(near.factor).toBeGreaterThan(1);
    expect(keyAction(press('='), 3)).toEqual(near); // the same key without shift
  });

  it.each(['f', 'F', '0'])('fits on %s', (key) => {
    expect(keyAction(press(key), 2)).toEqual({ kind: 'fit' });
  });

  it('leaves the rest to the page and to the browser', () => {
    expect(keyAction(press('q'), 3)).toBeNull();
    expect(keyAction(press('Tab'), 3)).toBeNull();
    for (const held of ['ctrlKey', 'altKey', 'metaKey'] as const) {
      expect(keyAction(press('+', { [held]: true }), 3)).toBeNull();
    }
  });
});
