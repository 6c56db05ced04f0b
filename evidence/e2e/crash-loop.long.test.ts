import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { accept, CountingReceiver } from '../support/counting-receiver.ts';
import { DRAINING, fill } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { onEachStore } from '../support/store-matrix.ts';
import type { TestStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const KILLS = 22;

onEachStore('a crash loop', (openStore) => {
  test(`of ${KILLS} kills leaves no message unknown and sends none more than five times`, {
    timeout: 480_000,
  }, async () => {
    await using store = await openStore();
    // So slow that no answer is heard before the kill that the request causes.
    await using receiver = await CountingReceiver.start((delivery, response, socket) => {
      void sleep(2_000).then(() => accept(delivery, response, socket));
    });
    let server = await start(store, receiver);
    const ids = await fill(server, 100);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = receiver.deliveries.length;
      await until(`delivery ${before + 1}`, () => receiver.deliveries.length > before, 120_000);
      await server.kill9();
      if (kill === KILLS) receiver.behave(accept);
      server = await start(store, receiver);
    }
    await using _last = server;
    await until('all are settled', async () => (await unsent(store)).length === 0, 120_000);

    const storedStates = await store.storedStates();
    const counts = ids.map((id) => receiver.countOf(id));
    console.log(`${KILLS} kills: ${receiver.copies} copies, at most ${Math.max(...counts)} of one message`);
    expect(ids.filter((id) => storedStates[id]?.status !== 'sent')).toEqual([]);
    expect(Math.max(...counts)).toBeLessThanOrEqual(5);
  });

  test('of a message that kills its process ends after five times, and the others get through', {
    timeout: 480_000,
  }, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    let server = await start(store, receiver);
    receiver.behave((delivery, response, socket) => {
      if (delivery.content === 'message 7') process.kill(server.pid, 'SIGKILL');
      else accept(delivery, response, socket);
    });
    const ids = await fill(server, 40);
    const killer = ids[7] ?? '';
    await until(
      'all are settled',
      async () => {
        if (server.hasExited) server = await start(store, receiver);
        return (await unsent(store)).length === 0;
      },
      120_000,
    );
    await using _last = server;

    const storedStates = await store.storedStates();
    const others = ids.filter((id) => id !== killer);
    console.log(
      `the killer was sent ${receiver.countOf(killer)} times, with ${receiver.copies} copies in all`,
    );
    expect(storedStates[killer]?.status).toBe('unknown');
    expect(receiver.countOf(killer)).toBeLessThanOrEqual(5);
    expect(others.filter((id) => storedStates[id]?.status !== 'sent')).toEqual([]);
    // Only the first kill, when nobody suspects anything, takes others with it.
    expect(Math.max(...others.map((id) => receiver.countOf(id)))).toBeLessThanOrEqual(2);
  });
});

function start(store: TestStore, receiver: CountingReceiver): Promise<ServerProcess> {
  const environment = {
    ...store.environment,
    ...DRAINING,
    PROCESSOR_CONCURRENCY: '10',
    PROCESSOR_LEASE: '1500ms',
    CLIENT_URL: receiver.url,
    CLIENT_TIMEOUT: '1s',
    DELIVERY_AMBIGUITY: 'resend',
  };
  return ServerProcess.start(environment, store.folder);
}

async function unsent(store: TestStore): Promise<readonly string[]> {
  const storedStates = await store.storedStates();
  return Object.keys(storedStates).filter((id) => storedStates[id]?.status === 'unsent');
}
