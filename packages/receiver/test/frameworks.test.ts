import { createServer } from 'node:http';
import { connect } from 'node:net';
import { KyWebhookSender, UndiciWebhookSender } from '@messaging-system/adapters-webhook';
import { aMessage } from '@messaging-system/contract-tests';
import type { SendOutcome, WebhookSender } from '@messaging-system/core/adapter';
import express from 'express';
import Fastify from 'fastify';
import { type Context, Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { receiveWebhooks as receiveInExpress } from '../src/express.ts';
import { keepRawBodies, receiveWebhooks as receiveInFastify } from '../src/fastify.ts';
import { receiveWebhooks as receiveInHono } from '../src/hono.ts';
import { receiveRequest } from '../src/index.ts';
import { FRAMEWORKS, listening } from './frameworks.ts';
import { aReceiver } from './receptions.ts';
import { OTHER_SECRET, SECRET, signed } from './sender.ts';

const SENDERS = { KyWebhookSender, UndiciWebhookSender };
const CONTENT = 'Kargonuz yolda 📦 "ığüşöç"\n';

function send(sender: WebhookSender, id: string): Promise<SendOutcome> {
  const { signal } = new AbortController();
  return sender.send(aMessage({ id, content: CONTENT }), { attempt: 1, signal });
}

/** A request with the body and headers that are given, signed at this moment. */
function post(url: string, body: string, id = 'msg_1'): Promise<Response> {
  const { headers } = signed(body, { id, at: Date.now() });
  return fetch(url, { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } });
}

describe.each(Object.entries(FRAMEWORKS))('in %s', (_framework, start) => {
  test.each(Object.entries(SENDERS))(
    '%s delivers each message once to the handler',
    async (_name, Sender) => {
      const { receiver } = aReceiver({ secrets: [OTHER_SECRET, SECRET] });
      const seen: unknown[] = [];
      await using server = await start(receiver, (delivery) => {
        seen.push(delivery.json());
        return { messageId: `receipt-${delivery.id}` };
      });
      const sender = new Sender({ url: server.url, signingSecrets: [SECRET] });
      const outcomes = [await send(sender, 'a'), await send(sender, 'a'), await send(sender, 'b')];
      await sender.close();
      expect(outcomes).toEqual([
        { kind: 'accepted', webhookMessageId: 'receipt-a' },
        { kind: 'accepted', webhookMessageId: 'receipt-a' },
        { kind: 'accepted', webhookMessageId: 'receipt-b' },
      ]);
      expect(seen).toEqual(Array(2).fill({ to: '+905551111111', content: CONTENT }));
      expect(server.errors).toEqual([]);
    },
  );

  test('a copy that comes too early is one that our sender tries again', async () => {
    const work = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using server = await start(aReceiver().receiver, async () => {
      begun.resolve();
      await work.promise;
    });
    const sender = new KyWebhookSender({ url: server.url, signingSecrets: [SECRET] });
    const first = send(sender, 'a');
    await begun.promise;
    expect(await send(sender, 'a')).toEqual({ kind: 'retryable', reason: 'http_425' });
    work.resolve();
    expect(await first).toEqual({ kind: 'accepted' });
    expect(await send(sender, 'a')).toEqual({ kind: 'accepted' });
    await sender.close();
  });

  test('a wrong secret is a receiver that refuses, for our sender', async () => {
    await using server = await start(aReceiver().receiver, () => undefined);
    const sender = new KyWebhookSender({ url: server.url, signingSecrets: [OTHER_SECRET] });
    expect(await send(sender, 'a')).toEqual({ kind: 'permanent', reason: 'http_401', endpoint: 'refusing' });
    await sender.close();
  });

  test('what the handler throws reaches the error handler, and the next copy the handler', async () => {
    const crash = new Error('out of paper');
    let calls = 0;
    await using server = await start(aReceiver().receiver, () => {
      calls += 1;
      if (calls === 1) throw crash;
    });
    expect((await post(server.url, '{}')).status).toBe(500);
    expect(server.errors).toEqual([crash]);
    const second = await post(server.url, '{}');
    expect([second.status, await second.text(), calls]).toEqual([200, '', 2]);
  });

  test('requests of the standardwebhooks package are taken, their bytes as they are', async () => {
    const body = '{ "spaces" :  "kept", "n": 1.0 }';
    const seen: string[] = [];
    await using server = await start(aReceiver().receiver, (delivery) => {
      seen.push(delivery.text());
    });
    const at = new Date();
    const response = await fetch(server.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'text/plain',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
      },
    });
    expect(response.status).toBe(200);
    expect(seen).toEqual([body]);
  });

  test('an empty body is a body', async () => {
    await using server = await start(aReceiver().receiver, (delivery) => ({
      messageId: `${delivery.rawBody.byteLength} bytes`,
    }));
    const { headers } = signed('', { at: Date.now() });
    const response = await fetch(server.url, { method: 'POST', headers });
    expect(await response.json()).toEqual({ messageId: '0 bytes' });
  });

  test('a body beyond the limit is refused, whether its length was given or not', async () => {
    await using server = await start(aReceiver({ maxBodyBytes: 1_000 }).receiver, () => undefined);
    expect((await post(server.url, 'x'.repeat(1_001))).status).toBe(413);
    const { headers } = signed('x', { at: Date.now() });
    const chunks = ['x'.repeat(600), 'x'.repeat(600)];
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'text/plain' },
      body: ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk))),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect((await post(server.url, 'x'.repeat(1_000))).status).toBe(200);
  });
});

describe('a body that was parsed before the receiver', () => {
  const { receiver } = aReceiver();
  const parsed = expect.objectContaining({ code: 'raw_body_missing' });

  test('is an error that says what to do, in Express', async () => {
    const app = express();
    app.use(express.json());
    app.post(
      '/hook',
      receiveInExpress(receiver, () => undefined),
    );
    const errors: Error[] = [];
    const onError: express.ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error);
      response.sendStatus(500);
    };
    app.use(onError);
    await using server = await listening(createServer(app), errors);
    expect((await post(server.url, '{}')).status).toBe(500);
    expect(errors).toEqual([parsed]);
    expect(errors[0]?.message).toContain('before express.json()');
  });

  test('is an error that says what to do, in Express where a middleware has read it', async () => {
    const app = express();
    app.use((request, _response, next) => {
      request.resume().on('end', next);
    });
    const errors: Error[] = [];
    app.post(
      '/hook',
      receiveInExpress(receiver, () => undefined),
    );
    const onError: express.ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error);
      response.sendStatus(500);
    };
    app.use(onError);
    await using server = await listening(createServer(app), errors);
    expect((await post(server.url, '{}')).status).toBe(500);
    expect(errors).toEqual([parsed]);
  });

  test('is an error that says what to do, in Express where a part of it was read', async () => {
    const app = express();
    app.use((request, _response, next) => {
      request.once('data', () => {
        request.pause();
        next();
      });
    });
    const errors: Error[] = [];
    app.post(
      '/hook',
      receiveInExpress(receiver, () => undefined),
    );
    const onError: express.ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error);
      response.sendStatus(500);
    };
    app.use(onError);
    await using server = await listening(createServer(app), errors);
    expect((await post(server.url, '{}')).status).toBe(500);
    expect(errors).toEqual([parsed]);
  });

  test('is an error that says what to do, in Fastify', async () => {
    const app = Fastify();
    app.post(
      '/hook',
      receiveInFastify(receiver, () => undefined),
    );
    const { headers } = signed('{}', { at: Date.now() });
    const answer = await app.inject({ method: 'POST', url: '/hook', payload: {}, headers });
    await app.close();
    expect(answer.statusCode).toBe(500);
    expect(answer.json().message).toContain('keepRawBodies');
  });

  test('is an error that says what to do, in Hono', async () => {
    const errors: Error[] = [];
    const app = new Hono();
    app.use(async (context, next) => {
      await context.req.json();
      await next();
    });
    app.post(
      '/hook',
      receiveInHono(receiver, () => undefined),
    );
    app.onError((error, context) => {
      errors.push(error);
      return context.body(null, 500);
    });
    const { headers } = signed('{}', { at: Date.now() });
    expect((await app.request('/hook', { method: 'POST', body: '{}', headers })).status).toBe(500);
    expect(errors).toEqual([parsed]);
  });
});

test('other routes of Fastify keep their parsers', async () => {
  const app = Fastify();
  app.register((scope, _options, done) => {
    keepRawBodies(scope);
    done();
  });
  app.post('/other', async (request) => request.body);
  const answer = await app.inject({ method: 'POST', url: '/other', payload: { a: 1 } });
  await app.close();
  expect(answer.json()).toEqual({ a: 1 });
});

test('handlers get what their framework knows of the request', async () => {
  const { receiver } = aReceiver();
  const app = new Hono<{ Variables: { tenant: string } }>();
  app.use(async (context, next) => {
    context.set('tenant', 'acme');
    await next();
  });
  app.post(
    '/hook',
    receiveInHono(receiver, (_delivery, context: Context<{ Variables: { tenant: string } }>) => ({
      messageId: context.get('tenant'),
    })),
  );
  const { headers } = signed('{}', { at: Date.now() });
  const answer = await app.request('/hook', { method: 'POST', body: '{}', headers });
  expect(await answer.json()).toEqual({ messageId: 'acme' });
});

test('a web-standard request is answered with a web-standard response', async () => {
  const { receiver } = aReceiver();
  const { headers, rawBody } = signed('{"a":1}', { at: Date.now() });
  const request = (): Request =>
    new Request('https://example.com/hook', { method: 'POST', headers, body: Buffer.from(rawBody) });
  const first = await receiveRequest(receiver, request(), () => ({ messageId: 'a' }));
  const again = await receiveRequest(receiver, request(), () => undefined);
  expect([await first.json(), await again.json()]).toEqual([{ messageId: 'a' }, { messageId: 'a' }]);
  expect(first.headers.get('content-type')).toBe('application/json');
});

test('a connection that ends within the body calls no handler and leaves nothing behind', async () => {
  const start = FRAMEWORKS.Express;
  if (start === undefined) throw new Error('Express is among the frameworks');
  const { receiver, events } = aReceiver();
  await using server = await start(receiver, () => undefined);
  const { headers } = signed('{"a":1}', { at: Date.now() });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST /hook HTTP/1.1\r\nhost: a\r\ncontent-length: 7\r\n${lines.join('')}\r\n{"a"`);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.destroy();
  await expect.poll(() => server.errors.length).toBe(1);
  expect(events).toEqual([]);
  expect((await post(server.url, '{"a":1}')).status).toBe(200);
});
