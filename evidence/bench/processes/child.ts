import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the benchmark that answers one command after the other. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;

  /** @param file that calls `answerParent` */
  constructor(file: URL, name: string) {
    this.#process = fork(file);
    this.#name = name;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws when the process ends before it has answered */
  async ask<Answer>(command: unknown): Promise<Answer> {
    const ended = new AbortController();
    const exit = once(this.#process, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`the process of ${this.#name} ended with ${code}`);
    });
    const answer = once(this.#process, 'message', { signal: ended.signal });
    this.#process.send(Object(command));
    try {
      const [given] = await Promise.race([answer, exit]);
      // Who asks names the type that its own file answers with.
      return given as Answer;
    } finally {
      ended.abort();
      await Promise.allSettled([exit, answer]);
    }
  }

  /** A last command, after which it ends by itself. */
  async end(command: unknown): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.send(Object(command));
    await exited;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
