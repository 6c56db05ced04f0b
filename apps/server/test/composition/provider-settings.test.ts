import { once } from 'node:events';
import { createServer } from 'node:http';
import type { SendOutcome } from '@messaging-system/core/adapter';
import { SystemClock } from '@messaging-system/core/system-clock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { previewOf } from '../../src/composition/preview-of.ts';
import { webhookSender } from '../../src/composition/webhook-sender.ts';
import { effectiveSettings } from '../../src/config/settings-table.ts';
import { webhookTarget } from '../../src/config/webhook-target.ts';
import { loaded, problemsOf } from '../support/load.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

interface Seen {
  readonly url: string;
  readonly authorization: string;
  readonly body: string;
}

/** Answers each request as the test says, until the test is over. */
async function providerThat(
  answer: (seen: Seen) => readonly [status: number, body: string],
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    incoming.on('end', () => {
      const one = { url: incoming.url ?? '', authorization: incoming.headers.authorization ?? '', body };
      seen.push(one);
      const [status, text] = answer(one);
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('it is bound to no port');
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

const MESSAGE = {
  id: '6955b9000102030405000001',
  phoneNumber: '+905551111111',
  content: 'Paket & kutu',
  idempotencyKey: null,
  expiresAt: null,
};

async function delivered(yaml: string, environment: Readonly<Record<string, string>>): Promise<SendOutcome> {
  const { config } = loaded({ APP_ENV: 'test', ...environment }, temporaryHome({ 'test.yaml': yaml }));
  const sender = webhookSender(config, webhookTarget(config, 'http://127.0.0.1'), new SystemClock());
  onTestFinished(() => sender.close());
  const message = {
    ...MESSAGE,
    status: 'unsent' as const,
    webhookMessageId: null,
    sentAt: null,
    createdAt: 0,
    sendAt: null,
    dueAt: 0,
    availableAt: 0,
    leasedUntil: null,
    settledAt: null,
    attempts: 0,
    lostLeases: 0,
    reason: null,
    history: [],
    traceparent: null,
  };
  return await sender.send(message, { attempt: 1, signal: new AbortController().signal });
}

const TWILIO = `
client:
  preset: twilio
  with: { account: AC123, from: "+15550100" }
  auth: { kind: basic, user: AC123, password: "{env.TWILIO_TOKEN}" }
`;

describe('a provider in a YAML file', () => {
  test('is delivered to with its preset, at client.url in place of its own host', async () => {
    const { url, seen } = await providerThat(() => [201, '{"sid":"SM1"}']);
    const outcome = await delivered(`${TWILIO}  url: ${url}/proxy\n`, { TWILIO_TOKEN: 'the-token' });
    expect(outcome).toEqual({ kind: 'accepted', webhookMessageId: 'SM1' });
    expect(seen).toEqual([
      {
        url: '/proxy/2010-04-01/Accounts/AC123/Messages.json',
        authorization: `Basic ${Buffer.from('AC123:the-token').toString('base64')}`,
        body: 'To=%2B905551111111&From=%2B15550100&Body=Paket+%26+kutu',
      },
    ]);
  });

  test('is described from the beginning without a preset', async () => {
    const { url, seen } = await providerThat(() => [200, '{"code":"00","messages":[{"id":7}]}']);
    const yaml = `
client:
  url: ${url}/accounts/{with.account}/messages?ref={id}
  with: { account: "a/b" }
  auth: { kind: bearer, token: "{env.KEY}" }
  body: { to: "{phoneNumber.digits}", text: "{content}", literal: "{{env.KEY}}", secret: "{env.KEY}" }
  accept: { status: 200, when: { path: code, in: ["00"] } }
  reject: [{ when: { path: code, in: ["80"] }, as: retryable, after: 10s }]
  messageId: messages.0.id
`;
    expect(await delivered(yaml, { KEY: 'a{content}b' })).toEqual({
      kind: 'accepted',
      webhookMessageId: '7',
    });
    expect(seen[0]?.url).toBe(`/accounts/a%2Fb/messages?ref=${MESSAGE.id}`);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      to: '905551111111',
      text: 'Paket & kutu',
      literal: '{env.KEY}',
      secret: 'a{content}b',
    });
  });

  test('says with a failed message what it answered, without the secrets that are configured', async () => {
    const { url } = await providerThat(({ authorization }) => [
      400,
      `{"code":21211,"echo":"${authorization} the-token"}`,
    ]);
    const outcome = await delivered(`${TWILIO}  url: ${url}\n`, { TWILIO_TOKEN: 'the-token' });
    expect(outcome).toMatchObject({
      kind: 'permanent',
      reason: 'http_400',
      response: { status: 400, body: '{"code":21211,"echo":"Basic ••• •••"}' },
    });
  });
});

describe('is refused by name', () => {
  test.each([
    [
      'client: { preset: twilio, with: { account: AC1 } }',
      { 'client.auth': /is missing.*basic/, 'client.with': /from or service/ },
    ],
    [
      'client: { preset: twilio, with: { from: "1", acount: AC1 }, auth: { kind: basic, user: a, password: b } }',
      { 'client.with.acount': /unknown/, 'client.with.account': /missing/ },
    ],
    ['client: { preset: slack }', { 'client.url': /preset slack/ }],
    ['client: { preset: twillio }', { 'client.preset': /not allowed/ }],
    ['client: { url: "http://x", body: { a: "{contnt}" } }', { 'client.body.a': /unknown hole \{contnt\}/ }],
    [
      'client: { url: "http://x", body: { a: {content} } }',
      { 'client.body.a': /write it in quotes, "\{content\}"/ },
    ],
    [
      'client: { url: "http://x", encoding: form, body: { a: 5 } }',
      { 'client.body.a': /write it in quotes, "5"/ },
    ],
    [
      'client: { url: "http://x", reject: [{ when: { path: code, in: [00, 30] }, as: permanent }] }',
      { 'client.reject[0].when.in[0]': /"00"/, 'client.reject[0].when.in[1]': /"30"/ },
    ],
    [
      'client: { url: "http://x", reject: [{ status: 200, as: sent }] }',
      { 'client.reject[0].as': /one of accepted/ },
    ],
    ['client: { url: "http://x", headers: { x-a: 5 } }', { 'client.headers': /quotes, "5"/ }],
    ['client: { url: "http://x", auth: { kind: basic, user: a } }', { 'client.auth': /password is missing/ }],
    ['client: { url: "http://x", body: { a: "{env.NOT_SET}" } }', { 'client.body': /NOT_SET/ }],
    [
      'client: { url: "http://x", auth: { kind: bearer, token: "{file./no/such/file}" } }',
      { 'client.auth': /\/no\/such\/file.*ENOENT/ },
    ],
    [
      'client: { preset: twilio, path: /hook, with: { account: a, from: b }, auth: { kind: basic, user: a, password: b } }',
      { 'client.path': /path of its own/ },
    ],
  ] as const)('%s', (yaml, expected) => {
    const problems = problemsOf({ APP_ENV: 'test' }, temporaryHome({ 'test.yaml': yaml }));
    const found = Object.fromEntries(problems.map(({ key, problem }) => [key, problem]));
    expect(found).toEqual(
      Object.fromEntries(
        Object.entries<RegExp>(expected).map(([key, problem]) => [key, expect.stringMatching(problem)]),
      ),
    );
  });
});

test('a rule that weakens the promise is a warning', () => {
  const yaml =
    'client: { url: "http://x", reject: [{ status: [504], as: retryable }, { status: 2xx, as: retryable }] }';
  const { warnings } = loaded({ APP_ENV: 'test' }, temporaryHome({ 'test.yaml': yaml }));
  expect(warnings.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^client\.reject\[0\] says retryable for 504/),
    expect.stringMatching(/^client\.reject\[1\] says retryable for a 2xx/),
  ]);
});

test('the settings in force show no secret, not even the path of a Slack webhook', () => {
  const yaml = `client:
  preset: slack
  url: https://hooks.slack.example/services/T0/B0/the-secret-path
  auth: { kind: bearer, token: the-secret-token }
`;
  const shown = effectiveSettings(loaded({ APP_ENV: 'test' }, temporaryHome({ 'test.yaml': yaml })));
  expect(shown).not.toMatch(/the-secret/);
  expect(shown).toMatch(/client\.preset = "slack"/);
});

test('the dashboard shows the request of a new message, without secrets and without sending it', async () => {
  const { url, seen } = await providerThat(() => [201, '{"sid":"SM1"}']);
  const home = temporaryHome({
    'test.yaml': `${TWILIO}  url: ${url}\nsqlite: { path: ":memory:" }\n`,
  });
  const { server } = await openInProcess({ APP_ENV: 'test', TWILIO_TOKEN: 'the-token' }, home);
  const page = await fetch(`${server.url}/dashboard/new`);
  const [cookie = ''] = page.headers.getSetCookie();
  const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const { phoneNumber, content } = MESSAGE;
  const response = await fetch(`${server.url}/dashboard/new/request`, {
    method: 'POST',
    headers: { cookie, origin: server.url },
    body: new URLSearchParams({ token, phoneNumber, content }),
  });
  const html = await response.text();
  expect(html).toContain(`POST ${url}/2010-04-01/Accounts/AC123/Messages.json`);
  expect(html).toContain('authorization: Basic •••');
  expect(html).toContain('To=%2B905551111111&amp;From=%2B15550100&amp;Body=Paket+%26+kutu');
  expect(html).not.toContain('the-token');
  expect(seen).toEqual([]);
});

test('a preview is the request that a message would make, without secrets', () => {
  const { config } = loaded(
    { APP_ENV: 'test', TWILIO_TOKEN: 'the-token' },
    temporaryHome({ 'test.yaml': TWILIO }),
  );
  expect(previewOf(config, MESSAGE)).toEqual({
    kind: 'request',
    method: 'POST',
    url: 'https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'messaging-system',
      authorization: 'Basic •••',
    },
    body: 'To=%2B905551111111&From=%2B15550100&Body=Paket+%26+kutu',
  });
});
