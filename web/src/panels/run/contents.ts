/** What a run holds, by the tab that shows it. */
import type { Tab } from '../../place/routes';
import type { EmbeddingSetBrief, MediaEntry, RowSetInfo, RunDetail } from '../../wire/types';

/** Media before charts before facts: what the run was made for comes first. */
export function defaultTab(detail: RunDetail): Tab {
  if (detail.embedding_sets.length > 0) return 'media';
  if (detail.scalar_keys.length > 0) return 'charts';
  return 'overview';
}

/** Row sets with something to read in a table; a point cloud or bare vectors have nothing. */
export function tableSets(detail: RunDetail): RowSetInfo[] {
  return detail.row_sets.filter(
    (set) =>
      set.kind !== 'points' &&
      (set.kind === 'table' || set.columns.some((column) => column.type !== 'vector')),
  );
}

export function cloudSets(detail: RunDetail): RowSetInfo[] {
  return detail.row_sets.filter((set) => set.kind === 'points');
}

/** How many things the Media tab shows: embedding sets, point clouds and keys of media. */
export function mediaCount(detail: RunDetail): number {
  const keys = new Set(detail.media.map((entry) => entry.key));
  const clouds = new Set(cloudSets(detail).map((set) => set.key));
  const sets = new Set(detail.embedding_sets.map((set) => set.title));
  return keys.size + clouds.size + sets.size;
}

export interface Keyed<T> {
  readonly key: string;
  /** By step, smallest first. */
  readonly steps: readonly T[];
}

/** What was logged under one key at several steps, together. */
export function byKey<T extends { readonly key: string; readonly step: number }>(
  all: readonly T[],
): Keyed<T>[] {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const members = found.get(one.key);
    if (members === undefined) found.set(one.key, [one]);
    else members.push(one);
  }
  return [...found].map(([key, steps]) => ({
    key,
    steps: steps.sort((one, other) => one.step - other.step),
  }));
}

export type MediaKind = MediaEntry['items'][number]['type'];

/** The kind of an entry is that of its first item: a step holds one kind. */
export function kindOf(entry: MediaEntry): MediaKind {
  return entry.items[0]?.type ?? 'file';
}

/** What the projector opens first: the widest vectors, at their last step. */
export function firstSet(detail: RunDetail): EmbeddingSetBrief | null {
  let best: EmbeddingSetBrief | null = null;
  for (const set of detail.embedding_sets) {
    const later = best !== null && set.title === best.title && set.step > best.step;
    if (best === null || set.dim > best.dim || later) best = set;
  }
  return best;
}

export interface TitledSet {
  /** The set of the last step. */
  readonly set: EmbeddingSetBrief;
  readonly steps: number;
}

/** Embedding sets of one title (key and vector column) together. */
export function byTitle(sets: readonly EmbeddingSetBrief[]): TitledSet[] {
  const found = new Map<string, { set: EmbeddingSetBrief; steps: number }>();
  for (const set of sets) {
    const known = found.get(set.title);
    if (known === undefined) found.set(set.title, { set, steps: 1 });
    else {
      known.steps++;
      if (set.step >= known.set.step) known.set = set;
    }
  }
  return [...found.values()];
}
