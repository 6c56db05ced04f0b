import type { TestStore } from '../support/stores.ts';
import type { Acceptance, ChaosReceiver } from './chaos-receiver.ts';

/** One injected fault. */
export interface Injection {
  readonly from: number;
  readonly until: number;
  /** The messages that the store had as `sent` just before, with how often the receiver had accepted them. */
  readonly sentBefore: ReadonlyMap<string, number>;
  /** From the end of the fault to the next acceptance. */
  readonly recoveryMs: number;
}

export interface Verdict {
  readonly messages: number;
  readonly delivered: number;
  /** Neither accepted nor `unknown`, or `failed` although nothing was to fail. */
  readonly lost: number;
  readonly copies: number;
  /** How often the message was received that was received most often. */
  readonly receivedMost: number;
  readonly copiesOutsideWindow: number;
  readonly unknown: number;
  readonly injections: number;
  readonly recoveryMedianMs: number;
  readonly recoveryMaxMs: number;
}

/** Judges a run that has come to rest. `reachMs`: how long after a fault's end its leases may still run out. */
export async function judge(
  ids: readonly string[],
  store: TestStore,
  receiver: ChaosReceiver,
  injections: readonly Injection[],
  reachMs: number,
): Promise<Verdict> {
  const storedStates = await store.storedStates();
  const ambiguousIds = await store.ambiguousIds();
  const isLost = (id: string): boolean => {
    const status = storedStates[id]?.status;
    if (status === 'unknown') return false;
    return status !== 'sent' || receiver.countOf(id) === 0;
  };
  const recoveries = injections.map(({ recoveryMs }) => recoveryMs).sort((one, other) => one - other);
  return {
    messages: ids.length,
    delivered: receiver.distinct,
    lost: ids.filter(isLost).length,
    copies: receiver.copies,
    receivedMost: ids.reduce((most, id) => Math.max(most, receiver.countOf(id)), 0),
    copiesOutsideWindow: outsideWindow(receiver, injections, ambiguousIds, reachMs),
    unknown: Object.values(storedStates).filter(({ status }) => status === 'unknown').length,
    injections: injections.length,
    recoveryMedianMs: recoveries[Math.floor(recoveries.length / 2)] ?? 0,
    recoveryMaxMs: recoveries.at(-1) ?? 0,
  };
}

/**
 * A copy is inside the window when the earlier acceptance's answer was lost, or came too late for the sender, who noted that nobody knows; or when a fault was
 * under way between the two; and never when the store had the message as `sent` before a fault that came before the copy.
 */
function outsideWindow(
  receiver: ChaosReceiver,
  injections: readonly Injection[],
  ambiguousIds: ReadonlySet<string>,
  reachMs: number,
): number {
  let outside = 0;
  for (const [id, acceptances] of receiver.acceptances) {
    acceptances.forEach((copy, index) => {
      const earlier = acceptances[index - 1];
      if (earlier === undefined) return;
      const wasStored = injections.some(
        ({ from, sentBefore }) => from < copy.at && (sentBefore.get(id) ?? 0) === index,
      );
      const isInside = ambiguousIds.has(id) || isExplained(earlier, copy, injections, reachMs);
      if (wasStored || !isInside) outside += 1;
    });
  }
  return outside;
}

function isExplained(
  earlier: Acceptance,
  copy: Acceptance,
  injections: readonly Injection[],
  reachMs: number,
): boolean {
  if (!earlier.answered) return true;
  return injections.some(({ from, until }) => from <= copy.at && until + reachMs >= earlier.at);
}
