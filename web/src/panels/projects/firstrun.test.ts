import { describe, expect, it } from 'vitest';
import { firstRun } from './firstrun';

describe('firstRun', () => {
  it('logs into the folder that is served', () => {
    expect(firstRun('/data/runs')).toContain(
      'wandb.init(project="my-first-project", dir="/data/runs")',
    );
    expect(firstRun(null)).toContain('wandb.init(project="my-first-project")\n');
  });

  it('quotes names and folders of any characters', () => {
    expect(firstRun('C:\\runs', 'a "b"\n')).toContain(
      String.raw`wandb.init(project="a \"b\"\n", dir="C:\\runs")`,
    );
  });
});
