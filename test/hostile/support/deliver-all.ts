import { Dispatcher, type DispatcherStatus } from '@messaging-system/core';
import type {
  AmbiguityPolicy,
  MessageRepository,
  SentCache,
  WebhookSender,
} from '@messaging-system/core/adapter';
import { SystemClock, SystemRandom } from '@messaging-system/core/system-clock';
import { until } from '../../../evidence/support/until.ts';

export interface Delivering {
  readonly repository: MessageRepository;
  readonly sentCache?: SentCache;
  readonly sender: WebhookSender;
  readonly ambiguity: AmbiguityPolicy;
}

/** Runs a real dispatcher until nothing is unsent. Rejects when something stays: a blocked head, or a message nobody can get rid of. */
export async function deliverAll(parts: Delivering): Promise<DispatcherStatus> {
  const { repository, sentCache, sender, ambiguity } = parts;
  const dispatcher = new Dispatcher(
    {
      repository,
      sender,
      clock: new SystemClock(),
      random: new SystemRandom(),
      ...(sentCache === undefined ? {} : { sentCache }),
    },
    {
      ambiguity,
      batchSize: 3,
      concurrency: 2,
      drain: true,
      intervalMs: 5,
      leaseMs: 5_000,
      retry: { maxAttempts: 3, baseDelayMs: 1, factor: 1, maxDelayMs: 1, maxRetryAfterMs: 1 },
      // Receivers here fail most of the time, and it is not the breaker that is tried.
      breaker: { failureThreshold: 0, cooldownMs: 1 },
    },
  );
  dispatcher.start();
  try {
    await until('nothing is unsent', async () => {
      const { breaker } = dispatcher.status();
      // A 410 stops everything until an operator starts it again, which is what is done here.
      if (breaker.state === 'open' && breaker.until === null) dispatcher.start();
      return (await repository.counts()).unsent.count === 0;
    });
    return dispatcher.status();
  } finally {
    dispatcher.stop();
    await dispatcher.whenStopped();
  }
}
