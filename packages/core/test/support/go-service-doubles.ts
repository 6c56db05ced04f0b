import {
  type ClaimedMessage,
  type ClaimRequest,
  claim,
  isDue,
  type LeaseResult,
  type SendContext,
  type SendOutcome,
  type Settlement,
  type StoredMessage,
  settle,
  type WebhookSender,
} from '../../src/adapter.ts';
import { InMemoryMessageRepository } from '../../src/in-memory/index.ts';
import type { Message } from '../../src/index.ts';

/** Looks at no status of an answer: what was answered at all was accepted. */
export class StatusBlindSender implements WebhookSender {
  readonly timeoutMs: number;
  readonly #sender: WebhookSender;

  constructor(sender: WebhookSender) {
    this.timeoutMs = sender.timeoutMs;
    this.#sender = sender;
  }

  async send(message: Message, context: SendContext): Promise<SendOutcome> {
    await this.#sender.send(message, context);
    return { kind: 'accepted' };
  }
}

/** Leaves what it cannot deliver where it was: at the head. */
export class HeadBlockingRepository extends InMemoryMessageRepository {
  override async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    const undeliverable = settlements.filter(({ kind }) => kind === 'deadLetter').map(({ id }) => id);
    await this.release(leaseToken, undeliverable);
    const others = await super.settle(
      leaseToken,
      settlements.filter(({ kind }) => kind !== 'deadLetter'),
    );
    return { held: [...others.held, ...undeliverable], stale: others.stale };
  }
}

// 0001-01-01T00:00:00Z
const GO_ZERO_TIME = -62_135_596_800_000;

/** Marks as sent, and does not say when. */
export class TimeForgettingRepository extends InMemoryMessageRepository {
  override settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    return super.settle(
      leaseToken,
      settlements.map((one) => (one.kind === 'ack' ? { ...one, sentAt: GO_ZERO_TIME } : one)),
    );
  }
}

/** Reads what is unsent and marks it afterwards; nobody claims anything. */
export class UnclaimingRepository extends InMemoryMessageRepository {
  readonly #ids: readonly string[];

  constructor(ids: readonly StoredMessage[]) {
    super({ next: () => 0.5, token: () => 'unused' });
    this.#ids = ids.map(({ message }) => message.id);
    for (const stored of ids) this.put(stored);
  }

  override async claimDue({ now, limit }: ClaimRequest): Promise<readonly ClaimedMessage[]> {
    const due = this.#ids.flatMap((id) => {
      const stored = this.read(id);
      return stored !== null && isDue(stored, now) ? [stored] : [];
    });
    return due.slice(0, limit).map(({ message }) => ({
      message,
      interrupted: false,
      inDoubt: false,
      foreign: false,
    }));
  }

  override async settle(leaseToken: string, settlements: readonly Settlement[]): Promise<LeaseResult> {
    for (const settlement of settlements) {
      const stored = this.read(settlement.id);
      if (stored === null) continue;
      const request = { now: 0, leasedUntil: 0, leaseToken, journals: false, limit: 1 };
      this.put(settle(claim(stored, request), settlement));
    }
    return { held: settlements.map(({ id }) => id), stale: [] };
  }
}
