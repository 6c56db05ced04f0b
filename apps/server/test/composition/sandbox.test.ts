import { expect, test } from 'vitest';
import { openInProcess } from '../support/open-in-process.ts';

// One of the cases starts processes, on whatever machine this is.
const KEY = 'an-api-key-of-some-length';
const HELLO = { phoneNumber: '+905551234567', content: 'Hello' };

test.each(['1', '2'])(
  'with an API key and %s processes the sandbox takes the deliveries of its own server, and nothing from others',
  async (workers) => {
    const { server, post, text } = await openInProcess({ SERVER_API_KEY: KEY, SERVER_WORKERS: workers });
    const authorization = `Bearer ${KEY}`;
    expect((await post('/messages', HELLO, { authorization })).status).toBe(201);
    expect((await post('/sandbox/webhook', {})).status).toBe(401);
    await expect
      .poll(async () => {
        const answer = await fetch(`${server.url}/sandbox/deliveries`, { headers: { authorization } });
        return answer.json();
      })
      .toMatchObject({ received: 1, items: [{ body: { content: 'Hello' } }] });
    expect(text()).not.toContain('token=');
  },
);
