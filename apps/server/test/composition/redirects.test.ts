import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openInProcess } from '../support/open-in-process.ts';

interface Processor {
  readonly breaker: { readonly state: string };
  readonly counts: Readonly<Record<string, { readonly count: number }>>;
}

async function redirectingReceiver(status: number): Promise<string> {
  const receiver = createServer((_, response) =>
    response.writeHead(status, { location: '/elsewhere' }).end(),
  ).listen(0, '127.0.0.1');
  onTestFinished(() => void receiver.close());
  await once(receiver, 'listening');
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new TypeError('it is bound to no port');
  return `http://127.0.0.1:${address.port}/hook`;
}

test.each([301, 308])(
  'a receiver that answers %i opens the breaker before the backlog has failed',
  async (status) => {
    const { get, post } = await openInProcess({
      CLIENT_URL: await redirectingReceiver(status),
      PROCESSOR_AUTO_START: 'false',
      BREAKER_COOLDOWN: '10m',
    });
    const message = { phoneNumber: '+905551234567', content: 'Hello' };
    await post(
      '/messages',
      Array.from({ length: 40 }, () => message),
    );
    await post('/processor/start');
    const processor = async (): Promise<Processor> => (await get<Processor>('/processor')).body;
    await expect.poll(async () => (await processor()).breaker.state).toBe('open');
    await post('/processor/stop');
    await expect.poll(async () => (await get<{ state: string }>('/processor')).body.state).toBe('stopped');
    const { counts } = await processor();
    // Ten open it; another may be under way by then.
    expect(counts.failed?.count).toBeLessThanOrEqual(11);
    expect((counts.failed?.count ?? 0) + (counts.unsent?.count ?? 0)).toBe(40);
  },
);
