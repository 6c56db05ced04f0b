import type { MessagingEvent } from '@messaging-system/core';
import type { SendOutcome } from '@messaging-system/core/adapter';
import type { Registry } from 'prom-client';
import { byType } from '../events/by-type.ts';
import { instruments } from './instruments.ts';

const SEND_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
const STORE_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
const ATTEMPT_BUCKETS = [1, 2, 3, 4, 5, 6, 8, 12, 20];

const OUTCOMES = { ack: 'sent', nack: 'retried', deadLetter: 'failed', hold: 'unknown' } as const;

const CLASSES = [
  'accepted',
  'retryable',
  'busy',
  'permanent',
  'refusing',
  'gone',
  'ambiguous',
  'no_request',
] as const;

function classOf(outcome: SendOutcome): (typeof CLASSES)[number] {
  if (outcome.kind === 'retryable' && outcome.busy === true) return 'busy';
  if (outcome.kind !== 'permanent') return outcome.kind;
  return outcome.noRequest === true ? 'no_request' : (outcome.endpoint ?? 'permanent');
}

/** Counts and measures what happens, as it happens. */
export function eventMetrics(registry: Registry): (event: MessagingEvent) => void {
  const { counter, histogram } = instruments(registry);
  const settled = counter(
    'messaging_messages_settled_total',
    'Messages by what became of them: sent; recalled (an earlier delivery was known of); retried (not delivered or outcome unknown, sent again later); failed; unknown (outcome unknown, held for an operator).',
    { outcome: ['recalled', ...Object.values(OUTCOMES)] },
  );
  const attempts = counter(
    'messaging_attempts_total',
    'Webhook calls by outcome: accepted, retryable (not delivered), permanent (refused), ambiguous (nobody knows whether it arrived).',
    { outcome: ['accepted', 'retryable', 'permanent', 'ambiguous'] },
  );
  const classes = counter(
    'messaging_outcomes_total',
    'Outcomes by class: accepted, retryable, busy (retryable: the receiver asked to wait), permanent, refusing and gone (permanent, but not about the message), ambiguous, and no_request (the message could not be made into a request).',
    { class: CLASSES },
  );
  const attemptsPerMessage = histogram(
    'messaging_message_attempts',
    'Counted attempts of a message when it reached a final status.',
    ATTEMPT_BUCKETS,
    'outcome',
  );
  const sendSeconds = histogram(
    'messaging_send_duration_seconds',
    'Duration of webhook calls.',
    SEND_BUCKETS_S,
    'outcome',
  );
  const claimSeconds = histogram('messaging_claim_duration_seconds', 'Duration of claims.', STORE_BUCKETS_S);
  const claimed = counter('messaging_messages_claimed_total', 'Messages that were claimed.');
  const interrupted = counter(
    'messaging_messages_interrupted_total',
    'Claimed messages whose earlier lease had ended without a result.',
  );
  const settleSeconds = histogram(
    'messaging_settle_duration_seconds',
    'Duration of storing a batch of results.',
    STORE_BUCKETS_S,
  );
  const released = counter('messaging_messages_released_total', 'Messages given back before they were sent.');
  const leasesLost = counter(
    'messaging_leases_lost_total',
    'Leases that were lost: another process took over, an operator changed the message, or the lease ended first.',
    {
      during: ['begin', 'extend', 'settle', 'release'],
    },
  );
  const faults = counter('messaging_dependency_faults_total', 'Operations that failed, by dependency.', {
    dependency: [],
    operation: [],
  });
  for (const operation of ['remember', 'recall', 'forget']) {
    faults.inc({ dependency: 'sent_cache', operation }, 0);
  }
  const breakerOpened = counter('messaging_breaker_opened_total', 'How often the circuit breaker opened.');
  const pauses = counter('messaging_claiming_pauses_total', 'How often the receiver asked for a pause.');
  const operations = counter(
    'messaging_message_operations_total',
    'Messages that were enqueued, cancelled, redriven, erased or pruned through this process.',
    { operation: ['enqueued', 'cancelled', 'redriven', 'erased', 'pruned'] },
  );
  const ignored = (): void => undefined;
  const operated = ({ type, count }: { readonly type: string; readonly count: number }): void =>
    operations.inc({ operation: type.slice('messages.'.length) }, count);
  return byType({
    'dispatcher.started': ignored,
    'dispatcher.draining': ignored,
    'dispatcher.stopped': ignored,
    'dispatcher.failed': ({ during }) => faults.inc({ dependency: 'dispatcher', operation: during }),
    'batch.claimed': (event) => {
      claimSeconds.observe(event.durationMs / 1000);
      claimed.inc(event.count);
      interrupted.inc(event.interrupted);
    },
    'batch.settled': ({ durationMs }) => settleSeconds.observe(durationMs / 1000),
    'attempt.started': ignored,
    'attempt.finished': ({ outcome: result, durationMs }) => {
      classes.inc({ class: classOf(result) });
      if (classOf(result) === 'no_request') return;
      const { kind: outcome } = result;
      attempts.inc({ outcome });
      sendSeconds.observe({ outcome }, durationMs / 1000);
    },
    'message.settled': ({ message, settlement, recalled }) => {
      const outcome = recalled ? 'recalled' : OUTCOMES[settlement.kind];
      settled.inc({ outcome });
      if (settlement.kind === 'nack') return;
      attemptsPerMessage.observe({ outcome }, settlement.attempt?.attempt ?? message.attempts);
    },
    'messages.released': ({ ids }) => released.inc(ids.length),
    'lease.lost': ({ during, ids }) => leasesLost.inc({ during }, ids.length),
    'store.unavailable': ({ operation }) => faults.inc({ dependency: 'store', operation }),
    'store.recovered': ignored,
    'sent_cache.unavailable': ({ operation }) => faults.inc({ dependency: 'sent_cache', operation }),
    'reconciler.unavailable': () => faults.inc({ dependency: 'reconciler', operation: 'reconcile' }),
    'clock.skewed': ignored,
    'breaker.opened': () => breakerOpened.inc(),
    'breaker.closed': ignored,
    'claiming.paused': () => pauses.inc(),
    'claiming.resumed': ignored,
    'messages.enqueued': operated,
    'messages.cancelled': operated,
    'messages.redriven': operated,
    'messages.erased': operated,
    'messages.pruned': operated,
  });
}
