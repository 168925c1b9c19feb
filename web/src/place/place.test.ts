// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { place } from './place.svelte';

let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  history.pushState(null, '', '/runs/a/charts#set=1&charts.ema=0.5');
  stop = place.start();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

function click(href: string, options: MouseEventInit = {}): boolean {
  const link = document.createElement('a');
  link.href = href;
  document.body.append(link);
  const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...options });
  link.dispatchEvent(event);
  link.remove();
  return event.defaultPrevented;
}

describe('place', () => {
  it('starts where the address is', () => {
    expect(place.route).toEqual({ page: 'run', run: 'a', tab: 'charts' });
    expect(place.part('charts')).toBe('ema=0.5');
    expect(place.part('')).toBe('set=1');
  });

  it('pushes choices, so that Back undoes them', () => {
    const before = history.length;
    place.setPart('charts', 'ema=0.9', 'push');
    expect(location.hash).toBe('#set=1&charts.ema=0.9');
    expect(history.length).toBe(before + 1);
  });

  it('replaces what changes fast, once it is quiet', () => {
    const before = history.length;
    const replaced = vi.spyOn(history, 'replaceState');
    for (let step = 0; step < 100; step++) place.setPart('charts', `ema=0.${step}`, 'replace');
    expect(place.part('charts')).toBe('ema=0.99');
    expect(location.hash).toBe('#set=1&charts.ema=0.5');
    vi.runAllTimers();
    expect(location.hash).toBe('#set=1&charts.ema=0.99');
    expect(replaced).toHaveBeenCalledTimes(1);
    expect(history.length).toBe(before);
  });

  it('keeps a pending change when another is pushed after it', () => {
    place.setPart('charts', 'ema=0.7', 'replace');
    place.setPart('', 'set=2', 'push');
    expect(location.hash).toBe('#set=2&charts.ema=0.7');
  });

  it('writes nothing where nothing changes', () => {
    const before = history.length;
    place.setPart('charts', 'ema=0.5', 'push');
    expect(history.length).toBe(before);
  });

  it('follows plain clicks on its own pages, and leaves all others to the browser', () => {
    expect(click('/projects/demo')).toBe(true);
    expect(place.route).toEqual({ page: 'project', project: 'demo' });
    expect(place.hash).toBe('');
    for (const [href, options] of [
      ['/projects/demo', { ctrlKey: true }],
      ['/projects/demo', { button: 1 }],
      ['/media/abc', {}],
      ['https://example.org/', {}],
      ['#content', {}],
    ] as const) {
      expect(click(href, options)).toBe(false);
    }
  });

  it('goes where the browser goes back to', () => {
    place.go('/projects/demo');
    history.replaceState(null, '', '/runs/b#logs.find=x');
    window.dispatchEvent(new PopStateEvent('popstate'));
    expect(place.route).toEqual({ page: 'run', run: 'b', tab: null });
    expect(place.part('logs')).toBe('find=x');
  });
});
