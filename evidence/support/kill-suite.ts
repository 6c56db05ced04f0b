import { expect, test } from 'vitest';
import { CountingReceiver } from './counting-receiver.ts';
import { DRAINING, fill } from './fill.ts';
import { ServerProcess } from './server-process.ts';
import type { StoredStates, TestStore } from './stores.ts';
import { until } from './until.ts';

const MESSAGES = 5_000;
const KILLS = 4;
const CONCURRENCY = Number(DRAINING.PROCESSOR_CONCURRENCY);

interface Kill {
  /** The messages that the store had as `sent` when the process was gone, with how often the receiver had seen them by then. */
  readonly sentThen: ReadonlyMap<string, number>;
}

/** Tests that kill servers in the middle of a run, under each policy. */
export function killSuite(openStore: () => Promise<TestStore>): void {
  test('all are delivered, what was stored as sent never again, copies within the window', {
    timeout: 240_000,
  }, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    const { kills, last } = await runWithKills(store, receiver, 'resend');
    await using _server = last;
    await until(
      'all are sent',
      async () => countOf(await store.storedStates(), 'sent') === MESSAGES,
      120_000,
    );

    console.log(`resend: ${KILLS} kills, ${receiver.copies} copies (at most ${2 * CONCURRENCY * KILLS})`);
    expect(receiver.distinct).toBe(MESSAGES);
    expect(receiver.copies).toBeLessThanOrEqual(2 * CONCURRENCY * KILLS);
    expect(sentAgain(kills, receiver)).toEqual([]);
  });

  test('under hold there is no copy, and what had begun is unknown until redriven', {
    timeout: 240_000,
  }, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    const { kills, last } = await runWithKills(store, receiver, 'hold');
    await using server = last;
    await until('none is unsent', async () => countOf(await store.storedStates(), 'unsent') === 0, 120_000);

    const storedStates = await store.storedStates();
    const unknown = Object.keys(storedStates).filter((id) => storedStates[id]?.status === 'unknown');
    console.log(`hold: ${KILLS} kills, ${receiver.copies} copies, ${unknown.length} unknown`);
    expect(receiver.copies).toBe(0);
    expect(unknown.length).toBeLessThanOrEqual(2 * CONCURRENCY * KILLS);
    expect(countOf(storedStates, 'sent')).toBe(MESSAGES - unknown.length);
    expect(sentAgain(kills, receiver)).toEqual([]);

    const redriven = await server.post<{ readonly redriven: number }>('/messages/redrive', {
      status: 'unknown',
    });
    expect(redriven.body.redriven).toBe(unknown.length);
    await until(
      'the redriven are sent',
      async () => countOf(await store.storedStates(), 'sent') === MESSAGES,
    );
  });
}

/** Kills the server `KILLS` times, each time after so many more deliveries, and starts it again. */
async function runWithKills(
  store: TestStore,
  receiver: CountingReceiver,
  ambiguity: 'resend' | 'hold',
): Promise<{ readonly kills: readonly Kill[]; readonly last: ServerProcess }> {
  const environment = {
    ...store.environment,
    ...DRAINING,
    CLIENT_URL: receiver.url,
    CLIENT_TIMEOUT: '1s',
    PROCESSOR_LEASE: '2s',
    DELIVERY_AMBIGUITY: ambiguity,
  };
  const kills: Kill[] = [];
  let server = await ServerProcess.start(environment, store.folder);
  await fill(server, MESSAGES);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const enough = Math.max(receiver.distinct, (MESSAGES / (KILLS + 2)) * kill);
    await until(`${enough} are delivered`, () => receiver.distinct >= enough, 60_000);
    await server.kill9();
    const storedStates = await store.storedStates();
    const sent = Object.keys(storedStates).filter((id) => storedStates[id]?.status === 'sent');
    kills.push({ sentThen: new Map(sent.map((id) => [id, receiver.countOf(id)])) });
    server = await ServerProcess.start(environment, store.folder);
  }
  return { kills, last: server };
}

function sentAgain(kills: readonly Kill[], receiver: CountingReceiver): readonly string[] {
  return kills.flatMap(({ sentThen }) =>
    [...sentThen].filter(([id, countThen]) => receiver.countOf(id) !== countThen).map(([id]) => id),
  );
}

function countOf(storedStates: StoredStates, status: string): number {
  return Object.values(storedStates).filter((message) => message.status === status).length;
}
