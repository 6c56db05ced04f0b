import { aMessage } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { expect, onTestFinished, test } from 'vitest';
import { KyWebhookSender, UndiciWebhookSender, type WebhookSenderOptions } from '../src/index.ts';
import { deliver, json, provider, senderOf } from './contract-sender.ts';
import { oauthProvider } from './oauth-provider.ts';

test.each([
  ['KyWebhookSender', KyWebhookSender],
  ['UndiciWebhookSender', UndiciWebhookSender],
] as const)(
  '%s fetches one token for 1,000 messages at the same time, with the credentials as RFC 6749 encodes them',
  async (_, Sender) => {
    const { options, asked, used } = await oauthProvider();
    const sender = new Sender({ ...options, timeoutMs: 60_000 });
    onTestFinished(() => sender.close());
    const context = { attempt: 1, signal: new AbortController().signal };
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => sender.send(aMessage(), context)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    expect(used).toHaveLength(1_000);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('a+client:s%3Acret%2F1').toString('base64')}`,
    );
    expect([...new URLSearchParams(asked[0]?.body)]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'sms'],
      ['audience', 'x'],
    ]);
  },
);

test('a token is renewed at 90 % of its life, while the old one is still used', async () => {
  const { options, asked, used } = await oauthProvider({ takesAny: true });
  const clock = new ManualClock(0);
  const sender = senderOf({ ...options, clock });
  await deliver(sender);
  await clock.advance(89_999);
  await deliver(sender);
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  await deliver(sender);
  await expect.poll(() => asked.length).toBe(2);
  await expect
    .poll(async () => {
      await deliver(sender);
      return used.at(-1);
    })
    .toBe('token-2');
  expect(used.slice(0, 3)).toEqual(['token-1', 'token-1', 'token-1']);
  expect(asked).toHaveLength(2);
});

test('a token whose life is not told lives five minutes', async () => {
  const { options, asked } = await oauthProvider({ expiresIn: null });
  const clock = new ManualClock(0);
  const sender = senderOf({ ...options, clock });
  await deliver(sender);
  await clock.advance(269_999);
  await deliver(sender);
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  await deliver(sender);
  await expect.poll(() => asked.length).toBe(2);
});

test('a token that was revoked early is replaced, and no message fails', async () => {
  const { options, asked, used, revoke } = await oauthProvider();
  const sender = senderOf(options);
  await deliver(sender);
  revoke();
  const outcomes = await Promise.all([deliver(sender), deliver(sender), deliver(sender)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  expect(asked).toHaveLength(2);
  expect(used.filter((token) => token === 'token-2')).toHaveLength(3);
});

test('a second 401 is about the account, and says what was answered without the token', async () => {
  const { options, used } = await oauthProvider();
  const { url } = await provider(({ headers }) => json(401, { echo: headers.authorization }));
  const outcome = await deliver(senderOf({ ...options, url }));
  expect(outcome).toEqual({
    kind: 'permanent',
    reason: 'http_401',
    endpoint: 'refusing',
    response: { status: 401, headers: { 'content-type': 'application/json' }, body: '{"echo":"Bearer •••"}' },
  });
  expect(used).toEqual([]);
});

test('without a token nothing is sent: the endpoint is down, and the attempt does not count', async () => {
  const { options, used, fail } = await oauthProvider();
  fail(503);
  expect(await deliver(senderOf(options))).toEqual({
    kind: 'retryable',
    reason: 'token_http_503',
    endpoint: 'down',
  });
  const away = {
    kind: 'oauth2',
    tokenUrl: 'http://127.0.0.1:1/token',
    clientId: 'a',
    clientSecret: 'b',
  } as const;
  expect(await deliver(senderOf({ ...options, auth: away }))).toMatchObject({
    reason: 'token_connection_refused',
  });
  const private_ = senderOf({ ...options, addressPolicy: 'public' });
  expect(await deliver(private_)).toMatchObject({ reason: 'token_address_refused' });
  expect(used).toEqual([]);
});

test('a token endpoint that hangs ends the send within the time-out, certainly unsent', async () => {
  const { options, used } = await oauthProvider();
  const { url } = await provider(() => new Promise(() => undefined));
  const auth = { kind: 'oauth2', tokenUrl: url, clientId: 'a', clientSecret: 'b' } as const;
  expect(await deliver(senderOf({ ...options, auth, timeoutMs: 300 }))).toEqual({
    kind: 'retryable',
    reason: 'token_timeout',
    endpoint: 'down',
  });
  expect(used).toEqual([]);
});

test('id and secret go into the form where the provider expects them there', async () => {
  const { options, asked } = await oauthProvider();
  const auth = { ...options.auth, credentials: 'body' } as NonNullable<WebhookSenderOptions['auth']>;
  await deliver(senderOf({ ...options, auth }));
  expect(asked[0]?.headers.authorization).toBeUndefined();
  expect(new URLSearchParams(asked[0]?.body).get('client_secret')).toBe('s:cret/1');
});
