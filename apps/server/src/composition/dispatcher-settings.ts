import type { DispatcherOptions, MessageRules } from '@messaging-system/core';
import type { Config } from '../config/config.ts';

/** What the configuration says to the dispatcher. */
export function dispatcherSettings(config: Config): DispatcherOptions {
  const { processor, client, retry, breaker } = config;
  return {
    batchSize: processor.batchSize,
    intervalMs: processor.interval,
    concurrency: processor.concurrency,
    drain: processor.drain,
    leaseMs: processor.lease,
    sendTimeoutMs: client.timeout,
    drainDeadlineMs: processor.drainDeadline,
    storeTimeoutMs: processor.storeTimeout,
    ambiguity: config.delivery.ambiguity,
    retry: {
      maxAttempts: retry.maxAttempts,
      baseDelayMs: retry.baseDelay,
      factor: retry.factor,
      maxDelayMs: retry.maxDelay,
      maxRetryAfterMs: retry.maxRetryAfter,
    },
    breaker: { failureThreshold: breaker.failureThreshold, cooldownMs: breaker.cooldown },
    ratePerSecond: processor.ratePerSecond ?? null,
    rules: messageRules(config),
  };
}

export function messageRules({ message }: Config): MessageRules {
  return { phonePattern: message.phonePattern, maxContentLength: message.maxContentLength };
}
