import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../../tooling/free-port.ts';

const SOCKET = 'redis.sock';
const NAMES = ['redis-server', 'valkey-server'];

// `REDIS_SERVER` names one that has to be there: a run that sets it never skips these tests.
const binary: string | undefined =
  process.env.REDIS_SERVER ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(existsSync);

export const hasRedisServer: boolean = binary !== undefined;

/** The title of a suite that starts servers of its own: a skip is never without its reason. */
export function withRedisServer(title: string): string {
  return hasRedisServer
    ? title
    : `${title} [SKIPPED: no redis-server, set REDIS_SERVER or apt-get install redis-server]`;
}

/** A server process of a test's own on a free port of 127.0.0.1, which keeps nothing. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly #process: ChildProcess;
  readonly #admin: Redis;

  private constructor(port: number, folder: string, process: ChildProcess) {
    this.port = port;
    this.folder = folder;
    this.#process = process;
    this.#admin = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
    // It is asked before the server listens.
    this.#admin.on('error', () => undefined);
  }

  /** Resolves when it answers. */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    return RedisServer.#spawn(async (port, folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no', '--unixsocket', join(folder, SOCKET), ...options],
    ]);
  }

  /** A Sentinel that calls this server `name`. */
  static async startSentinel(primary: RedisServer, name: string): Promise<RedisServer> {
    return RedisServer.#spawn(async (port, folder) => {
      // A Sentinel writes what it learns into its configuration.
      const file = join(folder, 'sentinel.conf');
      const monitor = `sentinel monitor ${name} 127.0.0.1 ${primary.port} 1`;
      await writeFile(file, `port ${port}\nbind 127.0.0.1\ndir ${folder}\n${monitor}\n`);
      return [file, '--sentinel'];
    });
  }

  static async #spawn(
    argumentsFor: (port: number, folder: string) => Promise<readonly string[]>,
  ): Promise<RedisServer> {
    if (binary === undefined) throw new Error('this is skipped without a redis-server');
    const folder = await mkdtemp(join(tmpdir(), 'redis-server-'));
    const port = await freePort();
    const child = spawn(binary, await argumentsFor(port, folder), { stdio: 'ignore' });
    const server = new RedisServer(port, folder, child);
    await server.call('PING');
    return server;
  }

  get socket(): string {
    return join(this.folder, SOCKET);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#admin.call(command, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#admin.disconnect();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A Redis Cluster of three nodes, each with a third of the slots. */
export class RedisClusterOfThree implements AsyncDisposable {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  static async start(): Promise<RedisClusterOfThree> {
    const cluster = new RedisClusterOfThree(await Promise.all([startNode(), startNode(), startNode()]));
    const [first, ...others] = cluster.nodes;
    if (first === undefined) throw new Error('there are three');
    const third = Math.ceil(SLOTS / 3);
    for (const [index, node] of cluster.nodes.entries()) {
      const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
      await node.call('CLUSTER', 'ADDSLOTS', ...slots.slice(index * third, (index + 1) * third));
      // Two nodes that are both at epoch 0 would first have to agree on who is which.
      await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    }
    for (const other of others)
      await first.call('CLUSTER', 'MEET', '127.0.0.1', other.port, await busPort(other));
    for (const node of cluster.nodes) {
      // Its nodes have to hear of one another first.
      while (!READY.test(String(await node.call('CLUSTER', 'INFO')))) await setTimeout(20);
    }
    return cluster;
  }

  get uri(): string {
    return `redis+cluster://${this.nodes.map(({ address }) => address).join(',')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
  }
}

const SLOTS = 16_384;
const READY = /cluster_state:ok.*cluster_known_nodes:3/s;

async function startNode(): Promise<RedisServer> {
  return RedisServer.start(
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '2000',
    '--cluster-port',
    String(await freePort()),
  );
}

async function busPort(node: RedisServer): Promise<number> {
  const [, port = ''] = /@(\d+)[^\n]* myself/.exec(String(await node.call('CLUSTER', 'NODES'))) ?? [];
  return Number(port);
}
