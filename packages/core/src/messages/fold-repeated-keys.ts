import type { InsertConflict, InsertedItem } from '../message/insert-result.ts';
import { asksTheSame } from '../message/message.ts';
import type { EnqueueProblem, EnqueueRequest } from './enqueue-request.ts';

export interface FoldedRequests {
  readonly unique: readonly EnqueueRequest[];
  /** `positions[i]` is where request i stands in `unique`. */
  readonly positions: readonly number[];
  /** Of each request whose key is also that of another request in the call. */
  readonly problems: readonly EnqueueProblem[];
}

/** A key given twice in one call means one message, if both ask for the same. */
export function foldRepeatedKeys(requests: readonly EnqueueRequest[]): FoldedRequests {
  const byKey = new Map<string, number>();
  const unique: EnqueueRequest[] = [];
  const positions: number[] = [];
  const problems: EnqueueProblem[] = [];
  requests.forEach((request, index) => {
    const key = request.idempotencyKey;
    const earlier = key === undefined ? undefined : byKey.get(key);
    const first = earlier === undefined ? undefined : unique[earlier];
    if (earlier !== undefined && first !== undefined) {
      positions.push(earlier);
      if (!asksTheSame(first, request) || first.expiresAt !== request.expiresAt) {
        problems.push({
          index,
          field: 'idempotencyKey',
          problem: 'is also the key of another message of this call',
        });
      }
      return;
    }
    if (key !== undefined) byKey.set(key, unique.length);
    positions.push(unique.length);
    unique.push(request);
  });
  return { unique, positions, problems };
}

/** The results of the unique requests, for every request of the call. */
export function unfold(
  items: readonly InsertedItem[],
  positions: readonly number[],
): readonly InsertedItem[] {
  const given = new Set<number>();
  return positions.flatMap((position) => {
    const item = items[position];
    if (item === undefined) return [];
    if (given.has(position)) return [{ kind: 'existing' as const, message: item.message }];
    given.add(position);
    return [item];
  });
}

/** A conflict of a key is one of every request that has it. */
export function unfoldConflicts(
  conflicts: readonly InsertConflict[],
  positions: readonly number[],
): readonly InsertConflict[] {
  const messages = new Map(conflicts.map(({ index, message }) => [index, message]));
  return positions.flatMap((position, index) => {
    const message = messages.get(position);
    return message === undefined ? [] : [{ index, message }];
  });
}
