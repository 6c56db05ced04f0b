import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../tooling/free-port.ts';
import { Child } from './child.ts';
import { until } from './until.ts';

// The sources by default; a build starts faster, which long runs with many restarts want.
const MAIN = resolve(process.env.SERVER_MAIN ?? join(import.meta.dirname, '../../apps/server/src/main.ts'));
const NODE_FLAGS = MAIN.endsWith('.ts') ? ['--conditions=@messaging-system/source'] : [];

export type Environment = Readonly<Record<string, string>>;

export interface ServerProcessOptions {
  /** The log goes to this file instead of into `output`. */
  readonly logFile?: string;
  /** A module that is loaded into the process before the server, and answers `ask`. */
  readonly preload?: string;
}

/** The bundled server as a process of its own, on a free port. */
export class ServerProcess extends Child {
  readonly url: string;
  readonly #output: string[] = [];

  private constructor(child: ChildProcess, url: string) {
    super(child);
    this.url = url;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#output.push(text));
    }
  }

  /** Resolves when it answers. `cwd` is where `./data` and `.config` are looked for. */
  static async start(
    environment: Environment,
    cwd: string,
    { logFile, preload }: ServerProcessOptions = {},
  ): Promise<ServerProcess> {
    const port = await freePort();
    const log = logFile === undefined ? null : await open(logFile, 'a');
    const flags =
      preload === undefined ? NODE_FLAGS : [...NODE_FLAGS, `--import=${pathToFileURL(preload).href}`];
    const child = spawn(process.execPath, [...flags, MAIN, 'serve', '--end-with-parent'], {
      cwd,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        SERVER_PORT: String(port),
        LOG_FORMAT: 'json',
        ...environment,
      },
      stdio: ['ignore', log?.fd ?? 'pipe', 'pipe', ...(preload === undefined ? [] : (['ipc'] as const))],
    });
    await log?.close();
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    try {
      await until(
        () => `the server answers:\n${server.output}`,
        async () => server.hasExited || (await server.#answers()),
      );
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    if (server.hasExited) throw new Error(`the server ended at start:\n${server.output}`);
    return server;
  }

  get output(): string {
    return this.#output.join('');
  }

  async get<Body = unknown>(path: string): Promise<{ readonly status: number; readonly body: Body }> {
    const response = await fetch(this.url + path);
    // The caller names the shape that it expects; the assertions on it check.
    return { status: response.status, body: (await response.json()) as Body };
  }

  async post<Body = unknown>(
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Body }> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** The answer of the preloaded module. */
  async ask<Answer>(question: string): Promise<Answer> {
    const answer = once(this.process, 'message', { signal: AbortSignal.timeout(30_000) });
    this.process.send(question);
    const [given] = await answer;
    return given;
  }

  /** From now on each line that it prints goes to `read`, and no more into `output`. */
  readLines(read: (line: string) => void): void {
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream !== null) createInterface(stream.removeAllListeners('data')).on('line', read);
    }
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}
