/** The page's end of the projector's worker. */
import { caller, type Caller } from './calls';
import type { ProjectorCalls } from './projector.worker';

export interface ProjectorWorker {
  readonly call: Caller<ProjectorCalls>;
  stop(): void;
}

export function startProjectorWorker(): ProjectorWorker {
  const worker = new Worker(new URL('./projector.worker.ts', import.meta.url), {
    type: 'module',
    name: 'projector',
  });
  return {
    call: caller<ProjectorCalls>(worker),
    stop: () => worker.terminate(),
  };
}
