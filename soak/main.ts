import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { judged, LINES } from './lines.ts';
import { complaints, markdown, type SoakFacts } from './report.ts';
import { runSoak, type SoakResult } from './run-soak.ts';
import { svgPlot } from './svg-plot.ts';

const HELP = `npm run soak -- [options]

Keeps a real server process under constant load, with faults now and then, and writes docs/soak.md and docs/soak.svg.

  --minutes N      10 by default
  --store NAME     sqlite (default) or mongo, which wants MONGODB_URI and REDIS_URL
  --rate N         messages a second; 50 by default
  --faults N       seconds from one fault to the next; 20 by default
  --out FILE       docs/soak.md by default

Exits with 1 when heap, handles, files, sockets or the time of a claim grow by more than their bound, or a message is lost.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    store: { type: 'string', default: 'sqlite' },
    rate: { type: 'string', default: '50' },
    faults: { type: 'string', default: '20' },
    out: { type: 'string', default: 'docs/soak.md' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const minutes = positive('minutes', values.minutes);
  const store = values.store === 'mongo' ? 'mongo' : 'sqlite';
  if (store !== values.store) throw new Error('--store is sqlite or mongo');
  // What is measured is what was there at the beginning.
  const commit = presentCommit();
  const result = await runSoak({
    store,
    minutes,
    perSecond: positive('rate', values.rate),
    faultEveryMs: positive('faults', values.faults) * 1000,
    // At least a hundred samples, and none closer than a collection of garbage lets the server breathe.
    sampleEveryMs: Math.max(500, Math.min(5_000, (minutes * 60_000) / 100)),
  });
  const lines = LINES.map((line) => judged(line, result.samples));
  const facts = factsOf(result, store, minutes, commit);
  const plot = values.out.replace(/\.md$/, '.svg');
  await writeFile(plot, svgPlot(LINES, result.samples, result.faults));
  await writeFile(values.out, markdown(facts, lines, basename(plot)));
  for (const { line, growth, slopePerHour } of lines) {
    console.log(
      `${line.title}: ${growth.toFixed(2)} ${line.unit} over the run, ${slopePerHour.toFixed(2)} an hour`,
    );
  }
  const wrong = complaints(facts, lines);
  for (const complaint of wrong) console.error(`BROKEN: ${complaint}`);
  return wrong.length === 0 ? 0 : 1;
}

function presentCommit(): string {
  const git = (...args: readonly string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'packages/*/src', 'apps/*/src', 'soak', 'chaos');
  return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : ' and changes on top of it');
}

function factsOf(result: SoakResult, store: string, minutes: number, commit: string): SoakFacts {
  const faults = new Map<string, number>();
  for (const { title } of result.faults) faults.set(title, (faults.get(title) ?? 0) + 1);
  const { enqueued, refused, delivered, lost } = result;
  return {
    command: ['npm run soak --', ...process.argv.slice(2)].join(' ').replace(/ --$/, ''),
    commit,
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    store: store === 'mongo' ? 'MongoDB and Redis' : 'SQLite',
    minutes,
    samples: result.samples.length,
    enqueued,
    refused,
    delivered,
    lost,
    faults,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0`);
  return value;
}
