import { describe, expect, it } from 'vitest';

import { seeded } from '../../state/testing/random';
import { Latest } from './latest';

interface Asked {
  readonly question: number;
  readonly answer: (value: string) => void;
  readonly fail: (error: Error) => void;
}

function harness(): { latest: Latest<number, string>; asked: Asked[]; heard: string[] } {
  const asked: Asked[] = [];
  const heard: string[] = [];
  const latest = new Latest<number, string>(
    (question) =>
      new Promise((answer, fail) => {
        asked.push({ question, answer, fail });
      }),
    (answer, question) => heard.push(`${question}: ${answer}`),
    (error, question) => heard.push(`${question} failed: ${(error as Error).message}`),
  );
  return { latest, asked, heard };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the latest question', () => {
  it('is asked next; those between are never asked', async () => {
    const { latest, asked, heard } = harness();
    for (const question of [1, 2, 3, 4]) latest.put(question);
    expect(asked.map((one) => one.question)).toEqual([1]);
    asked[0]?.answer('a');
    await turn();
    expect(asked.map((one) => one.question)).toEqual([1, 4]);
    asked[1]?.answer('d');
    await turn();
    expect(heard).toEqual(['1: a', '4: d']);
  });

  it('is asked after a failure too', async () => {
    const { latest, asked, heard } = harness();
    latest.put(1);
    latest.put(2);
    asked[0]?.fail(new Error('gone'));
    await turn();
    asked[1]?.answer('b');
    await turn();
    expect(heard).toEqual(['1 failed: gone', '2: b']);
  });

  it('is not told once stopped', async () => {
    const { latest, asked, heard } = harness();
    latest.put(1);
    latest.put(2);
    latest.stop();
    asked[0]?.answer('a');
    await turn();
    expect(heard).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('always gets its answer last, however long the answers take', async () => {
    const random = seeded(21);
    const heard: number[] = [];
    const latest = new Latest<number, number>(
      async (question) => {
        await new Promise((resolve) => setTimeout(resolve, random.below(3)));
        return question;
      },
      (answer) => heard.push(answer),
      () => undefined,
    );
    for (let question = 0; question < 60; question++) {
      latest.put(question);
      if (random.below(3) === 0) await turn();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard.at(-1)).toBe(59);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
  });
});
