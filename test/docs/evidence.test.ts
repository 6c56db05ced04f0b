import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  loadMeasurements,
  loadScalingPage,
  performancePage,
} from '../../evidence/bench/report/write-page.ts';
import { loadResult } from '../../evidence/bench/results.ts';
import type { ChaosFault } from '../../evidence/chaos/faults/fault.ts';
import { PROCESS_FAULTS } from '../../evidence/chaos/faults/process-faults.ts';
import { RECEIVER_FAULTS } from '../../evidence/chaos/faults/receiver-faults.ts';
import { STORE_FAULTS } from '../../evidence/chaos/faults/store-faults.ts';
import { type ChaosRun, markdown } from '../../evidence/chaos/report.ts';
import { FULL_RUN, isFullBench, isFullChaos, isFullSoak } from '../../evidence/support/full-run.ts';
import { parseCommand } from '../../packages/simulator/test/cli/parse-command.ts';
import { isFullSimulation, withPart } from '../../packages/simulator/test/cli/write-page.ts';
import { nameOfMongo } from '../../tooling/server-names.ts';

const FAULTS: readonly ChaosFault[] = [...PROCESS_FAULTS, ...RECEIVER_FAULTS, ...STORE_FAULTS];
const page = (name: string): string => readFileSync(`docs/${name}.md`, 'utf8');

interface Row {
  readonly store: string;
  readonly policy: string;
  readonly fault: string;
  readonly faults: number;
  readonly messages: number;
}

function rowsOf(text: string): readonly Row[] {
  return [...text.matchAll(/^\| (sqlite|mongo|postgres) \| (\w+) \| (.+?) \| (\d+) \| (\d+) \|/gm)].map(
    ([, store = '', policy = '', fault = '', faults, messages]) => ({
      store,
      policy,
      fault,
      faults: Number(faults),
      messages: Number(messages),
    }),
  );
}

/** Why a page cannot have come from full runs; empty when it can. */
function shortfalls(text: string): readonly string[] {
  const rows = rowsOf(text);
  const sum = (field: 'faults' | 'messages'): number => rows.reduce((total, row) => total + row[field], 0);
  const total = /\*\*(\d+) messages, (\d+) faults,/.exec(text);
  const kinds = ['sqlite', 'mongo'].flatMap((store) => ['resend', 'hold'].map((policy) => [store, policy]));
  return [
    ...[...text.matchAll(/--(quick|only|policy)\b/g)].map(([option]) => `made with ${option}`),
    ...kinds.flatMap(([store, policy]) =>
      rows.some((row) => row.store === store && row.policy === policy) ? [] : [`no ${store}, ${policy}`],
    ),
    ...rows.flatMap(({ fault, faults }) => {
      const { quickTimes = 1 } = FAULTS.find(({ title }) => title === fault) ?? {};
      return faults > quickTimes ? [] : [`${fault} only ${faults} times`];
    }),
    ...(Number(total?.[1]) === sum('messages') && Number(total?.[2]) === sum('faults')
      ? []
      : ['the total is not the sum of the rows']),
  ];
}

test('docs/reliability.md comes from full runs on both stores', () => {
  expect(shortfalls(page('reliability'))).toEqual([]);
});

test('a page of a quick chaos run differs from one of a full run', () => {
  const run = (quick: boolean): ChaosRun => ({
    store: 'sqlite',
    facts: {
      command: quick ? 'npm run chaos -- --quick' : 'npm run chaos',
      seed: 1,
      commit: 'abc',
      date: '2026-01-01',
      node: '26',
      servers: ['SQLite 3'],
      minutes: 1,
    },
    results: FAULTS.flatMap((fault) =>
      (['resend', 'hold'] as const).map((policy) => ({
        store: 'sqlite' as const,
        policy,
        fault: fault.title,
        messages: 1,
        delivered: 1,
        lost: 0,
        copies: 0,
        receivedMost: 1,
        copiesOutsideWindow: 0,
        unknown: 0,
        injections: quick ? (fault.quickTimes ?? 1) : fault.times,
        recoveryMedianMs: 1,
        recoveryMaxMs: 1,
        restMs: 1,
        unknownAllowed: null,
        receivedAllowed: null,
      })),
    ),
    failures: [],
  });
  expect(shortfalls(markdown([run(true)]))).toEqual(
    expect.arrayContaining([
      'made with --quick',
      'no mongo, hold',
      'SIGKILL of one of two dispatchers only 3 times',
    ]),
  );
  expect(shortfalls(markdown([run(false)]))).toEqual(['no mongo, resend', 'no mongo, hold']);
});

test('every fault is injected more often in a full chaos run than in a quick one', () => {
  expect(FAULTS.filter(({ times, quickTimes = 1 }) => times <= quickTimes)).toEqual([]);
});

test('docs/performance.md and docs/scaling.md say what the recorded runs measured', () => {
  expect(page('performance')).toBe(performancePage(loadMeasurements()));
  expect(page('scaling')).toBe(loadScalingPage());
});

test('every recorded benchmark was a full run', () => {
  const { rounds, messages } = FULL_RUN.bench;
  const short = ['throughput', 'pairs', 'enqueue', 'backlog', 'processes'].filter(
    (suite) => (loadResult<{ readonly rounds: number }>(suite)?.rounds ?? 0) < rounds,
  );
  expect(short).toEqual([]);
  expect(loadResult<{ readonly messages: number }>('pairs')?.messages).toBeGreaterThanOrEqual(messages);
  expect(loadResult<{ readonly messages: number }>('profile')?.messages).toBeGreaterThanOrEqual(messages);
  expect(loadResult<{ readonly seconds: number }>('latency')?.seconds).toBeGreaterThanOrEqual(10 * rounds);
});

test('docs/soak.md comes from a full run', () => {
  const [, minutes] = /under constant load for (\d+(?:\.\d+)?) minutes/.exec(page('soak')) ?? [];
  expect(Number(minutes)).toBeGreaterThanOrEqual(FULL_RUN.soak.minutes);
  const [, enqueued] = /^(\d+) messages were enqueued/m.exec(page('soak')) ?? [];
  expect(Number(enqueued)).toBeGreaterThan(Number(minutes) * 60 * FULL_RUN.soak.perSecond * 0.9);
});

test('docs/simulation.md comes from full runs', () => {
  const text = page('simulation');
  const [, asked] = /`npm run simulate -- --worlds (\d+)` on the in-memory store/.exec(text) ?? [];
  const [, run] = /^```text\n(\d+) worlds, /m.exec(text) ?? [];
  expect(Number(run)).toBe(Number(asked));
  expect(Number(run)).toBeGreaterThanOrEqual(FULL_RUN.simulate.worlds);
  const [, found, of, starts] = /^(\d+) of (\d+) mutations found from each of (\d+) seeds/m.exec(text) ?? [];
  expect(found).toBe(of);
  expect(Number(starts)).toBeGreaterThanOrEqual(FULL_RUN.mutations.starts);
});

test('each page names its servers, or says that an older run did not record them', () => {
  // The page of November 2026 was put together by hand from two runs that did not record their servers.
  if (!page('reliability').includes('put together from the JSON of two runs'))
    expect(page('reliability')).toMatch(/^- SQLite \d.*\n- .*MongoDB.*, (Redis|Valkey) \d/m);
  expect(page('soak')).toMatch(/same store \(SQLite/);
  expect(page('simulation')).toContain('(no server)');
  for (const [footnote] of page('performance').matchAll(/<sub>.*<\/sub>/g))
    expect(footnote).toMatch(/SQLite \d|answers as|servers not recorded/);
});

test('a shorter or narrower run is not a full one', () => {
  const chaos = { quick: false, only: '' };
  expect(isFullChaos(chaos)).toBe(true);
  expect(isFullChaos({ ...chaos, quick: true })).toBe(false);
  expect(isFullChaos({ ...chaos, policy: 'hold' })).toBe(false);
  expect(isFullChaos({ ...chaos, only: 'SIGKILL' })).toBe(false);
  const bench = { quick: false, only: [], ...FULL_RUN.bench };
  expect(isFullBench(bench)).toBe(true);
  expect(isFullBench({ ...bench, quick: true })).toBe(false);
  expect(isFullBench({ ...bench, rounds: 1 })).toBe(false);
  expect(isFullBench({ ...bench, messages: 500 })).toBe(false);
  expect(isFullBench({ ...bench, only: ['bullmq'] })).toBe(false);
  expect(isFullSoak(FULL_RUN.soak)).toBe(true);
  expect(isFullSoak({ ...FULL_RUN.soak, minutes: 1 })).toBe(false);
  expect(isFullSoak({ ...FULL_RUN.soak, perSecond: 5 })).toBe(false);
  expect(isFullSoak({ ...FULL_RUN.soak, faultEverySeconds: 600 })).toBe(false);
  const isFull = (...args: readonly string[]): boolean => isFullSimulation(parseCommand(args, 1));
  expect(isFull('--worlds', '100000')).toBe(true);
  expect(isFull('--worlds', '2000')).toBe(false);
  expect(isFull('--worlds', '100000', '--policy', 'hold')).toBe(false);
  expect(isFull('--worlds', '100000', '--store', 'sqlite')).toBe(false);
  expect(isFull('--mutations')).toBe(true);
  expect(isFull('--mutations', '--only', 'lease')).toBe(false);
  expect(isFull('--mutations', '--starts', '1')).toBe(false);
});

test('a full simulation replaces its own part of the page alone', () => {
  const text = page('simulation');
  expect(withPart(text, 'worlds', 'NEW')).toContain(
    '<!-- worlds: written by a full run -->\nNEW\n<!-- end of worlds -->',
  );
  const [, before = ''] = /<!-- mutations: [^>]+-->\n([\s\S]*)\n<!-- end of mutations -->/.exec(text) ?? [];
  expect(withPart(text, 'mutations', before)).toBe(text);
  expect(() => withPart(text, 'missing', '')).toThrow('the page has no part "missing"');
});

test('only mongod is called MongoDB', () => {
  const version = '7.0.0';
  expect(nameOfMongo({ version: '8.0.4', storageEngines: ['devnull', 'wiredTiger'] })).toBe('MongoDB 8.0.4');
  expect(nameOfMongo({ version, storageEngines: ['documentdb'] })).toBe(
    'a MongoDB-compatible server (DocumentDB on PostgreSQL) that answers as 7.0.0',
  );
  expect(nameOfMongo({ version, ferretdb: {} })).toBe(
    'a MongoDB-compatible server (FerretDB) that answers as 7.0.0',
  );
  expect(nameOfMongo({ version })).toBe('a MongoDB-compatible server that answers as 7.0.0');
});
