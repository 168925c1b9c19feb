import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = resolve(import.meta.dirname, '..');

/** What each folder may import beside itself. Types of `gpu/types.ts` are open to all. */
const ALLOWED: Record<string, readonly string[]> = {
  math: [],
  theme: [],
  place: [],
  gpu: ['math'],
  interact: ['math', 'gpu'],
  wire: ['math'],
  state: ['math', 'wire', 'place'],
  workers: ['math', 'wire', 'state'],
  panels: ['math', 'gpu', 'interact', 'wire', 'state', 'workers', 'theme', 'place'],
  app: ['math', 'gpu', 'interact', 'wire', 'state', 'workers', 'theme', 'place', 'panels'],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts'));
}

/** Relative imports of a file: static, dynamic, re-exports and `new URL(..., import.meta.url)`. */
export function importsOf(file: string, text: string): Import[] {
  const pattern =
    /\b(?:import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+)['"]\s*,\s*import\.meta\.url/g;
  return [...text.matchAll(pattern)].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? '';
    const path = relative(SOURCES, resolve(SOURCES, dirname(file), target)).replaceAll('\\', '/');
    return { file, target: path, typeOnly: match[1] !== undefined };
  });
}

const FILES = sources();
const IMPORTS = FILES.flatMap((file) => importsOf(file, readFileSync(join(SOURCES, file), 'utf8')));

const folderOf = (path: string): string => path.split('/')[0] ?? '';

describe('the direction of imports', () => {
  it('knows every folder', () => {
    const folders = new Set(FILES.filter((file) => file.includes('/')).map(folderOf));
    expect([...folders].filter((folder) => !(folder in ALLOWED))).toEqual([]);
  });

  it('is kept by every file', () => {
    const wrong = IMPORTS.filter(({ file, target, typeOnly }) => {
      const [from, to] = [folderOf(file), folderOf(target)];
      if (from === to || ALLOWED[from]?.includes(to)) return false;
      return !(typeOnly && target.startsWith('gpu/types'));
    });
    expect(wrong).toEqual([]);
  });

  it('has no cycle of files', () => {
    const known = new Map(FILES.map((file) => [file.replace(/\.(svelte\.)?ts$/, ''), file]));
    const edges = new Map<string, string[]>();
    for (const { file, target, typeOnly } of IMPORTS) {
      if (typeOnly) continue;
      const found = FILES.includes(target) ? target : known.get(target.replace(/\.svelte$/, ''));
      if (found !== undefined) edges.set(file, [...(edges.get(file) ?? []), found]);
    }
    expect(FILES.map((file) => cycleFrom(file, edges)).find((cycle) => cycle !== null)).toBe(
      undefined,
    );
  });
});

function cycleFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const stack: string[][] = [[start]];
  const seen = new Set<string>();
  for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
    const last = path.at(-1) ?? start;
    for (const next of edges.get(last) ?? []) {
      if (next === start) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push([...path, next]);
    }
  }
  return null;
}

describe('importsOf', () => {
  it('finds every way of importing', () => {
    const text = [
      `import { a } from '../math/a';`,
      `import type { B } from '../gpu/types';`,
      `import '../theme/x.css';`,
      `export { c } from './c';`,
      `const d = await import('../panels/d.svelte');`,
      `new Worker(new URL('../workers/e.ts', import.meta.url));`,
      `import { f } from 'svelte';`,
    ].join('\n');
    expect(importsOf('state/x.ts', text).map((found) => [found.target, found.typeOnly])).toEqual([
      ['math/a', false],
      ['gpu/types', true],
      ['theme/x.css', false],
      ['state/c', false],
      ['panels/d.svelte', false],
      ['workers/e.ts', false],
    ]);
  });
});
