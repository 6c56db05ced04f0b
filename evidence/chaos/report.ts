import type { StoreName } from './chaos-world.ts';
import type { ScenarioResult } from './run-scenario.ts';

export interface RunFacts {
  readonly command: string;
  readonly seed: number;
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  /** The servers that it ran on, as they say themselves. */
  readonly servers: readonly string[];
  readonly minutes: number;
}

/** The scenarios of one store. */
export interface ChaosRun {
  readonly store: StoreName;
  readonly facts: RunFacts;
  readonly results: readonly ScenarioResult[];
  readonly failures: readonly ScenarioFailure[];
}

/** A scenario that has no verdict. */
export interface ScenarioFailure {
  readonly store: string;
  readonly policy: string;
  readonly fault: string;
  readonly error: string;
}

/** What must hold in every row, and that every scenario has one. */
export function violations(runs: readonly ChaosRun[]): readonly string[] {
  return runs.flatMap(({ results, failures }) => [
    ...brokenPromises(results),
    ...failures.map(({ store, policy, fault, error }) => `${store}, ${policy}, ${fault}: ${error}`),
  ]);
}

function brokenPromises(results: readonly ScenarioResult[]): readonly string[] {
  return results.flatMap((result) => {
    const where = `${result.store}, ${result.policy}, ${result.fault}`;
    const problems: string[] = [];
    if (result.lost > 0) problems.push(`${where}: ${result.lost} lost`);
    if (result.copiesOutsideWindow > 0)
      problems.push(`${where}: ${result.copiesOutsideWindow} copies outside the window`);
    if (result.policy === 'hold' && result.copies > 0)
      problems.push(`${where}: ${result.copies} copies under hold`);
    if (result.policy === 'resend' && result.unknown > 0)
      problems.push(`${where}: ${result.unknown} unknown under resend`);
    if (result.unknownAllowed !== null && result.unknown > result.unknownAllowed) {
      problems.push(`${where}: ${result.unknown} unknown, at most ${result.unknownAllowed} allowed`);
    }
    if (result.receivedAllowed !== null && result.receivedMost > result.receivedAllowed) {
      problems.push(`${where}: one received ${result.receivedMost} times, ${result.receivedAllowed} allowed`);
    }
    return problems;
  });
}

export function markdown(runs: readonly ChaosRun[]): string {
  const results = runs.flatMap((run) => run.results);
  const total = (pick: (result: ScenarioResult) => number): number =>
    results.reduce((sum, result) => sum + pick(result), 0);
  const broken = violations(runs);
  return `# Reliability

What real server processes, on real stores, lost and doubled under injected faults: **${total((r) => r.messages)} messages, ${total((r) => r.injections)} faults,
${total((r) => r.lost)} lost, ${total((r) => r.copiesOutsideWindow)} copies outside the window that the design names, ${total((r) => (r.policy === 'hold' ? r.copies : 0))} copies under \`hold\`.**
${broken.length === 0 ? '' : `\nBroken promises:\n\n${broken.map((line) => `- ${line}`).join('\n')}\n`}
This page is written by full runs alone, one for each store:

${runs.map(describeRun).join('\n')}

What the columns say:

- **lost**: neither accepted by the receiver nor \`unknown\`; a \`failed\` message counts as lost, since nothing here is meant to fail.
- **copies**: second acceptances of a message, counted by the receiver. **most**: how often it received one and the same message. **outside**: those that no lost or late answer and no fault explains, or of a message that the store had as \`sent\` before a fault.
- **unknown**: left for an operator, under \`hold\` only.
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
  const sizes = `${sum(results, 'messages')} messages, ${sum(results, 'injections')} faults in ${minutes} minutes`;
  return `- ${servers.join(', ')}: ${sizes}. \`${command}\`, seed ${seed}, commit ${commit}, Node ${node}, ${date}.`;
}

function sum(results: readonly ScenarioResult[], field: 'messages' | 'injections'): number {
  return results.reduce((total, result) => total + result[field], 0);
}
