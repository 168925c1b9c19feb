/** What stands in the menus of layouts and columns. */
import {
  colorable,
  colorWords,
  grouped,
  labelable,
  typeWords,
  type ColumnGroup,
} from '../../state/columns';
import { layoutGroups } from '../../state/layouts';
import type { ColumnChoice } from '../../state/view';
import type { EmbeddingSetDetail, SetColumn } from '../../wire/types';

export interface MenuOption {
  readonly value: string;
  readonly text: string;
  readonly group?: string;
}

/** Values that stand for no layout and no column; those of layouts and columns have a word before them. */
export const NEW_PROJECTION = 'new';
export const NONE = 'none';

export function layoutOptions(detail: EmbeddingSetDetail): MenuOption[] {
  const known = layoutGroups(detail).flatMap(({ title, layouts }) =>
    layouts.map(({ id, name, method, dim }) => ({
      value: layoutValue(id),
      text: method === 'logged' ? `${name} (${dim}-D)` : name,
      group: title,
    })),
  );
  return [...known, { value: NEW_PROJECTION, text: 'New projection…', group: 'Compute' }];
}

export function colorOptions(detail: EmbeddingSetDetail): MenuOption[] {
  const columns = columnOptions(grouped(colorable(detail)), colorWords);
  return [{ value: NONE, text: 'One colour' }, ...columns];
}

export function labelOptions(detail: EmbeddingSetDetail): MenuOption[] {
  const columns = columnOptions(grouped(labelable(detail)), typeWords);
  return [{ value: NONE, text: 'Nothing' }, ...columns];
}

function columnOptions(
  groups: readonly ColumnGroup[],
  words: (column: SetColumn) => string,
): MenuOption[] {
  return groups.flatMap(({ title, columns }) =>
    columns.map((column) => ({
      value: columnValue(column),
      text: `${column.name} (${words(column)})`,
      group: title,
    })),
  );
}

export const layoutValue = (id: string): string => `layout ${id}`;
export const layoutIdOf = (value: string): string => value.slice('layout '.length);

export const columnValue = (column: SetColumn | null): string =>
  column === null ? NONE : `column ${column.name}`;

export function columnChoice(value: string): ColumnChoice {
  return value === NONE
    ? { kind: 'none' }
    : { kind: 'column', name: value.slice('column '.length) };
}
