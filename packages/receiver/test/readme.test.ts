import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { seenStoreContract } from '../src/contract.ts';
import { WebhookReceiver } from '../src/index.ts';
import { listening } from './frameworks.ts';
import { app as expressApp } from './readme/express.ts';
import { app as fastifyApp } from './readme/fastify.ts';
import { app as honoApp } from './readme/hono.ts';
import { receiver, redis } from './readme/redis.ts';
import { POST } from './readme/request.ts';
import { signed } from './sender.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

function request(): RequestInit & { readonly headers: Record<string, string>; readonly body: string } {
  const body = '{"to":"+905551111111","content":"Hello"}';
  const { headers } = signed(body, { at: Date.now() });
  return { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } };
}

/** Sends two copies; of what is logged there has to be one line. */
async function seenOnce(send: () => Promise<number>): Promise<void> {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  try {
    expect([await send(), await send()]).toEqual([200, 200]);
    expect(log.mock.calls.map(([what]) => what)).toEqual(['seen once:']);
  } finally {
    log.mockRestore();
  }
}

test('the README shows the snippets that are run here', () => {
  const shown = [...README.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code);
  const run = globSync('test/readme/*.ts', { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  expect(run).toHaveLength(6);
  expect(shown.sort()).toEqual(run.sort());
});

test('the snippet for Hono sees a webhook once', async () => {
  await seenOnce(async () => (await honoApp.request('/hook', request())).status);
});

test('the snippet for Express sees a webhook once', async () => {
  await using server = await listening(createServer(expressApp), []);
  await seenOnce(async () => (await fetch(server.url, request())).status);
});

test('the snippet for Fastify sees a webhook once', async () => {
  const { headers, body } = request();
  await seenOnce(
    async () =>
      (await fastifyApp.inject({ method: 'POST', url: '/hook', headers, payload: body })).statusCode,
  );
  await fastifyApp.close();
});

test('the snippet for web-standard requests sees a webhook once', async () => {
  await seenOnce(async () => (await POST(new Request('https://example.com/hook', request()))).status);
});

test('the snippet for Redis makes a receiver', () => {
  // It says what becomes of its connection, which this test does not check.
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  redis.disconnect();
  expect(receiver).toBeInstanceOf(WebhookReceiver);
});

test('the snippet of the contract runs all of it', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@messaging-system/source', '--test-reporter=tap', 'test/readme/contract.ts'],
    { cwd: ROOT, timeout: 50_000 },
  );
  expect(stdout).toContain(`# pass ${Object.keys(seenStoreContract).length}`);
  expect(stdout).toContain('# fail 0');
});

test('the README names every option', () => {
  const options = ['webhook-verifier', 'webhook-receiver'].flatMap((name) => {
    const source = readFileSync(join(ROOT, `src/${name}.ts`), 'utf8');
    const [, declared = ''] = /^export interface Webhook\w+Options.*?\{(.*?)^\}/ms.exec(source) ?? [];
    return [...declared.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option);
  });
  expect(options).toHaveLength(8);
  for (const option of options) expect(README).toMatch(new RegExp(`^\\| \`${option}\``, 'm'));
});
