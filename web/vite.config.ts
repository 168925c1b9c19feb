import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { licenses } from './tools/licenses.ts';

// `DOTSCAPE_URL` is what `dotscape serve` printed, token included: `DOTSCAPE_URL=... npm run dev`.
const printed = process.env['DOTSCAPE_URL'];
const backend = new URL(printed ?? 'http://127.0.0.1:4747');
const token = backend.searchParams.get('token');

const proxied = {
  target: backend.origin,
  changeOrigin: true,
  headers: {
    origin: backend.origin,
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  },
};

export default defineConfig({
  base: '/',
  plugins: [svelte(), licenses()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // the first with light-dark()
    assetsInlineLimit: 0, // the content security policy has no room for data: scripts
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  worker: { format: 'es' },
  server: {
    proxy: { '/api': proxied, '/media': proxied, '/healthz': proxied },
  },
  // Components are tested as the browser runs them, not as a server would render them.
  resolve: process.env['VITEST'] === undefined ? {} : { conditions: ['browser'] },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node', // a test of the DOM says `// @vitest-environment jsdom`
    pool: 'threads',
    maxWorkers: 2,
    sequence: { shuffle: true },
  },
});
