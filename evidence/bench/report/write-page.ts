import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import { loadResult } from '../results.ts';
import { ALL_SUITES } from '../suites/all-suites.ts';
import type { BacklogResult } from '../suites/backlog/show-backlog.ts';
import type { EnqueueResult } from '../suites/enqueue/show-enqueue.ts';
import type { ThroughputResult } from '../suites/throughput/show-throughput.ts';
import { scalingPage } from './scaling/scaling-page.ts';
import type { Section } from './section.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

/** The figures of one suite, and the machine. */
export interface Measurement extends Section {
  readonly machine: Machine;
  /** Absent where the run is older than this record. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
}

/** The latest figures of the suites, each as it was written by a full run. */
export function loadMeasurements(): readonly Measurement[] {
  return ALL_SUITES.flatMap((suite) => {
    const result = loadResult<Omit<Measurement, keyof Section>>(suite.name);
    if (result === null) return [];
    return [{ ...suite.show(result), machine: result.machine, versions: result.versions }];
  });
}

/** docs/performance.md. */
export function performancePage(measurements: readonly Measurement[]): string {
  const introduction = readFileSync(join(import.meta.dirname, 'performance.md'), 'utf8');
  const parts = measurements.map(({ title, text, plots, machine, versions }) => {
    const images = plots.map((plot) => `![${plot.title}](performance/${plot.name}.svg)`);
    return [`## ${title}`, text, ...images, placeOf(machine, versions)].join('\n\n');
  });
  return `${[introduction, ...parts].join('\n\n')}\n`;
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
