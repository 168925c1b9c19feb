// @vitest-environment jsdom
import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import SearchBox from './SearchBox.svelte';
import Segmented from './Segmented.svelte';
import Select from './Select.svelte';
import Tabs from './Tabs.svelte';
import Words from './Words.svelte';

let mounted: Record<string, unknown> | null = null;

function show<P extends Record<string, unknown>>(component: Component<P>, props: P): HTMLElement {
  mounted = mount(component, { target: document.body, props });
  flushSync();
  return document.body;
}

afterEach(async () => {
  if (mounted !== null) await unmount(mounted);
  mounted = null;
});

const press = (target: Element, key: string): void => {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  flushSync();
};

describe('Tabs', () => {
  const tabs = [
    { id: 'overview', text: 'Overview', href: '/runs/a/overview' },
    { id: 'charts', text: 'Charts', count: 12, href: '/runs/a/charts' },
    { id: 'logs', text: 'Logs' },
  ];

  it('have exact names, one stop for Tab, and the panel of the chosen one', () => {
    const body = show(Tabs, { label: 'Parts', prefix: 'run', tabs, current: 'charts' });
    const items = [...body.querySelectorAll('[role=tab]')];
    expect(items.map((item) => item.textContent.trim())).toEqual(['Overview', 'Charts', 'Logs']);
    expect(items.map((item) => item.getAttribute('tabindex'))).toEqual(['-1', '0', '-1']);
    expect(items.map((item) => item.getAttribute('aria-selected'))).toEqual([
      'false',
      'true',
      'false',
    ]);
    expect(items[1]?.getAttribute('aria-controls')).toBe('run-panel');
  });

  it('are walked with arrows, round the ends, and chosen with Space', () => {
    const onchoose = vi.fn();
    const body = show(Tabs, { label: 'Parts', prefix: 'run', tabs, current: 'charts', onchoose });
    const list = body.querySelector('[role=tablist]')!;
    const item = (id: string): HTMLElement => document.getElementById(`run-${id}`)!;
    item('charts').focus();
    press(list, 'ArrowRight');
    expect(document.activeElement).toBe(item('logs'));
    press(list, 'ArrowRight');
    expect(document.activeElement).toBe(item('overview'));
    press(list, 'End');
    expect(document.activeElement).toBe(item('logs'));
    press(item('logs'), ' ');
    expect(onchoose.mock.calls).toEqual([['logs']]);
  });

  it('leave clicks that open a new window to the browser', () => {
    const onchoose = vi.fn();
    show(Tabs, { label: 'Parts', prefix: 'run', tabs, current: 'charts', onchoose });
    const click = (ctrlKey: boolean): boolean =>
      document
        .getElementById('run-overview')!
        .dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey }));
    document.body.addEventListener('click', (event) => event.preventDefault(), { once: true });
    click(true);
    expect(onchoose).not.toHaveBeenCalled();
    expect(click(false)).toBe(false);
    expect(onchoose).toHaveBeenCalledWith('overview');
  });
});

describe('SearchBox', () => {
  it('is cleared by Escape, says what it found, and keeps Escape to itself', () => {
    const oninput = vi.fn();
    const outside = vi.fn();
    const body = show(SearchBox, { label: 'Search runs', value: 'x', oninput, count: '3 of 9' });
    document.addEventListener('keydown', outside, { once: true });
    const field = body.querySelector('input')!;
    expect(body.querySelector('[role=status]')?.textContent).toBe('3 of 9');
    press(field, 'Escape');
    expect(oninput.mock.calls).toEqual([['']]);
    expect(field.value).toBe('');
    expect(outside).not.toHaveBeenCalled();
  });

  it('is reached by / unless something is being typed', () => {
    const body = show(SearchBox, { label: 'Search runs', value: '', slash: true });
    const field = body.querySelector('input')!;
    press(document.body, '/');
    expect(document.activeElement).toBe(field);
    const other = document.createElement('textarea');
    body.append(other);
    other.focus();
    press(other, '/');
    expect(document.activeElement).toBe(other);
    other.remove();
  });

  it('says what is wrong', () => {
    const body = show(SearchBox, { label: 'Search', value: '(', error: 'No closing )', count: '' });
    expect(body.querySelector('input')?.getAttribute('aria-invalid')).toBe('true');
    expect(body.querySelector('[role=status]')?.textContent).toBe('No closing )');
  });
});

describe('Select', () => {
  const options = [
    { value: '', text: 'none' },
    { value: '1', text: 'topic', group: 'categories' },
    { value: '2', text: 'score', group: 'numbers' },
  ];

  it('has groups, a name, and tells what was chosen', () => {
    const onchange = vi.fn();
    const body = show(Select, { label: 'Color by', options, value: '1', onchange });
    const box = body.querySelector('select')!;
    expect(box.labels[0]?.textContent).toContain('Color by');
    expect([...box.querySelectorAll('optgroup')].map((group) => group.label)).toEqual([
      'categories',
      'numbers',
    ]);
    expect(box.value).toBe('1');
    box.value = '2';
    box.dispatchEvent(new Event('change', { bubbles: true }));
    expect(onchange.mock.calls).toEqual([['2']]);
  });

  it('shows a placeholder for what is not among the options', () => {
    const body = show(Select, { label: 'Layout', options, value: '9', placeholder: 'loading…' });
    expect(body.querySelector('select')?.selectedOptions[0]?.textContent).toBe('loading…');
  });
});

it('Segmented is a radio group', () => {
  const onchange = vi.fn();
  const options = [
    { value: '2', text: '2D' },
    { value: '3', text: '3D' },
  ];
  const body = show(Segmented, { label: 'Dimensions', options, value: '3', onchange });
  const group = body.querySelector('[role=radiogroup]')!;
  expect(group.getAttribute('aria-label')).toBe('Dimensions');
  const [two, three] = [...group.querySelectorAll('input')];
  expect([two?.checked, three?.checked]).toEqual([false, true]);
  two?.click();
  expect(onchange.mock.calls).toEqual([['2']]);
});

it('Words makes code of what stands between backticks, and markup of nothing', () => {
  const body = show(Words, { text: 'Start `dotscape serve` <b>now</b>, not `' });
  expect(body.querySelector('code')?.textContent).toBe('dotscape serve');
  expect(body.querySelector('b')).toBeNull();
  expect(body.textContent).toBe('Start dotscape serve <b>now</b>, not `');
});
