import { describe, expect, it } from 'vitest';

import type { Filter } from './filters';
import { decodeView, encodeView } from './hash';
import { seeded, type Random } from './testing/random';
import { DEFAULT_VIEW, type ColumnChoice, type ViewState } from './view';

/** Letters that a careless encoding trips over. */
const NASTY = [
  '',
  'a',
  '~',
  '%',
  '&',
  '=',
  '!',
  '+',
  ' ',
  '#',
  '%7E',
  'é',
  '漢',
  '🦊',
  '\n',
  '"',
  '<b>',
];

function text(random: Random): string {
  return Array.from({ length: random.below(5) }, () => random.pick(NASTY)).join('');
}

function choice(random: Random): ColumnChoice {
  const kind = random.pick(['default', 'none', 'column'] as const);
  return kind === 'column' ? { kind, name: text(random) } : { kind };
}

function filter(random: Random): Filter {
  const kind = random.pick(['values', 'range', 'search'] as const);
  const column = text(random);
  if (kind === 'values') {
    const values = Array.from({ length: random.below(4) }, () => text(random));
    const mode = random.pick(['only', 'except'] as const);
    return { kind, column, mode, values, missing: random.below(2) === 1 };
  }
  if (kind === 'range') {
    const minimum = random.below(2) === 1 ? random.real() * 1e6 - 5e5 : null;
    const maximum = minimum === null || random.below(2) === 1 ? random.real() * 1e-6 : null;
    return { kind, column, minimum, maximum, missing: random.below(2) === 1 };
  }
  const mode = random.pick(['text', 'regex'] as const);
  return {
    kind,
    query: `q${text(random)}`,
    mode,
    column: random.below(2) === 1 ? column : null,
  };
}

function view(random: Random): ViewState {
  const maybe = <T>(value: T): T | null => (random.below(2) === 1 ? value : null);
  return {
    set: maybe(`s${text(random)}`),
    layout: maybe(random.pick(['pca-2', 'pca-3', 'a b~c'])),
    color: choice(random),
    scale: maybe(random.pick(['category', 'gradient'] as const)),
    label: choice(random),
    filters: Array.from({ length: random.below(4) }, () => filter(random)),
    filtered: random.pick(['dim', 'hide'] as const),
    size: maybe(1 + random.below(64)),
    opacity: maybe(random.real()),
    camera: maybe(`c${text(random)}`),
    pinned: maybe(random.below(1_000_000)),
  };
}

describe('the view in the address', () => {
  it('comes back as it was, whatever it holds', () => {
    const random = seeded(7);
    for (let round = 0; round < 500; round++) {
      const before = view(random);
      expect(decodeView(`#${encodeView(before)}`)).toEqual(before);
    }
  });

  it('survives the address bar, which escapes spaces, quotes and brackets', () => {
    const random = seeded(8);
    for (let round = 0; round < 200; round++) {
      const before = view(random);
      const url = new URL(`http://localhost/runs/x/media#${encodeView(before)}`);
      expect(decodeView(url.hash)).toEqual(before);
    }
  });

  it('is empty for the default view', () => {
    expect(encodeView(DEFAULT_VIEW)).toBe('');
    expect(decodeView('')).toEqual(DEFAULT_VIEW);
    expect(decodeView('#')).toEqual(DEFAULT_VIEW);
  });

  it('reads as words', () => {
    const filters: Filter[] = [
      { kind: 'values', column: 'source', mode: 'except', values: ['tweet'], missing: true },
      { kind: 'range', column: 'n_words', minimum: 3, maximum: 12, missing: false },
      { kind: 'search', query: 'good day', mode: 'text', column: null },
    ];
    expect(encodeView({ ...DEFAULT_VIEW, layout: 'pca-3', color: { kind: 'none' }, filters })).toBe(
      'layout=pca-3&nocolor=1&except=source~=tweet~!&range=n_words~3~12&contains=good+day',
    );
  });

  it.each([
    'set',
    '&&&',
    'range=a~x~y',
    'range=a',
    'point=-3',
    'point=1.5',
    'size=banana',
    'only',
    'contains=',
    'layout=%E0%A4%A',
    'unknown=1',
  ])('takes what it can from %s', (broken) => {
    const found = decodeView(broken);
    expect(found.pinned).toBe(null);
    expect(found.size).toBe(null);
    expect(found.filters.every((one) => one.kind === 'values')).toBe(true);
  });

  it('holds sizes and opacities within their limits', () => {
    expect(decodeView('size=1000&opacity=-1')).toMatchObject({ size: 64, opacity: 0 });
  });

  it('makes half a surrogate harmless', () => {
    const broken: ViewState = { ...DEFAULT_VIEW, color: { kind: 'column', name: 'a\ud83e' } };
    expect(decodeView(encodeView(broken)).color).toEqual({ kind: 'column', name: 'a\ufffd' });
  });
});
