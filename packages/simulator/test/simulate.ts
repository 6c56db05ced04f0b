import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { presentCommit } from '../../../evidence/support/present-commit.ts';
import {
  describeDisturbance,
  describeFailure,
  planWorld,
  runWorld,
  type WorldPlan,
  withOnly,
} from '../src/index.ts';
import { describeReport } from './cli/describe-report.ts';
import { type Command, parseCommand, USAGE } from './cli/parse-command.ts';
import { simulateInWorkers } from './cli/simulate-in-workers.ts';
import { importStore, storeModule } from './cli/store-modules.ts';
import { isFullSimulation, writePart } from './cli/write-page.ts';
import { ALL_MUTATIONS } from './mutations/all-mutations.ts';
import { describeCatches, isCaught } from './mutations/describe-catches.ts';
import { huntAll } from './mutations/hunt-all.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let command: Command;
  try {
    command = parseCommand(args, availableParallelism());
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 64;
  }
  if (command.mutations) return hunt(command);
  return command.worlds === 1 ? one(command) : many(command);
}

async function one(command: Command): Promise<number> {
  const made: WorldPlan =
    command.planFile === null
      ? planWorld(command.seed, command.plan)
      : JSON.parse(readFileSync(command.planFile, 'utf8'));
  const plan = command.keep === null ? made : withOnly(made, command.keep);
  const result = await runWorld(plan, { ...(await importStore(storeModule(command.store))), trace: true });
  const { disturbances, messages, ...rest } = result.plan;
  console.log(JSON.stringify({ ...rest, messages: messages.length }));
  for (const disturbance of disturbances)
    console.log(
      `${result.fired.has(disturbance.id) ? 'met   ' : 'unmet '} ${describeDisturbance(disturbance)}`,
    );
  if (command.trace) console.log(result.trace.join('\n'));
  for (const { rule, text } of result.violations) console.log(`"${rule}" is broken: ${text}`);
  if (result.violations.length === 0) console.log('every rule held');
  return result.violations.length === 0 ? 0 : 1;
}

async function many(command: Command): Promise<number> {
  const startedAt = performance.now();
  const commit = isFullSimulation(command) ? presentCommit() : null;
  const report = await simulateInWorkers({
    firstSeed: command.seed,
    worlds: command.worlds,
    workers: command.workers,
    plan: command.plan,
    module: storeModule(command.store),
    onProgress: (worlds) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${worlds} worlds`);
    },
  });
  console.log(describeReport(report));
  console.log(`in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  for (const failure of report.failures)
    console.log(
      `\n${describeFailure(failure, (ids) => replay(command, failure.seed, failure.extension, ids))}`,
    );
  if (commit !== null) {
    const heading = `\`npm run simulate -- --worlds ${report.worlds}\` on the in-memory store (no server), core as of commit ${commit}, printed:`;
    await writePart('worlds', `${heading}\n\n\`\`\`text\n${describeReport(report)}\n\`\`\``);
  }
  return report.failures.length === 0 ? 0 : 1;
}

async function hunt(command: Command): Promise<number> {
  const mutations = ALL_MUTATIONS.filter(({ name }) => command.only === null || name.includes(command.only));
  const starts = Array.from({ length: command.starts }, (_, index) => command.seed + index * 100_000);
  const catches = await huntAll(mutations, { starts, mostWorlds: command.mostWorlds, mostMs: 600_000 });
  const table = describeCatches(catches);
  const escaped = catches.filter((one) => !isCaught(one));
  const count = `${catches.length - escaped.length} of ${catches.length} mutations found from each of ${starts.length} seeds.`;
  console.log(`${table}\n${count}`);
  if (isFullSimulation(command)) {
    const heading = `\`npm run simulate -- --mutations\` looked for each of them from ${starts.length} seeds:`;
    await writePart('mutations', `${heading}\n\n${table}\n\n${count}`);
  }
  return escaped.length === 0 ? 0 : 1;
}

function replay(command: Command, seed: number, extension: number, ids: readonly number[]): string {
  const { processes, messages, policy } = command.plan;
  const options = Object.entries({
    processes,
    messages,
    policy,
    store: command.store === 'memory' ? undefined : command.store,
  })
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))
    .join(' ');
  return [
    'npm run simulate --',
    `--seed ${seed}`,
    `--extension ${extension}`,
    `--keep ${ids.join(',')}`,
    options,
  ]
    .join(' ')
    .trim();
}
