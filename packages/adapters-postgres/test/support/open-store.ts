import { aNewMessage, NOW } from '@messaging-system/contract-tests';
import type { Message } from '@messaging-system/core';
import type { ClaimRequest, NewMessage } from '@messaging-system/core/adapter';
import { Pool } from 'pg';
import { type Mock, onTestFinished } from 'vitest';
import { PostgresStore, type PostgresUriOptions } from '../../src/index.ts';
import type { PostgresWorld } from './services.ts';

/** Plain connections that end when the test does. */
export function openPlain(uri: string, max = 3): Pool {
  const plain = new Pool({ connectionString: uri, max });
  // A test may end its connections, or its server.
  plain.on('error', () => undefined);
  onTestFinished(() => plain.end());
  return plain;
}

/** A store that is closed when the test ends. */
export async function openStore(options: PostgresUriOptions): Promise<PostgresStore> {
  const store = await PostgresStore.open({ maxConnections: 5, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A store in a schema of its own, and plain connections to its database. */
export async function freshStore(
  { uri, freshName }: PostgresWorld,
  options: Partial<PostgresUriOptions> = {},
): Promise<{ readonly store: PostgresStore; readonly schema: string; readonly plain: Pool }> {
  const schema = freshName();
  return { store: await openStore({ uri, schema, ...options }), schema, plain: openPlain(uri) };
}

/**
 * Stores one more message, and returns how often a watcher was woken by then. A watcher looks once when it begins to listen, so that more
 * than one wake-up shows that notifications arrive.
 */
export function wakeUpsAfterInsert(store: PostgresStore, onDue: Mock): () => Promise<number> {
  return async () => {
    await insertMany(store, 1);
    return onDue.mock.calls.length;
  };
}

/** Stores messages one millisecond apart, in order. */
export async function insertMany(
  { messages }: PostgresStore,
  count: number,
  fields: Partial<NewMessage> = {},
): Promise<readonly Message[]> {
  const asked = Array.from({ length: count }, (_, index) =>
    aNewMessage({ createdAt: NOW - count + index, ...fields }),
  );
  const result = await messages.insert(asked);
  return result.kind === 'inserted' ? result.items.map(({ message }) => message) : [];
}

export function aClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    now: NOW,
    leasedUntil: NOW + 60_000,
    leaseToken: crypto.randomUUID(),
    journals: false,
    limit: 100,
    ...overrides,
  };
}

export async function claimIds(
  { messages }: PostgresStore,
  overrides: Partial<ClaimRequest> = {},
): Promise<readonly string[]> {
  return (await messages.claimDue(aClaim(overrides))).map(({ message }) => message.id);
}
