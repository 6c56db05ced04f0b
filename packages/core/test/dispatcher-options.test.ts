import { describe, expect, test } from 'vitest';
import { dispatcherOptions } from '../src/adapter.ts';
import {
  DEFAULT_DISPATCHER_OPTIONS,
  DEFAULT_MESSAGE_RULES,
  DEFAULT_RETRY_POLICY,
  Dispatcher,
  type DispatcherOptions,
  InvalidOptionsError,
} from '../src/index.ts';
import { ScriptedSender } from './support/scripted-sender.ts';
import { aWorld } from './support/world.ts';

const SEND_TIMEOUT_MS = 15_000;

function problemsOf(given: Partial<DispatcherOptions>, sendTimeoutMs = SEND_TIMEOUT_MS): readonly string[] {
  try {
    dispatcherOptions(given, sendTimeoutMs);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.problems;
    throw error;
  }
}

describe('dispatcherOptions', () => {
  test('fills in the defaults', () => {
    const options = dispatcherOptions({}, SEND_TIMEOUT_MS);
    expect(options).toEqual({ ...DEFAULT_DISPATCHER_OPTIONS, sendTimeoutMs: SEND_TIMEOUT_MS });
    expect(options).toMatchObject({
      batchSize: 2,
      intervalMs: 120_000,
      concurrency: 2,
      drain: false,
      leaseMs: 60_000,
      drainDeadlineMs: 20_000,
      ambiguity: 'resend',
      ratePerSecond: null,
    });
    expect(dispatcherOptions({ batchSize: 9 }, SEND_TIMEOUT_MS)).toMatchObject({
      batchSize: 9,
      concurrency: 2,
    });
  });

  test.for<[keyof DispatcherOptions, number]>([
    ['batchSize', 0],
    ['batchSize', 1.5],
    ['concurrency', 0],
    ['concurrency', Number.NaN],
    ['intervalMs', 0],
    ['leaseMs', Number.POSITIVE_INFINITY],
    ['storeTimeoutMs', 0],
    ['storeTimeoutMs', Number.NaN],
    ['drainDeadlineMs', -1],
    ['ratePerSecond', 0],
    ['ratePerSecond', Number.NaN],
  ])('refuses %s %d by name', ([name, value]) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*is ${value}$`)),
    ]);
  });

  test.for<[string, Partial<DispatcherOptions>]>([
    ['maxAttempts', { retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 0 } }],
    ['baseDelayMs', { retry: { ...DEFAULT_RETRY_POLICY, baseDelayMs: -1 } }],
    ['factor', { retry: { ...DEFAULT_RETRY_POLICY, factor: 0.5 } }],
    ['maxDelayMs', { retry: { ...DEFAULT_RETRY_POLICY, maxDelayMs: Number.NaN } }],
    ['maxRetryAfterMs', { retry: { ...DEFAULT_RETRY_POLICY, maxRetryAfterMs: -5 } }],
    ['failureThreshold', { breaker: { failureThreshold: -1, cooldownMs: 1 } }],
    ['cooldownMs', { breaker: { failureThreshold: 1, cooldownMs: -1 } }],
    ['maxContentLength', { rules: { ...DEFAULT_MESSAGE_RULES, maxContentLength: 0 } }],
  ])('refuses a policy whose %s is out of range', ([name, given]) => {
    expect(problemsOf(given)).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  test('refuses a lease that a send could outlive', () => {
    expect(problemsOf({ leaseMs: 15_000 })).toEqual([
      'leaseMs (15000) must be longer than timeoutMs of the sender (15000): a send could outlive its lease',
    ]);
    expect(problemsOf({ leaseMs: 15_001 })).toEqual([]);
  });

  test.for([
    0,
    Number.NaN,
    // As a sender without types may leave it out.
    undefined as unknown as number,
  ])('refuses a sender whose timeoutMs is %s', (timeoutMs) => {
    expect(() => aWorld({}, { sender: new ScriptedSender(() => 0, timeoutMs) })).toThrow(
      `timeoutMs of the sender must be at least 1, is ${timeoutMs}`,
    );
  });

  test('refuses an ambiguity policy that does not exist', () => {
    // As out of a file that nobody has validated.
    const ambiguity = 'pray' as DispatcherOptions['ambiguity'];
    expect(problemsOf({ ambiguity })).toEqual(['ambiguity must be one of resend, hold, reconcile, is pray']);
  });

  test('names every problem at once, the missing reconciler among them', () => {
    const world = aWorld();
    const { repository, sender, clock } = world;
    const random = { next: () => 0, token: () => 'token' };
    const make = (): Dispatcher =>
      new Dispatcher(
        { repository, sender, clock, random },
        { batchSize: 0, leaseMs: 1, ambiguity: 'reconcile' },
      );
    expect(make).toThrow(InvalidOptionsError);
    expect(make).toThrow(
      'batchSize must be a whole number from 1, is 0; ' +
        'leaseMs (1) must be longer than timeoutMs of the sender (15000): a send could outlive its lease; ' +
        'ambiguity reconcile needs a reconciler',
    );
  });

  test('throws an error with a stable code', () => {
    expect(() => dispatcherOptions({ batchSize: 0 }, SEND_TIMEOUT_MS)).toThrow(
      expect.objectContaining({ code: 'invalid_options', name: 'InvalidOptionsError' }),
    );
  });
});
