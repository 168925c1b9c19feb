/** What the page is about, for the bar at the top and the window's title; each page sets it. */
import type { RunState } from '../../wire/types';

class Heading {
  title = $state('');
  /** The project a run belongs to. */
  project = $state<string | null>(null);
  /** The state of the run shown. */
  state = $state<RunState | null>(null);

  say(title: string, project: string | null = null, state: RunState | null = null): void {
    this.title = title;
    this.project = project;
    this.state = state;
  }
}

export const heading = new Heading();
