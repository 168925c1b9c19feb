/**
 * Runs in the page: `?side=ours&count=1000000` sets up one library, `measure(job)` gives one figure of it in
 * milliseconds, null where it can't do the job.
 */
import { make as ours } from './sides/ours';
import { make as reglScatterplot } from './sides/regl-scatterplot';
import { make as scatterGl } from './sides/scatter-gl';
import { make as three } from './sides/three';
import type { MakeSide, Side } from './sides/side';
import { clusters } from './synthetic';

const SIDES: Record<string, MakeSide> = {
  ours,
  three,
  'regl-scatterplot': reglScatterplot,
  'scatter-gl': scatterGl,
};
const asked = new URLSearchParams(location.search);
const count = Number(asked.get('count') ?? 100_000);
const make = SIDES[asked.get('side') ?? 'ours']!;
const size = count > 2_000_000 ? 1.5 : count > 200_000 ? 2 : 3;

const frame = (): Promise<number> => new Promise(requestAnimationFrame);
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

let side: Side;

/** Median of several goes; the first warms up. Each is followed by waiting for the GPU. */
async function timed(job: (go: number) => unknown, goes: number, wait = true): Promise<number> {
  const times: number[] = [];
  for (let go = 0; go <= goes; go++) {
    await frame();
    const began = performance.now();
    await job(go);
    if (wait) side.finish();
    if (go > 0) times.push(performance.now() - began);
  }
  return median(times);
}

async function rest(): Promise<void> {
  const end = performance.now() + 60_000;
  do await new Promise((done) => setTimeout(done, 200));
  while (!side.complete() && performance.now() < end);
}

/** Times from frame to frame while the camera turns in each of them. */
async function orbit(milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  let last = await frame();
  while (performance.now() < end || times.length < 8) {
    side.turn(4);
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return times.slice(3);
}

/** The longest frame while the rest of the points fills in after a movement. */
async function fillIn(): Promise<{ longest: number; total: number }> {
  const began = performance.now();
  let last = await frame();
  let longest = 0;
  while (!side.complete() && performance.now() - began < 60_000) {
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return { longest, total: performance.now() - began };
}

const JOBS: Record<string, () => Promise<number | null>> = {
  async first() {
    const now = clusters(count, 3, 1);
    const next = clusters(count, 3, 2);
    side = make(document.getElementById('stage')!, { count, now, next, size });
    await frame();
    const began = performance.now();
    await side.show();
    side.finish();
    const time = performance.now() - began;
    await rest();
    return time;
  },
  orbit: async () => median(await orbit(4000)),
  async orbit95() {
    const times = (await orbit(4000)).sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.95)] ?? null;
  },
  async fill() {
    side.turn(4);
    await frame();
    return (await fillIn()).total;
  },
  async fillLongest() {
    side.turn(4);
    await frame();
    return (await fillIn()).longest;
  },
  recolor: async () => (side.recolor ? timed(() => side.recolor!(), 5) : null),
  /** The script alone: what blocks the page. */
  recolorScript: async () => (side.recolor ? timed(() => side.recolor!(), 5, false) : null),
  filter: async () => (side.filter ? timed(() => side.filter!(), 5) : null),
  move: async () => (side.move ? timed(() => side.move!(), 5) : null),
  async pick() {
    if (side.pick === undefined) return null;
    await rest();
    await new Promise((done) => setTimeout(done, 1000 + count / 1000)); // a grid may be in the making
    return timed((go) => side.pick!(500 + 17 * (go % 20), 300 + 11 * (go % 13)), 30, false);
  },
};

declare global {
  interface Window {
    measure(job: string): Promise<number | null>;
  }
}

window.measure = async (job) => (await JOBS[job]!()) ?? null;
