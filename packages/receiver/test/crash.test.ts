import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { KyWebhookSender } from '@messaging-system/adapters-webhook';
import { aMessage } from '@messaging-system/contract-tests';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { expect, inject, onTestFinished, test } from 'vitest';
import { RedisWorld, skipped, titled } from './redis-world.ts';
import { SECRET } from './sender.ts';

const MAIN = join(import.meta.dirname, 'crashing-receiver-main.ts');

async function startReceiver(
  how: 'crash' | 'work',
  keyPrefix: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@messaging-system/source', MAIN, how, inject('redisUrl') ?? '', keyPrefix],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${String(port).trim()}/hook` };
}

async function send(url: string): Promise<SendOutcome> {
  const sender = new KyWebhookSender({ url, signingSecrets: [SECRET] });
  const { signal } = new AbortController();
  const outcome = await sender.send(aMessage({ id: 'a' }), { attempt: 1, signal });
  await sender.close();
  return outcome;
}

test.skipIf(skipped !== null)(
  titled('a process that dies in its handler loses nothing: another one gets the next copy after the lease'),
  { timeout: 60_000 },
  async () => {
    await using world = new RedisWorld();
    const other = await startReceiver('work', world.keyPrefix);
    const dying = await startReceiver('crash', world.keyPrefix);
    const died = once(dying.child, 'exit');
    expect(await send(dying.url)).toEqual({ kind: 'ambiguous', reason: 'connection_reset' });
    expect(await died).toEqual([null, 'SIGKILL']);

    const outcomes: SendOutcome[] = [];
    await expect
      .poll(
        async () => {
          const outcome = await send(other.url);
          outcomes.push(outcome);
          return outcome;
        },
        { timeout: 40_000, interval: 100 },
      )
      .toEqual({ kind: 'accepted', webhookMessageId: 'receipt-a' });
    // Until then it was one that is in progress.
    const before = outcomes.slice(0, -1);
    expect(before).toEqual(before.map(() => ({ kind: 'retryable', reason: 'http_425' })));
    expect(before.length).toBeGreaterThan(0);
  },
);
