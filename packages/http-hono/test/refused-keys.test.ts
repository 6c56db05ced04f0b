import { describe, expect, test } from 'vitest';
import { LoginDelays } from '../src/dashboard/login-delays.ts';
import { createHttpApp, type HttpAppDependencies, type RefusedKey } from '../src/index.ts';
import { PrometheusMetrics } from '../src/prometheus/index.ts';
import { visitor } from './support/browser.ts';
import { START } from './support/world.ts';

const KEY = 'the-first-key';
const MINUTE_MS = 60_000;

function guarded(given: Partial<HttpAppDependencies> = {}) {
  const told: RefusedKey[] = [];
  const onRefusedKey = (refused: RefusedKey): void => void told.push(refused);
  const { world } = visitor({ apiKeys: [KEY], onRefusedKey, ...given });
  const logIn = (apiKey: string, remoteAddress = '192.0.2.1', forwardedFor?: string) => {
    const headers: Record<string, string> =
      forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    const body = new URLSearchParams({ apiKey });
    const init = { method: 'POST', body, headers };
    return world.app.request('/dashboard/login', init, { incoming: { socket: { remoteAddress } } });
  };
  return { world, told, logIn };
}

describe('the login', () => {
  test('makes an address wait after five wrong keys, longer each time, also for the right key', async () => {
    const { world, logIn } = guarded();
    for (let n = 0; n < 5; n += 1) expect((await logIn('wrong')).status).toBe(401);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const refused = await logIn(KEY);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe(String(seconds));
      expect(await refused.text()).toContain(`Try again in ${seconds} s.`);
      await world.clock.advance(seconds * 1_000);
      expect((await logIn('wrong')).status).toBe(401);
    }
    await world.clock.advance(MINUTE_MS);
    expect((await logIn(KEY)).status).toBe(303);
  });

  test('forgets wrong keys after 15 minutes, and not because a right key came in between', async () => {
    const { world, logIn } = guarded();
    for (let n = 0; n < 4; n += 1) await logIn('wrong');
    expect((await logIn(KEY)).status).toBe(303);
    await logIn('wrong');
    expect((await logIn(KEY)).status).toBe(429);
    await world.clock.advance(15 * MINUTE_MS);
    await logIn('wrong');
    expect((await logIn(KEY)).status).toBe(303);
  });

  test('never delays the API', async () => {
    const { world, logIn } = guarded();
    for (let n = 0; n < 9; n += 1) await logIn('wrong');
    const env = { incoming: { socket: { remoteAddress: '192.0.2.1' } } };
    const headers = { authorization: `Bearer ${KEY}` };
    expect((await world.app.request('/processor', { headers }, env)).status).toBe(200);
  });

  test('lets other addresses in meanwhile', async () => {
    const { logIn } = guarded();
    for (let n = 0; n < 5; n += 1) await logIn('wrong');
    expect((await logIn(KEY)).status).toBe(429);
    expect((await logIn(KEY, '192.0.2.2')).status).toBe(303);
  });

  test.each([
    ['behind a trusted proxy each client has its own', ['10.0.0.0/8'], '198.51.100.1', '198.51.100.2', 303],
    [
      'a client cannot make one up before what the proxy adds',
      ['10.0.0.0/8'],
      '1.1.1.1, 198.51.100.1',
      '2.2.2.2, 198.51.100.1',
      429,
    ],
    ['nobody else is believed', [], '198.51.100.1', '198.51.100.2', 429],
    [
      'several trusted proxies are passed over',
      ['10.0.0.0/8'],
      '198.51.100.1, 10.9.9.9',
      '198.51.100.2:4711, 10.9.9.9',
      303,
    ],
    ['one /64 of IPv6 is one address', ['10.0.0.0/8'], '2001:db8::1', '[2001:db8::ffff:2]:80', 429],
    ['another /64 is another address', ['10.0.0.0/8'], '2001:db8:0:1::1', '2001:db8:0:2::1', 303],
    [
      'the interface of a link-local address does not matter',
      ['10.0.0.0/8'],
      'fe80::1%eth0',
      'fe80::1%eth1',
      429,
    ],
    ['a text that is not an address is not believed', ['10.0.0.0/8'], 'nonsense', 'other', 429],
  ])('knows the address: %s', async (_title, trustedProxies, first, second, status) => {
    const { logIn } = guarded({ trustedProxies });
    for (let n = 0; n < 5; n += 1) await logIn('wrong', '::ffff:10.0.0.1', first);
    expect((await logIn(KEY, '::ffff:10.0.0.1', second)).status).toBe(status);
  });

  test('delays nobody where the host tells no address', async () => {
    const { world } = guarded();
    for (let n = 0; n < 9; n += 1) {
      const body = new URLSearchParams({ apiKey: 'wrong' });
      expect((await world.app.request('/dashboard/login', { method: 'POST', body })).status).toBe(401);
    }
  });
});

test('remembers no more addresses than it may, and forgets the one that failed longest ago', () => {
  const delays = new LoginDelays({ maxAddresses: 2 });
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  for (const address of addresses) for (let n = 0; n < 5; n += 1) delays.failed(address, START);
  expect(addresses.map((address) => delays.waitMs(address, START))).toEqual([0, 1_000, 1_000]);
});

test('every wrong key is reported, at the API and at the login, without the key; a missing one is not', async () => {
  const { world, told, logIn } = guarded();
  const env = { incoming: { socket: { remoteAddress: '192.0.2.1' } } };
  await world.app.request('/messages', { headers: { authorization: 'Bearer a-wrong-key' } }, env);
  await world.app.request('/messages', {}, env);
  await world.app.request('/messages', { headers: { authorization: `Bearer ${KEY}` } }, env);
  await logIn('a-wrong-key');
  const requestId = expect.any(String);
  expect(told).toEqual([
    { via: 'api', address: '192.0.2.1', requestId },
    { via: 'dashboard', address: '192.0.2.1', requestId },
  ]);
});

test('wrong keys are counted from zero', async () => {
  const { world } = guarded();
  const metrics = new PrometheusMetrics({
    clock: world.clock,
    dispatcher: () => world.dispatcher,
    messages: () => world.messages,
    ofNode: false,
  });
  expect(await metrics.metrics()).toContain('messaging_keys_refused_total{via="api"} 0');
  metrics.keyRefused({ via: 'dashboard', address: null, requestId: '' });
  expect(await metrics.metrics()).toContain('messaging_keys_refused_total{via="dashboard"} 1');
});

test.each(['10.0.0.0/33', '10.0.0.0/0x8', '10.0.0.0/-0', '10.0.0.0/ 8', 'proxy.internal', '10.0.0.0/', ''])(
  '"%s" is not a trusted proxy',
  (entry) => {
    const { world } = guarded();
    const { messages, dispatcher, clock } = world;
    expect(() =>
      createHttpApp({ messages, dispatcher, clock, apiKeys: [KEY], trustedProxies: [entry] }),
    ).toThrow(/trustedProxies/);
  },
);
