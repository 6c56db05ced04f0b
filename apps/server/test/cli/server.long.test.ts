import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SpawnedServer } from '../support/spawn-server.ts';
import { temporaryHome } from '../support/temporary-home.ts';
import { runCli } from './run-cli.ts';

// Each starts processes, on whatever machine this is.
vi.setConfig({ testTimeout: 180_000 });

const POLL = { timeout: 60_000, interval: 50 };
const PHONE = '+905551234567';

async function unsent(url: string): Promise<number> {
  const response = await fetch(`${url}/processor`);
  // A server of this project answers with this shape.
  const { counts } = (await response.json()) as {
    readonly counts: { readonly unsent: { readonly count: number } };
  };
  return counts.unsent.count;
}

test('stores each row exactly once when an import is interrupted, killed, and run again', async () => {
  const server = new SpawnedServer(temporaryHome(), { PROCESSOR_AUTO_START: 'false' });
  const url = await server.url();
  const home = temporaryHome();
  const rows = 20_000;
  const lines = Array.from(
    { length: rows },
    (_, row) => `${row},+90555${String(row).padStart(7, '0')},Hello ${row}\n`,
  );
  writeFileSync(join(home, 'rows.csv'), `order,phoneNumber,content\n${lines.join('')}`);
  const args = ['import', 'rows.csv', '--key', 'order', '--concurrency', '2', '--url', url];

  const interrupted = new SpawnedServer(home, {}, args);
  await expect.poll(() => unsent(url), POLL).toBeGreaterThan(0);
  interrupted.signal('SIGINT');
  const ending = await interrupted.ended();
  expect(ending.exitCode).toBe(130);
  expect(ending.stderr).toContain('Run the same command again');
  const before = await unsent(url);
  expect(ending.stdout).toContain(`${before.toLocaleString('en')} stored, 0 rejected`);

  const killed = new SpawnedServer(home, {}, args);
  await expect.poll(() => unsent(url), POLL).toBeGreaterThan(before);
  killed.signal('SIGKILL');
  await killed.ended();
  const inTheMiddle = await unsent(url);
  expect(inTheMiddle).toBeLessThan(rows);

  const whole = await runCli(home, [...args, '--json']);
  expect({ ...whole, stdout: JSON.parse(whole.stdout) }).toMatchObject({
    exitCode: 0,
    stdout: { rows, existing: expect.any(Number), rejected: 0, rejectFile: null },
  });
  const exported = await runCli(home, ['export', '--url', url]);
  const keys = exported.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).idempotencyKey);
  expect(keys).toHaveLength(rows);
  expect(new Set(keys).size).toBe(rows);
});

test('says which key is wanted, and which one is refused', async () => {
  const server = new SpawnedServer(temporaryHome(), { SERVER_API_KEY: 'right-key-0123456789' });
  const url = await server.url();
  const home = temporaryHome();
  const without = await runCli(home, ['list', '--url', url]);
  expect(without.exitCode).toBe(77);
  expect(without.stderr).toContain(
    'requires an API key: one of its server.apiKey, in SERVER_API_KEY or with --api-key',
  );

  const wrong = await runCli(home, ['list', '--url', url, '--json'], {
    SERVER_API_KEY: 'wrong-key-0123456789',
  });
  expect(wrong.exitCode).toBe(77);
  expect(JSON.parse(wrong.stderr)).toMatchObject({
    code: 'unauthorized',
    error: expect.stringContaining('refuses the API key of environment variable SERVER_API_KEY'),
  });
  expect(wrong.stderr).not.toContain('wrong-key');

  const right = await runCli(home, ['list', '--url', url], { SERVER_API_KEY: 'right-key-0123456789' });
  expect(right).toEqual({ exitCode: 0, stdout: '', stderr: 'There is no such message.\n' });
});

test('explains what a key may not do, and does with a key what it may', async () => {
  const operators = 'key-of-operators-01234';
  const campaigns = 'key-of-campaigns-01234';
  const senders = 'key-that-sends-0123456';
  const apiKeys = [
    { name: 'campaigns', key: '{env.CAMPAIGN_KEY}', scopes: ['read', 'send'] },
    { name: 'senders', key: senders, scopes: ['send'] },
  ];
  const place = temporaryHome({
    'test.yaml': JSON.stringify({ client: { sandbox: true }, server: { port: 0, apiKeys } }),
  });
  const environment = { APP_ENV: 'test', CAMPAIGN_KEY: campaigns, SERVER_API_KEY: operators };
  const url = await new SpawnedServer(place, environment).url();
  const home = temporaryHome();
  const as = (key: string, ...args: readonly string[]) =>
    runCli(home, [...args, '--url', url, '--api-key', key]);

  const erase = ['erase', PHONE, '--yes', '--json'];
  const refused = await as(campaigns, ...erase);
  expect(refused.exitCode).toBe(77);
  expect(JSON.parse(refused.stderr)).toEqual({
    code: 'insufficient_scope',
    error:
      'the key campaigns may not erase: it has read, send. Give a key that may with --api-key or SERVER_API_KEY.',
    details: { key: 'campaigns', required: 'erase', granted: ['read', 'send'] },
  });
  expect((await as(campaigns, 'send', PHONE, 'Hello')).exitCode).toBe(0);
  expect((await as(campaigns, 'redrive', 'some-id')).exitCode).toBe(77);
  expect((await as(operators, ...erase)).exitCode).toBe(0);

  const waited = await as(senders, 'send', PHONE, 'Hello', '--wait');
  expect(waited).toMatchObject({
    exitCode: 77,
    stderr: expect.stringMatching(
      /message [\da-f]{24} is stored, but cannot be waited for: the key senders may not read/,
    ),
  });

  // The status request is not needed for storing.
  writeFileSync(join(home, 'rows.csv'), `phoneNumber,content\n${PHONE},Hello\n`);
  expect(await as(senders, 'import', 'rows.csv')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('1 stored'),
  });
  expect(await as(senders, 'doctor')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('not looked at: the key senders may not read: it has send'),
  });
});

test('shows live what becomes of a message, waits for it, and redrives only what may be', async () => {
  const server = new SpawnedServer(temporaryHome());
  const url = await server.url();
  const home = temporaryHome();
  const tail = new SpawnedServer(home, {}, ['tail', '--type', 'message.settled', '--json', '--url', url]);
  await expect.poll(() => tail.output, POLL).toContain('Watching');

  const sent = await runCli(home, ['send', PHONE, 'Hello', '--wait', '--json', '--url', url]);
  expect(sent.exitCode).toBe(0);
  const { id, status } = JSON.parse(sent.stdout);
  expect(status).toBe('sent');
  await expect.poll(() => tail.output, POLL).toContain(`"messageId":"${id}"`);
  tail.signal('SIGTERM');
  const { exitCode, stdout } = await tail.ended();
  expect(exitCode).toBe(143);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'message.settled', messageId: id, status: 'sent' });

  const redriven = await runCli(home, ['redrive', id, '--url', url]);
  expect(redriven).toMatchObject({
    exitCode: 1,
    stdout: `${id}  the status of the message does not allow it (it is sent)\n`,
  });
  const all = await runCli(home, ['redrive', '--status', 'failed', '--yes', '--json', '--url', url]);
  expect(JSON.parse(all.stdout)).toEqual({ redriven: 0 });
  const shown = await runCli(home, ['status', '--url', url]);
  expect(shown.stdout).toMatch(/^processor +running\n[\s\S]*^sent +1$/m);
  const doctor = await runCli(home, ['doctor', '--url', url]);
  expect(doctor).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('answers and is ready') });
});

test('asks the server of --url whatever is wrong with the settings of a server here', async () => {
  const server = new SpawnedServer(temporaryHome(), { SERVER_API_KEY: 'right-key-0123456789' });
  const asked = ['status', '--url', await server.url()];
  const key = ['--api-key', 'right-key-0123456789'];
  const openToAll = { SERVER_HOST: '0.0.0.0' };
  expect((await runCli(temporaryHome(), [...asked, ...key], openToAll)).exitCode).toBe(0);
  const refused = await runCli(temporaryHome(), asked, openToAll);
  expect(refused).toMatchObject({ exitCode: 77, stderr: expect.stringContaining('requires an API key') });
  const wrong = { APP_ENV: 'none', CLIENT_TIMEOUT: '15', SERVER_API_KEY: 'right-key-0123456789' };
  expect((await runCli(temporaryHome(), asked, wrong)).exitCode).toBe(0);

  const badKey = await runCli(temporaryHome(), asked, { SERVER_API_KEY: 'näme' });
  expect(badKey).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('server.apiKey') });
});

test('says how to start a server where none answers', async () => {
  const { exitCode, stderr } = await runCli(temporaryHome(), ['status'], { SERVER_PORT: '1' });
  expect(exitCode).toBe(69);
  expect(stderr).toContain('no server answers on http://127.0.0.1:1');
  expect(stderr).toContain('messaging-system serve');
});

test('takes no other service for a server, and gives its key to none that it is sent on to', async () => {
  const seen: (string | undefined)[] = [];
  const other = createServer(({ url, headers }, response) => {
    if (url === '/elsewhere') seen.push(headers.authorization);
    response.writeHead(url?.startsWith('/moved') ? 302 : 200, { location: '/elsewhere' });
    response.end('<html>');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const plain = await runCli(temporaryHome(), ['status', '--url', `http://127.0.0.1:${port}`]);
  expect(plain).toMatchObject({
    exitCode: 69,
    stderr: expect.stringContaining('is not a server of this project'),
  });
  const moved = await runCli(temporaryHome(), [
    'status',
    '--url',
    `http://127.0.0.1:${port}/moved`,
    '--api-key',
    'key',
  ]);
  expect(moved.exitCode).toBe(69);
  expect(seen).toEqual([]);
});

test('shows the workers of a server that has some', async () => {
  const home = temporaryHome();
  const server = new SpawnedServer(home, { SERVER_WORKERS: '2' });
  const { exitCode, stdout } = await runCli(home, ['status', '--url', await server.url()]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^workers +2 of 2$/m);
});
