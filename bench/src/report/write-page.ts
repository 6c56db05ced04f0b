import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../machine.ts';
import { loadResult } from '../results.ts';
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
`;

/** What one suite measured, and where. */
export interface Measurement extends Section {
  readonly machine: Machine;
}

/** Writes docs/performance.md and its plots. */
export function writePage(measurements: readonly Measurement[]): void {
  const plots = join(DOCS, 'performance');
  mkdirSync(plots, { recursive: true });
  const parts = measurements.map(({ title, text, plots: shown, machine }) => {
    const images = shown.map((plot) => `![${plot.title}](performance/${plot.name}.svg)`);
    for (const { name, svg } of shown) writeFileSync(join(plots, `${name}.svg`), svg);
    return [`## ${title}`, text, ...images, placeOf(machine)].join('\n\n');
  });
  writeFileSync(join(DOCS, 'performance.md'), `${[INTRODUCTION, ...parts].join('\n\n')}\n`);
}

function placeOf({ processor, cores, memoryBytes, system, node, commit, at, loadBefore }: Machine): string {
  const gigabytes = Math.round(memoryBytes / 1e9);
  return `<sub>${processor}, ${cores} cores, ${gigabytes} GB, ${system}, Node ${node}, commit ${commit}, ${at.slice(0, 10)}; load average before: ${loadBefore.toFixed(1)}.</sub>`;
}

/** Writes docs/scaling.md, where everything that it rests on was measured. */
export function writeScalingPage(): void {
  const throughput = loadResult<ThroughputResult>('throughput');
  const enqueue = loadResult<EnqueueResult>('enqueue');
  const backlog = loadResult<BacklogResult>('backlog');
  if (throughput === null || enqueue === null || backlog === null) return;
  const page = scalingPage({ throughput, enqueue, backlog });
  if (page !== null) writeFileSync(join(DOCS, 'scaling.md'), page);
}
