import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('an order is notified once, however often it is posted, and SIGTERM drains', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'embed-'));
  const bodies: string[] = [];
  const arrived = Promise.withResolvers<void>();
  const webhook = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
    request.on('end', () => {
      response.writeHead(202).end();
      arrived.resolve();
    });
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const address = webhook.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const app = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', join(import.meta.dirname, '../src/main.ts')],
    {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        PORT: '0',
        NOTIFICATIONS_FILE: join(folder, 'notifications.db'),
        WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(app.stdout.setEncoding('utf8'), 'data');
  const appPort = /port: (\d+)/.exec(String(line))?.[1];
  const order = (): Promise<Response> => fetch(`http://127.0.0.1:${appPort}/orders/17`, { method: 'POST' });
  expect((await order()).status).toBe(201);
  expect((await order()).status).toBe(200);
  await arrived.promise;

  const exited = once(app, 'exit');
  app.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(bodies.map((body) => JSON.parse(body))).toEqual([
    { to: '+905551234567', content: 'Order 17 is on its way' },
  ]);
  webhook.close();
  await rm(folder, { recursive: true });
});
