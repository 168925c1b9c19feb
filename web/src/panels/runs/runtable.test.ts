import { describe, expect, it } from 'vitest';
import type { RunInfo } from '../../wire/types';
import { columnsOf, defaultColumns, filterRuns, runRow, sortRuns, valueIn } from './runtable';

function info(id: string, fields: Partial<RunInfo> = {}): RunInfo {
  return {
    id,
    project: 'p',
    state: 'finished',
    created: 1_000,
    updated: 1_060,
    entity: null,
    name: null,
    group: null,
    job_type: null,
    tags: [],
    notes: null,
    program: null,
    host: null,
    exit_code: 0,
    steps: 1,
    config: {},
    summary: {},
    damaged_lines: 0,
    ...fields,
  };
}

const ROWS = [
  info('a', { config: { lr: 0.1, model: { depth: 4 }, seed: 1 }, summary: { loss: 0.5 } }),
  info('b', { config: { lr: 0.01, model: { depth: 4 }, seed: 1 }, summary: { loss: NaN } }),
  info('c', {
    config: { lr: 1e-3, model: { depth: 4 }, seed: 1 },
    summary: { loss: 0.25, best: 'x' },
    tags: ['Baseline'],
    state: 'crashed',
    name: 'a long name',
  }),
].map(runRow);

describe('columns', () => {
  it('are flat, and know numbers and whether they differ', () => {
    const found = columnsOf(ROWS).filter((column) => column.group !== 'run');
    expect(found.map(({ id, numeric, distinct }) => [id, numeric, distinct > 1])).toEqual([
      ['config:lr', true, true],
      ['config:model.depth', true, false],
      ['config:seed', true, false],
      ['summary:best', false, false],
      ['summary:loss', true, true],
    ]);
  });

  it('shown first are those that differ', () => {
    expect(defaultColumns(columnsOf(ROWS))).toEqual([
      'state',
      'created',
      'duration',
      'tags',
      'config:lr',
      'summary:loss',
    ]);
  });

  it('of no runs are only the fields', () => {
    expect(columnsOf([]).every((column) => column.group === 'run')).toBe(true);
  });
});

describe('search', () => {
  const ids = (query: string): string[] =>
    filterRuns(ROWS, { query, state: null }).map((row) => row.info.id);

  it('looks at names, tags, values of config and summary, all words', () => {
    expect(ids('baseline')).toEqual(['c']);
    expect(ids('LR: 0.01')).toEqual(['b']);
    expect(ids('long LOSS:0.2')).toEqual(['c']);
    expect(ids('model.depth:4')).toEqual(['a', 'b', 'c']);
    expect(ids('0.2')).toEqual(['c']);
    expect(ids('25')).toEqual([]);
    expect(ids('nothing')).toEqual([]);
    expect(ids('  ')).toEqual(['a', 'b', 'c']);
  });

  it('keeps one state', () => {
    expect(filterRuns(ROWS, { query: '', state: 'crashed' })).toHaveLength(1);
  });
});

describe('order', () => {
  const ids = (column: string, descending: boolean): string =>
    sortRuns(ROWS, column, descending)
      .map((row) => row.info.id)
      .join('');

  it('is by number, missing last both ways', () => {
    expect(ids('summary:loss', false)).toBe('cab');
    expect(ids('summary:loss', true)).toBe('acb');
    expect(ids('config:lr', false)).toBe('cba');
  });

  it('is by name or id', () => {
    expect(ids('name', true)).toBe('bca');
  });
});

it('valueIn knows duration and unknown columns', () => {
  expect(valueIn(ROWS[0]!, 'duration')).toBe(60);
  expect(valueIn(ROWS[0]!, 'config:none')).toBeUndefined();
  expect(valueIn(ROWS[0]!, 'what')).toBeUndefined();
});
