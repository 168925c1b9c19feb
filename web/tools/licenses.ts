import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Packages that no module of the main bundle shows: what workers import, and fonts. */
const OTHERS = ['@uwdata/flechette', '@fontsource-variable/inter'];

/** Writes `licenses.txt` beside the page: the licence of every package whose code or font is in it. */
export function licenses(): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    generateBundle() {
      const root = join(import.meta.dirname, '..', 'node_modules');
      const folders = new Set(OTHERS.map((name) => join(root, name)));
      for (const id of this.getModuleIds()) {
        const folder = packageOf(id);
        if (folder !== null) folders.add(folder);
      }
      const source = [...folders]
        .sort()
        .map(licenseOf)
        .join(`\n\n${'-'.repeat(78)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: `${source}\n` });
    },
  };
}

/** The folder of the package a module is from; null for our own. */
function packageOf(id: string): string | null {
  const path = id.replace(/^\0/, '').split('?')[0] ?? '';
  if (!path.includes(`${sep}node_modules${sep}`)) return null;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && 'name' in readJson(file)) return folder;
  }
  return null;
}

function licenseOf(folder: string): string {
  const { name, version, license } = readJson(join(folder, 'package.json'));
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.|$)/i.test(one));
  if (file === undefined)
    throw new Error(`${String(name)} has no licence file to ship with the page`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${String(name)} ${String(version)} (${String(license)})\n\n${text}`;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
