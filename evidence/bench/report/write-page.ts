import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine.ts';
import { loadResult } from '../results.ts';
import { ALL_SUITES } from '../suites/all-suites.ts';
import type { BacklogResult } from '../suites/backlog/backlog-result.ts';
import type { EnqueueResult } from '../suites/enqueue/enqueue-result.ts';
import type { ThroughputResult } from '../suites/throughput/throughput-result.ts';
import { scalingPage } from './scaling/scaling-page.ts';
import type { Section } from './section.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));

const INTRODUCTION = `# Performance

This page, its plots and the JSON beside \`bench\` are written by \`npm run bench\`; nothing here is written by hand. Figures are worth something only next to others of the same run: compare ratios, not machines.

How it is measured: the receiver is a process of its own on loopback, answers every request with 200 and counts the distinct ids, so that speed without delivery shows. Every contender runs in a fresh process, warms up, and has its messages stored
before the clock starts; the clock stops when the result of the last message is stored too. Runs of all contenders are interleaved, round after round. Ours signs every request and commits durably. No process has more than 64 connections, so that the receiver never sees more than 64
requests of it at a time. In the throughput and side by side ours has 256 places (\`concurrency\`), four for each connection, so that results are stored 128 at a time, and as many as it has places could be sent again after a crash; for latency and several processes it has two for each. Peers run with the settings that their own documentation gives for throughput, post with \`undici.request\` over as many connections, and do not sign.
Graphile Worker has 256 jobs at a time as well, which is faster for it too (BullMQ gains nothing from it), and runs a second time with what we have found to be better than its documentation: completions that wait 10 ms for others. PostgreSQL runs with its defaults.
Rows named MongoDB ran on the server that their section names at its end, and where it names none on a MongoDB-compatible one (DocumentDB on PostgreSQL). That is not mongod: measure yours.
`;

/** What one suite measured, and where. */
export interface Measurement extends Section {
  readonly machine: Machine;
  /** Absent where the run is older than this record. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** What the suites measured last, each as it was written by a full run. */
export function loadMeasurements(): readonly Measurement[] {
  return ALL_SUITES.flatMap((suite) => {
    const result = loadResult<Omit<Measurement, keyof Section>>(suite.name);
    return result === null ? [] : [{ ...suite.show(result), ...placed(result) }];
  });
}

function placed({ machine, versions }: Omit<Measurement, keyof Section>): Omit<Measurement, keyof Section> {
  return versions === undefined ? { machine } : { machine, versions };
}

/** docs/performance.md. */
export function performancePage(measurements: readonly Measurement[]): string {
  const parts = measurements.map(({ title, text, plots, machine, versions }) => {
    const images = plots.map((plot) => `![${plot.title}](performance/${plot.name}.svg)`);
    return [`## ${title}`, text, ...images, placeOf(machine, versions)].join('\n\n');
  });
  return `${[INTRODUCTION, ...parts].join('\n\n')}\n`;
}

/** Writes docs/performance.md with its plots and docs/scaling.md. */
export function writePages(): void {
  const measurements = loadMeasurements();
  const plots = join(DOCS, 'performance');
  mkdirSync(plots, { recursive: true });
  for (const { name, svg } of measurements.flatMap((measurement) => measurement.plots))
    writeFileSync(join(plots, `${name}.svg`), svg);
  writeFileSync(join(DOCS, 'performance.md'), performancePage(measurements));
  const scaling = loadScalingPage();
  if (scaling !== null) writeFileSync(join(DOCS, 'scaling.md'), scaling);
}

/** docs/scaling.md; null where something that it rests on was not measured. */
export function loadScalingPage(): string | null {
  const throughput = loadResult<ThroughputResult>('throughput');
  const enqueue = loadResult<EnqueueResult>('enqueue');
  const backlog = loadResult<BacklogResult>('backlog');
  if (throughput === null || enqueue === null || backlog === null) return null;
  return scalingPage({ throughput, enqueue, backlog });
}

function placeOf(machine: Machine, versions: Measurement['versions']): string {
  const { processor, cores, memoryBytes, system, node, commit, at, loadBefore } = machine;
  const gigabytes = Math.round(memoryBytes / 1e9);
  const servers = versions === undefined ? 'servers not recorded' : describeServers(versions);
  return `<sub>${processor}, ${cores} cores, ${gigabytes} GB, ${system}, Node ${node}, commit ${commit}, ${at.slice(0, 10)}; load average before: ${loadBefore.toFixed(1)}; ${servers}.</sub>`;
}

/**
 * Servers as the record names them; an older record has the bare version that a server answered with. All of those ran on the same
 * stand-in for MongoDB.
 */
export function describeServers(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => (/^\d/.test(version) ? `${kindOf(name)} that answers as ${version}` : version))
    .join(', ');
}

function kindOf(name: string): string {
  return name === 'mongo' ? 'a MongoDB-compatible server (DocumentDB on PostgreSQL)' : `a ${name} server`;
}
