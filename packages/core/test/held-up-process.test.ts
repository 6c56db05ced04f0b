import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SendOutcome, StopSignal } from '../src/adapter.ts';
import { withinDeadline } from '../src/dispatch/deadline.ts';
import { SendWatchdog } from '../src/dispatch/send-watchdog.ts';
import type { Clock } from '../src/index.ts';
import { SystemClock } from '../src/system-clock/index.ts';
import { aMessage, T0 } from './support/builders.ts';

/** The clock of a process that can be frozen: after it all timers that are due fire first, as a runtime has it. */
class FreezableClock implements Clock {
  #elapsed = 0;
  #sleepers: { readonly wakesAt: number; readonly wake: () => void }[] = [];

  now(): number {
    return T0 + this.#elapsed;
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    if (!(ms > 0) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sleepers.push({ wakesAt: this.#elapsed + ms, wake: resolve });
      signal?.addEventListener('abort', resolve);
    });
  }

  async freezeFor(ms: number): Promise<void> {
    this.#elapsed += ms;
    const due = this.#sleepers.filter(({ wakesAt }) => wakesAt <= this.#elapsed);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
    await turn();
  }
}

describe('a process that was frozen until after a deadline', () => {
  test('takes the result that it reads next for one in time', async () => {
    const clock = new FreezableClock();
    const { promise, resolve } = Promise.withResolvers<string>();
    const outcome = withinDeadline(clock, 250, promise);
    await clock.freezeFor(8_000);
    resolve('here');
    expect(await outcome).toEqual({ kind: 'done', result: 'here' });
  });

  test('is late when there is none to read', async () => {
    const clock = new FreezableClock();
    const outcome = withinDeadline(clock, 250, new Promise<string>(() => {}));
    await clock.freezeFor(8_000);
    await clock.freezeFor(50);
    expect(await outcome).toEqual({ kind: 'late' });
  });

  test('cuts off no send whose outcome it reads next', async () => {
    const clock = new FreezableClock();
    const aborted: string[] = [];
    const answers: ((outcome: SendOutcome) => void)[] = [];
    const watchdog = new SendWatchdog(
      {
        timeoutMs: 1_000,
        send: (message, { signal }) => {
          signal.addEventListener('abort', () => aborted.push(message.id));
          return new Promise((resolve) => answers.push(resolve));
        },
      },
      clock,
      () => {},
    );
    const sends = Array.from({ length: 20 }, () => watchdog.send(aMessage(), 1));
    await clock.freezeFor(8_000);
    for (const answer of answers) answer({ kind: 'accepted' });
    const kinds = (await Promise.all(sends)).map(({ kind }) => kind);
    expect({ kinds, aborted }).toEqual({ kinds: kinds.map(() => 'accepted'), aborted: [] });
  });
});

describe('SystemClock in a process that is held up', () => {
  async function connected(): Promise<readonly [Socket, Socket]> {
    const server = createServer().listen(0, '127.0.0.1');
    const accepted = once(server, 'connection');
    await once(server, 'listening');
    // A TCP server's address is never a pipe's name.
    const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [far]: Socket[] = await accepted;
    if (far === undefined) throw new Error('nobody connected');
    onTestFinished(() => {
      near.destroy();
      far.destroy();
      server.close();
    });
    return [near, far];
  }

  test('wakes a sleeper that is late after what arrived in the meantime was read', async () => {
    const [near, far] = await connected();
    const order: string[] = [];
    near.on('data', () => order.push('read'));
    // From here on, timers that are due fire before sockets are read.
    await turn();
    const sleeping = new SystemClock().sleep(20).then(() => order.push('woke'));
    far.write('an answer');
    const end = performance.now() + 60;
    while (performance.now() < end);
    await sleeping;
    expect(order).toEqual(['read', 'woke']);
  });
});

test('sleepers of a process that was held up wake in the order of their times', async () => {
  const clock = new SystemClock();
  const times = Array.from({ length: 40 }, (_, index) => index + 1);
  const order: number[] = [];
  const sleeping = times.map((ms) => clock.sleep(ms).then(() => order.push(ms)));
  // Some of them are late by much, some by little, and some not at all.
  const end = performance.now() + 20;
  while (performance.now() < end);
  await Promise.all(sleeping);
  expect(order).toEqual(times);
});
