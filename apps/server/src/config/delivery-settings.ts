import { formatDuration } from '@messaging-system/cli/text';
import { DEFAULT_DISPATCHER_OPTIONS as CORE } from '@messaging-system/core';
import { AMBIGUITY_POLICIES } from '@messaging-system/core/adapter';
import { choice, decimal, durationBetween, flag, regularExpression, wholeNumber } from './kinds.ts';
import { setting } from './setting.ts';

const MS = 1;
const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const DELIVERY_SETTINGS = {
  processor: {
    autoStart: setting(flag, { fallback: true, about: 'begin to deliver as soon as the server has started' }),
    batchSize: setting(wholeNumber(1, 10_000), {
      fallback: CORE.batchSize,
      about: 'messages that one claim takes at most',
    }),
    interval: setting(durationBetween(1 * MS, 30 * DAY), {
      fallback: formatDuration(CORE.intervalMs),
      embedded: '1s',
      about: 'from the beginning of one tick to the beginning of the next',
    }),
    concurrency: setting(wholeNumber(1, 10_000), {
      fallback: CORE.concurrency,
      about: 'deliveries under way at the same time, in each worker',
    }),
    drain: setting(flag, {
      fallback: CORE.drain,
      embedded: true,
      about: 'claim on within a tick until nothing is due',
    }),
    lease: setting(durationBetween(2 * MS, DAY), {
      fallback: formatDuration(CORE.leaseMs),
      about: 'how long claimed messages belong to this process; longer than `client.timeout`',
    }),
    drainDeadline: setting(durationBetween(0, HOUR), {
      fallback: formatDuration(CORE.drainDeadlineMs),
      about: 'how long a stop waits for deliveries under way before it cuts them off',
    }),
    storeTimeout: setting(durationBetween(10 * MS, HOUR), {
      fallback: formatDuration(CORE.storeTimeoutMs),
      about: 'how long one call to the store may take before it counts as failed and is repeated',
    }),
    ratePerSecond: setting(decimal(0.001, 1_000_000), {
      about:
        'largest number of deliveries begun per second, by all workers together and over a minute: within one second each worker may begin one more; not less than `server.workers` where these are several',
    }),
  },
  retry: {
    maxAttempts: setting(wholeNumber(1, 1_000), {
      fallback: CORE.retry.maxAttempts,
      about: 'attempts that a message gets in all',
    }),
    baseDelay: setting(durationBetween(0, DAY), {
      fallback: formatDuration(CORE.retry.baseDelayMs),
      about: 'upper bound of the wait after the first attempt; each wait is a random part of its bound',
    }),
    factor: setting(decimal(1, 1_000), {
      fallback: CORE.retry.factor,
      about: 'by which the bound grows with each attempt',
    }),
    maxDelay: setting(durationBetween(0, 365 * DAY), {
      fallback: formatDuration(CORE.retry.maxDelayMs),
      about: 'where the bound stops growing',
    }),
    maxRetryAfter: setting(durationBetween(0, 365 * DAY), {
      fallback: formatDuration(CORE.retry.maxRetryAfterMs),
      about: "how far a receiver's `Retry-After` is honoured",
    }),
  },
  breaker: {
    failureThreshold: setting(wholeNumber(0, 1_000_000), {
      fallback: CORE.breaker.failureThreshold,
      about: 'failures in a row after which delivery pauses; 0: never',
    }),
    cooldown: setting(durationBetween(0, DAY), {
      fallback: formatDuration(CORE.breaker.cooldownMs),
      about: 'how long it pauses before a probe',
    }),
  },
  delivery: {
    ambiguity: setting(choice(AMBIGUITY_POLICIES), {
      fallback: CORE.ambiguity,
      about:
        'when nobody knows whether a delivery arrived: send again with the same `webhook-id`, or hold for an operator (`reconcile` needs code of yours: embed core)',
    }),
  },
  message: {
    phonePattern: setting(regularExpression, {
      fallback: CORE.rules.phonePattern.source,
      about: 'what a phone number must match; E.164',
    }),
    maxContentLength: setting(wholeNumber(1, 100_000), {
      fallback: CORE.rules.maxContentLength,
      about: 'characters of a message',
    }),
  },
  retention: {
    keep: setting(durationBetween(SECOND, 3_650 * DAY), {
      about: 'set: `sent` and `cancelled` messages are removed this long after they were settled',
    }),
    interval: setting(durationBetween(SECOND, 30 * DAY), { fallback: '1h', about: 'how often that is done' }),
  },
};
