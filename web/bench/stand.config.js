/** Builds stand.ts into one script: `vite build --config bench/stand.config.js --outDir <folder>` in web/. */
import { fileURLToPath } from 'node:url';

export default {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    minify: false,
    emptyOutDir: false,
    lib: {
      entry: fileURLToPath(new URL('stand.ts', import.meta.url)),
      formats: ['iife'],
      name: 'stand',
      fileName: () => 'stand.js',
    },
  },
};
