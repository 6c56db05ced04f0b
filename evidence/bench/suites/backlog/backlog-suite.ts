import { statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { aNewMessage, anAck } from '@messaging-system/contract-tests';
import { spreadOf } from '../../../support/statistics.ts';
import type { StoreName } from '../../contenders/store-facts.ts';
import { type OpenStore, openStore } from '../../contenders/stores.ts';
import { describeMachine } from '../../machine.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openOurStores } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { runContender } from '../throughput/run-contender.ts';
import { fillMongo } from './fill-mongo.ts';
import { fillPostgres } from './fill-postgres.ts';
import { fillSqlite } from './fill-sqlite.ts';
import { type BacklogFigures, type BacklogResult, showBacklog } from './show-backlog.ts';

const CLAIMED = 500;
const SETTLED = 100;
const DELIVERED = 5_000;
const MEMORY_ROUNDS = 5;
const LEASE_MS = 600_000;
const CONCURRENCY = 64;

const SIZES: Readonly<Record<StoreName, readonly number[]>> = {
  sqlite: [1e3, 1e4, 1e5, 1e6, 1e7],
  mongo: [1e3, 1e4, 1e5, 1e6],
  postgres: [1e3, 1e4, 1e5, 1e6, 1e7],
};
const LARGEST_QUICK = 1e5;

interface Filling {
  /** Of the file, for SQLite. */
  readonly path: string;
  readonly runId: string;
  readonly size: number;
}

const FILL: Readonly<Record<StoreName, (filling: Filling) => Promise<void>>> = {
  sqlite: ({ path, size }) => fillSqlite(path, size),
  mongo: ({ runId, size }) => fillMongo(runId, size),
  postgres: ({ runId, size }) => fillPostgres(runId, size),
};

interface Pile {
  readonly store: StoreName;
  readonly size: number;
  readonly runId: string;
  readonly opened: OpenStore;
  readonly storedBytes: number | null;
  /** The figures, in ms, and bytes of memory. */
  readonly claims: number[];
  readonly settles: number[];
  readonly counts: number[];
  readonly memory: number[];
  blockedMs: number;
}

/** The costs of a claim, a settle and the counts, and a dispatcher's memory, against the number of messages that wait. */
export const backlogSuite: Suite<BacklogResult> = { name: 'backlog', run: measure, show: showBacklog };

async function measure(options: SuiteOptions): Promise<BacklogResult> {
  const machine = describeMachine();
  const { stores, versions, skipped, stop } = await openOurStores();
  const figures: BacklogFigures[] = [];
  for (const store of stores) figures.push(...(await measureStore(store, options)));
  await stop();
  return {
    machine,
    versions,
    skipped,
    figures,
    claimed: CLAIMED,
    settled: SETTLED,
    rounds: roundsOf(options),
    delivered: DELIVERED,
  };
}

async function measureStore(store: StoreName, options: SuiteOptions): Promise<readonly BacklogFigures[]> {
  const sizes = SIZES[store].filter((size) => !options.quick || size <= LARGEST_QUICK);
  const piles: Pile[] = [];
  for (const size of sizes) {
    options.log(`${store}: storing ${size} messages`);
    piles.push(await openPile(store, size, options));
  }
  for (let round = 0; round < roundsOf(options); round += 1) {
    for (const pile of piles) await claimAndSettle(pile, round);
  }
  for (const pile of piles) await askForCounts(pile);
  await measureMemory(piles, options);
  for (const pile of piles) await pile.opened.close();
  return piles.map(figuresOf);
}

async function openPile(store: StoreName, size: number, { directory }: SuiteOptions): Promise<Pile> {
  const runId = `backlog-${store}-${size}-${process.pid}`;
  const path = join(directory, `${runId}.db`);
  await FILL[store]({ path, runId, size });
  const opened = await openStore(store, { receiverUrl: '', concurrency: CONCURRENCY, runId, directory });
  const storedBytes = store === 'sqlite' ? statSync(path).size : null;
  const none = { claims: [], settles: [], counts: [], memory: [], blockedMs: 0 };
  return { store, size, runId, opened, storedBytes, ...none };
}

/** Messages that are taken away are put back, so that the backlog keeps its size. */
async function claimAndSettle({ opened, claims, settles }: Pile, round: number): Promise<void> {
  const { repository } = opened;
  await insertSome(opened, CLAIMED);
  const now = Date.now() + 1;
  const leaseToken = `round-${round}`;
  const request = { now, leasedUntil: now + LEASE_MS, leaseToken, journals: false, limit: CLAIMED };
  const [claimMs, claimed] = await timed(() => repository.claimDue(request));
  if (claimed.length !== CLAIMED) throw new Error(`claimed ${claimed.length} of ${CLAIMED}`);
  claims.push(claimMs);
  for (let start = 0; start < CLAIMED; start += SETTLED) {
    const batch = claimed
      .slice(start, start + SETTLED)
      .map(({ message }) => anAck(message.id, { sentAt: now, settledAt: now }));
    const [settleMs] = await timed(() => repository.settle(leaseToken, batch));
    settles.push(settleMs);
  }
}

async function insertSome({ repository }: OpenStore, count: number): Promise<void> {
  const message = aNewMessage({ createdAt: Date.now() });
  for (let left = count; left > 0; left -= CLAIMED) {
    await repository.insert(Array.from({ length: Math.min(left, CLAIMED) }, () => message));
  }
}

async function askForCounts(pile: Pile): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let ask = 0; ask < 20; ask += 1) {
    await sleep(5);
    delay.enable();
    const [countsMs] = await timed(() => pile.opened.repository.counts());
    delay.disable();
    pile.counts.push(countsMs);
  }
  pile.blockedMs = Math.max(delay.max / 1e6, 0);
}

/** In fresh processes, in turns: what the process of a dispatcher holds after it has delivered some of the backlog. */
async function measureMemory(piles: readonly Pile[], { log, directory }: SuiteOptions): Promise<void> {
  const receiver = await Receiver.start();
  for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
    for (const { store, size, runId, memory, opened } of piles.filter(({ size }) => size > DELIVERED)) {
      await insertSome(opened, DELIVERED);
      const { figures, received } = await runContender(receiver, {
        name: `${store}-undici`,
        setup: { receiverUrl: receiver.url, concurrency: CONCURRENCY, runId, directory, keeps: true },
        warmUp: 0,
        messages: DELIVERED,
        enqueues: false,
        profile: null,
      });
      if (received.distinct < DELIVERED) throw new Error(`delivered ${received.distinct} of ${DELIVERED}`);
      memory.push(figures.residentBytes);
      log(`${store}: ${Math.round(figures.residentBytes / 1e6)} MB after delivering out of ${size}`);
    }
  }
  await receiver.stop();
}

function figuresOf(pile: Pile): BacklogFigures {
  const { store, size, storedBytes, claims, settles, counts, memory, blockedMs } = pile;
  return {
    store,
    size,
    storedBytes,
    claimMs: spreadOf(claims),
    settleMs: spreadOf(settles),
    countsMs: spreadOf(counts),
    countsBlockedMs: blockedMs,
    residentBytes: memory.length === 0 ? null : spreadOf(memory),
  };
}

function roundsOf({ rounds }: SuiteOptions): number {
  return rounds * 8;
}

async function timed<Result>(work: () => Promise<Result>): Promise<readonly [ms: number, result: Result]> {
  const startedAt = performance.now();
  const result = await work();
  return [performance.now() - startedAt, result];
}
