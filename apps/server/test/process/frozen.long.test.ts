import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { heldReceiver } from '../support/held-receiver.ts';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Each starts a process, on whatever machine this is.
interface Counted {
  readonly counts: Readonly<Record<string, { readonly count: number }>>;
}

const MESSAGES = 20;
// All requests arrive within the time-out of the sender (4 s), on a busy machine too. The freeze goes beyond that and both graces of the watchdog (1.5 s).
const FROZEN_MS = 6_500;

test.each(['ky', 'undici'])(
  'a server that is frozen takes every answer that came meanwhile, with %s',
  async (transport) => {
    const receiver = await heldReceiver();
    const server = new SpawnedServer(temporaryHome(), {
      CLIENT_URL: receiver.url,
      CLIENT_TIMEOUT: '4s',
      CLIENT_TRANSPORT: transport,
      DELIVERY_AMBIGUITY: 'hold',
      PROCESSOR_CONCURRENCY: `${MESSAGES}`,
      PROCESSOR_BATCH_SIZE: `${MESSAGES}`,
    });
    const url = await server.url();
    const asked = await fetch(`${url}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        Array.from({ length: MESSAGES }, (_, index) => ({
          phoneNumber: '+905551234567',
          content: `Message ${index}`,
        })),
      ),
    });
    expect(asked.status).toBe(201);
    await expect.poll(receiver.waiting, { interval: 5 }).toBe(MESSAGES);
    server.signal('SIGSTOP');
    receiver.release();
    // It is the time itself that has to be over.
    await pause(FROZEN_MS);
    server.signal('SIGCONT');

    const counts = async (): Promise<Readonly<Record<string, number>>> => {
      const response = await fetch(`${url}/processor`);
      // The type by the schema of the API.
      const { counts: found } = (await response.json()) as Counted;
      return Object.fromEntries(Object.entries(found).map(([status, { count }]) => [status, count]));
    };
    await expect.poll(async () => (await counts()).unsent).toBe(0);
    expect(await counts()).toMatchObject({ sent: MESSAGES, unknown: 0, failed: 0 });
  },
);
