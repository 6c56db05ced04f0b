import { describe, expect, test } from 'vitest';
import { publicLookup } from '../src/address-guard.ts';
import { isPublicAddress } from '../src/public-address.ts';

describe('isPublicAddress', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('takes %s for public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT', '100.127.255.255'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.255'],
    ['link-local, cloud metadata', '169.254.169.254'],
    ['protocol assignments', '192.0.0.8'],
    ['documentation', '192.0.2.1'],
    ['6to4 relay', '192.88.99.1'],
    ['benchmarking', '198.19.0.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.250'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:7f00:1'],
    ['IPv4-mapped', '::ffff:8.8.8.8'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64', '64:ff9b::808:808'],
    ['local NAT64', '64:ff9b:1::a00:1'],
    ['discard', '100::1'],
    ['Teredo', '2001:0:53aa:64c::1'],
    ['ORCHID', '2001:20::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['6to4', '2002:7f00:1::1'],
    ['unique-local', 'fc00::1'],
    ['unique-local', 'fd12:3456::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('refuses %s: %s', (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('publicLookup', () => {
  const answering =
    (
      found: string | { address: string; family: number }[],
      family?: number,
    ): Parameters<typeof publicLookup>[0] =>
    (_hostname, _options, callback) =>
      callback(null, found, family);

  const resolve = (lookup: ReturnType<typeof publicLookup>, all: boolean): Promise<unknown[]> =>
    new Promise((done) => lookup('receiver.example', { all }, (...result) => done(result)));

  const MIXED = [
    { address: '127.0.0.1', family: 4 },
    { address: '2606:4700:4700::1111', family: 6 },
    { address: '10.1.2.3', family: 4 },
    { address: '1.1.1.1', family: 4 },
  ];

  test('hands only the public addresses on', async () => {
    expect(await resolve(publicLookup(answering(MIXED)), true)).toEqual([null, [MIXED[1], MIXED[3]]]);
  });

  test('hands the first public address on where one is asked for', async () => {
    expect(await resolve(publicLookup(answering(MIXED)), false)).toEqual([null, '2606:4700:4700::1111', 6]);
  });

  test('takes the answer of a look-up that returns a single address', async () => {
    expect(await resolve(publicLookup(answering('1.1.1.1', 4)), true)).toEqual([
      null,
      [{ address: '1.1.1.1', family: 4 }],
    ]);
    expect(await resolve(publicLookup(answering('1.1.1.1')), true)).toEqual([
      null,
      [{ address: '1.1.1.1', family: 4 }],
    ]);
  });

  test('fails when no public address is left', async () => {
    const [error] = await resolve(publicLookup(answering([{ address: '10.0.0.1', family: 4 }])), true);
    expect(error).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  test('passes the fault of the look-up on', async () => {
    const fault = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const [error] = await resolve(
      publicLookup((_hostname, _options, callback) => callback(fault, '', 0)),
      true,
    );
    expect(error).toBe(fault);
  });
});
