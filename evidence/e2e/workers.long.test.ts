import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accept, CountingReceiver } from '../support/counting-receiver.ts';
import { DRAINING, fill } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { onEachStore } from '../support/store-matrix.ts';
import type { TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const MESSAGES = 2_000;
/** Enough not to be through when something is to happen in the middle. */
const SOME = 800;
const WORKERS = 3;
const CONCURRENCY = Number(DRAINING.PROCESSOR_CONCURRENCY);
// Processes are started, on whatever machine this is.
const TIMEOUT = { timeout: 90_000 };

interface Processor {
  readonly state: string;
  readonly inFlight: number;
  readonly workers: { readonly wanted: number; readonly alive: number; readonly restarts: number };
}

onEachStore(`a server with ${WORKERS} workers`, (openStore) => {
  test(`delivers each of ${MESSAGES} messages once, and counts them in one place`, TIMEOUT, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await start(store, receiver, { PROCESSOR_AUTO_START: 'false' });
    await fill(server, MESSAGES);
    await server.post('/processor/start');

    await until('all are delivered', () => receiver.distinct === MESSAGES, 60_000);
    await until('all are counted', async () => (await settled(server)).sent === MESSAGES);
    expect(await settled(server)).toEqual({ sent: MESSAGES, retried: 0, failed: 0, unknown: 0, recalled: 0 });
    expect(deliverers(server).size).toBe(WORKERS);
    await server.stop();

    expect(receiver.deliveries).toHaveLength(MESSAGES);
    expect(await unsentOf(store)).toEqual([]);
  });

  test('wakes its workers for what is enqueued', TIMEOUT, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await start(store, receiver, { PROCESSOR_INTERVAL: '1h' });
    await fill(server, 1);
    await until('it is delivered', () => receiver.distinct === 1);
  });

  test('loses nothing when a worker is killed, and starts another', TIMEOUT, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await start(store, receiver, { CLIENT_TIMEOUT: '1s', PROCESSOR_LEASE: '2s' });
    await fill(server, MESSAGES);
    await until('some are delivered', () => receiver.distinct >= MESSAGES / 4);
    const [victim] = workersOf(server);
    if (victim === undefined) throw new Error('there is no worker');
    process.kill(victim, 'SIGKILL');

    await until('all are delivered', () => receiver.distinct === MESSAGES, 60_000);
    await until('all are stored', async () => (await unsentOf(store)).length === 0);
    await until('the worker is there again', async () => (await processor(server)).workers.alive === WORKERS);
    expect((await processor(server)).workers).toMatchObject({ wanted: WORKERS, restarts: 1 });
    expect(server.output).toMatch(new RegExp(`"worker":${victim},"exitCode":null,"signal":"SIGKILL"`));
    expect(receiver.copies).toBeLessThanOrEqual(CONCURRENCY);
  });

  test('stops all workers over HTTP, and one that is started again stays stopped', TIMEOUT, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await startedMidway(store, receiver);

    await server.post('/processor/stop');
    expect((await processor(server)).state).toBe('draining');
    await until('all have drained', async () => (await processor(server)).state === 'stopped');
    const arrived = receiver.deliveries.length;
    expect(arrived).toBeLessThan(SOME);
    expect(await sentCountOf(store)).toBe(arrived);

    const [victim] = workersOf(server);
    if (victim === undefined) throw new Error('there is no worker');
    process.kill(victim, 'SIGKILL');
    await until('the worker is there again', async () => {
      const { restarts, alive } = (await processor(server)).workers;
      return restarts === 1 && alive === WORKERS;
    });
    expect((await processor(server)).state).toBe('stopped');
    expect(receiver.deliveries).toHaveLength(arrived);

    receiver.behave(accept);
    await server.post('/processor/start');
    await until('the rest is delivered', () => receiver.distinct === SOME, 60_000);
    expect(receiver.copies).toBe(0);
  });

  test.each([
    ['of SIGTERM', 'SIGTERM', []],
    // As a terminal's Ctrl-C, which is for every process of the group.
    ['of a SIGINT that its workers get as well', 'SIGINT', 'workers'],
  ] as const)('lets all workers drain and ends, %s', TIMEOUT, async (_, signal, others) => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await startedMidway(store, receiver);

    const workers = workersOf(server);
    if (others === 'workers') for (const worker of workers) process.kill(worker, signal);
    server.signal(signal);
    await until('it has ended', () => server.hasExited);

    expect(server.exitCode).toBe(0);
    expect(workers).toHaveLength(WORKERS);
    expect(workers.filter(isRunning)).toEqual([]);
    expect(receiver.deliveries.length).toBeLessThan(SOME);
    expect(await sentCountOf(store)).toBe(receiver.deliveries.length);
  });

  test('leaves no worker behind when it is killed itself, and they drain', TIMEOUT, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    await using server = await startedMidway(store, receiver);

    const workers = workersOf(server);
    await server.kill9();
    await until('no worker is left', () => !workers.some(isRunning));
    expect(receiver.deliveries.length).toBeLessThan(SOME);
    expect(await sentCountOf(store)).toBe(receiver.deliveries.length);
  });
});

/** A server in the middle of deliveries that take 200 ms each. */
async function startedMidway(store: TestStore, receiver: CountingReceiver): Promise<ServerProcess> {
  receiver.behave((...delivery) => setTimeout(() => accept(...delivery), 200));
  const server = await start(store, receiver);
  await fill(server, SOME);
  await until('some are delivered', () => receiver.distinct >= 3 * CONCURRENCY);
  return server;
}

function start(
  store: TestStore,
  receiver: CountingReceiver,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const own = { ...store.environment, ...DRAINING, SERVER_WORKERS: String(WORKERS) };
  return ServerProcess.start({ ...own, CLIENT_URL: receiver.url, ...environment }, store.folder);
}

async function processor(server: ServerProcess): Promise<Processor> {
  return (await server.get<Processor>('/processor')).body;
}

/** The process ids of the workers that its log has named. */
function workersOf(server: ServerProcess): readonly number[] {
  return [...server.output.matchAll(/"worker":(\d+),"msg":"a worker is ready"/g)].map(([, pid]) =>
    Number(pid),
  );
}

/** Those of the workers that have sent something. */
function deliverers(server: ServerProcess): ReadonlySet<string | undefined> {
  return new Set([...server.output.matchAll(/"worker":(\d+),.*"msg":"sent"/g)].map(([, pid]) => pid));
}

async function settled(server: ServerProcess): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.matchAll(/^messaging_messages_settled_total\{outcome="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
}

async function unsentOf(store: TestStore): Promise<readonly string[]> {
  const storedStates = await store.storedStates();
  return Object.keys(storedStates).filter((id) => storedStates[id]?.status !== 'sent');
}

async function sentCountOf(store: TestStore): Promise<number> {
  return Object.keys(await store.storedStates()).length - (await unsentOf(store)).length;
}

/** One that has ended and whose end nobody has asked for is not running, though it still has its id. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // Where there is no /proc the signal has told.
    return error.code === 'ENOENT' && process.platform !== 'linux';
  }
}
