import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CountingReceiver } from '../../evidence/support/counting-receiver.ts';
import { ServerProcess } from '../../evidence/support/server-process.ts';
import { TemporaryFolder } from '../../evidence/support/temporary-folder.ts';
import { until } from '../../evidence/support/until.ts';
import { DocumentedAnswers } from '../../packages/http-hono/test/support/documented-answers.ts';

/** Cannot be in any text by chance. */
function planted(name: string): string {
  return `planted-${name}-${randomBytes(6).toString('hex')}`;
}

const PHONE = '+905559876543';

/** A Redis that refuses every password, and repeats it, as servers and proxies do that want to help. */
async function repeatingRedis(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      // Several commands may come in one chunk, and each waits for a reply.
      for (const command of chunk
        .toString()
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const words = command
          .split('\r\n')
          .filter((word) => !word.startsWith('$'))
          .join(' ');
        socket.write(`-WRONGPASS invalid: ${words}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is bound to no port');
  return address.port;
}

describe('with secrets in every setting that takes one', () => {
  test('none of them, no phone number and no content is in a log line or in what the API says of itself', async () => {
    const secrets = {
      apiKey: planted('api-key'),
      oldApiKey: planted('old-api-key'),
      namedKey: planted('named-key'),
      clientKey: planted('client-key'),
      signing: planted('signing'),
      redis: planted('redis'),
      query: planted('query'),
    };
    const personal = {
      content: planted('content'),
      odd: planted('odd-phone'),
      wrongKey: planted('wrong-key'),
    };
    await using folder = await TemporaryFolder.make();
    // Sends back what it was given, in a status that makes the attempt fail and in one that accepts.
    await using receiver = await CountingReceiver.start((delivery, response) => {
      const headers = { 'x-echo': JSON.stringify(delivery.headers).replaceAll(/[^\x20-\x7e]/g, '') };
      response.writeHead(delivery.nth === 1 ? 500 : 400, headers);
      response.end(JSON.stringify(delivery));
    });
    await using server = await ServerProcess.start(
      {
        SERVER_API_KEY: `${secrets.apiKey},${secrets.oldApiKey}`,
        SERVER_API_KEYS: JSON.stringify([
          { name: 'campaigns', key: secrets.namedKey, scopes: ['read', 'operate'] },
        ]),
        CLIENT_URL: `${receiver.url}?token=${secrets.query}`,
        CLIENT_API_KEY: secrets.clientKey,
        CLIENT_SIGNING_SECRET: secrets.signing,
        REDIS_URI: `redis://user:${secrets.redis}@127.0.0.1:${await repeatingRedis()}`,
        RETRY_BASE_DELAY: '1ms',
        LOG_LEVEL: 'trace',
      },
      folder.path,
    );
    const as =
      (key: string) =>
      async (method: string, path: string, body?: unknown): Promise<string> => {
        const response = await fetch(server.url + path, {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            'content-type': 'application/json',
            'idempotency-key': personal.content,
          },
          signal: AbortSignal.timeout(5_000),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return `${JSON.stringify([...response.headers])} ${await startOf(response)}`;
      };
    const call = as(secrets.oldApiKey);
    const message = { phoneNumber: PHONE, content: personal.content };
    const stored = await call('POST', '/messages', message);
    const refusals = [
      await as(personal.wrongKey)('GET', `/messages?phoneNumber=${encodeURIComponent(PHONE)}`),
      await call('POST', '/messages', { ...message, phoneNumber: personal.odd }),
      await call('POST', '/messages', { ...message, content: 'another' }),
      await call('GET', `/messages/${personal.odd}`),
      await as(secrets.namedKey)('POST', '/messages/erase', { phoneNumber: PHONE }),
    ];
    await as(secrets.namedKey)('POST', '/processor/start');
    await call('POST', '/messages/erase', { phoneNumber: '+905550000000' });
    await until('the message is given up', () => server.output.includes('http_400'));
    await until('Redis has refused the password', () => server.output.includes('WRONGPASS'));
    const document = JSON.parse((await fetchJson(server.url, '/openapi.json', secrets.apiKey)) ?? '');
    const ofItself = Object.entries(new DocumentedAnswers(document).document.paths)
      .filter(([path, methods]) => 'get' in methods && !path.includes('{') && !path.includes('messages'))
      .map(([path]) => path);
    expect(ofItself).toEqual(expect.arrayContaining(['/processor', '/readyz', '/healthz', '/openapi.json']));
    const answers = [];
    for (const path of ofItself) answers.push(await call('GET', path));
    await server.stop();

    expect(receiver.deliveries.length).toBeGreaterThan(1);
    expect(stored).toContain(personal.content);
    const told = [server.output, ...answers].join('\n');
    expect(told.length).toBeGreaterThan(5_000);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(told, name).not.toContain(secret);
      expect([stored, ...refusals].join('\n'), name).not.toContain(secret);
    }
    for (const [name, text] of Object.entries({ PHONE, ...personal })) expect(told, name).not.toContain(text);
    expect(refusals.join('\n')).not.toContain(personal.wrongKey);
  }, 60_000);

  test.each([
    [
      'a value that is refused',
      { SERVER_API_KEY: 'a key with spaces SECRET', MONGO_URI: 'http://u:SECRET@x' },
    ],
    [
      'a key with a name that is refused',
      { SERVER_API_KEYS: '[{"name":"campaigns","key":"a key with spaces SECRET"}]' },
    ],
    ['a key with a wrong scope', { SERVER_API_KEYS: '[{"name":"a","key":"SECRET","scopes":["wirte"]}]' }],
    ['a MongoDB URI that the driver refuses', { MONGO_URI: 'mongodb://user:SECRET@one:99999/?tls=maybe' }],
    [
      'a MongoDB that is not there',
      { MONGO_URI: 'mongodb://user:SECRET@127.0.0.1:1/?serverSelectionTimeoutMS=200' },
    ],
  ])('%s is reported without it', async (_, environment) => {
    const secret = planted('start');
    await using folder = await TemporaryFolder.make();
    const given = Object.entries(environment).map(([key, value]) => [key, value.replace('SECRET', secret)]);
    const start = ServerProcess.start(Object.fromEntries(given), folder.path);
    const failure = await start.then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(failure).toContain('the server ended at start');
    expect(failure.length).toBeGreaterThan(100);
    expect(failure).not.toContain(secret);
  });
});

async function fetchJson(url: string, path: string, key: string): Promise<string> {
  return (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).text();
}

/** The body; of one that does not end, what came in a moment. */
async function startOf(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const deadline = performance.now() + 500;
  for (;;) {
    const timeout = new Promise<null>((resolve) =>
      setTimeout(() => resolve(null), Math.max(0, deadline - performance.now())),
    );
    const part = await Promise.race([reader?.read(), timeout]);
    if (part === null || part === undefined || part.done) break;
    text += part.value;
  }
  void reader?.cancel();
  return text;
}
