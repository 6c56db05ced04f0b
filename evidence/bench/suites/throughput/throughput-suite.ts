import { describeMachine } from '../../machine.ts';
import { Receiver } from '../../receiver/receiver.ts';
import { openServices } from '../../services/services.ts';
import type { Suite, SuiteOptions } from '../suite.ts';
import { checkoutOf } from './checkout.ts';
import { CONTENDER_NAMES, CONTENDERS, type ContenderEntry, type ContenderName } from './contenders.ts';
import { CONCURRENCY, measureOnce } from './run-contender.ts';
import {
  type ContenderResult,
  perSecond,
  showThroughput,
  type ThroughputResult,
  type ThroughputRun,
} from './show-throughput.ts';

interface Entrant {
  readonly name: ContenderName;
  readonly title: string;
  readonly group: ContenderResult['group'];
  /** Whose sources it runs: this checkout's, or another's. */
  readonly checkout: string | null;
  readonly runs: ThroughputRun[];
}

/** Messages per second, contender after contender and round after round, each run in a process of its own. */
export const throughputSuite: Suite<ThroughputResult> = {
  name: 'throughput',
  run: measure,
  show: showThroughput,
};

async function measure(options: SuiteOptions): Promise<ThroughputResult> {
  const machine = describeMachine();
  const chosen = CONTENDER_NAMES.filter((name) => options.only.length === 0 || options.only.includes(name));
  const services = await openServices(new Set(chosen.flatMap((name) => entryOf(name).needs)));
  const receiver = await Receiver.start();
  try {
    const whyNot = (name: ContenderName): string | null => services.whyNot(entryOf(name).needs);
    const skipped = chosen.flatMap((name) => {
      const why = whyNot(name);
      return why === null ? [] : [{ title: entryOf(name).title, why }];
    });
    for (const { title, why } of skipped) options.log(`SKIPPED ${title}: ${why}`);
    const entrants = chosen
      .filter((name) => whyNot(name) === null)
      .flatMap((name) => entrantsOf(name, options.against));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const entrant of turned(entrants, round)) await runOnce(receiver, entrant, round, options);
    }
    return {
      machine,
      concurrency: CONCURRENCY,
      rounds: options.rounds,
      versions: services.versions,
      against: options.against === null ? null : checkoutOf(options.against).commit,
      contenders: entrants.map(({ name, title, group, runs }) => ({ name, title, group, runs })),
      skipped,
    };
  } finally {
    await receiver.stop();
    await services.stop();
  }
}

async function runOnce(
  receiver: Receiver,
  { name, title, checkout, runs }: Entrant,
  round: number,
  { messages, directory, log }: SuiteOptions,
): Promise<void> {
  const runId = `${name}-${checkout === null ? '' : 'before-'}${round}-${process.pid}`;
  const run = await measureOnce(receiver, { name, round, messages, runId, directory, checkout });
  runs.push(run);
  const lost = run.messages - run.distinct;
  const verdict = lost === 0 ? '' : `  LOST ${lost}`;
  log(
    `round ${round + 1}  ${title.replaceAll('`', '').padEnd(40)} ${Math.round(perSecond(run))}/s${verdict}`,
  );
}

function entrantsOf(name: ContenderName, against: string | null): readonly Entrant[] {
  const { title, group } = entryOf(name);
  const own: Entrant = { name, title, group, checkout: null, runs: [] };
  if (group !== 'own' || against === null || !checkoutOf(against).contenders.has(name)) return [own];
  return [own, { ...own, title: `${title}, before`, group: 'before', checkout: against, runs: [] }];
}

function entryOf(name: ContenderName): ContenderEntry {
  return CONTENDERS[name];
}

/** Every round begins with another, so that nobody always runs behind the same one. */
function turned<Item>(items: readonly Item[], round: number): readonly Item[] {
  const start = items.length === 0 ? 0 : (round * 3) % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
