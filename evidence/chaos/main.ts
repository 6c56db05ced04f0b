import { parseArgs } from 'node:util';
import { isFullChaos } from '../support/full-run.ts';
import { runFacts } from '../support/run-facts.ts';
import { SERVICES_OF, STORE_NAMES, type StoreName } from '../support/service.ts';
import type { ChaosFault, Policy } from './faults/fault.ts';
import { PROCESS_FAULTS } from './faults/process-faults.ts';
import { RECEIVER_FAULTS } from './faults/receiver-faults.ts';
import { STORE_FAULTS } from './faults/store-faults.ts';
import { type ChaosRun, type ScenarioFailure, saveRun, table, violations } from './report.ts';
import { runScenario, type ScenarioResult } from './run-scenario.ts';
import { type StoreCommands, startServers, storeCommandsFrom } from './store-commands.ts';

const HELP = `npm run chaos -- [options]

Runs real server processes on real stores under injected faults. A full run writes docs/reliability.md; any other prints.

  --store NAME       sqlite, mongo or postgres; all by default (mongo and postgres need store commands, see below)
  --seed N           of the schedule; 1 by default
  --quick            a few of each fault (minutes); without it hundreds
  --policy NAME      resend or hold; both by default
  --only TEXT        only faults whose title contains TEXT

A run is full for each of its stores without --quick, --policy and --only. The page keeps the last full runs of the other stores.

CHAOS_START, CHAOS_KILL and CHAOS_WIPE start, kill and empty servers of the run's own: shell commands that get "mongo", "redis"
or "postgres" appended, and MONGO_PORT, REDIS_PORT and POSTGRES_PORT in their environment (CHAOS_MONGO_PORT, 27319;
CHAOS_REDIS_PORT, 6519; CHAOS_POSTGRES_PORT, 5719). SERVICES_COMMAND replaces them: one command with the verbs start, kill9 and wipe.
Exits with 1 when a promise was broken.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    store: { type: 'string' },
    policy: { type: 'string' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const commands = storeCommandsFrom(process.env);
  const stores = STORE_NAMES.filter((store) => values.store === undefined || values.store === store);
  const runs: ChaosRun[] = [];
  for (const store of stores) {
    const run = await runStore(store, commands);
    runs.push(run);
    // Each store as soon as it is through: the next one may take half an hour, and may break.
    if (isFullChaos(values)) await saveRun(run);
  }
  if (!isFullChaos(values)) console.log(`\n${table(runs)}\n\nNot a full run: nothing is written.`);
  const broken = violations(runs);
  for (const violation of broken) console.error(`BROKEN: ${violation}`);
  return broken.length === 0 && runs.some(({ results }) => results.length > 0) ? 0 : 1;
}

async function runStore(store: StoreName, commands: StoreCommands | null): Promise<ChaosRun> {
  const startedAt = performance.now();
  // Without commands every scenario says what is missing.
  const isMissing = SERVICES_OF[store].length > 0 && commands === null;
  const about = await runFacts('chaos', isMissing ? {} : await startServers(store, commands));
  const facts = isMissing ? { ...about, servers: [] } : about;
  const policies = (['resend', 'hold'] as const).filter(
    (policy) => values.policy === undefined || values.policy === policy,
  );
  const faults = [...PROCESS_FAULTS, ...RECEIVER_FAULTS, ...STORE_FAULTS].filter(
    (fault) => fault.title.includes(values.only) && (fault.store ?? store) === store,
  );
  const results: ScenarioResult[] = [];
  const failures: ScenarioFailure[] = [];
  for (const policy of policies) {
    for (const fault of faults) {
      // One that comes to no end is a finding too, and no reason to leave the others out.
      try {
        results.push(await runOne(fault, store, policy, commands));
      } catch (error) {
        failures.push({ store, policy, fault: fault.title, error: String(error) });
        console.error(error);
      }
    }
  }
  for (const service of SERVICES_OF[store]) await commands?.wipe(service);
  const minutes = Math.round((performance.now() - startedAt) / 60_000);
  return { store, facts: { ...facts, seed: Number(values.seed), minutes }, results, failures };
}

async function runOne(
  fault: ChaosFault,
  store: StoreName,
  policy: Policy,
  commands: StoreCommands | null,
): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const times = values.quick ? (fault.quickTimes ?? 1) : fault.times;
  const result = await runScenario({ fault, store, policy, seed: Number(values.seed), times }, commands);
  const { messages, lost, copies, copiesOutsideWindow, unknown, recoveryMedianMs } = result;
  console.log(
    `${store} ${policy} | ${fault.title} x${times}: ${messages} messages, ${lost} lost, ${copies} copies (${copiesOutsideWindow} outside), ${unknown} unknown, recovery ${recoveryMedianMs} ms; took ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  return result;
}
