import { startReceiver } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WebhookSenderOptions } from '../src/index.ts';
import { SENDERS, sendOne } from './senders.ts';

const OLD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

describe.each(SENDERS)('what %s sends', (_name, Sender) => {
  async function open(options: Partial<WebhookSenderOptions> = {}, path = '/hook') {
    const receiver = await startReceiver();
    const sender = new Sender({ url: `${receiver.url}${path}`, timeoutMs: 2_000, ...options });
    onTestFinished(async () => {
      await sender.close();
      await receiver.close();
    });
    const deliver = async (message: Parameters<typeof sendOne>[1] = {}) => {
      expect(await sendOne(sender, message)).toEqual({
        kind: 'accepted',
        webhookMessageId: 'receiver-id-1',
      });
      const request = receiver.received().at(-1);
      if (request === undefined) throw new Error('nothing arrived');
      return request;
    };
    return { deliver };
  }

  test('is one POST with these headers and this body', async () => {
    const clock = new ManualClock(1_700_000_000_999);
    const { deliver } = await open({ apiKey: 'k', signingSecrets: [OLD_SECRET], clock });
    const { method, path, headers, body } = await deliver({
      message: { id: '6955b9000102030405000001', phoneNumber: '+905551111111', content: 'Hi' },
    });
    expect({ method, path, body }).toEqual({
      method: 'POST',
      path: '/hook',
      body: '{"to":"+905551111111","content":"Hi"}',
    });
    expect(headers).toEqual({
      host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      connection: 'keep-alive',
      'content-length': '37',
      'content-type': 'application/json',
      'user-agent': 'messaging-system',
      'x-ins-auth-key': 'k',
      'webhook-id': '6955b9000102030405000001',
      'webhook-timestamp': '1700000000',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
  });

  test('keeps path and query of the url, and drops its fragment', async () => {
    const { deliver } = await open({}, '/a%20b/?token=1&x#part');
    expect((await deliver()).path).toBe('/a%20b/?token=1&x');
  });

  test('has no key header without a key', async () => {
    const { deliver } = await open();
    expect((await deliver()).headers).not.toHaveProperty('x-ins-auth-key');
  });

  test('has the headers, the key header and the fields that were asked for', async () => {
    const { deliver } = await open({
      apiKey: 'Bearer k',
      apiKeyHeader: 'Authorization',
      headers: { 'X-Tenant': 't', 'User-Agent': 'my-app/1', 'content-type': 'application/vnd.sms+json' },
      fields: { to: 'recipient' },
    });
    const { headers, body } = await deliver({ message: { phoneNumber: '+1', content: 'Hi' } });
    expect(headers).toMatchObject({
      authorization: 'Bearer k',
      'x-tenant': 't',
      'user-agent': 'my-app/1',
      'content-type': 'application/vnd.sms+json',
    });
    expect(JSON.parse(body)).toEqual({ recipient: '+1', content: 'Hi' });
  });

  test('has the body that buildBody makes', async () => {
    const { deliver } = await open({
      buildBody: ({ id, content }) => ({ type: 'sms', data: { id, text: [content] } }),
    });
    const { body } = await deliver({ message: { id: 'a', content: 'Hi' } });
    expect(JSON.parse(body)).toEqual({ type: 'sms', data: { id: 'a', text: ['Hi'] } });
  });

  test('carries content that is no valid Unicode', async () => {
    const { deliver } = await open();
    const { body } = await deliver({ message: { content: 'a\ud83d\udc4d\ud83d' } });
    expect(JSON.parse(body).content).toBe('a\ud83d\udc4d\ud83d');
  });

  test('is verified by the Standard Webhooks library', async () => {
    const { deliver } = await open({ signingSecrets: [OLD_SECRET] });
    const { headers, body } = await deliver({ message: { content: 'çok güzel 👍' } });
    expect(new Webhook(OLD_SECRET).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(OLD_SECRET).verify(`${body} `, headers)).toThrow('No matching signature found');
    expect(() => new Webhook(NEW_SECRET).verify(body, headers)).toThrow('No matching signature found');
  });

  test('is verified with either secret while one replaces the other', async () => {
    const { deliver } = await open({ signingSecrets: [NEW_SECRET, OLD_SECRET] });
    const { headers, body } = await deliver();
    for (const secret of [NEW_SECRET, OLD_SECRET]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  test('is verified with a secret that is any text', async () => {
    const { deliver } = await open({ signingSecrets: ['a plain secret, not base64'] });
    const { headers, body } = await deliver();
    const webhook = new Webhook('a plain secret, not base64', { format: 'raw' });
    expect(webhook.verify(body, headers)).toEqual(JSON.parse(body));
  });

  test('is not signed without a secret', async () => {
    const { deliver } = await open();
    expect((await deliver()).headers).not.toHaveProperty('webhook-signature');
  });
});
