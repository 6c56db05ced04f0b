import type { Clock } from '../ports/clock.ts';
import type { DeliveryReconciler } from '../ports/delivery-reconciler.ts';
import type { DispatcherObserver } from '../ports/dispatcher-observer.ts';
import type { MessageRepository } from '../ports/message-repository.ts';
import type { Random } from '../ports/random.ts';
import type { SentCache } from '../ports/sent-cache.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import type { DispatchOnceResult } from './dispatch-report.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { DispatcherStatus } from './dispatcher-status.ts';

export interface DispatcherDependencies {
  readonly repository: MessageRepository;
  readonly sender: WebhookSender;
  readonly clock: Clock;
  readonly random: Random;
  readonly sentCache?: SentCache;
  /** Needed by the ambiguity policy `reconcile`. */
  readonly reconciler?: DeliveryReconciler;
  readonly observer?: DispatcherObserver;
}

/** Takes due messages out of the store and delivers them. (Signature while under construction.) */
export declare class Dispatcher {
  constructor(dependencies: DispatcherDependencies, options?: Partial<DispatcherOptions>);
  /** Begins ticking, the first at once; closes an open breaker. While running it only does the latter; while draining it starts again afterwards. */
  start(): void;
  /** Begins to drain and returns at once. */
  stop(): void;
  /** Resolves when the state is `stopped`. */
  whenStopped(): Promise<void>;
  /** Something may have become due: with `drain`, the next tick is at once. */
  wake(): void;
  dispatchOnce(): Promise<DispatchOnceResult>;
  status(): DispatcherStatus;
}
