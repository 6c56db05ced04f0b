import { spreadOf } from '../../../support/statistics.ts';
import { barChart, COLOURS } from '../../../support/svg.ts';
import { figure, ratio, table } from '../../report/markdown.ts';
import type { Section } from '../../report/section.ts';
import type { ContenderResult, ThroughputResult, ThroughputRun } from './throughput-result.ts';

const LIMIT = 'bare-undici';

export function showThroughput(result: ThroughputResult): Section {
  const { contenders, concurrency, rounds } = result;
  const limit = contenders.find(({ name, group }) => name === LIMIT && group === 'limit');
  const rows = contenders.map((contender) => {
    const rate = spreadOf(contender.runs.map(perSecond));
    return [
      contender.title,
      figure(rate.median),
      `${figure(rate.least)} – ${figure(rate.most)}`,
      limit === undefined ? '–' : ratioCell(contender, limit),
      figure(median(contender, (run) => (run.loopCpuMs / run.messages) * 1000)),
      figure(median(contender, (run) => (run.cpuMs / run.messages) * 1000)),
      figure(median(contender, serverMicros)),
      delivered(contender.runs),
    ];
  });
  const head = [
    '',
    'messages/s',
    'least – most',
    'ratio',
    'loop µs',
    'process µs',
    'servers µs',
    'delivered',
  ];
  return {
    title: 'Throughput',
    text: [
      `${concurrency} requests under way at the most, ${rounds} rounds, each run in a fresh process. ${messagesText(contenders)}`,
      '`ratio`: to the bare client, the median over the rounds of the quotient of the two runs of one round. `loop µs`: processor time of the event loop for each message; `process µs`: of the whole process; `servers µs`: of everything else on the machine but the receiver, so of databases where there are any. The receiver uses its own besides.',
      table(head, rows),
      ...comparisons(contenders),
      ...result.skipped.map(({ title, why }) => `**Skipped**: ${title} (${why}).`),
    ].join('\n\n'),
    plots: [{ name: 'throughput', title: 'Messages per second', svg: plot(contenders, limit) }],
  };
}

export function perSecond(run: ThroughputRun): number {
  return (run.messages / run.elapsedMs) * 1000;
}

/** What the databases used for each message, together with whatever else ran. */
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

/** What the page is asked for: ours to the best peer, to what the sender can do alone, and to what it was before. */
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

function plot(contenders: readonly ContenderResult[], limit: ContenderResult | undefined): string {
  const bars = contenders.map((contender) => {
    const rate = spreadOf(contender.runs.map(perSecond));
    const share = limit === undefined ? '' : ` · ${ratio(spreadOf(ratios(contender, limit)).median)}`;
    return {
      label: contender.title,
      value: rate.median,
      least: rate.least,
      most: rate.most,
      colour: COLOURS[contender.group],
      note: `${figure(rate.median)}${share}`,
    };
  });
  return barChart(
    'Messages per second',
    'median, with least and most; behind it the ratio to the bare client',
    bars,
  );
}
