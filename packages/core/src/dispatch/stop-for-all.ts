import type { ClaimPermission } from '../policy/circuit-breaker.ts';
import { isStopOrNull } from '../ports/adapter-answers.ts';
import type { DeliveryStop, MessageQueue } from '../ports/message-queue.ts';
import type { FlowControl } from './flow-control.ts';
import type { StoreGuard } from './store-guard.ts';
import type { StoreTime } from './store-time.ts';

/** No claim begins on older knowledge than this. */
const STOP_KNOWN_MS = 2_000;

/**
 * The stop for every process that the store keeps. It is read before a claim when the last reading is 2 s old, so that a dispatcher claims
 * nothing from 2 s after the stop on, and most claims cost no question. Messages that were claimed by then are still sent.
 *
 * Modes: unknown --read--> known (for 2 s) --> stale --read--> known.
 */
export class StopForAll {
  readonly #repository: MessageQueue;
  readonly #guard: Pick<StoreGuard, 'call'>;
  readonly #time: StoreTime;
  readonly #flow: FlowControl;
  #stop: DeliveryStop | null = null;
  #readAt: number | null = null;

  constructor(repository: MessageQueue, guard: Pick<StoreGuard, 'call'>, time: StoreTime, flow: FlowControl) {
    this.#repository = repository;
    this.#guard = guard;
    this.#time = time;
    this.#flow = flow;
  }

  /** Asks the store. @throws as the store does: who cannot know whether there is a stop does not claim */
  async refresh(): Promise<void> {
    const { deliveryStop } = this.#repository;
    if (deliveryStop === undefined) return;
    // By when it was asked: an answer that takes long is as old as its question.
    const askedAt = this.#time.now();
    this.#stop = await this.#guard.call(
      'deliveryStop',
      () => deliveryStop.call(this.#repository),
      isStopOrNull,
    );
    this.#readAt = askedAt;
  }

  /** Whether the store keeps a stop and has to be asked. */
  get isStale(): boolean {
    if (this.#repository.deliveryStop === undefined) return false;
    if (this.#readAt === null) return true;
    const age = this.#time.now() - this.#readAt;
    return age < 0 || age >= STOP_KNOWN_MS;
  }

  /** The flow control's permit, and nothing while delivery is stopped for all. */
  permission(): ClaimPermission {
    const stop = this.standing();
    return stop === null ? this.#flow.permission() : { ...stop, kind: 'none' };
  }

  /** The stop as it was last read, and when it is read again; null: none stood. */
  standing(): { readonly reason: string; readonly until: number } | null {
    if (this.#stop === null) return null;
    const { by } = this.#stop;
    const reason = `delivery is stopped for all servers${by === null ? '' : ` by ${by}`}`;
    return { reason, until: (this.#readAt ?? this.#time.now()) + STOP_KNOWN_MS };
  }
}
