/** Projections under way for the open set: starting, watching, cancelling, and showing how they move. */
import { isActive } from '../../state/jobs';
import { wishedLayout, wishOf } from '../../state/layouts';
import {
  cancelJob,
  fetchFrame,
  fetchJob,
  fetchMethods,
  pauseJob,
  startProjection,
} from '../../wire/api';
import { getJson } from '../../wire/client';
import { connection, events } from '../../wire/connection.svelte';
import { Failure } from '../../wire/failure';
import type { Job, Jobs, MethodInfo, ProjectionRequest } from '../../wire/types';
import type { ProjectorModel } from './model.svelte';
import type { OpenSet } from './opened';

export class Projections {
  /** The projection that is running, or the one that failed last. */
  job = $state.raw<Job | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Somebody asked it to stop and it hasn't yet. */
  cancelling = $state(false);
  /** One that has ended while the map showed something else. */
  ready = $state.raw<Job | null>(null);
  /** Whether the map shows the running projection's frames. */
  following = $state(true);
  methods = $state.raw<readonly MethodInfo[]>([]);

  #frame = 0;
  #fetching = false;
  /** Projections that have ended: an older word of one may come after the last. */
  readonly #ended = new Map<string, Job>();
  /** Sets whose script's wish was already asked for, so that a cancel isn't undone. */
  readonly #wished = new Set<string>();

  constructor(private readonly model: ProjectorModel) {
    $effect(() => this.#watch());
    $effect(() => this.#grantWish());
  }

  /** What can be chosen in the form. */
  async loadMethods(): Promise<void> {
    const open = this.model.open;
    const query = { rows: open?.detail.rows, dim: open?.detail.dim };
    try {
      this.methods = (await fetchMethods({ query })).methods;
      this.failure = null;
    } catch (error) {
      this.failure = Failure.of(error);
    }
  }

  /** Run a projection; a finished one of the same kind is shown at once. */
  async start(request: ProjectionRequest): Promise<boolean> {
    const open = this.model.open;
    if (open === null) return false;
    this.failure = null;
    try {
      const job = await startProjection(open.run, open.id, request);
      this.#frame = 0;
      this.following = true;
      this.job = job;
      this.#take(job, open);
      return true;
    } catch (error) {
      this.failure = Failure.of(error);
      return false;
    }
  }

  async pause(paused: boolean): Promise<void> {
    const [job, open] = [this.job, this.model.open];
    if (job === null || open === null) return;
    try {
      this.#take(await pauseJob(job.id, paused), open);
    } catch (error) {
      this.failure = Failure.of(error);
    }
  }

  async cancel(): Promise<void> {
    const [job, open] = [this.job, this.model.open];
    if (job === null || open === null) return;
    this.cancelling = true;
    try {
      this.#take(await cancelJob(job.id), open);
    } catch (error) {
      this.failure = Failure.of(error);
      this.cancelling = false;
    }
  }

  /** Put away the message of a projection that failed. */
  dismiss(): void {
    this.failure = null;
    this.ready = null;
    if (this.job !== null && !isActive(this.job)) this.job = null;
  }

  #watch(): (() => void) | undefined {
    const open = this.model.open;
    if (open === null) return undefined;
    this.job = null;
    this.ready = null;
    const again = (): void => {
      const id = this.job?.id;
      if (id !== undefined)
        void fetchJob(id).then(
          (job) => this.#take(job, open),
          () => undefined,
        );
    };
    if (connection.returns > 0) again();
    void this.#adopt(open);
    const stops = [
      events.on('job', (job) => {
        if (job.run === open.run && job.set === open.id) this.#take(job, open);
      }),
      events.on('reset', again),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** A projection that was running before the page came. */
  async #adopt(open: OpenSet): Promise<void> {
    try {
      const { jobs } = await getJson<Jobs>('/api/jobs');
      const running = jobs.find((job) => job.set === open.id && isActive(job));
      if (running !== undefined && running.run === open.run) this.#take(running, open);
    } catch {
      // Events tell of it too, a little later.
    }
  }

  /** News of a projection of this set, whoever started it. One is watched at a time. */
  #take(news: Job, open: OpenSet): void {
    if (open !== this.model.open) return;
    const job = this.#ended.get(news.id) ?? news;
    if (!isActive(job)) this.#ended.set(job.id, job);
    if (this.job?.id !== job.id) {
      // PCA comes with the layout that was asked for: there is nothing to watch.
      if (!isActive(job) || job.method === 'pca' || (this.job !== null && isActive(this.job)))
        return;
      this.#frame = 0;
      this.following = false; // nobody here asked for it: the map stays as it is
    }
    if (isActive(job)) {
      this.job = job;
      if (job.frame > this.#frame) void this.#showFrame(job, open);
      return;
    }
    this.cancelling = false;
    this.job = job.state === 'failed' ? job : null;
    if (job.state === 'done') void this.#finish(job);
    else this.#goBack(open);
  }

  async #finish(job: Job): Promise<void> {
    const { model } = this;
    const { following } = this;
    await model.refresh();
    if (job.layout === null || job.layout === model.layout?.id) return;
    if (following) model.view.change({ layout: job.layout, camera: null });
    else this.ready = job;
  }

  /** Show the projection that has ended meanwhile. */
  showReady(): void {
    const layout = this.ready?.layout ?? null;
    this.ready = null;
    if (layout !== null) this.model.view.change({ layout, camera: null });
  }

  /** A cancelled or failed projection leaves the map as it was before. */
  #goBack(open: OpenSet): void {
    const shown = this.model.shown;
    if (shown?.set === open.id && shown.source.startsWith('job:')) this.model.reloadLayout();
  }

  async #showFrame(job: Job, open: OpenSet): Promise<void> {
    if (this.#fetching || !this.following) return;
    this.#fetching = true;
    try {
      const points = await fetchFrame(job.id, this.#frame);
      const still = this.job?.id === job.id && this.following;
      if (points !== null && still) {
        this.#frame = points.frame;
        this.model.show(points, open, `job:${job.id}`);
      }
    } catch {
      // The next event asks again; a lost frame is no news.
    } finally {
      this.#fetching = false;
    }
  }

  /** A script may ask for a projection; it is run where nobody has run it yet. */
  #grantWish(): void {
    const { open, detail, view, shown } = this.model;
    if (open === null || detail?.complete !== true || view.layout !== null) return;
    if (shown?.set !== open.id) return; // the first picture before the better one
    const wish = wishOf(detail);
    if (wish === null || wishedLayout(detail) !== null || this.#wished.has(open.id)) return;
    this.#wished.add(open.id);
    void this.start(wish);
  }
}
