import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';

const KEY = 'key-of-sixteen-letters';
const IDLE = 2_000;
const UNFINISHED = 500;
const ROUNDS = 40;
const BODY = 4_194_304;
const PATHS = [
  '/messages',
  '/sandbox/webhook',
  '/sandbox/webhook?token=guess',
  '/dashboard/login',
  '/dashboard/new',
];

function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

async function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  // Those that make room for others may meet a reset.
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  return socket;
}

async function healthAndSend(url: string): Promise<readonly number[]> {
  const health = await fetch(`${url}/healthz`);
  const sent = await fetch(`${url}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
  });
  await Promise.all([health.text(), sent.text()]);
  return [health.status, sent.status];
}

// /proc shows what a process holds.
test.skipIf(process.platform !== 'linux')(
  'while 2,000 connections are idle and 500 send bodies without a key, others are served, and the memory grows by less than 100 MB',
  { timeout: 120_000 },
  async () => {
    const server = new SpawnedServer(temporaryHome(), { SERVER_API_KEY: KEY, PROCESSOR_AUTO_START: 'false' });
    const url = await server.url();
    // The memory for serving at all does not count as growth.
    for (let round = 0; round < 200; round += 1) await healthAndSend(url);
    const before = memoryOf(server.pid, 'VmRSS');

    const idle: Socket[] = [];
    while (idle.length < IDLE) idle.push(await opened(url));
    const senders = await Promise.all(Array.from({ length: UNFINISHED }, () => opened(url)));
    senders.forEach((socket, index) => {
      const path = PATHS[index % PATHS.length];
      socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${BODY}\r\n\r\n`);
    });
    const part = Buffer.alloc(65_536);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const socket of senders) if (!socket.destroyed && !socket.writableNeedDrain) socket.write(part);
      expect(await healthAndSend(url)).toEqual([200, 201]);
    }

    // Others made room for those that came later.
    expect(idle.filter((socket) => !socket.destroyed).length).toBeGreaterThan(IDLE / 2);
    expect(memoryOf(server.pid, 'VmHWM') - before).toBeLessThan(100);
  },
);
