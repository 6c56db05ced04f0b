import type { SimulationReport } from '../../src/index.ts';

/** The simulation in numbers. */
export function describeReport(report: SimulationReport): string {
  const { worlds, statistics, faults, actions, failures } = report;
  return [
    `${worlds} worlds, ${failures.length} violations`,
    ...columns('what happened', { ...statistics }),
    ...columns('faults that really happened', faults),
    ...columns('actions in the middle', actions),
  ].join('\n');
}

function columns(title: string, counts: Readonly<Record<string, number>>): readonly string[] {
  const entries = Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const heading = title === 'what happened' ? title : `${title}: ${total}`;
  return [heading, ...entries.map(([name, count]) => `  ${name.padEnd(28)}${Math.round(count)}`)];
}
