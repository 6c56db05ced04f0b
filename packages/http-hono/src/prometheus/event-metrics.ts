import type { MessagingEvent } from '@messaging-system/core';
import { Counter, Histogram, type Registry } from 'prom-client';

const SEND_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];
const STORE_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
const ATTEMPT_BUCKETS = [1, 2, 3, 4, 5, 6, 8, 12, 20];

const OUTCOMES = { ack: 'sent', nack: 'retried', deadLetter: 'failed', hold: 'unknown' } as const;

/** Counts and measures what happens, as it happens. */
export function eventMetrics(registry: Registry): (event: MessagingEvent) => void {
  const registers = [registry];
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> => new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly Label[] = [],
  ): Histogram<Label> => new Histogram({ name, help, buckets: [...buckets], labelNames, registers });

  const settled = counter(
    'messaging_messages_settled_total',
    'Messages by what became of them: sent; recalled (an earlier delivery was known of); retried (not delivered or outcome unknown, sent again later); failed; unknown (outcome unknown, held for an operator).',
    ['outcome'],
  );
  const attempts = counter(
    'messaging_attempts_total',
    'Webhook calls by outcome: accepted, retryable (not delivered), permanent (refused), ambiguous (nobody knows whether it arrived).',
    ['outcome'],
  );
  const attemptsPerMessage = histogram(
    'messaging_message_attempts',
    'Counted attempts of a message when it reached a final status.',
    ATTEMPT_BUCKETS,
    ['outcome'],
  );
  const sendSeconds = histogram(
    'messaging_send_duration_seconds',
    'Duration of webhook calls.',
    SEND_BUCKETS_S,
    ['outcome'],
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
  const leasesLost = counter('messaging_leases_lost_total', 'Leases that another process took over.', [
    'during',
  ]);
  const faults = counter('messaging_dependency_faults_total', 'Operations that failed, by dependency.', [
    'dependency',
    'operation',
  ]);
  const breakerOpened = counter('messaging_breaker_opened_total', 'How often the circuit breaker opened.');
  const pauses = counter('messaging_claiming_pauses_total', 'How often the receiver asked for a pause.');
  const operations = counter(
    'messaging_message_operations_total',
    'Messages that were enqueued, cancelled, redriven, erased or pruned through this process.',
    ['operation'],
  );
  // A rate over a series that only appears with its first event would miss that event.
  for (const outcome of ['recalled', ...Object.values(OUTCOMES)]) settled.inc({ outcome }, 0);
  for (const outcome of ['accepted', 'retryable', 'permanent', 'ambiguous']) {
    attempts.inc({ outcome }, 0);
  }
  for (const during of ['begin', 'extend', 'settle', 'release']) leasesLost.inc({ during }, 0);
  for (const operation of ['remember', 'recall', 'forget']) {
    faults.inc({ dependency: 'sent_cache', operation }, 0);
  }
  for (const operation of ['enqueued', 'cancelled', 'redriven', 'erased', 'pruned']) {
    operations.inc({ operation }, 0);
  }
  return (event) => {
    switch (event.type) {
      case 'batch.claimed':
        claimSeconds.observe(event.durationMs / 1000);
        claimed.inc(event.count);
        interrupted.inc(event.interrupted);
        break;
      case 'attempt.finished':
        attempts.inc({ outcome: event.outcome.kind });
        sendSeconds.observe({ outcome: event.outcome.kind }, event.durationMs / 1000);
        break;
      case 'message.settled': {
        const { message, settlement, recalled } = event;
        const outcome = recalled ? 'recalled' : OUTCOMES[settlement.kind];
        settled.inc({ outcome });
        if (settlement.kind === 'nack') break;
        attemptsPerMessage.observe({ outcome }, settlement.attempt?.attempt ?? message.attempts);
        break;
      }
      case 'batch.settled':
        settleSeconds.observe(event.durationMs / 1000);
        break;
      case 'messages.released':
        released.inc(event.ids.length);
        break;
      case 'lease.lost':
        leasesLost.inc({ during: event.during }, event.ids.length);
        break;
      case 'store.unavailable':
        faults.inc({ dependency: 'store', operation: event.operation });
        break;
      case 'sent_cache.unavailable':
        faults.inc({ dependency: 'sent_cache', operation: event.operation });
        break;
      case 'reconciler.unavailable':
        faults.inc({ dependency: 'reconciler', operation: 'reconcile' });
        break;
      case 'dispatcher.failed':
        faults.inc({ dependency: 'dispatcher', operation: event.during });
        break;
      case 'breaker.opened':
        breakerOpened.inc();
        break;
      case 'claiming.paused':
        pauses.inc();
        break;
      case 'messages.enqueued':
      case 'messages.cancelled':
      case 'messages.redriven':
      case 'messages.erased':
      case 'messages.pruned':
        operations.inc({ operation: event.type.slice('messages.'.length) }, event.count);
        break;
    }
  };
}
