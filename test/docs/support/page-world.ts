import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../tooling/free-port.ts';
import { LoopbackReceiver } from './loopback-receiver.ts';
import { run } from './run.ts';

export interface Services {
  readonly mongoUri: string | null;
  readonly redisUrl: string | null;
  readonly postgresUrl: string | null;
}

const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(import.meta.dirname, 'bin');
const PORT = /(?<=(?:localhost|127\.0\.0\.1|0\.0\.0\.0):|\bPORT=|_PORT=|\bport: |listen\()\d{4,5}\b/g;
const OF_SERVICES = ['27017', '6379', '5432'];

/** The shared world of one page's blocks: a folder, a receiver, ports of their own, and the server that they start. */
export class PageWorld implements AsyncDisposable {
  readonly folder: string;
  readonly database: string = `docs_${crypto.randomUUID().slice(0, 12).replace('-', '')}`;
  readonly #receiver: LoopbackReceiver;
  readonly #services: Services;
  readonly #ports = new Map<string, string>();
  readonly #groups: number[] = [];

  private constructor(folder: string, receiver: LoopbackReceiver, services: Services) {
    this.folder = folder;
    this.#receiver = receiver;
    this.#services = services;
  }

  static async open(folder: string, services: Services): Promise<PageWorld> {
    await mkdir(folder, { recursive: true });
    // The server looks for its files here, not further up in the repository.
    await cp(join(ROOT, '.config'), join(folder, '.config'), { recursive: true });
    const world = new PageWorld(folder, await LoopbackReceiver.start(), services);
    await world.#map('3000');
    return world;
  }

  /** The code with the addresses of this world in the place of those that it shows. */
  async here(code: string): Promise<string> {
    for (const [port] of code.matchAll(PORT)) if (!OF_SERVICES.includes(port)) await this.#map(port);
    const redis = new URL(this.#services.redisUrl ?? 'redis://127.0.0.1:6379');
    return code
      .replaceAll(PORT, (port) => this.#ports.get(port) ?? port)
      .replaceAll('https://example.com/hook', this.#receiver.url)
      .replaceAll(
        /mongodb:\/\/(?:127\.0\.0\.1|localhost):27017[^\s'"`]*/g,
        () => this.#services.mongoUri ?? '',
      )
      .replaceAll(
        /postgres:\/\/(?:[^\s'"`@]*@)?(?:127\.0\.0\.1|localhost):5432[^\s'"`]*/g,
        () => this.#services.postgresUrl ?? '',
      )
      .replaceAll("db('message')", `db('${this.database}')`)
      .replaceAll(/(?:127\.0\.0\.1|localhost):6379/g, redis.host);
  }

  /** The output, with the addresses that the page shows. */
  asShown(output: string): string {
    let shown = output.replaceAll(this.#receiver.url, 'https://example.com/hook');
    for (const [port, here] of this.#ports) shown = shown.replaceAll(`:${here}`, `:${port}`);
    return shown;
  }

  get environment(): Readonly<Record<string, string>> {
    const given = { MONGODB_URI: this.#services.mongoUri, REDIS_URL: this.#services.redisUrl };
    const present = Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
    return {
      ...Object.fromEntries(present),
      PATH: `${BIN}:${process.execPath.replace(/\/node$/, '')}:${process.env.PATH ?? ''}`,
      HOME: this.folder,
      NODE_OPTIONS: '--conditions=@messaging-system/source --no-warnings',
      // Most of a short command's time would go into the compilation of what it imports.
      NODE_COMPILE_CACHE: join(ROOT, '.cache/snippets/compiled'),
      NO_COLOR: '1',
      CONFIG_DIR: join(this.folder, '.config'),
      SERVER_PORT: this.#ports.get('3000') ?? '',
      MONGO_DATABASE: this.database,
      POSTGRES_SCHEMA: this.database,
      WEBHOOK_URL: this.#receiver.url,
      DOCS_ROOT: ROOT,
      DOCS_MAIN: join(ROOT, 'apps/server/src/main.ts'),
      DOCS_WORLD: this.folder,
      DOCS_CURL: curl(),
    };
  }

  /** A script that leaves processes behind: they end with the page. */
  endWithPage(group: number): void {
    this.#groups.push(group);
  }

  /** Starts the server that a page speaks to without having started one. */
  async ensureServer(settings = ''): Promise<void> {
    const files = await readdir(this.folder);
    if (settings === '' && files.includes(`server-${this.#ports.get('3000')}.pid`)) return;
    const started = await run('/bin/sh', ['-c', await this.here(`${settings} messaging-system serve`)], {
      cwd: this.folder,
      env: this.environment,
    });
    if (started.exitCode !== 0) throw new Error(`the server did not start:\n${started.complaints}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of (await readdir(this.folder)).filter((name) => /^server-\d+\.pid$/.test(name))) {
      kill(Number(await readFile(join(this.folder, file), 'utf8')));
    }
    for (const group of this.#groups) kill(-group);
    await this.#receiver[Symbol.asyncDispose]();
  }

  async #map(port: string): Promise<void> {
    if (!this.#ports.has(port)) this.#ports.set(port, String(await freePort()));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended before.
  }
}

const curl = (): string => execFileSync('/bin/sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim();
