import { expect, test } from 'vitest';
import { openInProcess } from '../support/open-in-process.ts';

const KEY = 'old-api-key-0123456';

test('wrong keys are logged with the address of the client, counted, and delayed at the login form only', async () => {
  const { server, lines, text } = await openInProcess({
    SERVER_API_KEY: KEY,
    SERVER_TRUSTED_PROXIES: '127.0.0.0/8',
  });
  const from = (client: string): Record<string, string> => ({ 'x-forwarded-for': client });
  const logIn = (client: string, apiKey: string) =>
    fetch(`${server.url}/dashboard/login`, {
      method: 'POST',
      headers: from(client),
      body: new URLSearchParams({ apiKey }),
      redirect: 'manual',
    });
  const ask = (path: string, key: string) =>
    fetch(server.url + path, { headers: { ...from('192.0.2.1'), authorization: `Bearer ${key}` } });

  expect((await ask('/messages', 'a-guessed-key')).status).toBe(401);
  for (let n = 0; n < 5; n += 1) expect((await logIn('192.0.2.1', 'a-guessed-key')).status).toBe(401);
  expect((await logIn('192.0.2.1', KEY)).status).toBe(429);
  expect((await logIn('192.0.2.2', KEY)).status).toBe(303);
  expect((await ask('/messages', KEY)).status).toBe(200);

  const metrics = await (await ask('/metrics', KEY)).text();
  expect(metrics).toContain('messaging_keys_refused_total{via="api"} 1');
  expect(metrics).toContain('messaging_keys_refused_total{via="dashboard"} 6');
  const warnings = lines().filter(({ level }) => level === 40);
  expect(warnings).toMatchObject([{ msg: 'the API refused an API key', via: 'api', address: '192.0.2.1' }]);
  expect(text()).not.toContain('a-guessed-key');
});
