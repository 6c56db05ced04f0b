import type { Disturbance } from './plan/disturbance.ts';
import type { SimulatedFailure } from './simulate.ts';

const MOST_LINES = 80;

/**
 * A failure as it is to be read: the seed, the rule, the faults that it takes, the part of the trace that is about it, and how to
 * see it again. `replay` makes the command from the ids of the faults.
 */
export function describeFailure(
  failure: SimulatedFailure,
  replay: (ids: readonly number[]) => string,
): string {
  const { seed, shrunk, failed } = failure;
  const [violation] = shrunk.violations.length > 0 ? shrunk.violations : failed.violations;
  const { disturbances } = shrunk.plan;
  return [
    `seed ${seed}: "${violation?.rule}" is broken`,
    `  ${violation?.text}`,
    `  with ${disturbances.length} of ${failed.plan.disturbances.length} faults and actions:`,
    ...disturbances.map((disturbance) => `    ${describeDisturbance(disturbance)}`),
    '  trace:',
    ...shorten(shrunk.trace, violation?.messages ?? []).map((line) => `    ${line}`),
    `  again: ${replay(disturbances.map(({ id }) => id))}`,
  ].join('\n');
}

export function describeDisturbance({ id, kind, ...rest }: Disturbance): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return `#${id} ${kind}: ${details.join(', ')}`;
}

/** The lines about these messages and about the processes themselves, the last of them. */
function shorten(trace: readonly string[], messages: readonly string[]): readonly string[] {
  const names = new RegExp(`\\b(?:${messages.join('|')})\\b`);
  const about =
    messages.length === 0 ? trace : trace.filter((line) => names.test(line) || !/[<>] |store/.test(line));
  const left = about.length - MOST_LINES;
  return left <= 0 ? about : [`… ${left} lines before`, ...about.slice(-MOST_LINES)];
}
