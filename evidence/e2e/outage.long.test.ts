import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CountingReceiver } from '../support/counting-receiver.ts';
import { DRAINING, fill } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { mongoStore, postgresStore, type TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

// A command with the verbs start, kill9 and wipe for servers of MongoDB, Redis and PostgreSQL on ports of the tests' own.
const command = process.env.SERVICES_COMMAND;
const PORTS = { MONGO_PORT: '27219', REDIS_PORT: '6419', POSTGRES_PORT: '5619' };
const MESSAGES = 4_000;
const OUTAGE_MS = 10_000;
const RESUMES_WITHIN_MS = 2_000;

async function services(...verbs: readonly string[]): Promise<void> {
  await promisify(execFile)(command ?? '', verbs, { env: { ...process.env, ...PORTS } });
}

interface Outage {
  readonly of: 'mongo' | 'redis' | 'postgres';
  /** How many are delivered when it begins. */
  readonly after: number;
}

const CASES: readonly {
  readonly title: string;
  readonly openStore: () => Promise<TestStore>;
  readonly outages: readonly Outage[];
  readonly settings?: Readonly<Record<string, string>>;
}[] = [
  {
    title: 'of MongoDB, then of Redis,',
    openStore: () =>
      mongoStore(
        `mongodb://127.0.0.1:${PORTS.MONGO_PORT}/?replicaSet=rs0`,
        `redis://127.0.0.1:${PORTS.REDIS_PORT}`,
      ),
    outages: [
      { of: 'mongo', after: 500 },
      { of: 'redis', after: 2_000 },
    ],
  },
  ...['resend', 'hold'].map((policy) => ({
    title: `of PostgreSQL, twice, under ${policy},`,
    openStore: () => postgresStore(`postgres://postgres@127.0.0.1:${PORTS.POSTGRES_PORT}/postgres`),
    outages: [
      { of: 'postgres', after: 500 },
      { of: 'postgres', after: 2_000 },
    ] as const,
    settings: { DELIVERY_AMBIGUITY: policy },
  })),
];

describe.skipIf(command === undefined)(
  command === undefined
    ? 'an outage of ten seconds [SKIPPED: SERVICES_COMMAND is not set]'
    : 'an outage of ten seconds',
  () => {
    test.each(CASES)(
      '$title loses nothing, and delivery goes on by itself',
      {
        timeout: 180_000,
      },
      async ({ openStore, outages, settings = {} }) => {
        const used = [...new Set(outages.map((outage) => outage.of))];
        // Durable: a store that is to be killed must be set to keep its files whole.
        for (const what of used) await services('start', what, '--durable');
        try {
          await using store = await openStore();
          // Slow enough that both outages fall into the run.
          await using receiver = await CountingReceiver.start();
          await using server = await ServerProcess.start(
            {
              ...store.environment,
              ...DRAINING,
              ...settings,
              PROCESSOR_RATE_PER_SECOND: '250',
              CLIENT_URL: receiver.url,
            },
            store.folder,
          );
          await fill(server, MESSAGES);
          for (const { of: what, after } of outages) {
            await until(`${after} are delivered`, () => receiver.distinct >= after, 60_000);
            const linesBefore = server.output.split('\n').length;
            await services('kill9', what);
            await sleep(OUTAGE_MS);
            expect(server.hasExited).toBe(false);
            // No busy loop: a store that is asked again and again would fill the log.
            expect(
              server.output.split('\n').filter((line) => line.includes('"level":40')).length,
            ).toBeLessThan(2_000);
            expect(server.output.split('\n').length - linesBefore).toBeGreaterThan(0);
            const atReturn = receiver.distinct;
            await services('start', what);
            const returnedAt = performance.now();
            // Delivery goes on without the sent cache: by now it may have ended.
            if (what === 'redis') continue;
            await until('delivery goes on', () => receiver.distinct > atReturn);
            const resumedMs = Math.round(performance.now() - returnedAt);
            console.log(`after the outage of ${what} delivery went on within ${resumedMs} ms`);
            if (what === 'postgres') expect(resumedMs).toBeLessThanOrEqual(RESUMES_WITHIN_MS);
          }
          await until('all are delivered', () => receiver.distinct === MESSAGES, 100_000);
          await until('all are sent', async () => {
            const storedStates = Object.values(await store.storedStates());
            return storedStates.length === MESSAGES && storedStates.every(({ status }) => status === 'sent');
          });
          console.log(`outages: ${receiver.copies} copies of ${MESSAGES}`);
          if (settings.DELIVERY_AMBIGUITY === 'hold') expect(receiver.copies).toBe(0);
          await server.stop();
          expect(server.exitCode).toBe(0);
        } finally {
          for (const what of used) await services('wipe', what);
        }
      },
    );
  },
);
