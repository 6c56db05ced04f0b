import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../test/support/free-port.ts';
import type { Environment } from '../test/support/server-process.ts';
import { until } from '../test/support/until.ts';
import type { InnerSample } from './sample.ts';

const MAIN = resolve(process.env.SERVER_MAIN ?? 'apps/server/src/main.ts');
const NODE_FLAGS = MAIN.endsWith('.ts') ? ['--conditions=@messaging-system/source'] : [];
const SAMPLER = pathToFileURL(join(import.meta.dirname, 'sampler.ts')).href;
const PATIENCE_MS = 30_000;
// Of what the server says besides, the last lines are kept for the case that it ends.
const KEPT_LINES = 50;

/** The server process that is measured: from outside by /proc, from inside by the sampler, and by the claims that its log tells of. */
export class MeasuredServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #claims: number[] = [];

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.#read(line));
    }
  }

  static async start(environment: Environment, cwd: string): Promise<MeasuredServer> {
    const port = await freePort();
    const child = spawn(process.execPath, [...NODE_FLAGS, `--import=${SAMPLER}`, MAIN], {
      cwd,
      env: {
        PATH: process.env.PATH,
        SERVER_PORT: String(port),
        ...environment,
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'debug',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const server = new MeasuredServer(child, `http://127.0.0.1:${port}`);
    await until('the server answers', async () => {
      server.assertAlive();
      return fetch(`${server.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return server;
  }

  /** @throws Error with the last lines of the log when the process has ended: a soak has nothing to measure then. */
  assertAlive(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`the measured server ended (${exitCode ?? signalCode}):\n${this.#lines.join('\n')}`);
  }

  /** How long each claim since the last call took that found something, in ms. */
  takeClaims(): readonly number[] {
    const claims = this.#claims;
    this.#claims = [];
    return claims;
  }

  async inner(): Promise<InnerSample> {
    this.assertAlive();
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    this.#child.send('sample');
    const [sample] = await answer;
    return sample;
  }

  async outer(): Promise<{ rss: number; openFiles: number; openSockets: number }> {
    const folder = `/proc/${this.#child.pid}`;
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
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await Promise.race([exited, sleep(PATIENCE_MS, undefined, { ref: false })]);
    this.#child.kill('SIGKILL');
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
