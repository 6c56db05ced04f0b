import { type MessageRepositoryHarness, NOW } from '@messaging-system/contract-tests';
import { ManualClock } from '@messaging-system/core/in-memory';
import { Pool } from 'pg';
import { PostgresStore } from '../../src/index.ts';
import { openCutProxy } from './cut-proxy.ts';
import { probeOf } from './probe.ts';
import { raceProcesses } from './race-processes.ts';
import type { PostgresWorld } from './services.ts';

/** A schema of its own in the test file's database, with plain connections as the probe. */
export async function openRepositoryHarness({
  uri,
  freshName,
}: PostgresWorld): Promise<MessageRepositoryHarness> {
  const schema = freshName();
  const plain = new Pool({ connectionString: uri, max: 3 });
  // After all that the builders settle. By it no search takes long, on a busy machine neither.
  const clock = new ManualClock(NOW + 60_000);
  const closing: (() => Promise<unknown>)[] = [];
  const open = async (at = uri): Promise<PostgresStore> => {
    const store = await PostgresStore.open({ uri: at, schema, clock, maxConnections: 5 });
    closing.push(() => store.close());
    return store;
  };
  const { messages } = await open();

  return {
    repository: messages,
    openAnother: async () => (await open()).messages,

    async openUnreachable() {
      const proxy = await openCutProxy(uri);
      const unreachable = await open(proxy.uri);
      await proxy.cut();
      return unreachable.messages;
    },

    probe: {
      ...probeOf(plain, schema),
      async holdCopies() {
        const reader = await plain.connect();
        await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        await reader.query(`SELECT count(*) FROM ${schema}.messages`);
        return async () => {
          await reader.query('COMMIT');
          reader.release();
        };
      },
    },

    raceProcesses: ({ count, ...request }) => raceProcesses(count, { uri, schema, ...request }),

    async close() {
      for (const close of closing) await close();
      await plain.query(`DROP SCHEMA ${schema} CASCADE`);
      await plain.end();
    },
  };
}
