import { expect, test } from 'vitest';
import { accepted, createWorld, givenUp, held, PHONE, putOff, settled } from '../support/world.ts';

const MESSAGE = { phoneNumber: PHONE, content: 'Hello' };

// The record was made before messages had metadata and attempts had responses.
test('every answer about messages without metadata and responses is as it was before there were any', async () => {
  const world = createWorld();
  const record: string[] = [];
  const note = async (path: string, body?: unknown): Promise<void> => {
    const { status, text } = body === undefined ? await world.call(path) : await world.post(path, body);
    const asked = body === undefined ? `GET ${path}` : `POST ${path} ${JSON.stringify(body)}`;
    record.push(`${asked}\n${status} ${text}\n`);
  };
  const ids: string[] = [];
  for (const settlement of [accepted(), accepted(null), givenUp, held, putOff]) {
    ids.push((await settled(world, settlement)).id);
  }
  await note('/messages', { ...MESSAGE, idempotencyKey: 'order-1', sendAt: '2030-01-31T12:00:00Z' });
  await note('/messages', { ...MESSAGE, idempotencyKey: 'order-1', sendAt: '2030-01-31T12:00:00Z' });
  await note('/messages', { ...MESSAGE, idempotencyKey: 'order-1' });
  await note('/messages', [MESSAGE, { ...MESSAGE, content: 'Bye' }]);
  await note('/messages', { ...MESSAGE, metadatum: 'no such field' });
  await note('/messages', [MESSAGE, { phoneNumber: '5', content: '' }]);
  for (const id of ids) await note(`/messages/${id}`);
  await note('/messages?limit=3');
  await note('/processor/sent-messages');
  await expect(record.join('\n')).toMatchFileSnapshot('answers.txt');
});
