import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FULL_RUN, isFullBench } from '../support/full-run.ts';
import { writePages } from './report/write-page.ts';
import { saveResult } from './results.ts';
import { ALL_SUITES, type AnySuite } from './suites/all-suites.ts';

const HELP = `npm run bench -- [suite …] [options]

  suites        ${ALL_SUITES.map(({ name }) => name).join(', ')}; all of them unless told
  --quick       short runs for every day: prints, writes nothing
  --rounds n    how often each run is repeated (${FULL_RUN.bench.rounds}); fewer write nothing
  --messages n  how many messages a run delivers (${FULL_RUN.bench.messages}); fewer write nothing
  --only name   only this contender, writes nothing; may be repeated
  --against dir another checkout, whose dispatchers run between ours (pairs: next to ours); writes nothing
  --page        measures nothing, writes the page from the results that are there
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    messages: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    against: { type: 'string' },
    page: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const extent = {
  quick: values.quick,
  rounds: Number(values.rounds ?? (values.quick ? 2 : FULL_RUN.bench.rounds)),
  messages: Number(values.messages ?? (values.quick ? 4_000 : FULL_RUN.bench.messages)),
  only: values.only,
};

async function measure(suite: AnySuite, directory: string): Promise<void> {
  console.log(`\n# ${suite.name}`);
  const result = await suite.run({
    ...extent,
    against: values.against ?? null,
    directory,
    log: (line) => console.log(line),
  });
  console.log(`\n${suite.show(result).text}\n`);
  if (isFullBench(extent) && values.against === undefined) saveResult(suite.name, result);
}

async function run(): Promise<void> {
  const unknown = positionals.filter((name) => !ALL_SUITES.some((suite) => suite.name === name));
  if (values.help || unknown.length > 0) {
    console.log(HELP);
    process.exitCode = unknown.length > 0 ? 64 : 0;
    return;
  }
  const chosen = ALL_SUITES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    if (!values.page) for (const suite of chosen) await measure(suite, directory);
    if (values.page || isFullBench(extent)) writePages();
    else console.log('Not a full run: nothing is written.');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

await run();
