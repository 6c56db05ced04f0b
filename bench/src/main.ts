import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Machine } from './machine.ts';
import { writePage, writeScalingPage } from './report/write-page.ts';
import { loadResult, saveResult } from './results.ts';
import { ALL_SUITES, type AnySuite } from './suites/all-suites.ts';

const HELP = `npm run bench -- [suite …] [options]

  suites        ${ALL_SUITES.map(({ name }) => name).join(', ')}; all of them unless told
  --quick       short runs for every day: prints, writes nothing
  --rounds n    how often each run is repeated (5)
  --messages n  how many messages a run delivers (20000)
  --only name   only this contender; may be repeated
  --against dir another checkout, whose dispatchers run between ours
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

async function measure(suite: AnySuite, directory: string): Promise<void> {
  console.log(`\n# ${suite.name}`);
  const result = await suite.run({
    quick: values.quick,
    rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
    messages: Number(values.messages ?? (values.quick ? 4_000 : 20_000)),
    only: values.only,
    against: values.against ?? null,
    directory,
    log: (line) => console.log(line),
  });
  console.log(`\n${suite.show(result).text}\n`);
  // A part of the contenders is no result for the page.
  if (!values.quick && values.only.length === 0) saveResult(suite.name, result);
}

function page(): void {
  writePage(
    ALL_SUITES.flatMap((suite) => {
      const result = loadResult<{ readonly machine: Machine }>(suite.name);
      return result === null ? [] : [{ ...suite.show(result), machine: result.machine }];
    }),
  );
  writeScalingPage();
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
    if (!values.quick && values.only.length === 0) page();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

await run();
