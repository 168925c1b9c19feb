/** Light, dark, or as the system prefers: one switch for panels and canvas. */

export type ThemeChoice = 'light' | 'dark' | 'system';
export type Theme = 'light' | 'dark';

const KEY = 'dotscape.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

class ThemeSwitch {
  #choice: ThemeChoice = $state('system');
  #systemDark = $state(false);

  /** What the reader chose. */
  get choice(): ThemeChoice {
    return this.#choice;
  }

  /** What is shown. Reactive: read it in an effect to redraw a canvas when it changes. */
  get shown(): Theme {
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemDark ? 'dark' : 'light';
  }

  /** Call once, before the first component is mounted. */
  start(): void {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
    window.addEventListener('storage', (event) => {
      if (event.key === KEY) this.#apply(choiceOf(event.newValue));
    });
    this.#apply(choiceOf(stored()));
  }

  choose(choice: ThemeChoice): void {
    this.#apply(choice);
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Storage may be off; the choice then lasts as long as the page.
    }
  }

  #apply(choice: ThemeChoice): void {
    this.#choice = choice;
    const root = document.documentElement;
    if (choice === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice;
  }
}

export const theme = new ThemeSwitch();

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function choiceOf(text: string | null): ThemeChoice {
  return CHOICES.find((choice) => choice === text) ?? 'system';
}

/**
 * A token's colour as the browser shows it now, as red, green and blue of 0..1: for canvases.
 *
 * Read it again when `theme.shown` changes.
 */
export function tokenColor(token: `--${string}`): [number, number, number] {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const parts =
    getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  probe.remove();
  const [red = 0, green = 0, blue = 0] = parts;
  return [red / 255, green / 255, blue / 255];
}
