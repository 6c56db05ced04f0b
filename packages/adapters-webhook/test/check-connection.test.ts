import type { LookupFunction } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkConnection } from '../src/index.ts';
import { startRawServer } from './raw-server.ts';

const LOOPBACK: LookupFunction = (_hostname, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

async function open() {
  const chunks: Buffer[] = [];
  const server = await startRawServer((_socket, chunk) => chunks.push(chunk));
  onTestFinished(() => server.close());
  return { server, chunks, named: server.url.replace('127.0.0.1', 'receiver.example') };
}

test('checkConnection opens one connection and sends nothing', async () => {
  const { server, chunks } = await open();
  await checkConnection({ url: server.url });
  expect({ connections: server.connections(), chunks }).toEqual({ connections: 1, chunks: [] });
});

test('checkConnection uses the look-up of the options and applies the address policy to its answer', async () => {
  const { server, named } = await open();
  await checkConnection({ url: named, lookup: LOOPBACK });
  expect(server.connections()).toBe(1);
  const refused = checkConnection({ url: named, lookup: LOOPBACK, addressPolicy: 'public' });
  await expect(refused).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  expect(server.connections()).toBe(1);
});

test('checkConnection connects to the proxy where there is one', async () => {
  const { server, chunks } = await open();
  await checkConnection({ url: 'https://receiver.invalid/hook', proxy: server.url });
  expect({ connections: server.connections(), chunks }).toEqual({ connections: 1, chunks: [] });
});

test('checkConnection rejects with the fault where no connection is made', async () => {
  await expect(checkConnection({ url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  await expect(checkConnection({ url: 'ftp://receiver.example' })).rejects.toThrow('must begin with http');
});
