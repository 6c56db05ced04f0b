// A process of `raceProcesses`.
import { claimUntilEmpty } from '../../../../tooling/claim-until-empty.ts';
import { SqliteStore } from '../../src/index.ts';

await claimUntilEmpty(async ({ path = '' }) => {
  const store = await SqliteStore.open({ path });
  return { repository: store.messages, close: () => store.close() };
});
