import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface ServerOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The server as a process of its own; killed when the test is over, should it still run. */
export class SpawnedServer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<ServerOutcome>;
  #stdout = '';
  #stderr = '';

  constructor(cwd: string, environment: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    const child = spawn(process.execPath, ['--conditions=@messaging-system/source', MAIN, ...args], {
      cwd,
      // Nothing of the tests' own environment: it may well have a MONGO_URI.
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        SERVER_PORT: '0',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#ended = once(child, 'close').then(([exitCode]) => ({
      exitCode,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Where it answers, as soon as its log says so. */
  async url(): Promise<string> {
    await expect.poll(() => this.#announced() !== null || this.hasEnded, { timeout: 45_000 }).toBe(true);
    const url = this.#announced();
    if (url === null) throw new Error(`the server ended at start:\n${this.output}`);
    return url;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the server was not started');
    return pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended by itself and all its output is there. */
  ended(): Promise<ServerOutcome> {
    return this.#ended;
  }

  #announced(): string | null {
    return /answers on (http:\/\/[\w.:[\]-]+)/.exec(this.#stdout)?.[1] ?? null;
  }
}
