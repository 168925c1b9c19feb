/** The table of runs: which columns there are, which are shown first, and order and search. */
import { compareText, compareValues, flattened, isMedia, isMissing, lineOf } from '../base/values';
import type { RunInfo, RunState } from '../../wire/types';

export type ColumnGroup = 'run' | 'config' | 'summary';

export interface RunColumn {
  /** `created`, `config:lr`, `summary:loss`. */
  readonly id: string;
  readonly title: string;
  readonly group: ColumnGroup;
  /** All its values are numbers or missing. */
  readonly numeric: boolean;
  /** How many different values it has among the runs that have one; counted up to 3. */
  readonly distinct: number;
}

/** A run with its config and summary made flat once. */
export interface RunRow {
  readonly info: RunInfo;
  readonly config: ReadonlyMap<string, unknown>;
  readonly summary: ReadonlyMap<string, unknown>;
  /** What any word is looked for in, in lower case: names, tags, notes, texts of config and summary. */
  readonly text: string;
  /**
   * Numbers and `key:value` pairs, each after a mark, so that they are found by how they begin: 99 finds
   * 99.5 and not 0.99, `lr:0.1` finds 0.1 and 0.15.
   */
  readonly marked: string;
}

const FIELDS: readonly { id: string; title: string; value: (info: RunInfo) => unknown }[] = [
  { id: 'state', title: 'State', value: (info) => info.state },
  { id: 'created', title: 'Created', value: (info) => info.created },
  { id: 'duration', title: 'Duration', value: (info) => info.updated - info.created },
  { id: 'tags', title: 'Tags', value: (info) => info.tags.join(', ') },
  { id: 'notes', title: 'Notes', value: (info) => info.notes },
  { id: 'group', title: 'Group', value: (info) => info.group },
  { id: 'job_type', title: 'Job type', value: (info) => info.job_type },
  { id: 'steps', title: 'Steps', value: (info) => info.steps },
  { id: 'host', title: 'Host', value: (info) => info.host },
  { id: 'program', title: 'Program', value: (info) => info.program },
  { id: 'id', title: 'Id', value: (info) => info.id },
];

/** Columns of config and of summary that are shown until somebody chooses. */
const SHOWN_FIRST = 5;
const LONGEST_SEARCHED = 2_000;
const MARK = '\u0001';

export function runRow(info: RunInfo): RunRow {
  const [config, summary] = [flattened(info.config), flattened(info.summary)];
  const words = [info.id, info.name, info.group, info.job_type, info.notes, ...info.tags];
  let marked = '';
  for (const [key, value] of [...config, ...summary]) {
    const line = lineOf(value).slice(0, LONGEST_SEARCHED);
    marked += `${MARK}${key}:${line}`;
    if (typeof value === 'number') marked += MARK + line;
    else words.push(line);
  }
  const text = words.map((word) => (word ?? '').slice(0, LONGEST_SEARCHED)).join('\n');
  return { info, config, summary, text: text.toLowerCase(), marked: marked.toLowerCase() };
}

/** Every column the runs have: fields of runs, then config, then summary, by name. */
export function columnsOf(rows: readonly RunRow[]): RunColumn[] {
  const fields = FIELDS.map(({ id, title, value }) => {
    const values = rows.map((row) => value(row.info));
    return column(id, title, 'run', values);
  });
  return [...fields, ...mapColumns(rows, 'config'), ...mapColumns(rows, 'summary')];
}

function mapColumns(rows: readonly RunRow[], group: 'config' | 'summary'): RunColumn[] {
  const keys = new Set(
    rows.flatMap((row) =>
      [...row[group]].filter(([, value]) => !isMedia(value)).map(([key]) => key),
    ),
  );
  return [...keys].sort(compareText).map((key) =>
    column(
      `${group}:${key}`,
      key,
      group,
      rows.map((row) => row[group].get(key)),
    ),
  );
}

function column(
  id: string,
  title: string,
  group: ColumnGroup,
  values: readonly unknown[],
): RunColumn {
  const seen = new Set<unknown>();
  let numeric = false;
  let other = false;
  for (const value of values) {
    if (typeof value === 'number') numeric = true;
    else if (!isMissing(value)) other = true;
    if (seen.size < 3 && !isMissing(value)) seen.add(lineOf(value));
  }
  return { id, title, group, numeric: numeric && !other, distinct: seen.size };
}

/** What is shown first: what says most about how the runs differ. */
export function defaultColumns(columns: readonly RunColumn[]): string[] {
  const ids = ['state', 'created', 'duration'];
  for (const field of ['tags', 'group', 'job_type']) {
    const found = columns.find((one) => one.id === field);
    if (found !== undefined && found.distinct > 1) ids.push(field);
  }
  const config = columns.filter((one) => one.group === 'config');
  const differing = config.filter((one) => one.distinct > 1);
  const summary = columns.filter((one) => one.group === 'summary');
  const telling = summary.filter((one) => one.numeric && !one.title.startsWith('_'));
  const firstOf = (all: readonly RunColumn[]): string[] =>
    all.slice(0, SHOWN_FIRST).map((one) => one.id);
  return [...ids, ...firstOf(differing), ...firstOf(telling)];
}

/** The value of a run in a column; undefined where it has none. */
export function valueIn(row: RunRow, columnId: string): unknown {
  const field = FIELDS.find((one) => one.id === columnId);
  if (field !== undefined) return field.value(row.info);
  if (columnId === 'name') return row.info.name ?? row.info.id;
  if (columnId.startsWith('config:')) return row.config.get(columnId.slice(7));
  if (columnId.startsWith('summary:')) return row.summary.get(columnId.slice(8));
  return undefined;
}

export interface RunFilter {
  readonly query: string;
  readonly state: RunState | null;
}

/** Runs in which every word of the query is found. */
export function filterRuns(rows: readonly RunRow[], filter: RunFilter): RunRow[] {
  const words = filter.query.toLowerCase().replace(/:\s+/g, ':').split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (filter.state === null || row.info.state === filter.state) &&
      words.every((word) => row.text.includes(word) || row.marked.includes(MARK + word)),
  );
}

/** In order of one column; missing values last whichever way, equals newest first. */
export function sortRuns(rows: readonly RunRow[], columnId: string, descending: boolean): RunRow[] {
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: valueIn(row, columnId) }));
  keyed.sort((one, other) => {
    const [first, second] = [isMissing(one.value), isMissing(other.value)];
    if (first !== second) return first ? 1 : -1;
    const order = first ? 0 : sign * compareValues(one.value, other.value);
    return order !== 0 ? order : other.row.info.created - one.row.info.created;
  });
  return keyed.map(({ row }) => row);
}

/** How many runs are in each state. */
export function countStates(rows: readonly RunRow[]): Map<RunState, number> {
  const counts = new Map<RunState, number>();
  for (const { info } of rows) counts.set(info.state, (counts.get(info.state) ?? 0) + 1);
  return counts;
}
