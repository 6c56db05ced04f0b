/**
 * Every code block of every page is run. This is how.
 *
 * Pages are `docs/**`, the READMEs, CONTRIBUTING and SECURITY. The blocks of a page run in order; they share a folder, a loopback receiver, ports of
 * their own, and a server once one was started. Blocks without a language, `text` and `http` are pictures.
 *
 * - **`ts`, `js`**: each block is a module of its own, run with Node from the sources of the workspace's packages (type-checked by one run of the
 *   compiler, with the repository's strict settings), in an empty working directory. It has to end by itself, with 0, within two minutes.
 *   `console.log(…); // text` has to print that text; `…` in it stands for anything, and an explanation may follow (`// 1: eight attempts`).
 * - **`sh`**: run by `sh -eu` in the page's folder; has to end with 0. `# => text` on a line of its own is a line that has to be printed, in
 *   order; other comments are comments. `npm start`, `messaging-system` and `messaging-system serve` start the real server on a port of its own and
 *   return when it answers (a second takes the first one's place); `npm run cli -- …` and `messaging-system …` are the real command line. A block that
 *   speaks to port 3000 before a server was started gets one: no configuration, sandbox. `curl` fails for answers of 400 and more (22), and asks
 *   again for a message that is not sent yet. Of `npm install`, `npm pack`, other scripts and `npx vitest run` it is checked that there are such things.
 * - **A `json` or `text` block directly beneath** a `ts` or `sh` block is what that one prints: the JSON document (all fields that are shown, `…` in
 *   texts), or lines in this order.
 * - **`yaml`**: begins with `# .config/NAME.yaml`; is checked by `APP_ENV=NAME messaging-system --check-config`, and stays there for the blocks after it.
 * - **`json`** of its own is a file: `<!-- file: name.json -->`.
 *
 * In all of them `https://example.com/hook` is the loopback receiver, which accepts everything; `localhost:PORT` and `127.0.0.1:PORT` are mapped to free
 * ports, and shown ones in what is printed; `mongodb://127.0.0.1:27017…`, `127.0.0.1:6379`, `postgres://127.0.0.1:5432…` and `db('message')` are the test's services and a database of
 * the page's own. MONGODB_URI, REDIS_URL and WEBHOOK_URL are in the environment. A block that names a service is skipped, visibly, where it is not there.
 *
 * Comments **directly above** a block (blank lines do not count) change that; an unknown one is a failure:
 *
 * - `<!-- file: main.ts -->`: it is this file. Other blocks import it as './main.ts', or run it (`node main.ts`); then it is not run by itself.
 * - `<!-- continues -->`: it goes on where the last `ts` block ended, as one module.
 * - `<!-- until: expression -->`: the module is ended as soon as that is true (`(await messages.counts()).sent.count === 1`), for programs that run on.
 * - `<!-- until output: text -->`: it is ended as soon as it has printed that.
 * - `<!-- setup` code `-->` and `<!-- then` code `-->`: lines of the module or the script before and after the shown ones, such as assertions.
 *   A script has `enqueue-one TEXT` and `await-answer PATTERN PATH` for that.
 * - `<!-- stop after: text -->`: it gets SIGTERM as soon as it has printed that, and has to end by itself.
 * - `<!-- exits: 22 -->`: ends with this code.
 * - `<!-- eventually -->`: run again until it passes, for a minute: what asks for a state that takes a moment.
 * - `<!-- server: PROCESSOR_INTERVAL=1s … -->`: the server that is started for this block has these settings, and takes an earlier one's place.
 * - `<!-- needs: mongo redis -->`: where the block itself does not name them.
 * - `<!-- files: examples/x/src/*.ts -->` on a line of the page: its blocks find these files next to them.
 * - `<!-- executed by test/x.test.ts -->`: that test runs it. `<!-- ts executed by … -->` on a line of the page: all of this language.
 * - `<!-- not executed: reason -->`: nothing runs it. Listed, and few.
 *
 * `PAGES=docs/guides` runs the pages whose path begins so.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { blocksOf, filesOf, type MarkdownBlock } from './support/markdown-block.ts';
import { PageRun } from './support/run-page.ts';
import { typeCheck } from './support/type-check.ts';

const ROOT = join(import.meta.dirname, '../..');
// Inside the workspace, so that its packages are found.
const FOLDER = join(ROOT, '.cache/snippets', `run-${process.pid}`);
const PICTURES = ['', 'text', 'http'];
const PAGES_AT_ONCE = 4;

const pages = [
  ...globSync('*.md', { cwd: ROOT }),
  ...globSync('docs/**/*.md', { cwd: ROOT }),
  ...globSync('{packages,apps,examples}/*/{README.md,docs/*.md}', { cwd: ROOT }),
]
  .filter((page) => page.startsWith(process.env.PAGES ?? ''))
  .sort();
const all = pages.flatMap((page) => blocksOf(page, readFileSync(join(ROOT, page), 'utf8')));
const blocks = all.filter(({ language }) => !PICTURES.includes(language));
const services = {
  mongoUri: inject('mongoUri'),
  redisUrl: inject('redisUrl'),
  postgresUrl: inject('postgresUrl'),
};

const lacks = ({ code, language, marks }: MarkdownBlock): boolean => {
  const needs = `${marks.get('needs') ?? ''} ${language === 'yaml' ? '' : code}`;
  return (
    (services.mongoUri === null && /\bmongo\b|mongodb:|MONGODB_URI/.test(needs)) ||
    (services.redisUrl === null && /\bredis\b|:6379|REDIS_URL/.test(needs)) ||
    (services.postgresUrl === null && /\bpostgres:/.test(needs))
  );
};
const isOut = ({ marks }: MarkdownBlock): boolean => marks.has('not executed') || marks.has('executed by');
const titleOf = ({ line, language }: MarkdownBlock): string => `line ${line}, ${language}`;
const ofPage = (page: string): readonly MarkdownBlock[] => blocks.filter((block) => block.page === page);
const toRun = (page: string): readonly MarkdownBlock[] =>
  ofPage(page).filter((block) => !isOut(block) && !lacks(block));

const runs = new Map<string, PageRun>();
let complaints: Promise<readonly string[]>;
let allRun: Promise<unknown>;

beforeAll(async () => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const page of pages.filter((one) => toRun(one).length > 0)) {
    const files = filesOf(readFileSync(join(ROOT, page), 'utf8')).flatMap((glob) =>
      globSync(glob, { cwd: ROOT }),
    );
    runs.set(page, await PageRun.write(FOLDER, page, toRun(page), files, services));
  }
  complaints = typeCheck(FOLDER);
  // The longest first, so that none of them is alone in the end.
  const waiting = [...runs.keys()]
    .toSorted((one, other) => toRun(other).length - toRun(one).length)
    .flatMap((page) => runs.get(page) ?? []);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.run();
  };
  allRun = Promise.all(Array.from({ length: PAGES_AT_ONCE }, work));
});

afterAll(async () => {
  await allRun;
  await complaints;
  for (const run of runs.values()) await run[Symbol.asyncDispose]();
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 5 });
}, 300_000);

describe.each(pages.filter((page) => toRun(page).length > 0))('%s', (page) => {
  for (const block of ofPage(page).filter((one) => !isOut(one))) {
    const isSkipped = lacks(block);
    const title = isSkipped ? `${titleOf(block)} [SKIPPED: ${inject('servicesWhy')}]` : titleOf(block);
    test.skipIf(isSkipped)(title, { timeout: 300_000 }, async () => {
      expect(await runs.get(page)?.resultOf(block)).toBeNull();
    });
  }
});

test('every program has the types that it claims', { timeout: 300_000 }, async () => {
  expect(await complaints).toEqual([]);
});

test('what looks like code says its language', () => {
  const looksLikeCode =
    /^(?:\$ |npm |npx |node |curl |docker |kubectl |messaging-system |import |export |const |await )/m;
  const unnamed = all.filter(({ language, code }) => PICTURES.includes(language) && looksLikeCode.test(code));
  expect(unnamed.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

test('what another test runs is named there', () => {
  const named = blocks.filter(({ marks }) => marks.has('executed by'));
  const wrong = named.filter(({ page, marks }) => {
    const path = join(ROOT, marks.get('executed by') ?? '');
    if (!existsSync(path)) return true;
    const test = readFileSync(path, 'utf8');
    return (
      !test.includes(basename(page)) && !(basename(page) === 'README.md' && test.includes('readmeCode('))
    );
  });
  expect(wrong.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

test('each block that nothing runs has a reason, and they are at most one in ten', () => {
  const out = blocks.filter(({ marks }) => marks.has('not executed'));
  const list = out.map(({ page, line, marks }) => `${page}:${line}: ${marks.get('not executed')}`);
  console.info(`${out.length} of ${blocks.length} blocks are not executed:\n${list.join('\n')}`);
  expect(out.filter(({ marks }) => (marks.get('not executed') ?? '').length < 10)).toEqual([]);
  expect(out.length).toBeLessThanOrEqual(blocks.length / 10);
});
