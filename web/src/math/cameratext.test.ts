import { describe, expect, it } from 'vitest';
import { firstCamera, sameCamera, viewOf } from './camera';
import { decodeCamera, encodeCamera } from './cameratext';
import { project } from './project';
import { someCamera } from './testpoints';

const VIEWPORT = { width: 1920, height: 1080 };

describe('a camera as text', () => {
  it.each([2, 3] as const)(
    'gives the same picture to a tenth of a pixel, in %i-D',
    (dimensions) => {
      for (let seed = 0; seed < 60; seed++) {
        const camera = someCamera(dimensions, seed);
        const back = decodeCamera(encodeCamera(camera))!;
        const near = camera.target;
        const [a, b] = [camera, back].map((one) => project(viewOf(one, VIEWPORT), near));
        // Five digits of a target, in pixels: the nearer, the more.
        const allowed = 0.1 + (1e-5 * VIEWPORT.height) / camera.span;
        expect(Math.hypot(a!.x - b!.x, a!.y - b!.y)).toBeLessThan(allowed);
        expect(back.dimensions).toBe(dimensions);
        expect(back.perspective).toBe(camera.perspective);
      }
    },
  );

  it('is the same text again after a round trip', () => {
    for (let seed = 0; seed < 60; seed++) {
      const text = encodeCamera(someCamera(seed % 2 ? 2 : 3, seed));
      expect(encodeCamera(decodeCamera(text)!)).toBe(text);
    }
  });

  it('is short', () => {
    expect(encodeCamera(someCamera(3, 1)).length).toBeLessThan(75);
  });

  it('knows the first cameras', () => {
    for (const dimensions of [2, 3] as const) {
      const camera = firstCamera(dimensions);
      expect(sameCamera(decodeCamera(encodeCamera(camera))!, camera)).toBe(true);
    }
  });

  it.each([
    '',
    'x',
    '2',
    '2,0,0',
    '2,0,0,1,5',
    '2,0,0,0',
    '2,0,0,-1',
    '2,0,,1',
    '2,0,NaN,1',
    '2,0,1e9,1',
    '3,0,0,0,0,0,0,1',
    '3,0,0,0,0,0,0,0,1',
    '3,0,0,0,0,0,0,1,1,0,0',
    '4,0,0,1',
    '3,0,0,0,a,b,c,d,1',
  ])('is refused where it says nothing: %j', (text) => {
    expect(decodeCamera(text)).toBeNull();
  });
});
