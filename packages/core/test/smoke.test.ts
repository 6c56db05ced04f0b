import { expect, test } from 'vitest';
import { InMemoryMessageRepository, ManualClock, SeededRandom } from '../src/in-memory/index.ts';
import { Dispatcher, Messages } from '../src/index.ts';

test('delivers what is enqueued', async () => {
  const clock = new ManualClock();
  const random = new SeededRandom();
  const repository = new InMemoryMessageRepository(random);
  const messages = new Messages({ repository, clock });
  for (let n = 0; n < 5; n++) await messages.enqueue({ phoneNumber: '+90555000000', content: `hello ${n}` });
  const sent: string[] = [];
  const dispatcher = new Dispatcher(
    {
      repository,
      clock,
      random,
      sender: {
        send: async (message) => {
          sent.push(message.id);
          return { kind: 'accepted', webhookMessageId: 'x' };
        },
      },
    },
    {},
  );
  dispatcher.start();
  await clock.advance(0);
  expect(sent).toHaveLength(2);
  await clock.advance(119_999);
  expect(sent).toHaveLength(2);
  await clock.advance(1);
  expect(sent).toHaveLength(4);
  await clock.advance(120_000);
  expect((await messages.counts()).sent.count).toBe(5);
  dispatcher.stop();
  await clock.advance(0);
  expect(dispatcher.status().state).toBe('stopped');
  expect(clock.sleepers).toBe(0);
  expect(await dispatcher.dispatchOnce()).toMatchObject({ kind: 'dispatched', report: { claimed: 0 } });
});
