import type { LookupFunction } from 'node:net';
import { startReceiver } from '@messaging-system/contract-tests';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkConnection } from '../src/index.ts';
import { SENDERS, sendOne } from './senders.ts';

const REFUSED = { kind: 'retryable', reason: 'address_refused' };

describe.each(SENDERS)('address policy of %s', (_name, Sender) => {
  async function open(host: string, options: { policy: 'any' | 'public'; lookup?: LookupFunction }) {
    const receiver = await startReceiver();
    const sender = new Sender({
      url: receiver.url.replace('127.0.0.1', host),
      addressPolicy: options.policy,
      lookup: options.lookup,
      timeoutMs: 2_000,
    });
    onTestFinished(async () => {
      await sender.close();
      await receiver.close();
    });
    return { sender, receiver };
  }

  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '169.254.169.254',
    '[64:ff9b::7f00:1]',
  ])('public refuses the address %s before anything is sent', async (host) => {
    const { sender, receiver } = await open(host, { policy: 'public' });
    expect(await sendOne(sender)).toEqual(REFUSED);
    expect(receiver.received()).toEqual([]);
    const url = receiver.url.replace('127.0.0.1', host);
    await expect(checkConnection({ url, addressPolicy: 'public' })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
  });

  test('public refuses a name that the system resolves to loopback', async () => {
    const { sender, receiver } = await open('localhost', { policy: 'public' });
    expect(await sendOne(sender)).toEqual(REFUSED);
    expect(receiver.received()).toEqual([]);
  });

  test('public connects to no private address of a name that changes its answer', async () => {
    const answers = [['10.0.0.1'], ['127.0.0.1', '::1'], ['192.168.0.1', '127.0.0.1']];
    const asked: string[] = [];
    const lookup: LookupFunction = (hostname, _options, callback) => {
      const addresses = answers[asked.length % answers.length] ?? [];
      asked.push(hostname);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    const { sender, receiver } = await open('rebinding.example', { policy: 'public', lookup });
    for (const _answer of answers) expect(await sendOne(sender)).toEqual(REFUSED);
    // One look-up for each connection: there is no second one between the check and the connection.
    expect(asked).toEqual(answers.map(() => 'rebinding.example'));
    expect(receiver.received()).toEqual([]);
  });

  test('any connects to where the look-up points', async () => {
    const lookup: LookupFunction = (_hostname, options, callback) =>
      options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
    const { sender, receiver } = await open('receiver.example', { policy: 'any', lookup });
    expect(await sendOne(sender)).toMatchObject({ kind: 'accepted' });
    expect(receiver.received()[0]?.headers.host).toMatch(/^receiver\.example:\d+$/);
  });
});
