import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { LoopbackReceiver } from './support/loopback-receiver.ts';
import { blocksOf } from './support/markdown-block.ts';
import { run } from './support/run.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/guides/embed.md';
const SOURCE = '@messaging-system/source';
const env = { PATH: process.env.PATH ?? '' };

/** The folder of a reader who saved each file of the page, and the program that uses them as main.ts. */
const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the parameter's pattern.
  folder: async ({}, use) => {
    // Inside the workspace, so that its packages are found.
    const folder = join(ROOT, '.cache/embed-guide', crypto.randomUUID());
    await mkdir(folder, { recursive: true });
    const receiver = await LoopbackReceiver.start();
    const blocks = blocksOf(PAGE, readFileSync(join(ROOT, PAGE), 'utf8'));
    for (const { code, language, marks } of blocks) {
      const isMain = language === 'ts' && code.includes('await confirmOrder(messaging.messages, order)');
      const name = marks.get('file') ?? (isMain ? 'main.ts' : null);
      const text = code.replaceAll('https://example.com/hook', receiver.url);
      if (name !== null) await writeFile(join(folder, name), text);
    }
    await use(folder);
    await receiver[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  },
});

test("the embed guide's program can be run again", async ({ folder }) => {
  const program = readFileSync(join(folder, 'main.ts'), 'utf8');
  await writeFile(join(folder, 'main.ts'), `${program}await messaging[Symbol.asyncDispose]();\n`);
  for (const _ of ['once', 'again']) {
    const ran = await run(process.execPath, [`--conditions=${SOURCE}`, 'main.ts'], { cwd: folder, env });
    expect(ran).toEqual({ exitCode: 0, output: expect.stringMatching(/^true$/m), complaints: '' });
  }
});

test("the embed guide's files pass the compiler with the settings that it shows, and no others", async ({
  folder,
}) => {
  const path = join(folder, 'tsconfig.json');
  const settings = JSON.parse(readFileSync(path, 'utf8'));
  // The workspace's packages are not built.
  settings.compilerOptions.customConditions = [SOURCE];
  await writeFile(path, JSON.stringify(settings));
  const { exitCode, output } = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', path], {
    cwd: folder,
    env,
  });
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
});

test('every entry of every package can be loaded by require(), as the guide says', async ({ folder }) => {
  await writeFile(
    join(folder, 'require.cjs'),
    `const { globSync, readFileSync } = require('node:fs');
    for (const file of globSync(${JSON.stringify(join(ROOT, 'packages/*/package.json'))})) {
      const { name, exports } = JSON.parse(readFileSync(file, 'utf8'));
      for (const [subpath, target] of Object.entries(exports)) {
        if (typeof target === 'string') continue;
        const loaded = require(name + subpath.slice(1));
        console.log(name + subpath.slice(1), Object.keys(loaded).length > 0);
      }
    }`,
  );
  const { exitCode, output, complaints } = await run(
    process.execPath,
    [`--conditions=${SOURCE}`, 'require.cjs'],
    {
      cwd: folder,
      env,
    },
  );
  expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: '' });
  const lines = output.trim().split('\n');
  expect(lines.length).toBeGreaterThan(15);
  expect(lines.filter((line) => !line.endsWith(' true'))).toEqual([]);
});
