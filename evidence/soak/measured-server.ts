import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, ServerProcess } from '../support/server-process.ts';
import type { ProcessSample } from './sample.ts';

const SAMPLER = join(import.meta.dirname, 'sampler.ts');
const TIMEOUT_MS = 30_000;
// The last log lines of the server, claims apart, are kept for the case that it ends.
const KEPT_LINES = 50;

/** The server process that is measured: from outside by /proc, from inside by the sampler, and by the claims that its log tells of. */
export class MeasuredServer implements AsyncDisposable {
  readonly process: ServerProcess;
  readonly #lines: string[] = [];
  #claims: number[] = [];

  private constructor(process: ServerProcess) {
    this.process = process;
    process.readLines((line) => this.#read(line));
  }

  static async start(environment: Environment, cwd: string): Promise<MeasuredServer> {
    const settings = { ...environment, LOG_LEVEL: 'debug' };
    return new MeasuredServer(await ServerProcess.start(settings, cwd, { preload: SAMPLER }));
  }

  /** How long each claim since the last call took that found something, in ms. */
  takeClaims(): readonly number[] {
    const claims = this.#claims;
    this.#claims = [];
    return claims;
  }

  /** @throws Error with the last lines of the log when the process has ended: a soak has nothing to measure then. */
  async inner(): Promise<ProcessSample> {
    if (this.process.hasExited) throw new Error(`the measured server ended:\n${this.#lines.join('\n')}`);
    return this.process.ask<ProcessSample>('sample');
  }

  async outer(): Promise<{ rss: number; openFiles: number; openSockets: number }> {
    const folder = `/proc/${this.process.pid}`;
    const status = await readFile(`${folder}/status`, 'utf8');
    const files = await readdir(`${folder}/fd`);
    // One that was closed meanwhile is none.
    const links = await Promise.all(files.map((file) => readlink(`${folder}/fd/${file}`).catch(() => '')));
    return {
      rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
      openFiles: links.filter((link) => link !== '').length,
      openSockets: links.filter((link) => link.startsWith('socket:')).length,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.race([this.process.stop(), sleep(TIMEOUT_MS, undefined, { ref: false })]);
    await this.process.kill9();
  }

  #read(line: string): void {
    // Nearly every line is one about a message: those that are not about a claim are not parsed.
    if (line.includes('"msg":"claimed"')) {
      const { count, durationMs } = JSON.parse(line);
      if (count > 0) this.#claims.push(durationMs);
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }
}
