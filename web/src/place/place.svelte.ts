/**
 * Where the reader is: path and hash of the address, and the ways to change them.
 *
 * `push` is for choices one would want to come back from; `replace` for what changes many times a second
 * (dragging, typing): it reaches the address once it has been quiet for a moment, because browsers
 * refuse too many changes of history.
 */
import { hashPart, withHashPart, type HashOwner } from './hash';
import { routeOf, type Route } from './routes';

const QUIET = 250; // milliseconds

class Place {
  #path = $state('/');
  #hash = $state('');
  #returned = $state(false);
  #waiting: ReturnType<typeof setTimeout> | null = null;
  readonly #route = $derived(routeOf(this.#path));

  get path(): string {
    return this.#path;
  }

  /** Without `#`. */
  get hash(): string {
    return this.#hash;
  }

  get route(): Route {
    return this.#route;
  }

  /** Whether one came here by the browser's Back or Forward: lists then stand where they stood. */
  get returned(): boolean {
    return this.#returned;
  }

  /** Call once, before the first component is mounted. Returns how to stop. */
  start(): () => void {
    const read = (): void => {
      this.#cancel();
      this.#path = location.pathname;
      this.#hash = location.hash.replace(/^#/, '');
    };
    const flush = (): void => this.flush();
    const click = (event: MouseEvent): void => this.#onClick(event);
    read();
    const back = (): void => {
      this.#returned = true;
      read();
    };
    window.addEventListener('popstate', back);
    window.addEventListener('hashchange', read);
    window.addEventListener('pagehide', flush);
    document.addEventListener('click', click);
    return () => {
      window.removeEventListener('popstate', back);
      window.removeEventListener('hashchange', read);
      window.removeEventListener('pagehide', flush);
      document.removeEventListener('click', click);
    };
  }

  /** Go to another page of ours. The path may carry a hash. */
  go(href: string, how: 'push' | 'replace' = 'push'): void {
    this.flush();
    const url = new URL(href, location.href);
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
    this.#returned = false;
    this.#path = url.pathname;
    this.#hash = url.hash.replace(/^#/, '');
  }

  /** One panel's part of the hash. Reactive. */
  part(owner: HashOwner): string {
    return hashPart(this.#hash, owner);
  }

  /** Write one panel's part of the hash. */
  setPart(owner: HashOwner, part: string, how: 'push' | 'replace'): void {
    const next = withHashPart(this.#hash, owner, part);
    if (next === this.#hash) return;
    if (how === 'push') this.flush();
    this.#hash = next;
    if (how === 'push') {
      this.#cancel();
      history.pushState(null, '', this.#address());
      return;
    }
    this.#cancel();
    this.#waiting = setTimeout(() => this.flush(), QUIET);
  }

  /** Bring the address up to date now. */
  flush(): void {
    if (this.#waiting === null) return;
    this.#cancel();
    history.replaceState(history.state, '', this.#address());
  }

  #address(): string {
    return `${this.#path}${this.#hash === '' ? '' : `#${this.#hash}`}`;
  }

  #cancel(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
  }

  /** Plain clicks on links of ours change the page without loading it anew. */
  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (anchor === null || anchor.target !== '' || anchor.hasAttribute('download')) return;
    if (anchor.origin !== location.origin || routeOf(anchor.pathname).page === 'unknown') return;
    if (anchor.getAttribute('href')?.startsWith('#') === true) return;
    event.preventDefault();
    if (anchor.href === location.href) return;
    this.go(anchor.href);
  }
}

export const place = new Place();
