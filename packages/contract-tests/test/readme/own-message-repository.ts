import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  failingCases,
  type MessageRepositoryHarness,
  messageRepositoryContract,
  registerContract,
} from '@messaging-system/contract-tests';
import type { LeaseResult } from '@messaging-system/core/adapter';
import { InMemoryMessageRepository, SeededRandom } from '@messaging-system/core/in-memory';

// The adapter under test. Yours takes a connection; this one keeps its messages in itself.
class OwnMessageRepository extends InMemoryMessageRepository {
  constructor() {
    super(new SeededRandom());
  }
}

// A store that no other case sees: a database, a schema, a file or a key prefix with a name of its own.
async function openHarness(store = new OwnMessageRepository()): Promise<MessageRepositoryHarness> {
  return {
    repository: store,
    // The same store as another process would open it: with connections, caches and locks of its own.
    openAnother: async () => store,
    probe: {
      // Past the adapter: a plain query, its row or document mapped to a StoredMessage.
      read: async (id) => store.read(id),
      // Only where other services write into the store: a message with none of our fields.
      putForeign: async (message) => store.putForeign(message),
    },
    // Closes every connection that was opened above and drops the store.
    close: async () => undefined,
  };
}

registerContract('OwnMessageRepository', messageRepositoryContract, { describe, test }, () => openHarness());

// A broken double: the adapter with one method changed.
class UnfencedRelease extends OwnMessageRepository {
  override async release(_leaseToken: string, ids: readonly string[]): Promise<LeaseResult> {
    for (const id of ids) await super.release(this.read(id)?.lease?.token ?? '', [id]);
    return { held: ids, stale: [] };
  }
}

test('an unfenced release is caught', async () => {
  const failing = await failingCases(messageRepositoryContract, () => openHarness(new UnfencedRelease()));
  const caughtBy = 'release of a lease that another caller took over changes nothing and says so';
  assert.ok(failing.includes(caughtBy), `one of ${failing.join('\n')}`);
});
