import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFacts } from '../support/run-facts.ts';
import type { StoreName } from '../support/service.ts';
import type { ScenarioResult } from './run-scenario.ts';

/** The scenarios of one store. */
export interface ChaosRun {
  readonly store: StoreName;
  readonly facts: RunFacts & { readonly seed: number; readonly minutes: number };
  readonly results: readonly ScenarioResult[];
  readonly failures: readonly ScenarioFailure[];
}

/** A scenario that has no verdict. */
export type ScenarioFailure = Pick<ScenarioResult, 'store' | 'policy' | 'fault'> & { readonly error: string };

/** The rules of every row, and that every scenario has one. */
export function violations(runs: readonly ChaosRun[]): readonly string[] {
  return runs.flatMap(({ results, failures }) => [
    ...brokenPromises(results),
    ...failures.map(({ store, policy, fault, error }) => `${store}, ${policy}, ${fault}: ${error}`),
  ]);
}

function brokenPromises(results: readonly ScenarioResult[]): readonly string[] {
  return results.flatMap(({ store, policy, fault, ...r }) => {
    const { lost, copies, copiesOutsideWindow, unknown, unknownAllowed, receivedMost, receivedAllowed } = r;
    const problems: readonly (readonly [boolean, string])[] = [
      [lost > 0, `${lost} lost`],
      [copiesOutsideWindow > 0, `${copiesOutsideWindow} copies outside the window`],
      [policy === 'hold' && copies > 0, `${copies} copies under hold`],
      [policy === 'resend' && unknown > 0, `${unknown} unknown under resend`],
      [unknown > (unknownAllowed ?? unknown), `${unknown} unknown, at most ${unknownAllowed} allowed`],
      [
        receivedMost > (receivedAllowed ?? receivedMost),
        `one received ${receivedMost} times, ${receivedAllowed} allowed`,
      ],
    ];
    return problems.flatMap(([isBroken, what]) =>
      isBroken ? [`${store}, ${policy}, ${fault}: ${what}`] : [],
    );
  });
}

export function markdown(runs: readonly ChaosRun[]): string {
  const results = runs.flatMap((run) => run.results);
  const total = (pick: (result: ScenarioResult) => number): number => sum(results, pick);
  const broken = violations(runs);
  return `# Reliability

Messages that real server processes on real stores lost or delivered twice under injected faults: **${total((r) => r.messages)} messages, ${total((r) => r.injections)} faults,
${total((r) => r.lost)} lost, ${total((r) => r.copiesOutsideWindow)} copies outside the window that the design names, ${total((r) => (r.policy === 'hold' ? r.copies : 0))} copies under \`hold\`.**
${broken.length === 0 ? '' : `\nBroken promises:\n\n${broken.map((line) => `- ${line}`).join('\n')}\n`}
Full runs write this page, one for each store:

${runs.map(describeRun).join('\n')}

The columns:

- **lost**: neither accepted by the receiver nor \`unknown\`; a \`failed\` message counts as lost, because no message should fail here.
- **copies**: second acceptances of a message, counted by the receiver. **most**: how often it received one and the same message. **outside**: copies that no lost or late response and no fault explains, and copies of a message that was \`sent\` in the store before a fault.
- **unknown**: messages that wait for an operator, only under \`hold\`.
- **recovery**: from the end of a fault to the next acceptance, median / longest. **rest**: from the last fault until nothing was unsent.

${table(runs)}
`;
}

/** One row for each scenario. */
export function table(runs: readonly ChaosRun[]): string {
  const results = runs.flatMap((run) => run.results);
  const rows = results.map(
    (r) =>
      `| ${r.store} | ${r.policy} | ${r.fault} | ${r.injections} | ${r.messages} | ${r.delivered} | ${r.lost} | ${r.copies} | ${r.receivedMost} | ${r.copiesOutsideWindow} | ${r.unknown} | ${r.recoveryMedianMs} / ${r.recoveryMaxMs} | ${r.restMs} |`,
  );
  return `| store | policy | fault | faults | messages | delivered | lost | copies | most | outside | unknown | recovery, ms | rest, ms |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`;
}

function describeRun({ facts, results }: ChaosRun): string {
  const { command, seed, commit, node, date, servers, minutes } = facts;
  const sizes = `${sum(results, (r) => r.messages)} messages, ${sum(results, (r) => r.injections)} faults in ${minutes} minutes`;
  return `- ${servers.join(', ')}: ${sizes}. \`${command}\`, seed ${seed}, commit ${commit}, Node ${node}, ${date}.`;
}

function sum(results: readonly ScenarioResult[], pick: (result: ScenarioResult) => number): number {
  return results.reduce((total, result) => total + pick(result), 0);
}

const DOCS = join(import.meta.dirname, '../../docs');
const RECORD = join(DOCS, 'reliability.json');

/** Puts a full run in the place of the last one of its store, and writes the page from what is on record. */
export async function saveRun(run: ChaosRun): Promise<void> {
  const others = (await recordedRuns()).filter(({ store }) => store !== run.store);
  const runs = [...others, run].sort((one, other) => (one.store < other.store ? 1 : -1));
  await writeFile(RECORD, `${JSON.stringify({ runs }, null, 2)}\n`);
  await writeFile(join(DOCS, 'reliability.md'), markdown(runs));
}

async function recordedRuns(): Promise<readonly ChaosRun[]> {
  // Written by `saveRun`. The record of a version that ran all stores at once cannot be taken apart: it gives way.
  const { runs } = JSON.parse(await readFile(RECORD, 'utf8')) as { readonly runs?: readonly ChaosRun[] };
  return runs ?? [];
}
