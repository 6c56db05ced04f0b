import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { heldReceiver } from '../support/held-receiver.ts';
import { openInProcess } from '../support/open-in-process.ts';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Each starts a process, on whatever machine this is.
/** Gives the server a message to deliver; answers its id. */
async function enqueue(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(`${url}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
  });
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('id' in body)) throw new Error(`got ${response.status}`);
  return String(body.id);
}

/** The message as a server that starts afterwards on the same files shows it. */
async function statusAfterwards(home: string, id: string): Promise<unknown> {
  const { get } = await openInProcess({ PROCESSOR_AUTO_START: 'false' }, home);
  return (await get<{ readonly status: string }>(`/messages/${id}`)).body.status;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets what is under way end, stores it and ends with 0',
  async (signal) => {
    const home = temporaryHome();
    const receiver = await heldReceiver();
    const server = new SpawnedServer(home, { CLIENT_URL: receiver.url });
    const id = await enqueue(await server.url());
    await expect.poll(receiver.waiting).toBe(1);

    // A terminal and npm both pass a Ctrl-C on.
    server.signal(signal);
    server.signal(signal);
    await expect.poll(() => server.output).toContain('delivery is stopping');
    expect(server.hasEnded).toBe(false);
    receiver.release();
    const { exitCode, stderr } = await server.ended();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await statusAfterwards(home, id)).toBe('sent');
  },
);

test('a second signal ends it at once, with what is under way unsettled', async () => {
  const home = temporaryHome();
  const receiver = await heldReceiver();
  const server = new SpawnedServer(home, { CLIENT_URL: receiver.url });
  const id = await enqueue(await server.url());
  await expect.poll(receiver.waiting).toBe(1);

  await signalUntilItHeedsTheSecond(server);
  const { exitCode, stdout } = await server.ended();
  expect(exitCode).toBe(143);
  expect(stdout).toContain('ending at once');
  expect(await statusAfterwards(home, id)).toBe('unsent');
});

test('ends with 69 and names the port that is in use', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  onTestFinished(() => void occupant.close());
  const address = occupant.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { exitCode, stdout } = await new SpawnedServer(temporaryHome(), {
    SERVER_PORT: String(port),
  }).ended();
  expect(exitCode).toBe(69);
  expect(stdout).toContain(
    `cannot listen on http://127.0.0.1:${port} (SERVER_PORT sets another port): listen EADDRINUSE`,
  );
});

test('ends with 69 and names the MongoDB that does not answer, without its password', async () => {
  const { exitCode, stdout } = await new SpawnedServer(temporaryHome(), {
    MONGO_URI: 'mongodb://ann:pa55word@127.0.0.1:1/?serverSelectionTimeoutMS=300',
  }).ended();
  expect(exitCode).toBe(69);
  expect(stdout).toContain('cannot reach MongoDB at 127.0.0.1:1');
  expect(stdout).not.toContain('pa55word');
});

test('says in the sandbox how to send a first message, and that line works', async () => {
  const server = new SpawnedServer(temporaryHome(), { LOG_FORMAT: 'pretty' });
  const url = await server.url();
  await expect.poll(() => server.output).toContain('see what arrived');
  const data = /curl -X POST (\S+) -H 'content-type: application\/json' -d '([^']+)'/.exec(server.output);
  expect(data?.[1]).toBe(`${url}/messages`);
  const response = await fetch(data?.[1] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: data?.[2] ?? '',
  });
  expect(response.status).toBe(201);
  await expect.poll(() => server.output).toMatch(/INFO.*: sent \{/);
});

test('prints no secret, no content and no whole phone number, whatever happens', async () => {
  const receiver = await heldReceiver();
  receiver.release();
  const server = new SpawnedServer(temporaryHome(), {
    LOG_LEVEL: 'trace',
    SERVER_API_KEY: 'server-key-0123456789',
    CLIENT_URL: `${receiver.url}?token=t0ken`,
    CLIENT_API_KEY: 'client-key-0123456789',
    CLIENT_SIGNING_SECRET: 'whsec_c2FtcGxlIGtleSBvZiB0aGUgdGVzdHM=',
    REDIS_URI: 'redis://:redis-pa55@127.0.0.1:1',
  });
  const url = await server.url();
  expect((await fetch(`${url}/messages?phoneNumber=%2B905551234567`)).status).toBe(401);
  await enqueue(url, { authorization: 'Bearer server-key-0123456789' });
  await expect.poll(() => server.output).toContain('"msg":"sent"');
  server.signal('SIGTERM');
  const { exitCode, stdout, stderr } = await server.ended();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('+90555•••67');
  expect(stdout + stderr).not.toMatch(/server-key|client-key|MfKQ9r8|redis-pa55|t0ken|1234567|Hello/);
});

test('ends with 78 and names the reason for too many workers on SQLite, before anything is opened', async () => {
  const home = temporaryHome();
  const { exitCode, stdout, stderr } = await new SpawnedServer(home, { SERVER_WORKERS: '5' }).ended();
  expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' });
  expect(stderr).toContain('server.workers: 5 processes on one SQLite file would wait for one another');
  expect(existsSync(join(home, 'data'))).toBe(false);
});

test('a second signal ends the workers at once as well', async () => {
  const home = temporaryHome();
  const receiver = await heldReceiver();
  const server = new SpawnedServer(home, {
    CLIENT_URL: receiver.url,
    CLIENT_TIMEOUT: '40s',
    PROCESSOR_DRAIN_DEADLINE: '50s',
    SERVER_WORKERS: '2',
  });
  const id = await enqueue(await server.url());
  await expect.poll(receiver.waiting).toBe(1);

  const begunAt = performance.now();
  await signalUntilItHeedsTheSecond(server);
  // Its output is at an end only when nobody is left who could write to it.
  const { exitCode, stdout } = await server.ended();
  expect(exitCode).toBe(143);
  expect(stdout).toContain('ending at once');
  expect(performance.now() - begunAt).toBeLessThan(30_000);
  expect(await statusAfterwards(home, id)).toBe('unsent');
});

/** One that comes later still would meet a process that has taken its handlers down, and end it by its default. */
async function signalUntilItHeedsTheSecond(server: SpawnedServer): Promise<void> {
  const patience = performance.now() + 30_000;
  while (!server.hasEnded && !server.output.includes('ending at once') && performance.now() < patience) {
    server.signal('SIGTERM');
    await pause(100);
  }
}
