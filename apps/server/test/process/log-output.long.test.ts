import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../tooling/free-port.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Each starts processes, on whatever machine this is.
const MAIN = join(import.meta.dirname, '../../src/main.ts');
const FLOOD = join(import.meta.dirname, '../support/flooding-log-main.ts');
const environment = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };

test.each(['json', 'pretty'])(
  'starts, answers and drains with its log on a full disk (%s)',
  async (format) => {
    const port = await freePort();
    const child = spawn(process.execPath, ['--conditions=@messaging-system/source', MAIN], {
      cwd: temporaryHome(),
      env: { ...environment, LOG_FORMAT: format, SERVER_PORT: String(port) },
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const url = `http://127.0.0.1:${port}`;
    const isReady = async (): Promise<boolean> =>
      (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
    await expect.poll(isReady, { timeout: 45_000 }).toBe(true);
    const sent = await fetch(`${url}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
    });
    expect(sent.status).toBe(201);
    child.kill('SIGTERM');
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(0);
  },
);

test('a reader that stalls keeps no line from being counted, and stops nothing', async () => {
  const child = spawn(process.execPath, ['--conditions=@messaging-system/source', FLOOD], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  // The flood has ended, although nobody has read a line of it.
  const [written] = await once(child, 'message');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await expect.poll(() => output.includes('"lost"')).toBe(true);
  child.send('end');
  await once(child, 'close');
  const lines = output.trimEnd().split('\n');
  const lost = lines.flatMap((line) => (line.includes('"lost"') ? [JSON.parse(line)] : []));
  expect(lost).toMatchObject([{ reason: 'EAGAIN', msg: expect.stringContaining('log lines were lost') }]);
  expect(lines.filter((line) => line.includes('"msg":"flood"')).length + lost[0].lost).toBe(written);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
});

test('a reader that is gone ends nothing', async () => {
  const child = spawn(process.execPath, ['--conditions=@messaging-system/source', FLOOD], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout?.destroy();
  await once(child, 'message');
  child.send('end');
  const [exitCode] = await once(child, 'close');
  expect(exitCode).toBe(0);
});

test.each(['1', '2'])(
  'starts, answers and drains into a full pipe that nobody reads (server.workers %s)',
  async (workers) => {
    const port = await freePort();
    const pipe = fullPipe();
    const child = spawn(process.execPath, ['--conditions=@messaging-system/source', MAIN], {
      cwd: temporaryHome(),
      env: { ...environment, LOG_FORMAT: 'json', SERVER_PORT: String(port), SERVER_WORKERS: workers },
      stdio: ['ignore', pipe, 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const url = `http://127.0.0.1:${port}`;
    const isReady = async (): Promise<boolean> =>
      (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
    await expect.poll(isReady, { timeout: 45_000 }).toBe(true);
    child.kill('SIGTERM');
    const [exitCode] = await once(child, 'close');
    expect(exitCode).toBe(0);
  },
);

test('a child that inherits the output makes no line wait for the reader', async () => {
  const child = spawn(process.execPath, ['--conditions=@messaging-system/source', FLOOD, 'after a child'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  child.send('end');
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(0);
});

/** The writing end of a pipe that takes no byte more, as a process inherits it: writes to it wait. */
function fullPipe(): number {
  const path = join(temporaryHome(), 'log');
  execFileSync('mkfifo', [path]);
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const end = openSync(path, constants.O_WRONLY);
  onTestFinished(() => {
    closeSync(both);
    closeSync(end);
  });
  const filling = (): void => {
    for (;;) writeSync(both, Buffer.alloc(4096));
  };
  expect(filling).toThrow('EAGAIN');
  return end;
}
