// Runs what docs/cookbook/alerting.md shows, against the app of express.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from './support/app-process.ts';
import { HeldReceiver } from './support/held-receiver.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The page's settings for Prometheus. */
function setting(name: string): string {
  const page = readFileSync(join(ROOT, 'docs/cookbook/alerting.md'), 'utf8');
  return new RegExp(`^ *${name}: (\\S+)$`, 'm').exec(page)?.[1] ?? `no ${name}`;
}

test('Prometheus finds every metric of the shipped alert rules where the page says', {
  timeout: 60_000,
}, async () => {
  await using receiver = await HeldReceiver.start();
  const credentials = setting('credentials');
  const app = await startApp('src/express/main.ts', {
    MESSAGING_FILE: join(await temporaryFolder(), 'messages.db'),
    WEBHOOK_URL: receiver.url,
    MESSAGING_API_KEY: credentials,
  });
  await fetch(`${app.url}/orders/17/confirmation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phoneNumber: '+905551234567' }),
  });
  const headers = { authorization: `Bearer ${credentials}` };
  const scrape = async (): Promise<string> =>
    (await fetch(app.url + setting('metrics_path'), { headers })).text();
  await expect.poll(scrape).toMatch(/^messaging_messages_settled_total\{.*outcome="sent".*\} 1$/m);
  expect((await fetch(app.url + setting('metrics_path'))).status).toBe(401);

  const rules = readFileSync(join(ROOT, 'deploy/prometheus/alerts.yaml'), 'utf8');
  const named = new Set(rules.match(/\bmessaging_\w+/g));
  expect(named.size).toBeGreaterThan(5);
  const text = await scrape();
  expect([...named].filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  app.terminate();
  expect(await app.ended).toEqual({ exit: [0, null], complaints: '' });
});
