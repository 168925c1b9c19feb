/** Single points: the one under the pointer and the one whose details are open. */
import { fetchLabels, fetchPoint } from '../../wire/api';
import { Failure } from '../../wire/failure';
import type { PointDetail, SetColumn } from '../../wire/types';
import { Latest } from './latest';
import type { ProjectorModel } from './model.svelte';
import type { OpenSet } from './opened';

/** What the tooltip says. */
export interface Hovered {
  /** Place in draw order. */
  readonly place: number;
  readonly row: number;
  readonly label: string | null;
  /** The coloured column's value; null where no column colours. */
  readonly value: { readonly text: string | null; readonly number: number | null } | null;
  /** SHA-256 of its picture. */
  readonly image: string | null;
}

interface HoverQuestion {
  readonly open: OpenSet;
  readonly place: number;
}

const KEPT = 500; // tooltips remembered

export class HoveredPoint {
  /** Place in draw order of the point under the pointer, or -1. */
  place = $state(-1);
  now = $state.raw<Hovered | null>(null);

  #known = new Map<number, Hovered>();
  readonly #ask = new Latest<HoverQuestion, Hovered>(
    (question) => this.#load(question),
    (hovered, { open }) => {
      if (open !== this.model.open) return;
      if (this.#known.size >= KEPT) this.#known.clear();
      this.#known.set(hovered.place, hovered);
      if (hovered.place === this.place) this.now = hovered;
    },
    (_, { open, place }) => {
      // The row's number is known whatever the server says.
      if (open === this.model.open && place === this.place) this.now = bare(open, place);
    },
  );

  constructor(private readonly model: ProjectorModel) {
    // What a tooltip says depends on the columns chosen.
    $effect(() => {
      const key = [model.open, model.coloring, model.labelColumn, model.imageColumn];
      this.#known = new Map();
      if (key[0] === null) this.point(-1);
    });
    $effect(() => () => this.#ask.stop());
  }

  /** The pointer is on this point of the draw order, or on none (-1). */
  point(place: number): void {
    if (place === this.place) return;
    this.place = place;
    const { open } = this.model;
    if (place < 0 || open === null) {
      this.now = null;
      return;
    }
    this.now = this.#known.get(place) ?? null;
    if (this.now === null) this.#ask.put({ open, place });
  }

  async #load({ open, place }: HoverQuestion): Promise<Hovered> {
    const { labelColumn, imageColumn, coloring } = this.model;
    const row = open.order[place] ?? -1;
    const text = async (column: SetColumn | null): Promise<string | null> => {
      if (column === null) return null;
      return (await fetchLabels(open.run, open.id, [row], column.id)).labels[0] ?? null;
    };
    const [label, image, value] = await Promise.all([
      text(labelColumn),
      text(imageColumn),
      coloring === null ? null : open.worker.call('valueOf', { coloring, row }),
    ]);
    return { place, row, label, image, value };
  }
}

function bare(open: OpenSet, place: number): Hovered {
  return { place, row: open.order[place] ?? -1, label: null, value: null, image: null };
}

export class PinnedPoint {
  detail = $state.raw<PointDetail | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Which of the rows that the filters leave it is, from 1; 0 where it isn't among them. */
  place = $state(0);

  readonly row = $derived.by(() => {
    const { pinned } = this.model.view;
    return pinned !== null && pinned < this.model.rows ? pinned : null;
  });
  /** Place in draw order, or -1. */
  readonly drawn = $derived.by(() =>
    this.row === null ? -1 : (this.model.open?.order.indexOf(this.row) ?? -1),
  );

  constructor(private readonly model: ProjectorModel) {
    $effect(() => this.#load());
    $effect(() => this.#count());
  }

  /** Open a row's details; null closes them. */
  pin(row: number | null): void {
    this.model.view.change({ pinned: row }, 'replace');
  }

  /** Go to the next or previous of the rows that the filters leave. */
  async step(direction: 1 | -1): Promise<void> {
    const { open } = this.model;
    if (open === null) return;
    const from = this.row ?? (direction === 1 ? -1 : 0);
    const { row } = await open.worker.call('step', { from, direction });
    if (row >= 0 && open === this.model.open) this.pin(row);
  }

  #load(): (() => void) | undefined {
    const { open, detail } = this.model;
    const row = this.row;
    this.failure = null;
    if (open === null || detail === null || row === null) {
      this.detail = null;
      return undefined;
    }
    const control = new AbortController();
    fetchPoint(open.run, open.id, row, control.signal).then(
      (found) => {
        this.detail = found;
      },
      (error: unknown) => {
        if (!control.signal.aborted) this.failure = Failure.of(error);
      },
    );
    return () => control.abort();
  }

  #count(): void {
    const { open, filtered } = this.model;
    const row = this.row;
    if (open === null || filtered === null || row === null) {
      this.place = 0;
      return;
    }
    void open.worker.call('placeOf', row).then((place) => {
      if (row === this.row) this.place = place;
    });
  }
}
