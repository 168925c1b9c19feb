/**
 * Measures drawing in Chromium with software GL, ours and the peers in one run, and writes
 * bench/out/web.json: rows of {job, ours, unit, peer, peer_name, ratio, target}.
 *
 *     node run.js                    all sizes
 *     SIZES=100000,1000000 SIDES=ours,three node run.js
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = fileURLToPath(new URL('../../bench/out', import.meta.url));
const SIZES = (process.env.SIZES ?? '100000,1000000,5000000').split(',').map(Number);
const SIDES = (process.env.SIDES ?? 'ours,three,regl-scatterplot,scatter-gl').split(',');
/** A job that takes a peer longer than this is left empty. */
const PATIENCE = 180_000;
const MOST = { 'scatter-gl': 1_000_000, 'regl-scatterplot': 1_000_000 };
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-background-networking',
  '--force-color-profile=srgb',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/** What is measured, in words, with the target where the project has one. */
const JOBS = [
  ['first', 'first picture of {n} points', null],
  ['orbit', 'orbiting {n} points, median frame', 60],
  ['orbit95', 'orbiting {n} points, 95th percentile', null],
  ['fill', 'after a movement, until all {n} points are drawn', null],
  ['fillLongest', 'longest frame while {n} points fill in', 120],
  ['recolor', 'recolouring {n} points, until the next picture', null],
  ['filter', 'hiding half of {n} points, until the next picture', null],
  ['move', 'new positions of {n} points, until the next picture', 333],
  ['pick', 'the point under the pointer, of {n}', 12],
];
const OURS_ALONE = new Set(['fill', 'fillLongest']);
/** Ours shows at once as many points as fit a frame, and the rest in the frames after. */
const PARTLY = new Set(['first', 'orbit', 'orbit95', 'recolor', 'filter', 'move']);

async function main() {
  const server = await createServer({
    root: HERE,
    logLevel: 'error',
    server: {
      port: 0,
      hmr: false,
      watch: null,
      fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] },
    },
    optimizeDeps: { include: ['three', 'regl-scatterplot', 'scatter-gl'] },
  });
  await server.listen();
  const address = server.resolvedUrls.local[0];
  const rows = [];
  for (const count of SIZES) {
    const figures = {};
    for (const side of SIDES) {
      figures[side] = count > (MOST[side] ?? Infinity) ? {} : await measure(address, side, count);
    }
    rows.push(...rowsOf(count, figures));
  }
  await server.close();
  mkdirSync(OUT, { recursive: true });
  const machine = {
    node: process.version,
    system: `${platform()} ${release()}`,
    processors: cpus().length,
    load: loadavg()[0],
  };
  writeFileSync(`${OUT}/web.json`, JSON.stringify({ machine, rows }, null, 1) + '\n');
  console.log(table(rows));
}

/** All figures of one library at one size, in a browser of its own. */
async function measure(address, side, count) {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
  const figures = {};
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => console.error(`${side}: ${error.message}`));
    await page.goto(`${address}?side=${side}&count=${count}`);
    await page.waitForFunction('window.measure !== undefined', null, { timeout: 60_000 });
    for (const [job] of JOBS) {
      if (side !== 'ours' && OURS_ALONE.has(job)) continue;
      const figure = await within(page.evaluate((name) => window.measure(name), job));
      if (figure === undefined) break; // too slow: the rest would be too
      figures[job] = figure;
      console.error(`${side} ${count} ${job}: ${figure === null ? '-' : figure.toFixed(1)}`);
    }
  } catch (error) {
    console.error(`${side} at ${count}: ${error.message}`);
  }
  await within(browser.close());
  return figures;
}

function within(promise) {
  let timer;
  const late = new Promise((done) => {
    timer = setTimeout(() => done(undefined), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function rowsOf(count, figures) {
  const n = count.toLocaleString('en');
  const rows = [];
  for (const [job, words, target] of JOBS) {
    const ours = figures.ours?.[job];
    const name = words.replace('{n}', n);
    const peers = SIDES.filter((side) => side !== 'ours' && figures[side]?.[job] != null);
    if (ours == null) continue;
    const note = PARTLY.has(job) && count > 100_000 ? 'ours: a fair sample, the rest fills in' : '';
    const base = { job: name, ours: round(ours), unit: 'ms', target, note };
    if (peers.length === 0) rows.push({ ...base, peer: null, peer_name: null, ratio: null });
    for (const peer of peers) {
      const theirs = figures[peer][job];
      rows.push({ ...base, peer: round(theirs), peer_name: peer, ratio: round(theirs / ours) });
    }
  }
  return rows;
}

function round(value) {
  return Number(value.toPrecision(3));
}

function table(rows) {
  const lines = ['| job | ours | peer | ratio | target |', '|---|---|---|---|---|'];
  for (const { job, ours, peer, peer_name, ratio, target } of rows) {
    const theirs = peer === null ? '' : `${peer} ms (${peer_name})`;
    const met = target === null ? '' : `${target} ms: ${ours <= target ? 'met' : '**missed**'}`;
    lines.push(
      `| ${job} | ${ours} ms | ${theirs} | ${ratio === null ? '' : `${ratio}x`} | ${met} |`,
    );
  }
  return lines.join('\n');
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // the next one
    }
  }
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  throw new Error('No Chromium: install one, or set CHROMIUM to its path.');
}

await main();
