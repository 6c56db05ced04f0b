import { type Spread, spreadOf } from '../../../support/statistics.ts';
import { COLOURS } from '../../../support/svg.ts';
import { figure, ratio, tableOf } from '../../report/markdown.ts';
import { barPlot, type Plot, type Section } from '../../report/section.ts';
import type { SuiteResult } from '../suite.ts';
import type { ContenderFigures } from './contender.ts';

export interface ThroughputRun extends ContenderFigures {
  readonly round: number;
  readonly messages: number;
  readonly receiverCpuMs: number;
  /** The receiver's counts: more requests than ids are copies, fewer ids than messages a loss. */
  readonly requests: number;
  readonly distinct: number;
}

export interface ContenderResult {
  readonly name: string;
  readonly title: string;
  readonly group: 'limit' | 'own' | 'peer' | 'before';
  readonly runs: readonly ThroughputRun[];
}

export interface ThroughputResult extends SuiteResult {
  readonly concurrency: number;
  readonly rounds: number;
  /** The commit of the checkout that was compared with. */
  readonly against: string | null;
  readonly contenders: readonly ContenderResult[];
  readonly skipped: readonly { readonly title: string; readonly why: string }[];
}

const LIMIT = 'bare-undici';

export function showThroughput(result: ThroughputResult): Section {
  const { contenders, concurrency, rounds } = result;
  const limit = contenders.find(({ name, group }) => name === LIMIT && group === 'limit');
  const micros = (contender: ContenderResult, value: (run: ThroughputRun) => number): string =>
    figure(median(contender, (run) => (value(run) / run.messages) * 1000));
  const rate = ({ runs }: ContenderResult): Spread => spreadOf(runs.map(perSecond));
  return {
    title: 'Throughput',
    text: [
      `${concurrency} requests under way at most, ${rounds} rounds, each run in a fresh process. ${messagesText(contenders)}`,
      '`ratio`: to the bare client, the median over the rounds of the quotient of the two runs of one round. `loop µs`: processor time of the event loop for each message; `process µs`: of the whole process; `servers µs`: of everything else on the machine but the receiver, so of databases where there are any. The receiver uses its own besides.',
      tableOf(contenders, {
        '': ({ title }) => title,
        'messages/s': (one) => figure(rate(one).median),
        'least – most': (one) => `${figure(rate(one).least)} – ${figure(rate(one).most)}`,
        ratio: (one) => (limit === undefined ? '–' : ratioCell(one, limit)),
        'loop µs': (one) => micros(one, ({ loopCpuMs }) => loopCpuMs),
        'process µs': (one) => micros(one, ({ cpuMs }) => cpuMs),
        'servers µs': (one) => figure(median(one, serverMicros)),
        delivered: ({ runs }) => delivered(runs),
      }),
      ...comparisons(contenders),
      ...result.skipped.map(({ title, why }) => `**Skipped**: ${title} (${why}).`),
    ].join('\n\n'),
    plots: [plot(contenders, limit)],
  };
}

export function perSecond(run: ThroughputRun): number {
  return (run.messages / run.elapsedMs) * 1000;
}

/** The databases' use for each message, together with everything else that ran. */
export function serverMicros(run: ThroughputRun): number {
  return (Math.max(0, run.machineCpuMs - run.cpuMs - run.receiverCpuMs) / run.messages) * 1000;
}

/** The quotients of the rates of two contenders, round by round. */
export function ratios(one: ContenderResult, other: ContenderResult): readonly number[] {
  return one.runs.flatMap((run) => {
    const rival = other.runs.find(({ round }) => round === run.round);
    return rival === undefined ? [] : [perSecond(run) / perSecond(rival)];
  });
}

function ratioCell(contender: ContenderResult, limit: ContenderResult): string {
  const { median: middle, least, most } = spreadOf(ratios(contender, limit));
  return contender === limit ? '1' : `**${ratio(middle)}** (${ratio(least)} – ${ratio(most)})`;
}

function median(contender: ContenderResult, value: (run: ThroughputRun) => number): number {
  return spreadOf(contender.runs.map(value)).median;
}

/** Whether the receiver saw every message, and how often. */
export function delivered(runs: readonly ThroughputRun[]): string {
  const lost = runs.reduce((sum, run) => sum + run.messages - run.distinct, 0);
  const copies = runs.reduce((sum, run) => sum + run.requests - run.distinct, 0);
  const parts = [lost === 0 ? [] : [`${lost} lost`], copies === 0 ? [] : [`${copies} copies`]].flat();
  return parts.length === 0 ? 'each once' : parts.join(', ');
}

function messagesText(contenders: readonly ContenderResult[]): string {
  const most = Math.max(...contenders.flatMap(({ runs }) => runs.map(({ messages }) => messages)));
  const fewer = contenders.flatMap(({ title, runs }) => {
    const [first] = runs;
    return first === undefined || first.messages === most ? [] : [`${title}: ${first.messages}`];
  });
  const but = fewer.length === 0 ? '' : ` (${fewer.join('; ')})`;
  return `${most.toLocaleString('en-US')} messages a run${but}.`;
}

/** The page's main comparison: ours to the best peer, to what the sender can do alone, and to what it was before. */
function comparisons(contenders: readonly ContenderResult[]): readonly string[] {
  const find = (name: string): ContenderResult | undefined =>
    contenders.find((contender) => contender.name === name && contender.group !== 'before');
  const peers = contenders.filter(({ group }) => group === 'peer');
  const best = peers.toSorted((one, other) => median(other, perSecond) - median(one, perSecond))[0];
  const lines: string[] = [];
  const compare = (name: string, other: ContenderResult | undefined, what: string): void => {
    const own = find(name);
    if (own === undefined || other === undefined) return;
    const { median: middle, least, most } = spreadOf(ratios(own, other));
    lines.push(`- ${own.title}: **${ratio(middle)}** (${ratio(least)} – ${ratio(most)}) ${what}`);
  };
  compare('sqlite-undici', best, `times the best peer, ${best?.title ?? ''}`);
  compare('sqlite-undici', find('graphile-worker'), 'times Graphile Worker as its own documentation has it');
  compare('sqlite-ky', find('sender-ky'), 'of what the ky sender does alone');
  compare('sqlite-ky', find('bare-ky'), 'of bare ky over `undici.request`');
  compare('mongo-undici', find('agenda'), 'times Agenda on the same server');
  for (const before of contenders.filter(({ group }) => group === 'before')) {
    compare(before.name, before, 'times what it was before');
  }
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function plot(contenders: readonly ContenderResult[], limit: ContenderResult | undefined): Plot {
  const bars = contenders.map((contender) => ({
    label: contender.title,
    spread: spreadOf(contender.runs.map(perSecond)),
    colour: COLOURS[contender.group],
    ratio: limit === undefined ? '' : ` · ${ratio(spreadOf(ratios(contender, limit)).median)}`,
  }));
  return barPlot('throughput', 'Messages per second', bars, '; behind it the ratio to the bare client');
}
