// Runs what docs/cookbook/tenants.md shows.
import { readdir } from 'node:fs/promises';
import { type Receiver, startReceiver } from '@messaging-system/contract-tests';
import { expect, onTestFinished, test } from 'vitest';
import { type Tenant, Tenants } from '../src/tenants.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const phoneNumber = '+905551234567';

async function openReceiver(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

function tenant(name: string, receiver: Receiver): Tenant {
  return {
    name,
    webhookUrl: `${receiver.url}/${name}`,
    signingSecret: `secret of ${name}`,
    ratePerSecond: 100,
  };
}

test('every message goes to the webhook of its tenant, and one that fails holds up no other', async () => {
  const [acme, globex] = [await openReceiver(), await openReceiver()];
  await acme.behave({ kind: 'answer', status: 500 });
  const folder = await temporaryFolder();
  await using tenants = await Tenants.open(folder, [tenant('acme', acme), tenant('globex', globex)]);
  for (let n = 0; n < 20; n += 1) {
    await tenants.messagesOf('acme')?.enqueue({ phoneNumber, content: `acme ${n}` });
  }
  await expect.poll(() => acme.received().length).toBeGreaterThan(0);
  await tenants.messagesOf('globex')?.enqueue({ phoneNumber, content: 'globex' });
  await expect.poll(() => globex.received()).toHaveLength(1);
  expect(globex.received()[0]?.body).toContain('globex');
  expect(new Set(acme.received().map(({ path }) => path))).toEqual(new Set(['/acme']));
  expect((await tenants.messagesOf('acme')?.counts())?.unsent.count).toBe(20);
  expect(tenants.messagesOf('initech')).toBeUndefined();
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['acme.db', 'globex.db']));
});

test('one that cannot be opened closes those before it', async () => {
  const receiver = await openReceiver();
  const folder = await temporaryFolder();
  const wrong = { ...tenant('globex', receiver), webhookUrl: 'ftp://example.com' };
  await expect(Tenants.open(folder, [tenant('acme', receiver), wrong])).rejects.toMatchObject({
    code: 'invalid_options',
  });
  // A file whose log is still there is still open.
  expect(await readdir(folder)).not.toContain('acme.db-wal');
});
