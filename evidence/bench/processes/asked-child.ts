import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Child } from '../../support/child.ts';
import type { Answers } from './answer-parent.ts';

/** A process of the benchmark that answers one command after the other. */
export class AskedChild<Its extends Answers> extends Child {
  readonly #name: string;

  /** @param file that calls `answerParent` */
  constructor(file: URL, name: string) {
    super(fork(file));
    this.#name = name;
  }

  /** @throws when the process ends before it has answered */
  async ask<Kind extends string & keyof Its>(
    kind: Kind,
    ...[command]: Parameters<Its[Kind]>
  ): Promise<Awaited<ReturnType<Its[Kind]>>> {
    const ended = new AbortController();
    const exit = once(this.process, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`the process of ${this.#name} ended with ${code}`);
    });
    const answer = once(this.process, 'message', { signal: ended.signal });
    this.process.send({ kind, ...command });
    try {
      const [given] = await Promise.race([answer, exit]);
      return given;
    } finally {
      ended.abort();
      await Promise.allSettled([exit, answer]);
    }
  }

  /** A last command, after which it ends by itself. */
  async end(kind = 'end'): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.send({ kind });
    await exited;
  }
}
