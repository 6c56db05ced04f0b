import { randomUUID } from 'node:crypto';
import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { ClaimRequest, MessageRepository, NewMessage } from '@messaging-system/core/adapter';

/** Claims at `NOW`, for a minute, without a journal and up to 100, unless told. */
export function aClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    now: NOW,
    leasedUntil: (overrides.now ?? NOW) + 60_000,
    leaseToken: randomUUID(),
    journals: false,
    limit: 100,
    ...overrides,
  };
}

/** Stores as many messages; those that were stored, in order. */
export async function insertSome(
  repository: MessageRepository,
  count: number,
  message: Partial<NewMessage> = {},
): Promise<readonly Message[]> {
  const result = await repository.insert(Array.from({ length: count }, () => aNewMessage(message)));
  return result.kind === 'inserted' ? result.items.map((item) => item.message) : [];
}

/** Stores a message and leases it. */
export async function leaseOne(
  repository: MessageRepository,
  overrides: Partial<ClaimRequest> = {},
): Promise<{ readonly id: string; readonly token: string }> {
  await insertSome(repository, 1);
  const request = aClaim(overrides);
  const [claimed] = await repository.claimDue(request);
  return { id: claimed?.message.id ?? '', token: request.leaseToken };
}
