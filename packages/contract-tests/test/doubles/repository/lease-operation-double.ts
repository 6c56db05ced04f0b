import {
  beginAttempt,
  extendLease,
  type LeasedMessage,
  type LeaseResult,
  type MessageRepository,
  release,
  type StoredMessage,
  settle,
} from '@messaging-system/core/adapter';
import type { InMemoryMessageRepository } from '@messaging-system/core/in-memory';
import type { MessageRepositoryHarness } from '../../../src/index.ts';
import type { Double } from '../register-doubles.ts';
import { turn } from '../turn.ts';
import { wrong } from './repository-double.ts';

export type LeaseOperation = 'settle' | 'beginAttempt' | 'extendLease' | 'release';

/** A double's work on one message: `apply` changes it whoever holds it, `right` does what the reference does. */
export type Verdict = 'apply' | 'held' | 'stale' | 'right';

export type Judge = (stored: StoredMessage | null, token: string, id: string) => Verdict;

export interface JudgedOptions {
  /** Judges as usual, lets others take their turns, and asks this about what they left: then it writes over it. */
  readonly afterOthers?: (stored: StoredMessage, token: string) => boolean;
}

/** The reference with another rule for who may do one operation under a lease. */
export function judged(
  name: string,
  operation: LeaseOperation,
  judge: Judge,
  { afterOthers }: JudgedOptions = {},
): Double<MessageRepositoryHarness> {
  return wrong(name, (reference) => ({
    [operation]: judgedOperations(reference, judge, afterOthers)[operation],
  }));
}

type LeaseOperations = Pick<MessageRepository, LeaseOperation>;

function judgedOperations(
  reference: InMemoryMessageRepository,
  judge: Judge,
  afterOthers: JudgedOptions['afterOthers'],
): LeaseOperations {
  const each = async (
    token: string,
    id: string,
    right: () => Promise<LeaseResult>,
    apply: (stored: LeasedMessage) => StoredMessage,
  ): Promise<LeaseResult> => {
    const verdict = judge(reference.read(id), token, id);
    if (verdict === 'apply' && afterOthers !== undefined) await turn();
    const stored = reference.read(id);
    const isLost = stored === null || afterOthers?.(stored, token) === false;
    if (verdict === 'right' || (verdict === 'apply' && isLost)) return right();
    if (verdict === 'apply' && stored !== null) reference.put(apply(asHeldBy(stored, token)));
    return verdict === 'stale' ? { held: [], stale: [id] } : { held: [id], stale: [] };
  };
  return {
    settle: (token, settlements) =>
      merged(
        settlements.map((settlement) =>
          each(
            token,
            settlement.id,
            () => reference.settle(token, [settlement]),
            (stored) => settle(stored, settlement),
          ),
        ),
      ),
    beginAttempt: (token, ids, begunAt) =>
      merged(
        ids.map((id) =>
          each(
            token,
            id,
            () => reference.beginAttempt(token, [id], begunAt),
            (stored) => beginAttempt(stored, begunAt),
          ),
        ),
      ),
    extendLease: (token, ids, leasedUntil) =>
      merged(
        ids.map((id) =>
          each(
            token,
            id,
            () => reference.extendLease(token, [id], leasedUntil),
            (stored) => extendLease(stored, leasedUntil),
          ),
        ),
      ),
    release: (token, ids) =>
      merged(ids.map((id) => each(token, id, () => reference.release(token, [id]), release))),
  };
}

/** The record as if the token held it. */
function asHeldBy({ message, lease, ...kept }: StoredMessage, token: string): LeasedMessage {
  const leasedUntil = message.leasedUntil ?? 0;
  return {
    ...kept,
    message: { ...message, status: 'unsent', leasedUntil },
    lease: { journals: false, begunAt: null, ...lease, token },
  };
}

async function merged(results: readonly Promise<LeaseResult>[]): Promise<LeaseResult> {
  const all = await Promise.all(results);
  return { held: all.flatMap(({ held }) => held), stale: all.flatMap(({ stale }) => stale) };
}
