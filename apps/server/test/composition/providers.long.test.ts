import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { PRESET_NAMES, type WebhookSenderOptions } from '@messaging-system/adapters-webhook';
import { SystemClock } from '@messaging-system/core/system-clock';
import type { MessageJson } from '@messaging-system/http-hono';
import { beforeAll, describe, expect, test } from 'vitest';
import { provider } from '../../../../packages/adapters-webhook/test/contract-sender.ts';
import { forward, listening, openProxy } from '../../../../packages/adapters-webhook/test/http-proxy.ts';
import { oauthProvider } from '../../../../packages/adapters-webhook/test/oauth-provider.ts';
import { WORLDS } from '../../../../packages/adapters-webhook/test/presets/worlds.ts';
import { hasOpenssl, selfSignedCertificate } from '../../../../tooling/self-signed-certificate.ts';
import { openInProcess, type ServerInProcess } from '../support/open-in-process.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const MESSAGE = { phoneNumber: '+905551111111', content: 'Your parcel is on its way' };

/** A whole server whose only configuration is a YAML file. */
function serverOf(client: object, clock = new SystemClock()): Promise<ServerInProcess> {
  // JSON is YAML.
  const yaml = `client: ${JSON.stringify(client)}
processor: { interval: 100ms, drain: true }
sqlite: { path: ":memory:" }
`;
  return openInProcess({ APP_ENV: 'provider' }, temporaryHome({ 'provider.yaml': yaml }), clock);
}

/** The options of a sender, as the section `client` of a configuration says them. */
function clientOf({ url, contract, auth, signingSecrets }: WebhookSenderOptions): object {
  return { url, ...contract, auth, signingSecret: signingSecrets };
}

async function delivered(server: ServerInProcess, given: object = {}): Promise<MessageJson> {
  const { body } = await server.post<MessageJson>('/messages', { ...MESSAGE, ...given });
  return await settled(server, body.id);
}

async function settled({ get }: ServerInProcess, id: string): Promise<MessageJson> {
  const message = async (): Promise<MessageJson> => (await get<MessageJson>(`/messages/${id}`)).body;
  await expect.poll(async () => (await message()).status).not.toBe('unsent');
  return await message();
}

/** Enqueues so many at once and waits until all are settled. */
async function sendMany(server: ServerInProcess, count: number): Promise<void> {
  const before = await countsOf(server);
  await server.post(
    '/messages',
    Array.from({ length: count }, () => MESSAGE),
  );
  await expect.poll(async () => (await countsOf(server)).sent, { timeout: 60_000 }).toBe(before.sent + count);
  expect(await countsOf(server)).toEqual({ sent: before.sent + count, failed: 0, unknown: 0 });
}

interface Counts {
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
}

async function countsOf({ get }: ServerInProcess): Promise<Counts> {
  const { body } = await get<{ counts: Readonly<Record<keyof Counts, { count: number }>> }>('/processor');
  const { sent, failed, unknown } = body.counts;
  return { sent: sent.count, failed: failed.count, unknown: unknown.count };
}

describe('a server that YAML alone configures', () => {
  test.each(PRESET_NAMES)('delivers to the double of %s', async (name) => {
    const { double, options, content, id } = WORLDS[name];
    const { url, seen } = await provider(double);
    const server = await serverOf({ preset: name, ...clientOf(options(url)) });
    const message = await delivered(server, content === undefined ? {} : { content });
    const expected = name === 'infobip' ? message.id : (id ?? null);
    expect(message).toMatchObject({ status: 'sent', webhookMessageId: expected, attempts: 1 });
    expect(seen).toHaveLength(1);
  });

  test('fetches one OAuth 2.0 token for 1,000 messages, renews it before it expires, and replaces one that was revoked: no message fails', {
    timeout: 90_000,
  }, async () => {
    const { options, asked, used, revoke } = await oauthProvider({ expiresIn: 1_000 });
    const clock = new AdvancedClock();
    const server = await serverOf(
      { url: options.url, auth: options.auth, body: { to: '{phoneNumber}', text: '{content}' } },
      clock,
    );
    await sendMany(server, 1_000);
    expect([asked.length, used.length, new Set(used).size]).toEqual([1, 1_000, 1]);

    clock.aheadMs = 900_000;
    await delivered(server);
    await expect.poll(() => asked.length).toBe(2);
    await sendMany(server, 10);
    expect([asked.length, used.at(-1)]).toEqual([2, 'token-2']);

    revoke();
    await sendMany(server, 100);
    expect([asked.length, used.at(-1)]).toEqual([3, 'token-3']);
  });

  test('delivers through a proxy that forwards', async () => {
    const { double, options, id } = WORLDS.twilio;
    const { url, seen } = await provider(double);
    const proxy = await openProxy();
    const server = await serverOf({ ...clientOf(options(url)), proxy: proxy.url });
    expect(await delivered(server)).toMatchObject({ status: 'sent', webhookMessageId: id });
    expect(proxy.asked).toEqual([`POST ${url}${seen[0]?.url}`]);
  });
});

const title = hasOpenssl ? 'over TLS' : 'over TLS [SKIPPED: no openssl to make a certificate with]';

describe.skipIf(!hasOpenssl)(title, () => {
  let pair: ReturnType<typeof selfSignedCertificate>;
  beforeAll(() => {
    pair = selfSignedCertificate();
  });

  /** The double of Twilio, to which clients have to show the certificate. */
  async function doubleOverTls(): Promise<{ readonly url: string; readonly clients: unknown[] }> {
    const { url: behind } = await provider(WORLDS.twilio.double);
    const clients: unknown[] = [];
    const asks = { requestCert: true, rejectUnauthorized: true, ca: pair.cert };
    const front = createServer({ ...pair, ...asks }, (incoming, outgoing) => {
      // An https server has no other sockets.
      clients.push((incoming.socket as TLSSocket).getPeerCertificate().subject.CN);
      forward(incoming, outgoing, behind + incoming.url);
    });
    return { url: (await listening(front)).replace('http://127.0.0.1', 'https://localhost'), clients };
  }

  /** `client.tls` with the certificate and the key in files. */
  function ownCertificate(): object {
    const folder = temporaryHome({ 'cert.pem': `${pair.cert}`, 'key.pem': `${pair.key}` });
    const [cert, key] = ['cert', 'key'].map((name) => join(folder, '.config', `${name}.pem`));
    return { ca: cert, cert, key };
  }

  test('delivers with a client certificate', async () => {
    const { url, clients } = await doubleOverTls();
    const { options, id } = WORLDS.twilio;
    const server = await serverOf({ ...clientOf(options(url)), tls: ownCertificate() });
    expect(await delivered(server)).toMatchObject({ status: 'sent', webhookMessageId: id });
    expect(clients).toEqual(['localhost']);
  });

  test('delivers through the tunnel of a proxy, with a client certificate', async () => {
    const { url, clients } = await doubleOverTls();
    const proxy = await openProxy();
    const { options, id } = WORLDS.twilio;
    const server = await serverOf({ ...clientOf(options(url)), tls: ownCertificate(), proxy: proxy.url });
    expect(await delivered(server)).toMatchObject({ status: 'sent', webhookMessageId: id });
    expect(clients).toEqual(['localhost']);
    expect(proxy.asked).toEqual([`CONNECT ${new URL(url).host}`]);
  });
});

/** The time of the system, ahead by what the test says. */
class AdvancedClock extends SystemClock {
  aheadMs = 0;

  override elapsed(): number {
    return super.elapsed() + this.aheadMs;
  }
}
