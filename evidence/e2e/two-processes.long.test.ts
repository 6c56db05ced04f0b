import { expect, test } from 'vitest';
import { CountingReceiver } from '../support/counting-receiver.ts';
import { DRAINING, fill } from '../support/fill.ts';
import { ServerProcess } from '../support/server-process.ts';
import { onEachStore } from '../support/store-matrix.ts';
import { until } from '../support/until.ts';

const MESSAGES = 5_000;

onEachStore('two server processes on one store', (openStore) => {
  test(`deliver each of ${MESSAGES} messages once`, { timeout: 120_000 }, async () => {
    await using store = await openStore();
    await using receiver = await CountingReceiver.start();
    const environment = { ...store.environment, ...DRAINING, CLIENT_URL: receiver.url };
    await using first = await ServerProcess.start(
      { ...environment, PROCESSOR_AUTO_START: 'false' },
      store.folder,
    );
    await using second = await ServerProcess.start(
      { ...environment, PROCESSOR_AUTO_START: 'false' },
      store.folder,
    );
    const ids = await fill(first, MESSAGES);
    await Promise.all([first.post('/processor/start'), second.post('/processor/start')]);

    await until('all are delivered', () => receiver.distinct === MESSAGES, 100_000);
    await Promise.all([first.stop(), second.stop()]);

    expect(receiver.deliveries).toHaveLength(MESSAGES);
    const storedStates = await store.storedStates();
    expect(ids.filter((id) => storedStates[id]?.status !== 'sent')).toEqual([]);
  });
});
