import type { BreakerJson, ProcessorJson } from '@messaging-system/http-hono';
import { formatDuration } from '../text.ts';
import { type Check, failed, ok, receiverAdvice, warning } from './check.ts';

// Twice the longest interval that a server has by default.
const LATE_MS = 240_000;
// Fewer in a row happen to a webhook that is well.
const MANY_FAILURES = 3;

/** What a server says of its deliveries and of the queue: at least one check, all of them ok only where nothing keeps failing. */
export function checkProcessor(processor: ProcessorJson): readonly Check[] {
  return [
    stateCheck(processor),
    ...stopChecks(processor),
    ...breakerChecks(processor.breaker),
    ...workerChecks(processor),
    ...storeChecks(processor),
    ...failureChecks(processor),
    ...queueChecks(processor),
  ];
}

function stateCheck({ state, pausedUntil }: ProcessorJson): Check {
  if (state !== 'running') {
    return warning('processor', state, 'Nothing is delivered by this server until POST /processor/start.');
  }
  return pausedUntil === null
    ? ok('processor', 'running')
    : warning('processor', `pauses until ${pausedUntil}`, 'The receiver asked for it.');
}

function stopChecks({ deliveryStop }: ProcessorJson): readonly Check[] {
  if (deliveryStop === undefined) return [];
  const text = `stopped for all servers by ${deliveryStop.by ?? 'an operator'} since ${deliveryStop.at ?? 'an unknown time'}`;
  return [warning('deliveries', text, '"messaging-system start --all" ends it.')];
}

function breakerChecks(breaker: BreakerJson): readonly Check[] {
  switch (breaker.state) {
    case 'closed':
      return closedChecks(breaker.failures);
    case 'open':
      return [
        failed(
          'deliveries',
          `the breaker is open: ${breaker.reason}`,
          `${receiverAdvice(breaker.reason)} POST /processor/start closes it at once.`,
        ),
      ];
    case 'probing':
      return [
        failed(
          'deliveries',
          `the breaker was open, and tries one: ${breaker.reason}`,
          receiverAdvice(breaker.reason),
        ),
      ];
  }
}

function closedChecks(failures: number): readonly Check[] {
  if (failures === 0) return [];
  // Ambiguous ones are among them: they may have arrived.
  const text = failures === 1 ? 'the last one did not succeed' : `the last ${failures} did not succeed`;
  const advice = '"messaging-system list" has the reason beside each message; docs/errors.md explains it.';
  return [(failures < MANY_FAILURES ? warning : failed)('deliveries', text, advice)];
}

function workerChecks({ workers }: ProcessorJson): readonly Check[] {
  // A server of an earlier version says nothing of them.
  if (!workers || workers.alive >= workers.wanted) return [];
  const shown = `${workers.alive} of ${workers.wanted} are alive`;
  return [warning('workers', shown, 'The log of the server says why they ended.')];
}

function storeChecks({ storeFault }: ProcessorJson): readonly Check[] {
  return storeFault === null
    ? []
    : [failed('queue', `the store of the server has a fault: ${storeFault}`, 'Its own log says why.')];
}

function failureChecks({ failure }: ProcessorJson): readonly Check[] {
  // A server of an earlier version says nothing of it.
  if (!failure) return [];
  const text = `unexpected ${failure.error} in ${failure.during} at ${failure.at ?? 'an unknown time'}`;
  return [failed('processor', text, 'The log of the server has its stack.')];
}

function queueChecks({ counts, oldestDueAgeMs }: ProcessorJson): readonly Check[] {
  const checks: Check[] = [];
  if (oldestDueAgeMs !== null && oldestDueAgeMs > LATE_MS) {
    const since = formatDuration(Math.round(oldestDueAgeMs / 1_000) * 1_000);
    checks.push(
      warning(
        'queue',
        `the oldest message that is due has been waiting for ${since}`,
        'Deliveries are fewer than messages, or slow: see processor.batchSize, processor.interval and processor.concurrency.',
      ),
    );
  }
  for (const status of ['failed', 'unknown'] as const) {
    const { count, exact } = counts?.[status] ?? { count: 0, exact: true };
    if (count === 0) continue;
    checks.push(
      warning(
        'queue',
        `${exact ? '' : 'at least '}${count.toLocaleString('en')} ${status}`,
        `"messaging-system list --status ${status}" says why; redrive sends them again.`,
      ),
    );
  }
  return checks;
}
