import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { heldReceiver } from '../support/held-receiver.ts';
import { temporaryHome } from '../support/temporary-home.ts';

// Each starts processes, on whatever machine this is.
const MAIN = join(import.meta.dirname, '../../src/main.ts');
const SERVER = `"${process.execPath}" --conditions=@messaging-system/source "${MAIN}"`;

interface Group {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly url: () => Promise<string>;
  /** Sends the signal to every process of the group, as systemd and a closing terminal do. */
  readonly signalAll: (signal: NodeJS.Signals) => void;
  /** Resolves when no process is left that could write. */
  readonly ended: Promise<unknown>;
}

/** A shell command in a process group of its own, as a service manager starts one. */
function startGroup(command: string, environment: Readonly<Record<string, string>>): Group {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: temporaryHome(),
    detached: true,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      SERVER_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const signalAll = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  let isOver = false;
  const ended = once(child, 'close').then(() => {
    isOver = true;
  });
  onTestFinished(() => {
    if (!isOver) signalAll('SIGKILL');
  });
  const announced = (): string | null => /answers on (http:\/\/[\w.:[\]-]+)/.exec(output)?.[1] ?? null;
  return {
    child,
    output: () => output,
    url: async () => {
      await expect.poll(announced, { timeout: 45_000 }).not.toBeNull();
      return announced() ?? '';
    },
    signalAll,
    ended,
  };
}

async function enqueue(url: string): Promise<void> {
  const response = await fetch(`${url}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phoneNumber: '+905551234567', content: 'Hello' }),
  });
  expect(response.status).toBe(201);
}

test.each(['SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)('%s drains as SIGTERM does', async (signal) => {
  const receiver = await heldReceiver();
  const group = startGroup(`exec ${SERVER}`, { CLIENT_URL: receiver.url });
  await enqueue(await group.url());
  await expect.poll(receiver.waiting).toBe(1);
  group.signalAll(signal);
  await expect.poll(group.output).toContain('delivery is stopping');
  receiver.release();
  await group.ended;
  expect(group.child.exitCode).toBe(0);
  expect(group.output()).toContain('"msg":"sent"');
});

test('one SIGTERM to the whole group drains, although the shell of npm is gone before the server', async () => {
  const receiver = await heldReceiver();
  // The shell stands for that of `npm start`: it waits for the server and dies of the signal at once.
  const group = startGroup(`${SERVER} serve --end-with-parent; true`, {
    CLIENT_URL: receiver.url,
    LOG_LEVEL: 'debug',
  });
  await enqueue(await group.url());
  await expect.poll(receiver.waiting).toBe(1);
  group.signalAll('SIGTERM');
  await expect.poll(group.output).toContain('delivery is stopping');
  await expect.poll(group.output).toContain('the process that started this one is gone');
  receiver.release();
  await group.ended;
  expect(group.output()).toContain('"msg":"sent"');
  expect(group.output()).not.toContain('ending at once');
});

test('SIGHUP to the whole group leaves a server alone that nohup started, with its workers', async () => {
  const group = startGroup(`exec nohup ${SERVER} 2>&1`, { _: '/usr/bin/nohup', SERVER_WORKERS: '2' });
  const url = await group.url();
  group.signalAll('SIGHUP');
  await expect.poll(group.output).toContain('the terminal is gone; going on');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  group.signalAll('SIGTERM');
  await group.ended;
  expect(group.output()).not.toContain('a worker ended');
});
