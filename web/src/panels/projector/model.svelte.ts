/**
 * What the projector shows: the open set, its layout, its colours, what the filters leave.
 *
 * The address decides (`view`); this model loads what it asks for. Nothing here draws.
 */
import { untrack } from 'svelte';

import type { PackedFrame } from '../../math/packed';
import { colorable, columnNamed, labelable, scaleOf } from '../../state/columns';
import { keepPossible, type Filter } from '../../state/filters';
import { chosenLayout, isInstant, layoutWithId } from '../../state/layouts';
import type { ColumnChoice } from '../../state/view';
import { fetchLayout, fetchRun, fetchSet } from '../../wire/api';
import { connection, events } from '../../wire/connection.svelte';
import { Failure } from '../../wire/failure';
import type { EmbeddingSetBrief, EmbeddingSetDetail, SetColumn } from '../../wire/types';
import type { Coloring, Filtered, Paint } from '../../workers/setdata';
import { dependsOn } from './depends';
import { Latest } from './latest';
import { columnIds, openSet, type OpenSet } from './opened';
import { ViewLink } from './view.svelte';

/** Positions on the map, and which set and layout (or job's frame) they are. */
export interface Shown {
  readonly points: PackedFrame;
  readonly set: string;
  readonly source: string;
}

/** Colours, and which set's rows they belong to: those of the set before stay until the next are there. */
export interface Painted {
  readonly set: string;
  readonly coloring: Coloring | null;
  readonly paint: Paint;
}

/** A layout that was asked for in advance. */
interface Early {
  readonly set: string;
  readonly layout: string;
  readonly points: Promise<PackedFrame>;
}

/** Nearly every set opens with it, and the server makes it at once. */
const FIRST_GUESS = 'pca-3';

interface FilterQuestion {
  readonly open: OpenSet;
  readonly filters: readonly Filter[];
  readonly coloring: Coloring | null;
}

export class ProjectorModel {
  readonly view = new ViewLink();
  /** All embedding sets of the run. */
  sets = $state.raw<readonly EmbeddingSetBrief[]>([]);
  open = $state.raw<OpenSet | null>(null);
  detail = $state.raw<EmbeddingSetDetail | null>(null);
  /** Why no set could be opened. */
  failure = $state.raw<Failure | null>(null);
  shown = $state.raw<Shown | null>(null);
  /** Why the chosen layout could not be loaded; the one before stays. */
  layoutFailure = $state.raw<Failure | null>(null);
  paint = $state.raw<Painted | null>(null);
  paintFailure = $state.raw<Failure | null>(null);
  filtered = $state.raw<Filtered | null>(null);
  filterFailure = $state.raw<Failure | null>(null);
  /** A set is being opened, or a layout loaded. */
  loading = $state(true);
  /** The filters changed, and what they leave isn't known yet. */
  filtering = $state(false);

  readonly run: () => string;
  readonly asked: () => string;
  readonly #setId = $derived.by(() => this.view.set ?? this.asked());

  readonly layout = $derived.by(() =>
    this.detail === null ? null : chosenLayout(this.detail, this.view.layout),
  );
  /** The layout that is on the map: the chosen one once it has come; null while a projection moves. */
  readonly picture = $derived.by(() => {
    const source = this.shown?.source ?? '';
    if (source.startsWith('job:')) return null;
    return (this.detail === null ? null : layoutWithId(this.detail, source)) ?? this.layout;
  });
  readonly colorColumn = $derived.by(() => this.#chosen('color', this.view.color));
  readonly labelColumn = $derived.by(() => this.#chosen('label', this.view.label));
  readonly imageColumn = $derived.by(() => {
    const id = this.detail?.defaults.image_column ?? null;
    return this.detail?.columns.find((column) => column.id === id && !column.detached) ?? null;
  });
  readonly #coloring = $derived.by(() => this.#coloringKey());
  readonly coloring = $derived(JSON.parse(this.#coloring) as Coloring | null);
  readonly rows = $derived.by(() => this.open?.order.length ?? 0);
  /** Whether the picture will still change by itself: something asked for hasn't come yet. */
  readonly #painted = $derived.by(
    () => this.paint?.set === this.open?.id && this.paint?.coloring === this.coloring,
  );
  readonly busy = $derived.by(
    () =>
      this.loading ||
      this.filtering ||
      (this.open !== null && this.paintFailure === null && !this.#painted),
  );
  readonly shownRows = $derived.by(() => this.filtered?.shown ?? this.rows);

  readonly #filter = new Latest<FilterQuestion, Filtered>(
    ({ open, filters, coloring }) => open.worker.call('filter', { filters, coloring }),
    (filtered, { open }) => {
      if (open !== this.open) return;
      this.filtering = this.#filter.waiting;
      this.filtered = filtered;
      this.filterFailure = null;
    },
    (error, { open }) => {
      if (open !== this.open) return;
      this.filtering = this.#filter.waiting;
      this.filterFailure = Failure.of(error);
    },
  );

  /** To be made while a component is, whose life it shares. */
  constructor(run: () => string, asked: () => string) {
    this.run = run;
    this.asked = asked;
    $effect(() => this.#watchRun());
    $effect(() => this.#openChosen());
    $effect(() => this.#loadLayout());
    $effect(() => this.#paintPoints());
    $effect(() => this.#applyFilters());
    $effect(() => () => {
      this.#filter.stop();
      this.open?.worker.stop();
    });
  }

  /** Show another set: columns of the same names and filters that still mean something stay. */
  chooseSet(id: string): void {
    this.view.change({ set: id, layout: this.#layoutAnywhere(), camera: null, pinned: null });
  }

  /** Show another step of the same set: the same rows, looked at from the same side. */
  chooseStep(id: string): void {
    this.view.change({ set: id, layout: this.#layoutAnywhere() });
  }

  /** PCA is there for every set; other layouts are one set's own. */
  #layoutAnywhere(): string | null {
    return this.layout !== null && isInstant(this.layout) ? this.layout.id : null;
  }

  /** Load again what the server says of run and set: columns, layouts, notes. */
  async refresh(): Promise<void> {
    const [run, open] = [this.run(), this.open];
    const [runDetail, detail] = await Promise.all([
      fetchRun(run).catch(() => null),
      open === null ? null : fetchSet(run, open.id).catch(() => null),
    ]);
    if (run !== this.run()) return;
    if (runDetail !== null) this.sets = runDetail.embedding_sets;
    if (detail !== null && open !== null && open === this.open) await this.retake(detail);
  }

  /** Take a newer account of the open set: its columns may have come, gone or been renamed. */
  async retake(detail: EmbeddingSetDetail): Promise<void> {
    const open = this.open;
    if (open === null || open.id !== detail.id) return;
    await open.worker.call('rename', columnIds(detail));
    if (open === this.open) this.detail = detail;
  }

  /** Try again what failed. */
  retry(): void {
    this.failure = null;
    this.layoutFailure = null;
    this.#attempts++;
  }

  #attempts = $state(0);
  #early: Early | null = null;

  #watchRun(): (() => void) | undefined {
    const run = this.run();
    dependsOn(connection.returns);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.refresh(), 200);
    };
    untrack(() => void this.refresh());
    const stops = [
      events.on('run', (event) => {
        if (event.run === run && (event.change === 'rows' || event.change === 'info')) soon();
      }),
      events.on('reset', soon),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }

  #openChosen(): (() => void) | undefined {
    const [run, id] = [this.run(), this.#setId];
    dependsOn(this.#attempts);
    if (untrack(() => this.open?.id === id && this.open.run === run)) return undefined;
    const control = new AbortController();
    this.loading = true;
    this.#early = this.#guess(run, id, control.signal);
    openSet(run, id, control.signal).then(
      (open) => {
        if (control.signal.aborted) open.worker.stop();
        else this.#replace(open);
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        const failure = Failure.of(error);
        // A link to a set that is gone still shows the one the page was opened for.
        if (failure.code === 'not_found' && id !== this.asked()) {
          this.view.change({ set: null, layout: null, camera: null, pinned: null }, 'replace');
        } else {
          this.failure = failure;
          this.loading = false;
        }
      },
    );
    return () => control.abort();
  }

  #replace(open: OpenSet): void {
    const before = this.open;
    this.open = open;
    this.detail = open.detail;
    this.failure = null;
    this.layoutFailure = null;
    this.filtered = null;
    before?.worker.stop();
    const names = new Set(Object.keys(columnIds(open.detail)));
    const filters = keepPossible(this.view.filters, names, labelable(open.detail).length > 0);
    if (filters.length < this.view.filters.length) this.view.change({ filters }, 'replace');
  }

  #loadLayout(): (() => void) | undefined {
    const open = this.open;
    const id = this.layout?.id;
    dependsOn(this.#attempts);
    if (open === null || id === undefined) {
      if (open !== null) this.loading = false;
      return undefined;
    }
    if (untrack(() => this.shown?.set === open.id && this.shown.source === id)) return undefined;
    const control = new AbortController();
    this.loading = true;
    this.#layoutOf(open, id, control.signal).then(
      (points) => {
        this.layoutFailure = null;
        this.show(points, open, id);
        // A layout made just now has its receipt only now.
        const made = untrack(
          () => this.layout?.method !== 'logged' && this.layout?.receipt === null,
        );
        if (made) void this.refresh();
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        this.layoutFailure = Failure.of(error);
        this.loading = false;
      },
    );
    return () => control.abort();
  }

  /** Ask for the layout that will most likely be shown before it is known whether it is. */
  #guess(run: string, set: string, signal: AbortSignal): Early {
    const layout = untrack(() => this.view.layout) ?? FIRST_GUESS;
    const points = fetchLayout(run, set, layout, signal);
    points.catch(() => undefined); // whoever needs it asks again
    return { set, layout, points };
  }

  #layoutOf(open: OpenSet, id: string, signal: AbortSignal): Promise<PackedFrame> {
    const early = this.#early;
    this.#early = null;
    const fetched = (): Promise<PackedFrame> => fetchLayout(open.run, open.id, id, signal);
    return early?.set === open.id && early.layout === id ? early.points.catch(fetched) : fetched();
  }

  /** Go back from a projection's frames to the chosen layout. */
  reloadLayout(): void {
    this.shown = this.shown === null ? null : { ...this.shown, source: '' };
    this.#attempts++;
  }

  /** Put positions on the map. */
  show(points: PackedFrame, open: OpenSet, source: string): void {
    if (open !== this.open || points.count !== open.order.length) return;
    this.shown = { points, set: open.id, source };
    this.loading = false;
  }

  #paintPoints(): (() => void) | undefined {
    const [open, coloring] = [this.open, this.coloring];
    if (open === null) return undefined;
    let current = true;
    open.worker.call('paint', coloring).then(
      (paint) => {
        if (!current) return;
        this.paint = { set: open.id, coloring, paint };
        this.paintFailure = null;
      },
      (error: unknown) => {
        if (current) this.paintFailure = Failure.of(error);
      },
    );
    return () => {
      current = false;
    };
  }

  #applyFilters(): void {
    const [open, filters, coloring] = [this.open, this.view.filters, this.coloring];
    if (open === null || this.detail === null) return;
    this.filtering = true;
    this.#filter.put({ open, filters, coloring });
  }

  #chosen(which: 'color' | 'label', choice: ColumnChoice): SetColumn | null {
    const detail = this.detail;
    if (detail === null || choice.kind === 'none') return null;
    const possible = which === 'color' ? colorable(detail) : labelable(detail);
    if (choice.kind === 'column') {
      const named = columnNamed(detail, choice.name);
      if (named !== null && possible.includes(named)) return named;
    }
    const { color_column, label_column } = detail.defaults;
    const wanted = which === 'color' ? color_column : label_column;
    return possible.find((column) => column.id === wanted) ?? null;
  }

  #coloringKey(): string {
    const column = this.colorColumn;
    const scale = column === null ? null : scaleOf(column, this.view.scale);
    return JSON.stringify(
      column === null || scale === null ? null : { column: column.name, scale },
    );
  }
}
