import { EventEmitter } from 'node:events';
import { ExitCode } from '@messaging-system/cli/exit-code';
import { InvalidOptionsError } from '@messaging-system/core';
import { ManualClock } from '@messaging-system/core/in-memory';
import { describe, expect, test } from 'vitest';
import { END_SIGNALS } from '../../src/life-cycle/end-signals.ts';
import { type Life, runUntilEnded } from '../../src/life-cycle/run-until-ended.ts';
import { StartError } from '../../src/life-cycle/start-error.ts';
import { capturedLog } from '../support/captured-log.ts';

const CLOSING_MS = 30_000;
const AFTER_THE_ECHO_MS = 500;

interface World {
  readonly clock: ManualClock;
  readonly events: EventEmitter;
  readonly closing: PromiseWithResolvers<void>;
  readonly exitCode: Promise<number>;
  readonly closes: () => number;
  readonly messages: () => readonly string[];
  /** Whether it has ended, after everything that can happen without time has happened. */
  readonly hasEnded: () => Promise<boolean>;
}

/** A server that is open, and closes when the test says so. */
async function running(more: Partial<Life> = {}): Promise<World> {
  const world = started(async () => undefined, more);
  await world.clock.advance(0);
  return world;
}

function started(opened: () => Promise<unknown>, more: Partial<Life> = {}): World {
  const clock = new ManualClock();
  const events = new EventEmitter();
  const closing = Promise.withResolvers<void>();
  const { log, lines } = capturedLog();
  let closes = 0;
  const open = async (): Promise<AsyncDisposable> => {
    await opened();
    return {
      [Symbol.asyncDispose]: () => {
        closes += 1;
        return closing.promise;
      },
    };
  };
  let hasEnded = false;
  const exitCode = runUntilEnded({ open, log, clock, closingMs: CLOSING_MS, events, ...more }).finally(() => {
    hasEnded = true;
  });
  return {
    clock,
    events,
    closing,
    exitCode,
    closes: () => closes,
    messages: () => lines().map(({ msg }) => msg),
    hasEnded: async () => {
      await clock.advance(0);
      return hasEnded;
    },
  };
}

describe.each(END_SIGNALS)('%s', (signal) => {
  test('closes once and ends with 0', async () => {
    const { events, closing, exitCode, closes, hasEnded } = await running();
    events.emit(signal, signal);
    expect(await hasEnded()).toBe(false);
    closing.resolve();
    expect(await exitCode).toBe(0);
    expect(closes()).toBe(1);
  });

  test('twice in a moment is one signal and its echo', async () => {
    const { events, closing, exitCode, closes, hasEnded } = await running();
    events.emit(signal, signal);
    events.emit(signal, signal);
    expect(await hasEnded()).toBe(false);
    closing.resolve();
    expect(await exitCode).toBe(0);
    expect(closes()).toBe(1);
  });

  test('before everything is open ends at once', async () => {
    const { events, exitCode } = started(() => new Promise(() => undefined));
    events.emit(signal, signal);
    expect(await exitCode).toBe(ExitCode[signal]);
  });
});

test.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)(
  'a second %s ends at once, whatever is still closing',
  async (signal) => {
    const { events, clock, exitCode, closes } = await running();
    events.emit('SIGTERM', 'SIGTERM');
    await clock.advance(AFTER_THE_ECHO_MS);
    events.emit(signal, signal);
    expect(await exitCode).toBe(ExitCode[signal]);
    expect(closes()).toBe(1);
  },
);

test.each(['SIGHUP', 'SIGUSR2'] as const)(
  '%s after another signal does not cut off the drain',
  async (signal) => {
    const { events, clock, closing, exitCode, hasEnded } = await running();
    events.emit('SIGTERM', 'SIGTERM');
    await clock.advance(AFTER_THE_ECHO_MS);
    events.emit(signal, signal);
    expect(await hasEnded()).toBe(false);
    closing.resolve();
    expect(await exitCode).toBe(0);
  },
);

describe('the end of the parent', () => {
  test('closes once and ends with 0', async () => {
    const parent = Promise.withResolvers<void>();
    const { closing, exitCode, closes } = await running({ parentGone: parent.promise });
    parent.resolve();
    closing.resolve();
    expect(await exitCode).toBe(0);
    expect(closes()).toBe(1);
  });

  test('after a signal does not end the drain, however long after', async () => {
    const parent = Promise.withResolvers<void>();
    const { clock, events, closing, exitCode, hasEnded } = await running({ parentGone: parent.promise });
    events.emit('SIGTERM', 'SIGTERM');
    await clock.advance(AFTER_THE_ECHO_MS);
    parent.resolve();
    expect(await hasEnded()).toBe(false);
    closing.resolve();
    expect(await exitCode).toBe(0);
  });

  test('before everything is open ends at once', async () => {
    const { exitCode } = started(() => new Promise(() => undefined), { parentGone: Promise.resolve() });
    expect(await exitCode).toBe(143);
  });
});

test('SIGHUP changes nothing under nohup, whether or not everything is open', async () => {
  const open = await running({ ignoresHangUp: true });
  open.events.emit('SIGHUP', 'SIGHUP');
  expect(await open.hasEnded()).toBe(false);
  expect(open.closes()).toBe(0);
  const opening = started(() => new Promise(() => undefined), { ignoresHangUp: true });
  opening.events.emit('SIGHUP', 'SIGHUP');
  expect(await opening.hasEnded()).toBe(false);
});

describe('an error that nobody caught', () => {
  test('is logged, closes everything and ends with 70', async () => {
    const { events, closing, exitCode, closes, messages } = await running();
    closing.resolve();
    events.emit('uncaughtException', new Error('a bug'));
    expect(await exitCode).toBe(70);
    expect(closes()).toBe(1);
    expect(messages()).toContain('an error that nobody caught');
  });

  test('while it closes does not close it again, and ends with 70', async () => {
    const { events, closing, exitCode, closes } = await running();
    events.emit('SIGTERM', 'SIGTERM');
    events.emit('uncaughtException', new Error('a bug'));
    closing.resolve();
    expect(await exitCode).toBe(70);
    expect(closes()).toBe(1);
  });

  test('before everything is open ends at once with 70', async () => {
    const { events, exitCode } = started(() => new Promise(() => undefined));
    events.emit('uncaughtException', new Error('a bug'));
    expect(await exitCode).toBe(70);
  });
});

describe('closing', () => {
  test('that takes too long is given up', async () => {
    const { events, clock, exitCode, hasEnded, messages } = await running();
    events.emit('SIGTERM', 'SIGTERM');
    await clock.advance(CLOSING_MS - 1);
    expect(await hasEnded()).toBe(false);
    await clock.advance(1);
    expect(await exitCode).toBe(70);
    expect(messages()).toContain('closing takes too long; ending without it');
  });

  test('that fails is reported', async () => {
    const { events, closing, exitCode, messages } = await running();
    closing.reject(new Error('no'));
    events.emit('SIGTERM', 'SIGTERM');
    expect(await exitCode).toBe(70);
    expect(messages()).toContain('not everything could be closed');
  });

  test('that is done leaves nobody listening and nobody waiting', async () => {
    const { events, clock, closing, exitCode } = await running();
    closing.resolve();
    events.emit('SIGTERM', 'SIGTERM');
    await exitCode;
    await clock.advance(AFTER_THE_ECHO_MS);
    expect(events.eventNames()).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });
});

describe('a start that fails', () => {
  test.each([
    ['something out of reach', new StartError('reach MongoDB', new Error('connect ECONNREFUSED')), 69],
    ['options that contradict', new InvalidOptionsError(['one', 'two']), 78],
    ['an error of our own', new TypeError('a bug'), 70],
  ])('for %s ends with its code', async (_, error, code) => {
    const { exitCode, messages, closes } = started(() => Promise.reject(error));
    expect(await exitCode).toBe(code);
    expect(messages()).toHaveLength(1);
    expect(closes()).toBe(0);
  });

  test('names what could not be done and why, once', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const outer = new Error('Server selection timed out', { cause: refused });
    expect(new StartError('reach MongoDB at 127.0.0.1:1', outer).message).toBe(
      'cannot reach MongoDB at 127.0.0.1:1: Server selection timed out: connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(new StartError('listen', new AggregateError([refused])).message).toBe(
      'cannot listen: connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(new StartError('listen', new Error('same', { cause: new Error('same') })).message).toBe(
      'cannot listen: same',
    );
  });
});
