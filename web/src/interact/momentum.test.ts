import { describe, expect, it } from 'vitest';
import { firstCamera, orbit, pan, sameCamera, zoom, type Camera } from '../math/camera';
import { Momentum } from './momentum';

const VIEWPORT = { width: 800, height: 600 };

/** Let it run out, in frames of so many milliseconds; how many it took. */
function run(
  momentum: Momentum,
  camera: Camera,
  elapsed: number,
): { camera: Camera; frames: number } {
  let frames = 0;
  for (; !momentum.resting && frames < 10_000; frames++) {
    camera = momentum.step(camera, VIEWPORT, elapsed);
  }
  return { camera, frames };
}

describe('momentum', () => {
  it.each([4, 16, 50])('makes all of a movement, in frames of %i ms', (elapsed) => {
    const momentum = new Momentum();
    momentum.pan(120, -40);
    momentum.zoom(1.5);
    const { camera } = run(momentum, firstCamera(2), elapsed);
    const wanted = zoom(pan(firstCamera(2), 120, -40, VIEWPORT), 1.5);
    expect(camera.span).toBeCloseTo(wanted.span, 2);
  });

  it('takes as long whatever the frames’ length', () => {
    const times = [8, 16, 33].map((elapsed) => {
      const momentum = new Momentum();
      momentum.orbit(200, 0);
      return run(momentum, firstCamera(3), elapsed).frames * elapsed;
    });
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(60);
    expect(Math.max(...times)).toBeLessThan(900);
  });

  it('goes on at the speed of the hand', () => {
    const momentum = new Momentum();
    momentum.fling('pan', 1, 0);
    const moved = momentum.step(firstCamera(2), VIEWPORT, 5).target[0] - 0;
    const unit = (2 * firstCamera(2).span) / VIEWPORT.height;
    const hand = -5 * unit; // one pixel a millisecond, for five
    expect(moved / hand).toBeGreaterThan(0.7);
    expect(moved / hand).toBeLessThan(2);
  });

  it('ignores a hand that came to rest before it let go', () => {
    const momentum = new Momentum();
    momentum.fling('orbit', 0.05, 0);
    expect(momentum.resting).toBe(true);
  });

  it('does not throw the points out of the window', () => {
    const momentum = new Momentum();
    momentum.fling('pan', 500, 0);
    const { camera } = run(momentum, firstCamera(2), 16);
    expect(Math.abs(camera.target[0])).toBeLessThan(4);
  });

  it('stops at once', () => {
    const momentum = new Momentum();
    momentum.orbit(100, 100);
    momentum.zoom(3);
    momentum.stop();
    expect(momentum.resting).toBe(true);
    expect(sameCamera(momentum.step(firstCamera(3), VIEWPORT, 16), firstCamera(3))).toBe(true);
  });

  it('makes all at once where motion is unwanted, as a drag of the same length does', () => {
    const momentum = new Momentum();
    momentum.orbit(30, 10);
    const camera = momentum.step(firstCamera(3), VIEWPORT, Infinity);
    expect(camera).toEqual(orbit(firstCamera(3), 30, 10, VIEWPORT));
    expect(momentum.resting).toBe(true);
  });
});
