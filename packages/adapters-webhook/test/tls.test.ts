import { once } from 'node:events';
import { createServer, type ServerOptions } from 'node:https';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasOpenssl, selfSignedCertificate } from '../../../tooling/self-signed-certificate.ts';
import type { WebhookSenderOptions } from '../src/index.ts';
import { openProxy } from './http-proxy.ts';
import { SENDERS, sendOne } from './senders.ts';

const title = hasOpenssl ? 'TLS' : 'TLS [SKIPPED: no openssl to make a certificate with]';

describe.skipIf(!hasOpenssl)(title, () => {
  let pair: ReturnType<typeof selfSignedCertificate>;
  beforeAll(() => {
    pair = selfSignedCertificate();
  });

  async function open(
    Sender: (typeof SENDERS)[number][1],
    host: string,
    options: Partial<WebhookSenderOptions> = {},
    more: ServerOptions = {},
  ) {
    let requests = 0;
    const server = createServer({ ...pair, ...more }, (request, response) => {
      requests += 1;
      request.resume().on('end', () => {
        if (request.headers['x-continue'] !== undefined) response.writeContinue();
        response.end('{"messageId":"over-tls"}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const lookup: WebhookSenderOptions['lookup'] = (_hostname, { all }, callback) =>
      all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
    const sender = new Sender({ url: `https://${host}:${port}`, lookup, timeoutMs: 5_000, ...options });
    onTestFinished(async () => {
      await sender.close();
      server.closeAllConnections();
      server.close();
    });
    return { sender, requests: () => requests };
  }

  test.each(SENDERS)('%s trusts the authority that it is given', async (_name, Sender) => {
    const { sender } = await open(Sender, 'localhost', { tls: { ca: pair.cert } });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'over-tls' });
  });

  test.each(SENDERS)('%s trusts it through the tunnel of a proxy', async (_name, Sender) => {
    const proxy = await openProxy();
    const { sender } = await open(Sender, 'localhost', { tls: { ca: pair.cert }, proxy: proxy.url });
    expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'over-tls' });
    expect(proxy.asked).toEqual([expect.stringMatching(/^CONNECT localhost:\d+$/)]);
    const { sender: distrustful, requests } = await open(Sender, 'localhost', { proxy: proxy.url });
    expect(await sendOne(distrustful)).toEqual({ kind: 'retryable', reason: 'tls' });
    expect(requests()).toBe(0);
  });

  test.each(SENDERS)('%s skips an unasked 100 Continue, also through a tunnel', async (_name, Sender) => {
    const options = { tls: { ca: pair.cert }, headers: { 'x-continue': 'yes' } };
    const { url: proxy } = await openProxy();
    for (const way of [options, { ...options, proxy }]) {
      const { sender, requests } = await open(Sender, 'localhost', way);
      for (const _ of [1, 2]) {
        expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'over-tls' });
      }
      expect(requests()).toBe(2);
    }
  });

  test.each(SENDERS)(
    '%s sends nothing to a host that it does not trust: retryable tls',
    async (_name, Sender) => {
      const { sender, requests } = await open(Sender, 'localhost');
      expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'tls' });
      expect(requests()).toBe(0);
    },
  );

  test.each(SENDERS)('%s sends nothing to a host of another name: retryable tls', async (_name, Sender) => {
    const { sender, requests } = await open(Sender, 'receiver.example', { tls: { ca: pair.cert } });
    expect(await sendOne(sender)).toEqual({ kind: 'retryable', reason: 'tls' });
    expect(requests()).toBe(0);
  });

  test.each(SENDERS)('%s shows its client certificate to who asks for one', async (_name, Sender) => {
    const asking = { requestCert: true, rejectUnauthorized: true, ca: pair.cert };
    const own = { ca: pair.cert, cert: pair.cert, key: pair.key };
    const { sender } = await open(Sender, 'localhost', { tls: own }, asking);
    expect(await sendOne(sender)).toEqual({ kind: 'accepted', webhookMessageId: 'over-tls' });
    const { sender: anonymous, requests } = await open(
      Sender,
      'localhost',
      { tls: { ca: pair.cert } },
      asking,
    );
    expect(await sendOne(anonymous)).not.toMatchObject({ kind: 'accepted' });
    expect(requests()).toBe(0);
  });

  test.each(SENDERS)('%s refuses a key that is not the certificate’s when it is made', (_name, Sender) => {
    const { key } = selfSignedCertificate();
    const make = (): unknown => new Sender({ url: 'https://localhost', tls: { cert: pair.cert, key } });
    expect(make).toThrow(/tls cannot be used/);
  });
});
