import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { StoreName } from './chaos-world.ts';
import type { Fault } from './faults/fault.ts';
import { PROCESS_FAULTS } from './faults/process-faults.ts';
import { RECEIVER_FAULTS } from './faults/receiver-faults.ts';
import { STORE_FAULTS } from './faults/store-faults.ts';
import type { Policy } from './open-world.ts';
import { markdown, type ScenarioFailure, violations } from './report.ts';
import { runScenario, type ScenarioResult } from './run-scenario.ts';
import { storeCommandsFrom } from './store-commands.ts';

const HELP = `npm run chaos -- [options]

Runs real server processes on real stores under injected faults and writes docs/reliability.md.

  --quick            a few of each fault (minutes); without it hundreds (about half an hour)
  --store NAME       sqlite or mongo; both by default (mongo wants store commands, see below)
  --policy NAME      resend or hold; both by default
  --only TEXT        only faults whose title contains TEXT
  --seed N           of the schedule; 1 by default
  --out FILE         docs/reliability.md by default; FILE.json gets the figures

MongoDB and Redis servers of the run's own are started, killed and emptied by CHAOS_START, CHAOS_KILL and CHAOS_WIPE: shell
commands that get "mongo" or "redis" appended and MONGO_PORT and REDIS_PORT in their environment (CHAOS_MONGO_PORT, 27319, and
CHAOS_REDIS_PORT, 6519); or by SERVICES_COMMAND, one with the verbs start, kill9 and wipe.
Exits with 1 when a promise was broken.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    store: { type: 'string' },
    policy: { type: 'string' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'docs/reliability.md' },
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
  const seed = Number(values.seed);
  const stores = (['sqlite', 'mongo'] as const).filter(
    (store) => values.store === undefined || values.store === store,
  );
  const policies = (['resend', 'hold'] as const).filter(
    (policy) => values.policy === undefined || values.policy === policy,
  );
  const faults = [...PROCESS_FAULTS, ...RECEIVER_FAULTS, ...STORE_FAULTS].filter(({ title }) =>
    title.includes(values.only),
  );
  const results: ScenarioResult[] = [];
  const failures: ScenarioFailure[] = [];
  for (const store of stores) {
    for (const policy of policies) {
      for (const fault of faults.filter((one) => one.stores.includes(store))) {
        // One that comes to no end is a finding too, and no reason to leave the others out.
        try {
          results.push(await runOne(fault, store, policy, seed));
        } catch (error) {
          failures.push({ store, policy, fault: fault.title, error: String(error) });
          console.error(error);
        }
        await write(results, failures, seed);
      }
    }
  }
  if (stores.includes('mongo')) {
    await commands?.wipe('mongo');
    await commands?.wipe('redis');
  }
  const broken = violations(results, failures);
  for (const violation of broken) console.error(`BROKEN: ${violation}`);
  return broken.length === 0 && results.length > 0 ? 0 : 1;

  async function runOne(
    fault: Fault,
    store: StoreName,
    policy: Policy,
    scheduleSeed: number,
  ): Promise<ScenarioResult> {
    const times = values.quick ? fault.quickTimes : fault.times;
    const result = await runScenario({ fault, store, policy, seed: scheduleSeed, times }, commands);
    const { messages, lost, copies, copiesOutsideWindow, unknown, recoveryMedianMs } = result;
    console.log(
      `${store} ${policy} | ${fault.title} x${times}: ${messages} messages, ${lost} lost, ${copies} copies (${copiesOutsideWindow} outside), ${unknown} unknown, recovery ${recoveryMedianMs} ms`,
    );
    return result;
  }
}

async function write(
  results: readonly ScenarioResult[],
  failures: readonly ScenarioFailure[],
  seed: number,
): Promise<void> {
  const facts = {
    command: `npm run chaos -- ${process.argv.slice(2).join(' ')}`.trim().replace(/ --$/, ''),
    seed,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
  };
  await writeFile(values.out, markdown(results, failures, facts));
  await writeFile(
    values.out.replace(/\.md$/, '.json'),
    `${JSON.stringify({ facts, results, failures }, null, 2)}\n`,
  );
}
