import type { ProcessorJson } from '@messaging-system/http-hono';
import { formatDuration } from '../text.ts';
import { atLeast, type Check, failed, ok, receiverAdvice, stoppedForAll, warning } from './check.ts';

// Twice the longest interval that a server has by default.
const LATE_MS = 240_000;
// Fewer in a row happen to a webhook that is well.
const MANY_FAILURES = 3;

/** The server's deliveries and queue: at least one check, all of them ok only where nothing keeps failing. */
export function* checkProcessor(processor: ProcessorJson, credentials?: string): Generator<Check> {
  const { state, pausedUntil, deliveryStop, workers, storeFault, failure, counts, oldestDueAgeMs } =
    processor;
  if (state !== 'running') {
    yield warning('processor', state, 'Nothing is delivered by this server until POST /processor/start.');
  } else if (pausedUntil === null) yield ok('processor', 'running');
  else yield warning('processor', `pauses until ${pausedUntil}`, 'The receiver asked for it.');
  if (deliveryStop !== undefined) yield stoppedForAll(deliveryStop);
  yield* breakerChecks(processor, credentials);
  // A server of an earlier version says nothing of workers and failures.
  if (workers && workers.alive < workers.wanted) {
    const text = `${workers.alive} of ${workers.wanted} are alive`;
    yield warning('workers', text, 'The log of the server says why they ended.');
  }
  if (storeFault !== null) {
    yield failed('queue', `the store of the server has a fault: ${storeFault}`, 'Its own log says why.');
  }
  if (failure) {
    const text = `unexpected ${failure.error} in ${failure.during} at ${failure.at ?? 'an unknown time'}`;
    yield failed('processor', text, 'The log of the server has its stack.');
  }
  if (oldestDueAgeMs !== null && oldestDueAgeMs > LATE_MS) {
    const since = formatDuration(Math.round(oldestDueAgeMs / 1_000) * 1_000);
    const advice =
      'Deliveries are fewer than messages, or slow: see processor.batchSize, processor.interval and processor.concurrency.';
    yield warning('queue', `the oldest message that is due has been waiting for ${since}`, advice);
  }
  for (const status of ['failed', 'unknown'] as const) {
    const found = counts?.[status] ?? { count: 0, exact: true };
    const advice = `"messaging-system list --status ${status}" shows them with their reasons. ${GIVEN_UP[status]}`;
    if (found.count > 0) yield warning('queue', `${atLeast(found)} ${status}`, advice);
  }
}

const GIVEN_UP = {
  failed: 'When the cause is fixed, redrive sends them again.',
  unknown:
    'They may have arrived, and redrive sends them again: ask the receiver first, and redrive only those that it does not have.',
} as const;

function* breakerChecks({ breaker }: ProcessorJson, credentials?: string): Generator<Check> {
  const name = 'deliveries';
  if (breaker.state === 'open') {
    const advice = `${receiverAdvice(breaker.reason, credentials)} When it answers again, "messaging-system start" tries one message at once.`;
    yield failed(name, `the breaker is open: ${breaker.reason}`, advice);
  } else if (breaker.state === 'probing') {
    const text = `the breaker was open, and tries one: ${breaker.reason}`;
    yield failed(name, text, receiverAdvice(breaker.reason, credentials));
  } else if (breaker.failures > 0) {
    const { failures, reason } = breaker;
    // Ambiguous ones are among them: they may have arrived.
    const text = failures === 1 ? 'the last one did not succeed' : `the last ${failures} did not succeed`;
    const check = failures < MANY_FAILURES ? warning : failed;
    // A server of an earlier version does not say why.
    yield reason === undefined
      ? check(
          name,
          text,
          '"messaging-system list" has the reason with each message; docs/errors.md explains it.',
        )
      : check(name, `${text}: ${reason}`, receiverAdvice(reason, credentials));
  }
}
