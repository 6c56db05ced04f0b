import type { MessagingEvent } from '../events/messaging-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryReconciler } from '../ports/delivery-reconciler.ts';
import type { MessageQueue } from '../ports/message-queue.ts';
import type { Random } from '../ports/random.ts';
import type { SentCache } from '../ports/sent-cache.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import type { CallDeadlines } from './deadline.ts';
import type { CheckedOptions } from './dispatcher-options.ts';
import type { Failures } from './failures.ts';
import type { FlowControl } from './flow-control.ts';
import type { SentCacheGuard } from './sent-cache-guard.ts';
import type { StopForAll } from './stop-for-all.ts';
import type { StoreGuard } from './store-guard.ts';
import type { StoreTime } from './store-time.ts';

/** Everything that the parts of one dispatcher share. */
export interface DispatchContext {
  readonly repository: MessageQueue;
  readonly sender: WebhookSender;
  readonly clock: Clock;
  readonly random: Random;
  readonly sentCache: SentCache | undefined;
  readonly reconciler: DeliveryReconciler | undefined;
  readonly options: CheckedOptions;
  readonly deadlines: CallDeadlines;
  readonly time: StoreTime;
  readonly store: StoreGuard;
  readonly cache: SentCacheGuard;
  readonly failures: Failures;
  readonly flow: FlowControl;
  readonly stopForAll: StopForAll;
  readonly tell: (event: MessagingEvent) => void;
}
