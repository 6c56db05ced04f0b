import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TemporaryFolder } from '../evidence/support/temporary-folder.ts';

const SCRIPT = join(import.meta.dirname, '../scripts/check-words.mjs');

/** The complaints about a repository of one file, without the advice. */
async function complaints(name: string, text: string): Promise<readonly string[]> {
  await using folder = await TemporaryFolder.make();
  const run = promisify(execFile);
  await run('git', ['init', '--quiet'], { cwd: folder.path });
  await writeFile(join(folder.path, name), text);
  const { stdout } = await run(process.execPath, [SCRIPT], { cwd: folder.path }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return [...stdout.matchAll(/^(\S+:\d+: ".*?"): write/gm)].map(([, found = '']) => found);
}

test.each([
  [
    'a page',
    'page.md',
    'Text.\n\nWhat was sent stays sent. It fails for good.\n',
    ['3: "What"', '3: "for good"'],
  ],
  ['a table', 'page.md', '| a | b |\n| - | - |\n| x | Who asks gets it |\n', ['3: "Who"']],
  [
    'a comment',
    'file.ts',
    '/** What it needs. */\nexport const a = 1; // beside b\n',
    ['1: "What"', '2: "beside"'],
  ],
  ['an error text', 'file.ts', "throw new Error('the key is no valid key');\n", ['1: "is no"']],
  ['a test title', 'a.test.ts', "test('the observer is told of it', () => {});\n", ['1: "is told"']],
  ['a description', 'package.json', '{\n  "description": "It wants Node"\n}\n', ['2: "wants"']],
])('backward sentences and odd words of %s are found', async (_, name, text, found) => {
  expect(await complaints(name, text)).toEqual(found.map((each) => `${name}:${each}`));
});

test.each([
  ['a question', 'page.md', 'What happens at a crash? See there.\n'],
  ['a heading', 'page.md', '# What it promises\n'],
  ['code in a page', 'page.md', '```sh\necho what wants what # What it wants.\n```\nUse `wants`.\n'],
  ['a name in code', 'file.ts', "const wants = 'beside'; // The list of `wants`.\n"],
  ['plain sentences', 'page.md', 'There is no key. It is no longer needed. You want this.\n'],
])('%s is left alone', async (_, name, text) => {
  expect(await complaints(name, text)).toEqual([]);
});
