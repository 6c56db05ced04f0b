import type { DispatcherStatus } from '@messaging-system/core';
import type { BreakerStatus, DispatcherState } from '@messaging-system/core/adapter';
import { expect, test } from 'vitest';
import { combinedStatus } from '../../src/workers/processor.ts';
import { RUNNING } from '../support/worker-reports.ts';

const NOW = Date.UTC(2026, 0, 1);

function combined(...parts: readonly Partial<DispatcherStatus>[]): DispatcherStatus {
  return combinedStatus(
    parts.map((part) => ({ ...RUNNING, ...part })),
    'running',
  );
}

test.each<[readonly DispatcherState[], DispatcherState]>([
  [['running', 'running'], 'running'],
  [['draining', 'running'], 'running'],
  [['stopped', 'draining'], 'draining'],
  [['stopped', 'stopped'], 'stopped'],
])('of %j is %s', (states, state) => {
  expect(combined(...states.map((one) => ({ state: one }))).state).toBe(state);
});

test.each(['running', 'stopped'] as const)(
  'is what was asked for, %s, while no worker is there',
  (wanted) => {
    expect(combinedStatus([], wanted)).toEqual({ ...RUNNING, state: wanted });
  },
);

test('adds up what is under way', () => {
  expect(combined({ leased: 3, inFlight: 2 }, { leased: 4, inFlight: 1 })).toMatchObject({
    leased: 7,
    inFlight: 3,
  });
});

test.each<[string, BreakerStatus, BreakerStatus]>([
  ['more failures', { state: 'closed', failures: 2 }, { state: 'closed', failures: 9 }],
  ['a probe', { state: 'closed', failures: 9 }, { state: 'probing', reason: 'http_500' }],
  [
    'an open one',
    { state: 'probing', reason: 'http_500' },
    { state: 'open', reason: 'http_500', until: NOW },
  ],
  [
    'the longest pause',
    { state: 'open', reason: 'http_500', until: NOW },
    { state: 'open', reason: 'http_503', until: NOW + 1 },
  ],
  [
    'one that only an operator closes',
    { state: 'open', reason: 'http_500', until: NOW },
    { state: 'open', reason: 'http_410', until: null },
  ],
])('shows the worst breaker: %s', (_, better, worse) => {
  expect(combined({ breaker: better }, { breaker: worse }).breaker).toEqual(worse);
  expect(combined({ breaker: worse }, { breaker: better }).breaker).toEqual(worse);
});

test('shows the latest claim and pause, the fault that there is, and the clock that is off furthest', () => {
  expect(
    combined(
      { lastClaimAt: NOW, pausedUntil: null, storeFault: null, clockOffsetMs: 5 },
      { lastClaimAt: NOW + 5, pausedUntil: NOW, storeFault: 'store_rejected', clockOffsetMs: -70 },
      { lastClaimAt: null, pausedUntil: NOW + 1 },
    ),
  ).toMatchObject({
    lastClaimAt: NOW + 5,
    pausedUntil: NOW + 1,
    storeFault: 'store_rejected',
    clockOffsetMs: -70,
  });
});

test('adds up the batches of all, and shows when the first of them is next', () => {
  const pace = { batchSize: 2, intervalMs: 120_000, drain: false };
  expect(
    combined(
      { pace: { ...pace, nextAt: NOW + 5 } },
      { pace: { ...pace, nextAt: NOW } },
      { pace: { ...pace, nextAt: null } },
    ).pace,
  ).toEqual({ ...pace, batchSize: 6, nextAt: NOW });
});
