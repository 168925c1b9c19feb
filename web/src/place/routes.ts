/** The page's paths: what they mean and how to write them. */

export const TABS = ['overview', 'charts', 'media', 'tables', 'logs'] as const;
export type Tab = (typeof TABS)[number];

export type Route =
  | { readonly page: 'projects' }
  | { readonly page: 'project'; readonly project: string }
  | { readonly page: 'run'; readonly run: string; readonly tab: Tab | null }
  | { readonly page: 'unknown'; readonly path: string };

/** The route of a path; `tab` is null where the path leaves the choice to the page. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second, third] = parts.map(decoded);
  if (parts.length === 0) return { page: 'projects' };
  if (first === 'projects' && second !== undefined && parts.length === 2) {
    return { page: 'project', project: second };
  }
  if (first === 'runs' && second !== undefined && parts.length <= 3) {
    const tab = TABS.find((name) => name === third);
    if (third === undefined || tab !== undefined) {
      return { page: 'run', run: second, tab: tab ?? null };
    }
  }
  return { page: 'unknown', path };
}

export const projectsPath = (): string => '/';

export const projectPath = (project: string): string => `/projects/${encodeURIComponent(project)}`;

export const runPath = (run: string, tab?: Tab): string =>
  `/runs/${encodeURIComponent(run)}${tab === undefined ? '' : `/${tab}`}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
