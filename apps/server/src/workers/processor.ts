import type { Dispatcher, DispatcherStatus } from '@messaging-system/core';
import type {
  BreakerStatus,
  DispatcherFailure,
  DispatcherPace,
  DispatcherState,
} from '@messaging-system/core/adapter';
import type { DispatcherUseCases } from '@messaging-system/http-hono';

/** The part that delivers: the dispatcher of this process, or those of its workers as if they were one. */
export interface Processor extends DispatcherUseCases {
  /** Resolves when it can deliver; it is not started. Call `close` at the end, also when this rejects. */
  open(): Promise<void>;
  /** Messages may be due: it looks, and does not wait for its next tick. */
  wake(): void;
  /** Drains, and resolves when nothing is under way any more. */
  close(): Promise<void>;
}

export function inThisProcess(dispatcher: Dispatcher): Processor {
  return {
    open: async () => undefined,
    start: () => dispatcher.start(),
    stop: () => dispatcher.stop(),
    wake: () => dispatcher.wake(),
    status: () => dispatcher.status(),
    dispatchOnce: () => dispatcher.dispatchOnce(),
    close: async () => {
      dispatcher.stop();
      await dispatcher.whenStopped();
    },
  };
}

/** How several dispatchers stand, taken together: sums of what is under way, and the worst of the rest. */
export function combinedStatus(each: readonly DispatcherStatus[], wanted: DispatcherState): DispatcherStatus {
  return {
    state: combinedState(
      each.map(({ state }) => state),
      wanted,
    ),
    breaker: worstBreaker(each.map(({ breaker }) => breaker)),
    pausedUntil: latest(each.map(({ pausedUntil }) => pausedUntil)),
    leased: sum(each.map(({ leased }) => leased)),
    inFlight: sum(each.map(({ inFlight }) => inFlight)),
    lastClaimAt: latest(each.map(({ lastClaimAt }) => lastClaimAt)),
    storeFault: each.find(({ storeFault }) => storeFault !== null)?.storeFault ?? null,
    failure: latestFailure(each.map(({ failure }) => failure)),
    clockOffsetMs: each.reduce(
      (most, { clockOffsetMs }) => (Math.abs(clockOffsetMs) > Math.abs(most) ? clockOffsetMs : most),
      0,
    ),
    pace: combinedPace(each.flatMap(({ pace }) => pace ?? [])),
  };
}

/** All have the same settings, and each claims a batch of its own. */
function combinedPace(each: readonly DispatcherPace[]): DispatcherPace | null {
  const [first] = each;
  if (first === undefined) return null;
  return {
    ...first,
    batchSize: sum(each.map(({ batchSize }) => batchSize)),
    nextAt: each.reduce<number | null>(
      (next, { nextAt }) => (nextAt !== null && (next === null || nextAt < next) ? nextAt : next),
      null,
    ),
  };
}

/** While none is there it is what was asked for: they are being started again, and begin with that. */
function combinedState(states: readonly DispatcherState[], wanted: DispatcherState): DispatcherState {
  if (states.length === 0) return wanted;
  if (states.includes('running')) return 'running';
  return states.includes('draining') ? 'draining' : 'stopped';
}

function worstBreaker(all: readonly BreakerStatus[]): BreakerStatus {
  return all.reduce<BreakerStatus>((worst, one) => (badness(one) > badness(worst) ? one : worst), {
    state: 'closed',
    failures: 0,
  });
}

/** In bands: closed by its failures, then probing, then open by how long, and last open without an end. */
function badness(breaker: BreakerStatus): number {
  switch (breaker.state) {
    case 'closed':
      return breaker.failures;
    case 'probing':
      return 1e9;
    case 'open':
      return breaker.until ?? Number.POSITIVE_INFINITY;
  }
}

function latest(instants: readonly (number | null)[]): number | null {
  return instants.reduce((last, one) => (one !== null && (last === null || one > last) ? one : last), null);
}

function latestFailure(failures: readonly (DispatcherFailure | null)[]): DispatcherFailure | null {
  return failures.reduce(
    (last, one) => (one !== null && (last === null || one.at > last.at) ? one : last),
    null,
  );
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
