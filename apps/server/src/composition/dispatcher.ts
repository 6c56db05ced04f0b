import { TracedWebhookSender, TracingObserver } from '@messaging-system/adapters-opentelemetry';
import {
  Dispatcher,
  type DispatcherDependencies,
  type DispatcherObserver,
  type DispatcherOptions,
  FanOutObserver,
} from '@messaging-system/core';
import { SystemRandom } from '@messaging-system/core/system-clock';
import type { Config } from '../config/config.ts';
import { messageRules } from '../config/message-rules.ts';
import type { WebhookTarget } from '../config/webhook-target.ts';

/** The dispatcher's options by the configuration. */
export function dispatcherSettings(config: Config): DispatcherOptions {
  const { processor, retry, breaker } = config;
  return {
    batchSize: processor.batchSize,
    intervalMs: processor.interval,
    concurrency: processor.concurrency,
    drain: processor.drain,
    leaseMs: processor.lease,
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

/** The parts that a dispatcher is made of. */
export interface DispatcherParts extends Omit<DispatcherDependencies, 'random' | 'reconciler'> {
  readonly config: Config;
  readonly target: WebhookTarget;
  readonly observer: DispatcherObserver;
}

/**
 * A dispatcher by the configuration, which is not started. Where an SDK of OpenTelemetry is registered, each attempt and
 * batch has a span; without one that costs next to nothing.
 */
export function configuredDispatcher({
  config,
  target,
  sender,
  observer,
  ...parts
}: DispatcherParts): Dispatcher {
  const batches = new TracingObserver();
  return new Dispatcher(
    {
      ...parts,
      random: new SystemRandom(),
      sender: new TracedWebhookSender(sender, { url: target.url, batches }),
      observer: new FanOutObserver([batches, observer]),
    },
    dispatcherSettings(config),
  );
}
