import { describe, expect, it } from 'vitest';
import { projectPath, projectsPath, routeOf, runPath, TABS } from './routes';

describe('routeOf', () => {
  it.each([
    ['/', { page: 'projects' }],
    ['/projects/demo', { page: 'project', project: 'demo' }],
    ['/runs/abc', { page: 'run', run: 'abc', tab: null }],
    ['/runs/abc/media', { page: 'run', run: 'abc', tab: 'media' }],
    ['/runs/abc/media/', { page: 'run', run: 'abc', tab: 'media' }],
    ['/runs/abc/other', { page: 'unknown', path: '/runs/abc/other' }],
    ['/runs', { page: 'unknown', path: '/runs' }],
    ['/projects/a/b', { page: 'unknown', path: '/projects/a/b' }],
    ['/projects/%ZZ', { page: 'project', project: '%ZZ' }],
  ])('of %s', (path, route) => expect(routeOf(path)).toEqual(route));

  it.each(['demo', 'a/b', 'مشروع 😀', 'a?b#c', '%41', ' '])('brings back %j', (name) => {
    expect(routeOf(projectPath(name))).toEqual({ page: 'project', project: name });
    for (const tab of TABS) {
      expect(routeOf(runPath(name, tab))).toEqual({ page: 'run', run: name, tab });
    }
  });

  it('knows its own first page', () => {
    expect(routeOf(projectsPath()).page).toBe('projects');
  });
});
