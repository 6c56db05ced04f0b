// A process of `raceProcesses`.
import { claimUntilEmpty } from '../../../../tooling/claim-until-empty.ts';
import { PostgresStore } from '../../src/index.ts';

await claimUntilEmpty(async ({ uri = '', schema = '' }) => {
  const store = await PostgresStore.open({ uri, schema });
  return { repository: store.messages, close: () => store.close() };
});
