import { describe, expect, test } from 'vitest';
import { PRESET_NAMES } from '../../src/index.ts';
import { deliver, provider, senderOf } from '../contract-sender.ts';
import { WORLDS } from './worlds.ts';

const MESSAGE = { id: '6955b9000102030405000001', phoneNumber: '+905551111111' };

describe.each(PRESET_NAMES)('the preset %s', (name) => {
  const world = WORLDS[name];

  test('delivers to a double that checks what the provider checks', async () => {
    const { url, seen } = await provider(world.double);
    const sender = senderOf(world.options(url));
    const outcome = await deliver(sender, {
      ...MESSAGE,
      content: world.content ?? 'Your parcel is on its way',
    });
    expect(outcome).toEqual({
      kind: 'accepted',
      ...(world.id !== undefined && { webhookMessageId: world.id }),
    });
    expect(seen).toHaveLength(1);
  });

  test('keeps what the double answers to a wrong request, without a secret', async () => {
    const { url } = await provider((request) => ({ ...world.double(request), status: 400 }));
    const outcome = await deliver(senderOf({ ...world.options(url), keepResponses: 'all' }), MESSAGE);
    expect(JSON.stringify(outcome)).not.toMatch(
      /the-(?:auth-token|api-secret|infobip-key|access-key|password|secret-part)/,
    );
  });
});
