import type { MessageRepositoryHarness } from '@messaging-system/contract-tests';
import { raceProcesses } from '../../../../tooling/race-processes.ts';
import { SqliteStore } from '../../src/index.ts';
import { openPlain, probeOf } from './probe.ts';
import { temporaryFile } from './temporary-file.ts';

const CLAIM_UNTIL_EMPTY = new URL('./claim-until-empty.ts', import.meta.url);

/** A file of its own, with a plain connection to it as the probe. */
export async function openRepositoryHarness(): Promise<MessageRepositoryHarness> {
  const file = await temporaryFile();
  const { path } = file;
  const store = await SqliteStore.open({ path });
  const plain = openPlain(path);
  const stores = [store];
  const openAnother = async (): Promise<SqliteStore> => {
    const another = await SqliteStore.open({ path });
    stores.push(another);
    return another;
  };

  return {
    repository: store.messages,
    probe: probeOf(plain, path),

    openAnother: async () => (await openAnother()).messages,

    // A file is always there for who has it open; closed is what comes nearest to out of reach.
    async openUnreachable() {
      const closed = await openAnother();
      await closed.close();
      return closed.messages;
    },

    raceProcesses: ({ count, ...request }) => raceProcesses(CLAIM_UNTIL_EMPTY, count, { path, ...request }),

    async close() {
      for (const opened of stores) await opened.close();
      plain.close();
      await file.remove();
    },
  };
}
