import type { StoredMessage } from '../message/stored-message.ts';

/**
 * Takes up to `limit` due messages in due order, half of them from each of the two streams (with `availableAt`, and without: another
 * service's) as far as they reach; what one leaves free the other takes.
 */
export function pickDue(due: readonly StoredMessage[], limit: number): readonly StoredMessage[] {
  const foreign = due.filter(({ message }) => message.availableAt === null).sort(byId);
  const own = due
    .filter(({ message }) => message.availableAt !== null)
    .sort((one, other) => dueTime(one) - dueTime(other) || byId(one, other));
  const foreignShare = Math.max(Math.floor(limit / 2), limit - own.length);
  const pickedForeign = foreign.slice(0, foreignShare);
  return [...own.slice(0, limit - pickedForeign.length), ...pickedForeign];
}

function dueTime({ message }: StoredMessage): number {
  return message.availableAt ?? 0;
}

function byId(one: StoredMessage, other: StoredMessage): number {
  return one.message.id < other.message.id ? -1 : 1;
}
