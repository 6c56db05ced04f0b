import { expect, test } from 'vitest';
import { ServerProcess } from '../support/server-process.ts';
import { TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

interface SentMessage {
  readonly id: string;
  readonly webhookMessageId: string;
  readonly sentAt: string;
}

test('with nothing configured, a message that is posted is delivered to the sandbox and listed', async () => {
  await using folder = await TemporaryFolder.make();
  await using server = await ServerProcess.start({}, folder.path);

  const posted = await server.post<{ readonly id: string }>('/messages', {
    phoneNumber: '+905551234567',
    content: 'Hello',
  });
  expect(posted.status).toBe(201);

  await until(
    'the message is listed as sent',
    async () => (await server.get('/processor/sent-messages')).status === 200,
  );
  const { body: listed } = await server.get<readonly SentMessage[]>('/processor/sent-messages');
  expect(listed).toHaveLength(1);
  expect(listed[0]).toMatchObject({
    id: posted.body.id,
    status: 'sent',
    phoneNumber: '+905551234567',
    content: 'Hello',
  });
  expect(listed[0]?.webhookMessageId).toMatch(/.+/);
  expect(Date.parse(listed[0]?.sentAt ?? '')).toBeGreaterThan(Date.now() - 60_000);

  const { body: deliveries } = await server.get<unknown>('/sandbox/deliveries');
  expect(JSON.stringify(deliveries)).toContain('webhook-id');
  expect(JSON.stringify(deliveries)).toContain(posted.body.id);
});
