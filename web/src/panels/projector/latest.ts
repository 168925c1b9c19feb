/** Asks one question at a time; while an answer is awaited only the newest question is kept. */
export class Latest<Question, Answer> {
  #busy = false;
  #next: { question: Question } | null = null;
  #stopped = false;

  constructor(
    private readonly ask: (question: Question) => Promise<Answer>,
    private readonly done: (answer: Answer, question: Question) => void,
    private readonly failed: (error: unknown, question: Question) => void,
  ) {}

  /** Whether a newer question waits behind the one that is asked. */
  get waiting(): boolean {
    return this.#next !== null;
  }

  put(question: Question): void {
    this.#next = { question };
    if (!this.#busy) void this.#run();
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#stopped = true;
    this.#next = null;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let next = this.#take(); next !== null; next = this.#take()) {
      const { question } = next;
      try {
        const answer = await this.ask(question);
        if (!this.#stopped) this.done(answer, question);
      } catch (error) {
        if (!this.#stopped) this.failed(error, question);
      }
    }
    this.#busy = false;
  }

  #take(): { question: Question } | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }
}
